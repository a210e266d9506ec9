/** `pantau up`: everything of one machine, kept alive until a signal. */
import { remark, say } from './cli/output.ts';
import type { Config } from './config.ts';
import { createLogger } from './logger.ts';
import { makeFolder } from './make-folder.ts';
import { closeOnSignal } from './shutdown.ts';
import { startCluster } from './supervisor.ts';

/** Longer than any child's own deadline, so that children end by themselves. */
const STOP_DEADLINE_FACTOR = 3;

/** Resolves when everything is up; the process then runs until SIGINT or SIGTERM. */
export async function runUp(config: Config, options: { workers: number }): Promise<void> {
  const log = createLogger({ level: config.logLevel, name: 'up' });
  makeFolder(config.mediaRoot);
  const cluster = await startCluster({
    config,
    workers: options.workers,
    log,
    onReady: (part) => remark(`  ${part} ✓`),
  });
  say(
    `\nDasbor / dashboard: ${config.portalUrl ?? cluster.portalUrl}\nCtrl-C berhenti / stops. Kamera: pantau camera add --help`,
  );
  closeOnSignal({ close: cluster.stop, deadlineMs: config.shutdownMs * STOP_DEADLINE_FACTOR, log });
}
