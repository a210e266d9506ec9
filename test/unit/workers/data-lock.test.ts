import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { lockDataFolder } from '../../../workers/cluster/data-lock.ts';

let folder: string;
let programs: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pantau-data-lock-'));
  programs = path.join(folder, 'bin');
  mkdirSync(programs);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

it.each([
  ['there is no flock', () => undefined, 'flock is not installed: apt-get install util-linux'],
  [
    'flock may not be run',
    () => writeFileSync(path.join(programs, 'flock'), '', { mode: 0o600 }),
    "it can't be locked: spawn flock EACCES",
  ],
  [
    'the lock can not be opened',
    () => mkdirSync(path.join(folder, 'run', 'lock'), { recursive: true }),
    "it can't be locked: EISDIR",
  ],
])('a data folder is refused with the reason where %s', async (_what, prepare, reason) => {
  vi.stubEnv('PATH', programs);
  prepare();
  await expect(lockDataFolder(folder)).rejects.toMatchObject({
    code: 'config-invalid',
    message: expect.stringContaining(`data folder ${folder}: ${reason}`),
  });
});
