/** What a cluster asks of its Redis, by Redis' own counters; MONITOR would be a load of its own. */
import { Redis } from 'ioredis';
import { cpuSeconds } from '../measure/processes.ts';

/** Counters at one moment. */
export interface RedisLook {
  readonly atMs: number;
  readonly commands: number;
  /** Both directions. */
  readonly bytes: number;
  readonly cpuS: number;
  readonly memoryBytes: number;
}

/** Reads Redis' counters. */
export async function lookAtRedis({
  redisUrl,
  redisPid,
}: {
  redisUrl: string;
  redisPid: number;
}): Promise<RedisLook> {
  const redis = new Redis(redisUrl);
  try {
    const text = await redis.info('everything');
    const number = (field: string): number =>
      Number(new RegExp(`^${field}:(\\d+)`, 'm').exec(text)?.[1] ?? 0);
    return {
      atMs: performance.now(),
      commands: commandCalls(text),
      bytes: number('total_net_input_bytes') + number('total_net_output_bytes'),
      cpuS: cpuSeconds(redisPid).own,
      memoryBytes: number('used_memory'),
    };
  } finally {
    redis.disconnect();
  }
}

/** Calls of all commands but those of looking: `INFO` and the greeting of its connection. */
export function commandCalls(info: string): number {
  return [...info.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)]
    .filter(([, name]) => !/^(info|hello|client|ping)/.test(name ?? ''))
    .reduce((sum, [, , calls]) => sum + Number(calls), 0);
}
