/** Keeps the measured worker and everything that only serves the measurement on different cores. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Lists as `taskset -c` takes them. */
export interface CoreSplit {
  /** One core, for the worker with its detectors and decoders. */
  readonly worker: string;
  /** All others. */
  readonly others: string;
}

/** Undefined where there is one core only, or no `taskset`. */
export function splitCores(): CoreSplit | undefined {
  const cores = parseCoreList(allowedList());
  const [worker, ...others] = cores;
  if (worker === undefined || others.length === 0 || !hasTaskset()) return undefined;
  return { worker: String(worker), others: others.join(',') };
}

/** `0-2,5` → 0, 1, 2, 5. */
export function parseCoreList(list: string): number[] {
  return list
    .split(',')
    .filter((part) => part.trim() !== '')
    .flatMap((part) => {
      const [from = 0, to = from] = part.split('-').map(Number);
      return Array.from({ length: to - from + 1 }, (_, index) => from + index);
    });
}

/** Moves a process with all its threads; what it starts later stays there too. Returns what undoes it. */
export function confine(pid: number, cores: string): () => void {
  const before = allowedList(pid);
  const set = (list: string): unknown =>
    execFileSync('taskset', ['-a', '-c', '-p', list, String(pid)], { stdio: 'ignore' });
  set(cores);
  return () => set(before);
}

/** CPU seconds that a core was busy since the machine's start, whoever used it. */
export function busySeconds(core: string): number {
  const line = new RegExp(`^cpu${core} (.*)$`, 'm').exec(readFileSync('/proc/stat', 'utf8'))?.[1] ?? '';
  // user nice system idle iowait irq softirq steal: idle and iowait are not work, steal is another guest's.
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = line.split(' ').map(Number);
  return (user + nice + system + irq + softirq) / 100;
}

function allowedList(pid: number | 'self' = 'self'): string {
  return /^Cpus_allowed_list:\s+(\S+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '';
}

function hasTaskset(): boolean {
  try {
    execFileSync('taskset', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
