/** A worker process, put together: config → adapters → BullMQ workers. The composition root of the data path. */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { parseNetwork } from '../pipelines/adapters/decode/egress.ts';
import { createDetectorPool, type DetectorPool } from '../pipelines/adapters/detect/detector-pool.ts';
import { createOutbox, type Outbox } from '../pipelines/adapters/publish/outbox.ts';
import {
  createPortalPublisher,
  type PortalPublisher,
} from '../pipelines/adapters/publish/portal-publisher.ts';
import { createPortalSink } from '../pipelines/adapters/publish/portal-sink.ts';
import { createCameraModels } from './camera-models.ts';
import { createCameraDirectory } from './cluster/cameras.ts';
import { openQueues } from './cluster/queues.ts';
import { checkRedis, connectProducer, connectWorker, redisUrl } from './cluster/redis.ts';
import type { Config } from './config.ts';
import type { Host } from './host.ts';
import { serveHealth } from './http.ts';
import { createCheckpointStore } from './live/checkpoint-store.ts';
import { createLogger, type Logger } from './logger.ts';
import { addOutboxMetrics, createMetrics, type Metrics } from './metrics.ts';
import { createDetectionStore } from './recording/detection-store.ts';
import { loadSecrets } from './secrets.ts';
import { closeOnSignal, endWithParent } from './shutdown.ts';
import { startWorker } from './worker.ts';

/**
 * Runs until a signal.
 * @throws AnalysisError when settings, Redis or the default model are not usable.
 */
export async function runWorker(config: Config): Promise<void> {
  endWithParent();
  const log = createLogger({ level: config.logLevel, name: config.workerName });
  for (const network of config.cameraNetworks) parseNetwork(network);
  const metrics = createMetrics();
  const url = redisUrl(config);
  const redis = connectProducer(url);
  await checkRedis(redis, url);
  const connection = connectWorker(url);
  const secrets = loadSecrets(config);
  const pool = openPool(config, metrics, log);
  const outbox = openOutbox(config, log);
  addOutboxMetrics(metrics.registry, () => outbox.level());
  const publisher = openPublisher({ config, outbox, token: secrets.publishToken, metrics, log });
  const queues = openQueues(redis, config.prefix);
  const modelOf = createCameraModels(config, pool, (message) => log.warn(message));
  const host: Host = {
    config,
    log,
    metrics,
    redis,
    queues,
    secrets,
    cameras: createCameraDirectory(redis, config.prefix),
    detections: createDetectionStore(redis, config.prefix),
    checkpoints: createCheckpointStore(redis, config.prefix),
    modelOf: (camera) => modelOf(camera.model),
    sinkFor: (fence) => createPortalSink({ outbox, publisher, fence, sinkId: randomUUID() }),
    held: new Map(),
    nowMs: Date.now,
  };
  // Not ready before the default model is there, verified.
  await modelOf();
  const worker = startWorker(host, connection);
  const http = await serveHealth({
    host: config.host,
    port: config.workerPort,
    health: {
      live: worker.isHealthy,
      ready: async () => await readiness({ redis: () => redis.ping(), pool, publisher }),
      metrics: () => metrics.registry.metrics(),
    },
  });
  log.info({ port: http.port, detectors: config.detectors, leases: config.leases }, 'worker ready');
  closeOnSignal({
    log,
    deadlineMs: config.shutdownMs,
    close: async () => {
      await worker.drain();
      await Promise.all([publisher.close(), pool.close(), http.close(), queues.close()]);
      outbox.close();
      redis.disconnect();
      connection.disconnect();
    },
  });
}

function openPool(config: Config, metrics: Metrics, log: Logger): DetectorPool {
  return createDetectorPool({
    size: config.detectors,
    onFrame: ({ queueWaitMs, inferenceMs }) => {
      metrics.detectWait.observe(queueWaitMs / 1e3);
      metrics.detectDuration.observe(inferenceMs / 1e3);
    },
    onEvent: (event) => {
      log.debug({ event }, 'detector process');
      if (event.kind !== 'child-ready') metrics.detectorRestarts.inc({ cause: event.kind });
    },
  });
}

function openOutbox(config: Config, log: Logger): Outbox {
  return createOutbox({
    file: path.join(config.dataDir, 'outbox.db'),
    clock: Date.now,
    onAlarm: (level) => log.error({ outbox: level }, 'outbox level changed'),
  });
}

function openPublisher(parts: {
  config: Config;
  outbox: Outbox;
  token: string;
  metrics: Metrics;
  log: Logger;
}): PortalPublisher {
  const { config, outbox, metrics, log } = parts;
  return createPortalPublisher({
    outbox,
    portalUrl: config.portalUrl ?? `http://127.0.0.1:${config.port}`,
    token: parts.token,
    publisherId: randomUUID(),
    clock: Date.now,
    random: Math.random,
    hooks: {
      onDelivered: ({ rows, unchanged, fenced }) => {
        metrics.publishedRecords.inc({ outcome: 'unchanged' }, unchanged);
        metrics.publishedRecords.inc({ outcome: 'fenced' }, fenced);
        metrics.publishedRecords.inc({ outcome: 'written' }, rows - unchanged - fenced);
      },
      onRefused: (row, reason) => {
        metrics.publishedRecords.inc({ outcome: 'refused' });
        log.error(
          { camera: row.observation.cameraId, reason },
          'record refused by the portal, kept as dead letter',
        );
      },
      onPause: (pause) => {
        log.warn(pause, 'portal away, records wait in the outbox');
      },
      onFault: (error, waitMs) => log.error({ error: String(error), waitMs }, 'outbox fault'),
    },
  });
}

async function readiness(parts: {
  redis: () => Promise<unknown>;
  pool: DetectorPool;
  publisher: PortalPublisher;
}): Promise<{ ok: boolean; detail: Record<string, string> }> {
  const isRedisUp = await parts.redis().then(
    () => true,
    () => false,
  );
  const { ready, size } = parts.pool.stats();
  return {
    // A portal that is away does not stop counting: the outbox takes the records.
    ok: isRedisUp && ready > 0,
    detail: {
      redis: isRedisUp ? 'up' : 'away',
      detectors: `${ready} of ${size}`,
      portal: parts.publisher.state().status,
    },
  };
}
