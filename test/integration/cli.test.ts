/** What a person sees who made a mistake: one line that says what to do, and an exit code. Never a stack. */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withCluster } from '../../workers/cli/connect.ts';
import { enqueue } from '../../workers/cli/enqueue.ts';
import { readConfig } from '../../workers/config.ts';
import { startTestCluster, type TestCluster } from '../support/cluster.ts';
import { footage } from '../support/footage.ts';

const root = path.resolve(import.meta.dirname, '../..');
const site = path.join(root, 'fixtures/sites/pets09.json');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pantau-cli-'));
  writeFileSync(path.join(folder, 'text.mp4'), 'not a video at all, but long enough to look at it');
  writeFileSync(path.join(folder, 'empty.mp4'), '');
  mkdirSync(path.join(folder, 'keys'));
  writeFileSync(path.join(folder, 'bad.json'), '{"version":1,"cameras":[{"id":"A B","lines":[]}]}');
  const unknownModel = JSON.parse(readFileSync(site, 'utf8'));
  unknownModel.cameras[0].model = 'yolo99';
  writeFileSync(path.join(folder, 'model.json'), JSON.stringify(unknownModel));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function pantau(...args: string[]): Ended {
  return pantauWith({}, ...args);
}

function pantauWith(settings: Record<string, string>, ...args: string[]): Ended {
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
        ...settings,
      },
    },
  );
  return { code: done.status, stdout: done.stdout, stderr: done.stderr };
}

describe('pantau', () => {
  it.each([
    ['an unknown command', ['fly'], 2, /unknown command 'fly'/],
    ['a choice there is not', ['plan', '--measure', 'x'], 2, /Allowed choices are/],
    ['options that do not go together', ['plan'], 2, /give either --cameras N or --site FILE/],
    ['a picture of no size', ['plan', '--cameras', '1', '--resolution', 'x'], 2, /--resolution: .*1920x1080/],
    ['a missing option', ['analyze', 'x.mp4'], 2, /required option '--site <file>'/],
    ['a missing recording', ['analyze', 'nope.mp4', '--site', site], 66, /nope\.mp4/],
    ['an empty recording', ['analyze', '@/empty.mp4', '--site', site], 65, /empty\.mp4/],
    ['a recording that is none', ['analyze', '@/text.mp4', '--site', site], 65, /text\.mp4/],
    [
      'a URL for a path',
      ['analyze', 'http://127.0.0.1/x.mp4', '--site', site],
      77,
      /found an address \(http:\) where a file was expected/,
    ],
    ['a missing site file', ['analyze', 'x.mp4', '--site', 'nope.json'], 66, /nope\.json/],
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
      ['analyze', footage(), '--site', site, '--fps', 'cepat'],
      2,
      /--fps: expected auto, or more than 0 and at most 60; found cepat/,
    ],
    [
      'a window that does not divide an hour',
      ['analyze', footage(), '--site', site, '--window', '7'],
      2,
      /--window/,
    ],
    ['no Redis', ['status'], 78, /Redis at redis:\/\/127\.0\.0\.1:1 does not answer/],
    ['a camera without address', ['camera', 'add', 'x'], 2, /--site FILE, or an id and --url/],
    ...['0', 'x', '1.5'].map((value): [string, string[], number, RegExp] => [
      `${value} detectors`,
      ['analyze', footage(), '--site', site, '--detectors', value],
      2,
      /--detectors: expected a whole number from 1 to 256, found /,
    ]),
    ['workers that are no number', ['up', '--workers', 'x'], 2, /--workers: expected a whole number/],
    ['a demo without workers', ['demo', '--workers', '0'], 2, /--workers: expected a whole number/],
    [
      'segments that are no number',
      ['enqueue', 'x.mp4', '--camera', 'x', '--segment-windows', 'x'],
      2,
      /--segment-windows: expected a whole number/,
    ],
    [
      'an address without scheme',
      ['camera', 'add', 'x', '--url', '10.1.2.3/stream'],
      2,
      /--url: .*rtsp:\/\/, rtsps:\/\/, http:\/\/ or https:\/\//,
    ],
    ['a scheme that is not allowed', ['camera', 'add', 'x', '--url', 'ftp://10.1.2.3/a'], 2, /--url: /],
    [
      'a rate that the site file says',
      ['camera', 'add', '--site', site, '--fps', '2'],
      2,
      /--fps: not allowed/,
    ],
    ['letters left to show', ['status', '--dead', 'x'], 2, /--dead: expected a whole number/],
    [
      'a folder for the records',
      ['analyze', footage(), '--site', site, '--out', '@'],
      2,
      /--out: .* is a folder; name a file/,
    ],
    [
      'a camera with a model nobody knows',
      ['camera', 'add', '--site', '@/model.json'],
      65,
      /"yolo99"; known ids: centernet-mobilenetv3, yolox-nano/,
    ],
    ['a camera that is not there', ['camera', 'remove', 'x'], 65, /no camera "x"; there are none yet/],
  ])('%s', (_name, args, code, message) => {
    const done = pantau(...args.map((arg) => arg.replace(/^@/, folder)));
    expect(done.stderr).toMatch(message);
    expect(done.stderr).not.toMatch(/\n\s+at .*\.[jt]s:\d+/);
    expect(done.code).toBe(code);
    expect(done.stdout).toBe('');
  });

  it.each([
    ['a data folder inside a file', { PANTAU_DATA_DIR: '@/text.mp4/data' }, /text\.mp4\/data: .*ENOTDIR/],
    ['a file for a data folder', { PANTAU_DATA_DIR: '@/text.mp4' }, /text\.mp4: .*EEXIST/],
    ['a folder for a key file', { PANTAU_KEY_FILE: '@/keys' }, /EISDIR/],
  ])('%s', (_name, settings, message) => {
    const done = pantauWith(
      Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, value.replace('@', folder)])),
      'camera',
      'list',
    );
    expect(done.stderr).toMatch(message);
    expect(done.stderr.trim().split('\n')).toHaveLength(1);
    expect(done.code).toBe(78);
  });

  it('stops with one line and leaves nothing when the disk is full', () => {
    const frames = path.join(folder, 'full.csv');
    const out = path.join(folder, 'full.ndjson');
    // What is written through the link meets a full disk.
    symlinkSync('/dev/full', `${frames}.part`);
    const done = pantau(
      ...['analyze', footage(), '--site', site, '--detectors', '1'],
      ...['--quiet', '--frames', frames, '--out', out],
    );
    expect(done.stderr).toMatch(
      /^pantau: the recording does not.*\npantau: .*full\.csv could not be written: ENOSPC.*\n$/,
    );
    expect(done.code).toBe(69);
    expect(readdirSync(folder).filter((name) => name.startsWith('full'))).toEqual([]);
  });

  it('leaves no half-written frame file when the records can’t be opened', () => {
    const frames = path.join(folder, 'frames.csv');
    const done = pantau(
      ...['analyze', footage(), '--site', site, '--detectors', '1', '--quiet'],
      ...['--frames', frames, '--out', path.join(folder, 'nope', 'x.ndjson')],
    );
    expect(done.code).toBe(69);
    expect(existsSync(`${frames}.part`)).toBe(false);
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
    expect(first.stderr).toMatch(
      /simpang-5: workers .* 10\.1\.2\.3 is a private address .*PANTAU_CAMERA_NETWORKS/,
    );
    const listed = pantau('camera', 'list', '--json');
    expect(JSON.parse(listed.stdout)).toMatchObject([
      { cameraId: 'simpang-5', sourceShown: 'rtsp://***@10.1.2.3/stream1' },
    ]);
    expect(first.stdout + first.stderr + listed.stdout).not.toContain('rahasia');
    expect(pantau('camera', 'remove', 'simpang-5').code).toBe(0);
    const log = new Database(path.join(folder, 'portal.db'), { readonly: true });
    const deeds = log.prepare('SELECT action, target FROM audit_entry ORDER BY rowid').all();
    log.close();
    expect(deeds).toEqual([
      { action: 'camera.put', target: 'simpang-5' },
      { action: 'camera.remove', target: 'simpang-5' },
    ]);
  });

  it('says whether a camera was changed when the database with the audit log fails', () => {
    const away = { PANTAU_PORTAL_DATABASE_URL: 'postgresql://pantau:rahasia@127.0.0.1:1/pantau' };
    const url = ['--url', 'rtsp://10.1.2.3/stream1'];
    const refused = pantauWith(away, 'camera', 'add', 'simpang-7', ...url);
    expect(refused.stderr).toMatch(/^pantau: PostgreSQL 127\.0\.0\.1:1\/pantau: .*; nothing was changed\n$/);
    expect([refused.code, pantau('camera', 'list', '--json').stdout.includes('simpang-7')]).toEqual([
      69,
      false,
    ]);
    const log = new Database(path.join(folder, 'portal.db'));
    log.exec("CREATE TRIGGER full BEFORE INSERT ON audit_entry BEGIN SELECT raise(ABORT, 'no room'); END");
    const half = pantau('camera', 'add', 'simpang-7', ...url);
    log.exec('DROP TRIGGER full');
    log.close();
    expect(half.stderr).toMatch(
      /no room.*; the change was made, but the audit log has no entry of camera\.put simpang-7\n$/,
    );
    expect([half.code, pantau('camera', 'list', '--json').stdout.includes('simpang-7')]).toEqual([69, true]);
    expect(pantau('camera', 'remove', 'simpang-7').code).toBe(0);
  });

  it('keeps the threshold of small counts when a further file says none, and notes its change', () => {
    const file = path.join(folder, 'privacy.json');
    const line = { id: 'l', from: { x: 0, y: 0 }, to: { x: 1, y: 1 } };
    for (const [id, privacy] of [
      ['a', { smallCountBelow: 9 }],
      ['b', undefined],
    ] as const) {
      // As Windows' editors save it.
      writeFileSync(file, `\uFEFF${JSON.stringify({ privacy, cameras: [{ id, lines: [line] }] })}`);
      const added = pantau('camera', 'add', '--site', file);
      expect(added.code, added.stderr).toBe(0);
    }
    const log = new Database(path.join(folder, 'portal.db'), { readonly: true });
    const deeds = log.prepare("SELECT target, detail FROM audit_entry WHERE action = 'site.put'").all();
    log.close();
    expect(deeds).toEqual([{ target: 'privacy', detail: 'smallCountBelow: – → 9' }]);
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

describe('pantau enqueue --copy', () => {
  let cluster: TestCluster;
  let media: string;
  let first: string;
  let second: string;

  beforeAll(async () => {
    cluster = await startTestCluster();
    media = readConfig(cluster.environment).mediaRoot;
    [first, second] = ['1', '2'].map((seconds) => {
      const file = path.join(folder, seconds, 'pagi.avi');
      mkdirSync(path.dirname(file));
      const made = spawnSync('ffmpeg', ['-i', footage(), '-t', seconds, '-c', 'copy', file]);
      expect(made.status, made.stderr.toString()).toBe(0);
      return file;
    }) as [string, string];
    const added = await cluster.run(['camera', 'add', 'a', '--url', 'rtsp://127.0.0.1/a']);
    expect(added.code, added.stderr).toBe(0);
  }, 60_000);
  afterAll(async () => cluster.stop());

  const START = ['--start', '2026-11-21T06:00:00+07:00'];

  it('copies nothing when the start is not known', async () => {
    const done = await cluster.run(['enqueue', first, '--camera', 'a', '--copy']);
    expect(done.stderr).toMatch(/pagi\.avi does not say when it began/);
    expect(done.code).toBe(65);
    expect(readdirSync(media)).toEqual([]);
  });

  it('keeps two recordings of one name apart, each whole and once', async () => {
    for (const file of [first, second, first]) {
      const done = await cluster.run(['enqueue', file, '--camera', 'a', '--copy', ...START]);
      expect(done.code, done.stderr).toBe(0);
    }
    const names = readdirSync(media);
    expect(names).toHaveLength(2);
    for (const name of names) expect(name).toMatch(/^[0-9a-f]{12}-pagi\.avi$/);
    const sizes = (files: string[]) => files.map((file) => readFileSync(file).length).sort();
    expect(sizes(names.map((name) => path.join(media, name)))).toEqual(sizes([first, second]));
  });

  it('takes the fallback only when nothing else tells the start', async () => {
    const options = { camera: 'a', copy: true, fallbackStart: '1970-01-01T00:00:00Z' };
    await withCluster(async (connection) => {
      const startOf = async (id: string) =>
        (await connection.queues.byName.recordings.getJob(id))?.data.startUs;
      const undated = await enqueue(connection, first, options);
      expect(await startOf(undated.id)).toBe(0);
      const dated = await enqueue(connection, first, { ...options, start: '1970-01-01T00:00:01Z' });
      expect(await startOf(dated.id)).toBe(1_000_000);
    }, readConfig(cluster.environment));
  });
});
