/** The whole demo from its command: shows the series, leaves no process, no picture and no pixel behind. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { footage } from '../support/footage.ts';

const root = path.resolve(import.meta.dirname, '../..');
let folder: string;
let run: { code: number | null; stdout: string; stderr: string };
let filesBefore: Set<string>;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pantau-demo-'));
  filesBefore = new Set(await outsideFiles());
  run = await new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', path.join(root, 'workers/cli/main.ts'), 'demo', '--once'],
      {
        cwd: root,
        env: {
          ...process.env,
          PANTAU_DATA_DIR: folder,
          PANTAU_MODEL_DIR: path.join(root, 'var', 'models'),
          PANTAU_PORT: '0',
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.once('exit', (code) => resolve({ code, stdout, stderr }));
  });
}, 300_000);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Places outside the data folder where a careless program would leave pictures. */
async function outsideFiles(): Promise<string[]> {
  const lists = await Promise.all(
    ['/dev/shm', tmpdir()].map(async (place) =>
      (await readdir(place).catch(() => [])).map((name) => path.join(place, name)),
    ),
  );
  return lists.flat();
}

async function filesUnder(place: string): Promise<string[]> {
  const entries = await readdir(place, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

describe('npm run demo -- --once', () => {
  it('exits 0 and ends with the series, the CSV and the dashboard’s address', async () => {
    expect(run.code, run.stderr).toBe(0);
    expect(run.stdout).toMatch(/795 gambar\/pictures, 32 catatan\/records/);
    expect(run.stdout).toMatch(/2009-02-12 09:01:10/);
    expect(run.stdout).toMatch(/Dasbor\/dashboard +http:\/\/127\.0\.0\.1:\d+\//);
    const csvFile = /CSV +(\S+)/.exec(run.stdout)?.[1] ?? '';
    const rows = (await readFile(csvFile, 'utf8')).trim().split('\n');
    expect(rows).toHaveLength(33);
  });

  it('counts who crosses the line each way within one of the truth, through the queue', async () => {
    const csvFile = /CSV +(\S+)/.exec(run.stdout)?.[1] ?? '';
    const [head = '', ...lines] = (await readFile(csvFile, 'utf8')).trim().split('\n');
    const [direction, volume] = ['direction', 'people_volume'].map((name) => head.split(',').indexOf(name));
    const counted = { in: 0, out: 0 };
    for (const cells of lines.map((line) => line.split(',')).filter(([kind]) => kind === 'flow'))
      counted[cells[direction!] as 'in' | 'out'] += Number(cells[volume!]);
    // MOTChallenge's truth of PETS09-S2L1: 15 from right to left, 13 from left to right.
    expect(Math.abs(counted.in - 15), `in: ${counted.in}`).toBeLessThanOrEqual(1);
    expect(Math.abs(counted.out - 13), `out: ${counted.out}`).toBeLessThanOrEqual(1);
  });

  it('shows rows of every level, made of every picture, and does not go on to repeat the footage', () => {
    for (const level of ['menit/minute', '15 menit/minutes', 'jam/hour', 'hari/day (WIB)'])
      expect(run.stdout).toMatch(new RegExp(`^${level.replace(/[()]/g, '\\$&')} +[24] +1590$`, 'm'));
    expect(run.stdout).not.toContain('④');
  });

  it('leaves no process', async () => {
    const left: string[] = [];
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
      if (Number(pid) !== process.pid && environment.includes(folder))
        left.push(await readFile(`/proc/${pid}/cmdline`, 'latin1'));
      const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '');
      if (cwd.startsWith(folder)) left.push(`cwd ${cwd}`);
    }
    expect(left).toEqual([]);
  });

  it('leaves no picture and no pixel data, in its folder or elsewhere', async () => {
    const needles = pixelRows();
    expect(needles.length).toBeGreaterThan(20);
    const fresh = (await outsideFiles()).filter(
      (file) => !filesBefore.has(file) && !file.startsWith(folder) && /pantau/.test(file),
    );
    expect(fresh).toEqual([]);
    for (const file of await filesUnder(folder)) {
      const bytes = await readFile(file);
      expect(looksLikePicture(bytes), `${file} is a picture`).toBe(false);
      for (const needle of needles) expect(bytes.includes(needle), `${file} holds pixels`).toBe(false);
    }
  });

  it('keeps no track id and no box in what it publishes', async () => {
    const csvFile = /CSV +(\S+)/.exec(run.stdout)?.[1] ?? '';
    const [head = ''] = (await readFile(csvFile, 'utf8')).split('\n');
    expect(head).not.toMatch(/track|box|left_px|face|plate/i);
  });
});

function looksLikePicture(bytes: Buffer): boolean {
  const starts = [
    [0xff, 0xd8, 0xff],
    [0x89, 0x50, 0x4e, 0x47],
    [0x47, 0x49, 0x46, 0x38],
    [0x42, 0x4d],
    [0x52, 0x49, 0x46, 0x46],
  ];
  return starts.some((start) => start.every((byte, index) => bytes[index] === byte));
}

/** Stretches of 48 bytes with some detail out of pictures as the pipeline decodes them. */
function pixelRows(): Buffer[] {
  const [width, height] = [512, 384];
  const decoded = spawnSync(
    'ffmpeg',
    [
      '-v',
      'error',
      '-i',
      footage(),
      '-vf',
      `select='not(mod(n,200))',scale=${width}:${height}:flags=bilinear`,
      '-fps_mode',
      'passthrough',
      '-pix_fmt',
      'rgb24',
      '-f',
      'rawvideo',
      'pipe:1',
    ],
    { maxBuffer: 64 * 1024 * 1024 },
  );
  if (decoded.status !== 0) throw new Error(`ffmpeg failed: ${decoded.stderr}`);
  const rows: Buffer[] = [];
  const stride = width * 3;
  for (let offset = 0; offset + stride <= decoded.stdout.length; offset += stride * 37) {
    const piece = decoded.stdout.subarray(offset + 600, offset + 648);
    if (new Set(piece).size > 12) rows.push(piece);
  }
  return rows;
}
