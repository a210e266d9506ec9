/** Memory of processes that share pages: each gets its part of them, so that sums are right. */
import { readFileSync } from 'node:fs';
import { descendants, type ProcessRow } from '../measure/processes.ts';

/** Proportional set size in MiB; zero for a process that is gone. */
export function proportionalMiB(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Mean over the descendants of `pid` that are meant; zero without any. */
export function meanMiB(pid: number, isMeant: (row: ProcessRow) => boolean): number {
  const meant = descendants(pid).filter(isMeant);
  return meant.reduce((sum, row) => sum + proportionalMiB(row.pid), 0) / Math.max(1, meant.length);
}
