/** Processes as Linux's `/proc` shows them; CPU time is the bill that other load on the machine changes least. */
import { readdirSync, readFileSync } from 'node:fs';

/** Linux reports process times in hundredths of a second on every architecture Node runs on (`USER_HZ`). */
const TICKS_PER_SECOND = 100;

/** CPU seconds of one process. */
export interface CpuSeconds {
  /** Its own, all threads, user and system. */
  readonly own: number;
  /** Of its children that have ended and were waited for. */
  readonly reaped: number;
}

/** CPU time so far; zero for a process that is gone. */
export function cpuSeconds(pid: number | 'self'): CpuSeconds {
  const fields = statFields(pid);
  const ticks = (field: number): number => Number(fields?.[field] ?? 0) / TICKS_PER_SECOND;
  return { own: ticks(UTIME) + ticks(UTIME + 1), reaped: ticks(UTIME + 2) + ticks(UTIME + 3) };
}

/** Sum over processes of their own CPU time, in seconds. */
export function cpuSecondsOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + cpuSeconds(pid).own, 0);
}

/** Resident memory in MiB; zero for a process that is gone. */
export function residentMiB(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1];
  return Number(kib ?? 0) / 1024;
}

/**
 * Resident memory that belongs to no file, in MiB: heap, buffers and shared memory. Pages of programs and libraries come
 * and go with what else the machine does, and are no leak. Zero for a process that is gone.
 */
export function unfiledMiB(pid: number): number {
  const text = read(`/proc/${pid}/status`) ?? '';
  const kib = (field: string): number =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0);
  return (kib('RssAnon') + kib('RssShmem')) / 1024;
}

/** A living process. */
export interface ProcessRow {
  readonly pid: number;
  readonly parentPid: number;
  /** Program name as the kernel keeps it, at most 15 characters. */
  readonly name: string;
}

/** Sends a signal; nothing happens where the process has ended by itself in between. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** All living descendants of `pid`. */
export function descendants(pid: number): ProcessRow[] {
  const rows = readdirSync('/proc').flatMap((entry) => processRow(entry) ?? []);
  const family = new Set([pid]);
  for (let before = 0; before !== family.size; ) {
    before = family.size;
    for (const row of rows) if (family.has(row.parentPid)) family.add(row.pid);
  }
  return rows.filter((row) => row.pid !== pid && family.has(row.pid));
}

/** Index of utime (field 14 of proc(5)) after the program name and state were cut off. */
const UTIME = 11;

function statFields(pid: number | 'self'): string[] | undefined {
  const text = read(`/proc/${pid}/stat`);
  // The name may hold blanks and brackets: everything after the last bracket is numbers.
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
}

function processRow(entry: string): ProcessRow | undefined {
  if (!/^\d+$/.test(entry)) return undefined;
  const text = read(`/proc/${entry}/stat`);
  if (text === undefined) return undefined;
  const name = text.slice(text.indexOf('(') + 1, text.lastIndexOf(')'));
  const parentPid = Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]);
  return { pid: Number(entry), parentPid, name };
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
