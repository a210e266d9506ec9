/** What a child process prints on stderr, bounded and without credentials. */
import type { Readable } from 'node:stream';
import { redact } from './redact.ts';

const STDERR_LINES = 100;
const STDERR_LINE_LENGTH = 500;

/** What was printed so far. */
export interface ProcessWords {
  /** The last lines, redacted. */
  tail(): readonly string[];
  /** Lines of level `error` or worse. */
  errorCount(): number;
}

/** Keeps a ring of the last lines and counts the errors; a damaged stream prints many lines per second. */
export function collectWords(stderr: Readable, secrets: readonly string[]): ProcessWords {
  const ring: string[] = [];
  let rest = '';
  let errors = 0;
  const keep = (line: string) => {
    if (line.trim() === '') return;
    if (/\[(?:error|fatal|panic)\]/.test(line)) errors += 1;
    ring.push(redact(line, secrets).slice(0, STDERR_LINE_LENGTH));
    if (ring.length > STDERR_LINES) ring.shift();
  };
  stderr.setEncoding('utf8');
  stderr.on('data', (chunk: string) => {
    const lines = (rest + chunk).split(/\r?\n/);
    // Cut from the front: an endless line must not grow, and half a URL must not lose its `scheme://`.
    rest = (lines.pop() ?? '').slice(0, 16 * STDERR_LINE_LENGTH);
    for (const line of lines) keep(line);
  });
  stderr.on('end', () => keep(rest));
  return { tail: (): readonly string[] => [...ring], errorCount: () => errors };
}
