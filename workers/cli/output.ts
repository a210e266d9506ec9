/** How the command line speaks: aligned tables for people, JSON for machines, short errors with an exit code. */
import Table from 'cli-table3';
import { CommanderError, InvalidArgumentError } from 'commander';
import { AnalysisError, type ErrorCode } from '../../pipelines/errors.ts';
import { redactText } from '../logger.ts';

/** What was typed can't be meant: an unknown option or choice, a bad value, options that don't go together. */
export const USAGE_EXIT_CODE = 2;
/** A file that was named is not there. */
const MISSING_EXIT_CODE = 66;
/** After sysexits.h: 65 bad data, 66 no input, 69 a service is away, 77 not allowed, 78 configuration. `docs/operate.md`. */
const EXIT_CODES: Partial<Record<ErrorCode, number>> = {
  'config-invalid': 78,
  'ffmpeg-missing': 78,
  'site-invalid': 65,
  'job-invalid': 65,
  'camera-unknown': 65,
  'time-unknown': 65,
  'source-empty': 65,
  'source-not-video': 65,
  'source-no-video-stream': 65,
  'source-too-large': 65,
  'source-too-small': 65,
  'source-missing': MISSING_EXIT_CODE,
  'model-missing': MISSING_EXIT_CODE,
  'model-unknown': 65,
  'model-invalid': 65,
  'model-licence': 77,
  'source-refused': 77,
  'source-auth-failed': 77,
  'source-unreachable': 69,
  'publish-failed': 69,
  'store-failed': 69,
};

/** Printed under `pantau --help`. */
export const EXIT_CODE_HELP =
  'Exit codes: 0 done · 1 failed · 2 wrong usage · 65 bad input data · 66 input missing · 69 service away · 77 not allowed · 78 settings';

/** A plain table with aligned columns; numbers to the right. */
export function formatTable(
  head: readonly string[],
  rows: readonly (readonly (string | number | undefined)[])[],
): string {
  const isNumeric = head.map((_, column) => rows.every((row) => isNumberLike(row[column])));
  const table = new Table({
    head: [...head],
    colAligns: isNumeric.map((numeric) => (numeric ? 'right' : 'left')),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    chars: NO_BORDERS,
  });
  for (const row of rows) table.push(row.map((cell) => cell ?? '–'));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

const NO_BORDERS = Object.fromEntries(
  [
    ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
    ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'],
  ].map((name) => [name, '']),
);

function isNumberLike(cell: string | number | undefined): boolean {
  return cell === undefined || typeof cell === 'number' || /^[–-]?[\d.,]*\s?%?$/.test(cell);
}

/** Writes to stdout with a line end. */
export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Progress and remarks: stderr, so that stdout stays pure data. */
export function remark(text: string): void {
  process.stderr.write(`${text}\n`);
}

/**
 * Reads the value of an option that counts something: a whole number from 1 to `max`.
 * @throws InvalidArgumentError naming the option, what was found and what is allowed.
 */
export function parseCount(option: string, max: number): (text: string) => number {
  return (text) => {
    const count = Number(text);
    if (Number.isInteger(count) && count >= 1 && count <= max) return count;
    throw new InvalidArgumentError(`${option}: expected a whole number from 1 to ${max}, found ${text}`);
  };
}

/** What the system refused, and what the operator can do about it. */
const SYSTEM_ADVICE: Readonly<Record<string, string>> = {
  EACCES: 'this user may not use it; check its owner and mode',
  EPERM: 'the system does not allow it; check owner, mode and container rights',
  EROFS: 'it lies on a read-only file system; set PANTAU_DATA_DIR to a folder that can be written',
  ENOSPC: 'the disk is full; free space',
  EDQUOT: 'the disk quota is used up; free space',
  ENOENT: 'it is not there and can’t be made; check the path (PANTAU_DATA_DIR, PANTAU_KEY_FILE)',
  ENOTDIR: 'a part of the path is a file, not a folder; check the path',
  EEXIST: 'a file is where a folder is needed; move it away or name another folder',
  EISDIR: 'a folder is where a file is needed; name a file',
  EADDRINUSE: 'the port is taken; set PANTAU_PORT or PANTAU_WORKER_PORT to a free one',
  EADDRNOTAVAIL: 'this machine has no such address; set PANTAU_HOST to one of its own, or to 0.0.0.0',
};

/** Where the same code asks for something else. */
const ADVICE_BY_CALL: Readonly<Record<string, string>> = {
  'listen EACCES':
    'this user may not listen there; ports below 1024 need rights, set PANTAU_PORT to a higher one',
  'spawn ENOENT': 'this program is not installed, or not on the PATH',
};

/** The line for a refusal of the operating system; undefined when the error is none or nothing can be advised. */
function describeRefusal(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, syscall, path, address, port } = error as NodeJS.ErrnoException & {
    address?: string;
    port?: number;
  };
  if (code === undefined || syscall === undefined) return undefined;
  const advice = ADVICE_BY_CALL[`${syscall.split(' ')[0]} ${code}`] ?? SYSTEM_ADVICE[code];
  if (advice === undefined) return undefined;
  const endpoint = address === undefined ? syscall : `${address}${port === undefined ? '' : `:${port}`}`;
  return `${path ?? endpoint}: ${advice} (${code})`;
}

/** A site file that is not there is missing input, not a bad one. */
function isMissingFile({ code, cause }: AnalysisError): boolean {
  return code === 'site-invalid' && (cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
}

/** One error line for a known fault, a stack only for a fault of ours; returns the exit code. */
export function reportError(error: unknown): number {
  if (error instanceof AnalysisError) {
    remark(`pantau: ${redactText(error.message)}`);
    return isMissingFile(error) ? MISSING_EXIT_CODE : (EXIT_CODES[error.code] ?? 1);
  }
  if (error instanceof CommanderError) {
    remark(`pantau: ${redactText(error.message)}`);
    return USAGE_EXIT_CODE;
  }
  const refusal = describeRefusal(error);
  if (refusal !== undefined) {
    remark(`pantau: ${redactText(refusal)}`);
    return EXIT_CODES['config-invalid'] ?? 1;
  }
  remark(
    `pantau: unexpected fault, please report it: ${redactText(error instanceof Error ? (error.stack ?? error.message) : String(error))}`,
  );
  return 1;
}
