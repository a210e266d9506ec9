/** What a person sees who made a mistake: one line that says what to do, and an exit code. Never a stack. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { footage } from '../support/footage.ts';

const root = path.resolve(import.meta.dirname, '../..');
const site = path.join(root, 'fixtures/sites/pets09.json');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pantau-cli-'));
  writeFileSync(path.join(folder, 'text.mp4'), 'not a video at all, but long enough to look at it');
  writeFileSync(path.join(folder, 'empty.mp4'), '');
  writeFileSync(path.join(folder, 'bad.json'), '{"version":1,"cameras":[{"id":"A B","lines":[]}]}');
});
afterAll(() => rmSync(folder, { recursive: true }));

function pantau(...args: string[]): { code: number | null; stdout: string; stderr: string } {
  const done = spawnSync(
    process.execPath,
    ['--import', 'tsx', path.join(root, 'workers/cli/main.ts'), ...args],
    {
      cwd: root,
      encoding: 'utf8',
      env: {
        ...process.env,
        PANTAU_DATA_DIR: folder,
        PANTAU_MODEL_DIR: path.join(root, 'var', 'models'),
        PANTAU_REDIS_URL: 'redis://127.0.0.1:1',
      },
    },
  );
  return { code: done.status, stdout: done.stdout, stderr: done.stderr };
}

describe('pantau', () => {
  it.each([
    ['an unknown command', ['fly'], 2, /unknown command 'fly'/],
    ['a missing option', ['analyze', 'x.mp4'], 2, /required option '--site <file>'/],
    ['a missing recording', ['analyze', 'nope.mp4', '--site', site], 66, /nope\.mp4/],
    ['an empty recording', ['analyze', '@/empty.mp4', '--site', site], 65, /empty\.mp4/],
    ['a recording that is none', ['analyze', '@/text.mp4', '--site', site], 65, /text\.mp4/],
    [
      'a URL for a path',
      ['analyze', 'http://127.0.0.1/x.mp4', '--site', site],
      77,
      /a http address was given where a file was expected/,
    ],
    ['a missing site file', ['analyze', 'x.mp4', '--site', 'nope.json'], 65, /nope\.json/],
    ['a bad site file', ['analyze', 'x.mp4', '--site', '@/bad.json'], 65, /cameras\[0\]\.id/],
    [
      'a camera the site file has not',
      ['analyze', 'x.mp4', '--site', site, '--camera', 'x'],
      65,
      /known: pets09-s2l1/,
    ],
    ['an unknown model', ['analyze', footage(), '--site', site, '--model', 'yolo99'], 65, /yolo99/],
    [
      'a start without offset',
      ['analyze', footage(), '--site', site, '--start', '2026-11-21T07:00:00'],
      65,
      /offset/,
    ],
    [
      'a rate that can’t be',
      ['analyze', footage(), '--site', site, '--fps', '0'],
      78,
      /--fps: expected auto, or more than 0/,
    ],
    [
      'a window that does not divide an hour',
      ['analyze', footage(), '--site', site, '--window', '7'],
      78,
      /--window/,
    ],
    ['no Redis', ['status'], 78, /Redis at redis:\/\/127\.0\.0\.1:1 does not answer/],
    ['a camera without address', ['camera', 'add', 'x'], 78, /--site FILE, or an id and --url/],
    ['a camera that is not there', ['camera', 'remove', 'x'], 65, /no camera "x"; there are none yet/],
  ])('%s', (_name, args, code, message) => {
    const done = pantau(...args.map((arg) => arg.replace(/^@/, folder)));
    expect(done.stderr).toMatch(message);
    expect(done.stderr).not.toMatch(/\n\s+at .*\.[jt]s:\d+/);
    expect(done.code).toBe(code);
    expect(done.stdout).toBe('');
  });

  it('adds a camera once, seals its password and never shows it', () => {
    const url = 'rtsp://admin:rahasia@10.1.2.3/stream1';
    const first = pantau('camera', 'add', 'simpang-5', '--url', url, '--fps', '2', '--json');
    expect(first.code, first.stderr).toBe(0);
    const second = pantau('camera', 'add', 'simpang-5', '--url', url, '--fps', '2', '--json');
    expect(JSON.parse(first.stdout)[0]).toMatchObject({ changed: true });
    expect(JSON.parse(second.stdout)[0]).toMatchObject({
      changed: false,
      revision: JSON.parse(first.stdout)[0].revision,
    });
    const listed = pantau('camera', 'list', '--json');
    expect(JSON.parse(listed.stdout)).toMatchObject([
      { cameraId: 'simpang-5', sourceShown: 'rtsp://***@10.1.2.3/stream1' },
    ]);
    expect(first.stdout + first.stderr + listed.stdout).not.toContain('rahasia');
    expect(pantau('camera', 'remove', 'simpang-5').code).toBe(0);
  });

  it('gives help with examples for every command', () => {
    for (const command of [
      ['analyze'],
      ['enqueue'],
      ['status'],
      ['up'],
      ['worker'],
      ['portal'],
      ['camera', 'add'],
      ['models', 'fetch'],
      ['demo'],
    ]) {
      const help = pantau(...command, '--help');
      expect(help.code).toBe(0);
      expect(help.stdout, command.join(' ')).toMatch(/Examples?:/);
    }
  });
});
