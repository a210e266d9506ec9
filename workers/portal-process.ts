/** The portal process: store, API and page, the camera register, and the reconciler that keeps Redis in line. */

import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { Registry } from 'prom-client';
import { builtInAccuracyDir, loadFigures } from '../models/accuracy-figures.ts';
import { AnalysisError } from '../pipelines/errors.ts';
import { createPortal } from '../portal/api/portal.ts';
import { DEFAULT_SMALL_COUNT_BELOW } from '../portal/privacy.ts';
import { createSqliteStore, openPortalDatabase } from '../portal/store/sqlite-store.ts';
import { createCameraDirectory } from './cluster/cameras.ts';
import { openQueues, type Queues } from './cluster/queues.ts';
import { checkRedis, connectProducer, redisUrl } from './cluster/redis.ts';
import { type Config, isLoopback, PACKAGE_ROOT } from './config.ts';
import { startReconciler } from './live/reconciler.ts';
import { createLogger } from './logger.ts';
import { addProcessMetrics, addQueueMetrics } from './metrics.ts';
import { openRegister } from './register/register.ts';
import { loadSecrets } from './secrets.ts';
import { closeOnSignal, endWithParent } from './shutdown.ts';

/**
 * Runs until a signal.
 * @throws AnalysisError when settings, Redis, the store or the port are not usable.
 */
export async function runPortal(config: Config): Promise<void> {
  endWithParent();
  const log = createLogger({ level: config.logLevel, name: 'portal' });
  const secrets = loadSecrets(config);
  const url = redisUrl(config);
  const redis = connectProducer(url);
  await checkRedis(redis, url);
  const queues = openQueues(redis, config.prefix);
  const database = openPortalDatabase({ file: path.join(config.dataDir, 'portal.db') });
  const register = openRegister({ file: path.join(config.dataDir, 'register.db'), secrets });
  const app = createPortal({
    store: createSqliteStore(database),
    publishToken: secrets.publishToken,
    webDir: path.join(PACKAGE_ROOT, 'dist', 'portal', 'web'),
    metrics: portalMetrics(queues),
    clock: Date.now,
    logger: log,
    figures: await loadFigures(builtInAccuracyDir(PACKAGE_ROOT)),
    smallCountBelow:
      config.smallCountBelow ??
      (isLoopback(config.host) ? 0 : (register.smallCountBelow() ?? DEFAULT_SMALL_COUNT_BELOW)),
  });
  await listen(app, config);
  log.info(
    { address: `http://${config.host}:${(app.server.address() as AddressInfo).port}` },
    'portal ready',
  );
  const reconciler = startReconciler(
    {
      cameras: () => register.list(),
      directory: createCameraDirectory(redis, config.prefix),
      liveQueue: queues.byName.live,
      nowMs: Date.now,
      log,
    },
    config.reconcileMs,
  );
  closeOnSignal({
    log,
    deadlineMs: config.shutdownMs,
    close: async () => {
      await reconciler.stop();
      await app.close();
      await queues.close();
      redis.disconnect();
      register.close();
      database.close();
    },
  });
}

async function listen(app: ReturnType<typeof createPortal>, config: Config): Promise<void> {
  try {
    await app.listen({ host: config.host, port: config.port });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
    throw new AnalysisError(
      'config-invalid',
      'listen',
      `port ${config.port} on ${config.host} is taken; set PANTAU_PORT to a free one`,
      {
        cause,
      },
    );
  }
}

function portalMetrics(queues: Queues) {
  const registry = new Registry();
  addProcessMetrics(registry);
  addQueueMetrics(registry, () => queues.counts());
  return { contentType: registry.contentType, text: () => registry.metrics() };
}
