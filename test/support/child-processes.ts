/** What this test process has left running. */
import { execFileSync } from 'node:child_process';

/** Command lines of this process's living descendants. */
function childProcesses(): string[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  const rows = lines.map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line)).filter((row) => row !== null);
  const family = new Set([process.pid]);
  for (let before = 0; before !== family.size; ) {
    before = family.size;
    for (const [, pid, parent] of rows) if (family.has(Number(parent))) family.add(Number(pid));
  }
  return rows.filter(([, pid]) => family.has(Number(pid))).map(([, , , args]) => args ?? '');
}

/** Command lines of the ffmpeg and ffprobe processes that this process started, directly or not. */
export function runningFfmpegs(): string[] {
  return childProcesses().filter((args) => /ffmpeg|ffprobe/.test(args));
}
