/** One Pantau at a time on a data folder, also where several containers share its volume. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { AnalysisError } from '../../pipelines/errors.ts';
import { makeFolder } from '../make-folder.ts';

/** The Redis of one that was just killed saves and leaves within this. */
const FORMER_DEADLINE_S = 5;
/** What `flock` is told to end with when somebody else has the lock. */
const TAKEN_EXIT_CODE = 75;

/** The lock while it is held. */
export interface DataLock {
  /** A process that is given this as one of its files holds the lock as long as it lives, too. */
  readonly fd: number;
  release(): void;
}

/**
 * Locks `<dataDir>/run/lock`. The kernel keeps the lock with the open file: it sees no container's border, and whoever ends,
 * even by kill -9, holds it no more.
 * @throws AnalysisError `config-invalid` when another Pantau works on the folder, or it can't be locked at all.
 */
export async function lockDataFolder(dataDir: string): Promise<DataLock> {
  const file = path.join(dataDir, 'run', 'lock');
  makeFolder(path.dirname(file));
  const fd = openLock(file, dataDir);
  try {
    await flock(fd, dataDir);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  noteHolder(fd);
  return { fd, release: () => closeSync(fd) };
}

function openLock(file: string, dataDir: string): number {
  try {
    return openSync(file, 'a');
  } catch (error) {
    throw refusal(dataDir, `it can't be locked: ${(error as Error).message}`);
  }
}

/** For the message to the next one. */
function noteHolder(fd: number): void {
  try {
    ftruncateSync(fd);
    writeSync(fd, `process ${process.pid} on ${hostname()} since ${new Date().toISOString()}`);
  } catch {
    // On a full disk the lock holds without a name.
  }
}

/** Node has no call for it, but a lock that a child takes on a file of ours is ours as well. */
async function flock(fd: number, dataDir: string): Promise<void> {
  const options = ['--timeout', String(FORMER_DEADLINE_S), '--conflict-exit-code', String(TAKEN_EXIT_CODE)];
  const child = spawn('flock', [...options, '3'], { stdio: ['ignore', 'ignore', 'pipe', fd] });
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  const [code, signal] = (await once(child, 'close').catch(({ code, message }: NodeJS.ErrnoException) => {
    const isMissing = code === 'ENOENT';
    throw refusal(
      dataDir,
      isMissing ? 'flock is not installed: apt-get install util-linux' : `it can't be locked: ${message}`,
    );
  })) as [number | null, string | null];
  if (code === 0) return;
  if (code !== TAKEN_EXIT_CODE) {
    throw refusal(dataDir, `it can't be locked: ${complaint.trim() || `flock ended with ${code ?? signal}`}`);
  }
  const owner =
    readFileSync(path.join(dataDir, 'run', 'lock'), 'utf8') || 'its name found no room on the disk';
  throw refusal(
    dataDir,
    `found another Pantau at work on it (${owner}); stop that one or, where that one is gone, wait for its Redis to save; ` +
      'or set PANTAU_DATA_DIR to another folder',
  );
}

function refusal(dataDir: string, what: string): AnalysisError {
  return new AnalysisError('config-invalid', 'lock-data', `data folder ${dataDir}: ${what}`);
}
