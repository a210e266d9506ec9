import { afterEach, describe, expect, it, vi } from 'vitest';
import { reportError } from '../../../workers/cli/output.ts';

afterEach(() => vi.restoreAllMocks());

/** What the person sees, and the exit code. */
function reported(error: unknown): { code: number; text: string } {
  let text = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  return { code: reportError(error), text };
}

function refusal(fields: Partial<NodeJS.ErrnoException> & { address?: string; port?: number }): Error {
  return Object.assign(new Error('refused'), fields);
}

describe('reportError', () => {
  it.each([
    [
      { code: 'EACCES', syscall: 'mkdir', path: '/srv/pantau' },
      /^pantau: \/srv\/pantau: .*owner and mode \(EACCES\)\n$/,
    ],
    [
      { code: 'EROFS', syscall: 'open', path: '/srv/k' },
      /^pantau: \/srv\/k: .*read-only.*PANTAU_DATA_DIR.*\n$/,
    ],
    [{ code: 'ENOSPC', syscall: 'write' }, /^pantau: write: the disk is full.*\n$/],
    [
      { code: 'EACCES', syscall: 'listen', address: '0.0.0.0', port: 80 },
      /^pantau: 0\.0\.0\.0:80: .*PANTAU_PORT.*\n$/,
    ],
    [
      { code: 'EADDRNOTAVAIL', syscall: 'listen', address: '10.9.9.9', port: 80 },
      /^pantau: 10\.9\.9\.9:80: .*PANTAU_HOST.*\n$/,
    ],
    [
      { code: 'EADDRINUSE', syscall: 'listen', address: '::1', port: 9 },
      /^pantau: ::1:9: the port is taken.*\n$/,
    ],
    [{ code: 'ENOENT', syscall: 'spawn setpriv', path: 'setpriv' }, /^pantau: setpriv: .*not installed.*\n$/],
  ])('says what to do about $code of $syscall', (fields, line) => {
    const { code, text } = reported(refusal(fields));
    expect(text).toMatch(line);
    expect(code).toBe(78);
  });

  it.each([
    ['an error of ours', new TypeError('x is undefined')],
    ['a code that no system call gave', refusal({ code: 'EACCES' })],
    ['a code without advice', refusal({ code: 'EBADF', syscall: 'read' })],
  ])('shows the stack of %s', (_name, error) => {
    const { code, text } = reported(error);
    expect(text).toMatch(/unexpected fault.*\n\s+at /);
    expect(code).toBe(1);
  });
});
