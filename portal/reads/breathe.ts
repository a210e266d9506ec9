/** A turn for everybody else: the portal answers everyone in one process. */
import { setImmediate } from 'node:timers/promises';

/**
 * Resolves after what waits on the event loop had its turn. SQLite answers at once: a loop over cameras that only awaits
 * its reads would hold up every other answer until its end.
 */
export async function breathe(): Promise<void> {
  await setImmediate();
}
