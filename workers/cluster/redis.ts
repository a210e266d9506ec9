/** Two connection profiles: workers wait for Redis without end, producers fail fast. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Redis } from 'ioredis';
import { AnalysisError } from '../../pipelines/errors.ts';
import type { Config } from '../config.ts';
import { redactText } from '../logger.ts';

/** Where `pantau up` notes the address of the Redis it runs for this data folder. */
export function ownRedisFile(dataDir: string): string {
  return path.join(dataDir, 'run', 'redis.json');
}

/**
 * The address to use: the given one, else the one that `pantau up` runs for this data folder.
 * @throws AnalysisError `config-invalid` when there is neither.
 */
export function redisUrl(config: Pick<Config, 'redisUrl' | 'dataDir'>): string {
  if (config.redisUrl !== undefined) return config.redisUrl;
  const file = ownRedisFile(config.dataDir);
  if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as { url: string }).url;
  throw new AnalysisError(
    'config-invalid',
    'find-redis',
    `no Redis: start one machine with "npx pantau up" (data folder ${config.dataDir}), or set PANTAU_REDIS_URL`,
  );
}

/** For BullMQ workers: commands wait until Redis is back. */
export function connectWorker(url: string): Redis {
  return withErrorSwallowed(new Redis(url, { ...common, maxRetriesPerRequest: null }));
}

/** For CLI and HTTP: a command fails within about three seconds when Redis is away. */
export function connectProducer(url: string): Redis {
  return withErrorSwallowed(new Redis(url, { ...common, maxRetriesPerRequest: 2, connectTimeout: 3_000 }));
}

const common = {
  retryStrategy: (attempt: number) => Math.min(100 * 2 ** Math.min(attempt, 6), 5_000),
};

/** ioredis prints unhandled `error` events; the commands themselves reject, and health checks tell the rest. */
function withErrorSwallowed(redis: Redis): Redis {
  return redis.on('error', () => undefined);
}

/**
 * Refuses a Redis that would lose or evict jobs.
 * @throws AnalysisError `config-invalid` naming what was found and what is needed.
 */
export async function checkRedis(redis: Redis, url: string): Promise<void> {
  const shown = redactText(url);
  let info: string;
  try {
    info = await redis.info();
  } catch (cause) {
    throw new AnalysisError('config-invalid', 'check-redis', `Redis at ${shown} does not answer`, { cause });
  }
  const field = (name: string): string => new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]?.trim() ?? '';
  const [major = 0, minor = 0] = field('redis_version').split('.').map(Number);
  if (major < 6 || (major === 6 && minor < 2)) {
    throw new AnalysisError(
      'config-invalid',
      'check-redis',
      `Redis ${field('redis_version')} at ${shown} is too old; 6.2 or newer is needed`,
    );
  }
  const policy = field('maxmemory_policy');
  if (policy !== '' && policy !== 'noeviction') {
    throw new AnalysisError(
      'config-invalid',
      'check-redis',
      `Redis at ${shown} has maxmemory-policy ${policy}: it would drop jobs silently; set noeviction`,
    );
  }
}

/** Redis' own clock in µs: grows through wipes and restarts, and is one clock for all workers. */
export async function redisTimeUs(redis: Redis): Promise<number> {
  const [seconds, micros] = await redis.time();
  return Number(seconds) * 1_000_000 + Number(micros);
}

/** True while Redis answers but takes no writes from anybody; see `isRefusedWrite`. */
export async function isFull(redis: Redis, prefix: string): Promise<boolean> {
  try {
    await redis.set(`${prefix}:room`, '', 'PX', 1_000);
    return false;
  } catch (error) {
    return isRefusedWrite(error);
  }
}

/** True for what Redis answers every write with: its memory or its disk is full, or too few replicas follow it. */
export function isRefusedWrite(error: unknown): boolean {
  return error instanceof Error && /OOM command not allowed|\bMISCONF\b|\bNOREPLICAS\b/.test(error.message);
}
