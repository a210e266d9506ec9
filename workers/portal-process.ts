/** The portal process: store, API and page, the camera register, and the reconciler that keeps Redis in line. */

import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { Registry } from 'prom-client';
import { builtInAccuracyDir, loadFigures } from '../models/accuracy-figures.ts';
import { AnalysisError } from '../pipelines/errors.ts';
import { parseMapBase } from '../portal/api/map-base.ts';
import type { MapBelow } from '../portal/api/map-layers.ts';
import { createPortal } from '../portal/api/portal.ts';
import { startMaintenance } from '../portal/maintenance.ts';
import { DEFAULT_SMALL_COUNT_BELOW } from '../portal/privacy/publish-rows.ts';
import type { Publishing } from '../portal/publishers/publishing.ts';
import { openPortalStore } from '../portal/store/open-store.ts';
import { createCameraDirectory } from './cluster/cameras.ts';
import { openQueues, type Queues } from './cluster/queues.ts';
import { checkRedis, connectProducer, redisUrl } from './cluster/redis.ts';
import { type Config, isLoopback, PACKAGE_ROOT } from './config.ts';
import { readConfiguredFile } from './configured-file.ts';
import { startReconciler } from './live/reconciler.ts';
import { createLogger } from './logger.ts';
import { addProcessMetrics, addQueueMetrics } from './metrics.ts';
import { joinConsole } from './operations/portal-console.ts';
import { publicRegister } from './operations/public-register.ts';
import { addPublisherMetrics, startConfiguredPublishing } from './publishing.ts';
import { openRegister } from './register/register.ts';
import { loadSecrets } from './secrets.ts';
import { closeOnSignal, endWithParent } from './shutdown.ts';

/** What the city puts below the cameras on the map. */
function mapBelow({ mapFile, mapTiles }: Config): MapBelow {
  const base =
    mapFile === undefined
      ? undefined
      : parseMapBase(readConfiguredFile(mapFile, 'base layer of the map'), mapFile);
  return {
    ...(base === undefined ? {} : { base }),
    ...(mapTiles === undefined ? {} : { tiles: mapTiles }),
  };
}

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
  const store = await openPortalStore({
    file: path.join(config.dataDir, 'portal.db'),
    url: config.portalDatabaseUrl,
    report: (message) => log.warn(message),
  });
  const register = openRegister({ file: path.join(config.dataDir, 'register.db'), secrets });
  const { figures, faults } = await loadFigures(builtInAccuracyDir(PACKAGE_ROOT));
  for (const { message } of faults) log.warn(`accuracy figures left out: ${message}`);
  const smallCountBelow =
    config.smallCountBelow ??
    (isLoopback(config.host) ? 0 : (register.smallCountBelow() ?? DEFAULT_SMALL_COUNT_BELOW));
  const publishing = startConfiguredPublishing({
    ...{ config, store, figures, smallCountBelow, log },
    register: publicRegister(register),
  });
  const app = createPortal({
    store,
    register: publicRegister(register),
    ...(config.portalUrl === undefined ? {} : { publicUrl: config.portalUrl }),
    publishToken: secrets.publishToken,
    trustedProxies: config.trustedProxies,
    webDir: path.join(PACKAGE_ROOT, 'dist', 'portal', 'web'),
    map: mapBelow(config),
    spoolDir: config.dataDir,
    metrics: portalMetrics(queues, publishing),
    clock: Date.now,
    logger: log,
    ...{ figures, smallCountBelow },
  });
  const directory = createCameraDirectory(redis, config.prefix);
  const portalConsole = joinConsole(app, {
    ...{ config, register, secrets, redis, queues, directory, store, log },
    ...(publishing === undefined ? {} : { publishers: publishing }),
    onChange: () => reconciler.wake(),
  });
  await listen(app, config);
  const address = `http://${config.host}:${(app.server.address() as AddressInfo).port}`;
  log.info({ address }, 'portal ready');
  const maintenance = startMaintenance({
    ...{ store, clock: Date.now, log, retentionDays: config.keepDays },
    ...(config.keepAuditMonths === undefined ? {} : { auditMonths: config.keepAuditMonths }),
  });
  const reconciler = startReconciler(
    {
      cameras: () => register.list(),
      directory,
      liveQueue: queues.byName.live,
      nowMs: Date.now,
      log,
    },
    config.reconcileMs,
  );
  await portalConsole.announce(config.portalUrl ?? address);
  closeOnSignal({
    log,
    deadlineMs: config.shutdownMs,
    close: async () => {
      await reconciler.stop();
      await closeServer(app);
      portalConsole.close();
      await publishing?.close();
      await maintenance.stop();
      await queues.close();
      redis.disconnect();
      register.close();
      await store.close();
    },
  });
}

/** How long answers under way may take when the portal stops. */
const LAST_ANSWERS_MS = 3_000;

/** Browsers open connections ahead of need; one that never asked anything is no idle one to Node and holds a close up. */
async function closeServer(app: ReturnType<typeof createPortal>): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), LAST_ANSWERS_MS);
  await app.close();
  clearTimeout(timer);
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

function portalMetrics(queues: Queues, publishing: Publishing | undefined) {
  const registry = new Registry();
  addProcessMetrics(registry);
  addQueueMetrics(registry, () => queues.counts());
  if (publishing !== undefined) addPublisherMetrics(registry, () => publishing.status());
  return { contentType: registry.contentType, text: () => registry.metrics() };
}
