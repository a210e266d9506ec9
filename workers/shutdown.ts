/** One orderly end per process: first signal drains, a second one or the deadline forces. */
import type { Logger } from './logger.ts';

/** While a child of `pantau up` is still starting: without its parent it ends at once. */
export function endWithParent(): void {
  if (process.channel !== undefined) process.once('disconnect', () => process.exit(1));
}

/**
 * Runs `close` once on SIGTERM, SIGINT or when a supervising parent goes away, then exits 0.
 * A second signal, a deadline or a failing `close` exits 1.
 */
export function closeOnSignal(options: {
  close: () => Promise<void>;
  deadlineMs: number;
  log: Logger;
}): void {
  const { close, deadlineMs, log } = options;
  let isClosing = false;
  const end = (cause: string): void => {
    if (isClosing) {
      log.warn({ cause }, 'second signal, leaving at once');
      process.exit(1);
    }
    isClosing = true;
    log.info({ cause }, 'stopping');
    const deadline = setTimeout(() => {
      log.error({ deadlineMs }, 'not stopped in time, leaving');
      process.exit(1);
    }, deadlineMs);
    close().then(
      () => {
        clearTimeout(deadline);
        log.info('stopped');
        process.exit(0);
      },
      (error: unknown) => {
        log.error({ error: String(error) }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', () => end('SIGTERM'));
  process.on('SIGINT', () => end('SIGINT'));
  // `pantau up` keeps an IPC channel open; when it dies, even by kill -9, its children leave too.
  process.removeAllListeners('disconnect');
  if (process.channel !== undefined) process.on('disconnect', () => isClosing || end('parent gone'));
}
