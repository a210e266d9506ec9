/** Leaves no process behind, however a run ended. */
import { setTimeout as sleep } from 'node:timers/promises';
import { descendants, type ProcessRow, signalProcess } from './measure/processes.ts';

const GRACE_MS = 5_000;
const POLL_MS = 100;

/**
 * Ends whatever this process started and a failed scenario did not stop: SIGTERM, and SIGKILL after five seconds.
 * @returns the names of what was still there.
 */
export async function stopChildren(): Promise<string[]> {
  const left = descendants(process.pid);
  signalAll(left, 'SIGTERM');
  const deadlineMs = performance.now() + GRACE_MS;
  while (descendants(process.pid).length > 0 && performance.now() < deadlineMs) await sleep(POLL_MS);
  signalAll(descendants(process.pid), 'SIGKILL');
  return left.map(({ name }) => name);
}

function signalAll(rows: readonly ProcessRow[], signal: NodeJS.Signals): void {
  for (const { pid } of rows) signalProcess(pid, signal);
}
