/** `docs/analyst.md`, block by block, against the portal that `npm run demo` fills from real footage. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../support/cluster.ts';

const root = path.resolve(import.meta.dirname, '../..');
const run = promisify(execFile);
/** The portal's address as the page writes it. */
const WRITTEN = 'http://127.0.0.1:8080';
/** Debian's own, for which python3-pandas and python3-matplotlib are installed. */
const PYTHON = '/usr/bin/python3';
const FIRST = 'pets09-s2l1';
const REPEATED = `${FIRST}-diulang`;
/** 15 minutes at 2 frames/s. */
const REPEATED_FRAMES = 1800;
const FILLED_WITHIN_MS = 420_000;

/** A zone's quarter hour as every way of reading must give it. */
interface Quarter {
  readonly camera: string;
  readonly zone: string;
  readonly startMs: number;
  readonly people: number;
  readonly coveragePercent: number;
}

/** A line of the plot. */
interface Curve {
  readonly label: string;
  /** Seconds since 1970. */
  readonly x: readonly number[];
  readonly y: readonly (number | null)[];
}

let folder: string;
let demo: ChildProcess;
let portal: string;
let page: string;
/** By the API. */
let quarters: Quarter[];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pantau-walk-'));
  page = await readFile(path.join(root, 'docs', 'analyst.md'), 'utf8');
  let output = '';
  demo = spawn(process.execPath, ['--import', 'tsx', path.join(root, 'workers/cli/main.ts'), 'demo'], {
    cwd: root,
    env: {
      ...process.env,
      PANTAU_DATA_DIR: folder,
      PANTAU_MODEL_DIR: path.join(root, 'var', 'models'),
      PANTAU_PORT: '0',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [demo.stdout, demo.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const ended = () => demo.exitCode !== null || output.includes('charts were not filled');
  await waitFor(
    'the first quarter hour of repeated footage',
    () => {
      if (ended()) throw new Error(`the demo failed:\n${output.slice(-4000)}`);
      return /✓ 1\/\d+ seperempat/.test(output);
    },
    FILLED_WITHIN_MS,
  );
  portal = /Dasbor\/dashboard +(\S+)\//.exec(output)?.[1] ?? '';
  await waitFor('its roll-up', async () => {
    quarters = await quartersByApi();
    return quarters.some(({ camera }) => camera === REPEATED);
  });
}, FILLED_WITHIN_MS + 60_000);

afterAll(async () => {
  const exited = new Promise((resolve) => demo.once('exit', resolve));
  if (demo.exitCode === null) {
    demo.kill('SIGTERM');
    expect(await exited, 'the demo stops in order, in the middle of its filling').toBe(0);
  }
  await rm(folder, { recursive: true, force: true });
}, 120_000);

/** Whole quarter hours of the crowd's cameras: the demo goes on counting further ones, and traffic, meanwhile. */
async function quartersByApi(): Promise<Quarter[]> {
  const columns = 'people_present_mean,coverage,frames_analysed';
  const { rows } = await getJson(`/api/v1/series?level=15m&kind=presence&columns=${columns}`);
  return rows
    .filter(
      (row: { camera_id: string; frames_analysed: number }) =>
        row.camera_id === FIRST || (row.camera_id === REPEATED && row.frames_analysed === REPEATED_FRAMES),
    )
    .map((row: Record<string, never>) => ({
      camera: row['camera_id'],
      zone: row['zone_id'],
      startMs: Date.parse(row['window_start'] ?? ''),
      people: row['people_present_mean'],
      coveragePercent: Math.round((row['coverage'] ?? 0) * 1e6) / 1e4,
    }));
}

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
async function getJson(route: string): Promise<any> {
  const answer = await fetch(portal + route);
  if (!answer.ok) throw new Error(`${route}: ${answer.status} ${await answer.text()}`);
  return await answer.json();
}

/** The page's blocks of a language, with the address of this portal. */
function blocks(language: string): string[] {
  const found = [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))];
  return found.map(([, text = '']) => text.replaceAll(WRITTEN, portal));
}

async function shell(block: string | undefined): Promise<string> {
  return (await run('bash', ['-c', block ?? 'exit 1'], { env: plainEnvironment() })).stdout;
}

/** Runs what an analyst types, in a folder of the test's own. */
async function python(program: string): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const file = path.join(folder, 'walk.py');
  await writeFile(file, program);
  return await run(PYTHON, [file], { cwd: folder, env: plainEnvironment() });
}

/** No proxy stands between an analyst of this machine and its loopback. */
function plainEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: folder, LANG: 'C.UTF-8' };
}

const byKey = (a: Quarter, b: Quarter) =>
  a.camera.localeCompare(b.camera) || a.startMs - b.startMs || a.zone.localeCompare(b.zone);

function expectTheSame(found: readonly Quarter[]): void {
  const wanted = new Set(quarters.map(({ camera, startMs }) => `${camera} ${startMs}`));
  const same = found.filter(({ camera, startMs }) => wanted.has(`${camera} ${startMs}`));
  expect(same.toSorted(byKey)).toEqual(quarters.toSorted(byKey));
}

describe('an analyst', () => {
  it('finds real counts, in 2009 and in the footage repeated up to now', () => {
    expect(quarters.length).toBeGreaterThanOrEqual(4);
    const whole = quarters.filter(({ camera }) => camera === REPEATED);
    expect(whole.map(({ coveragePercent }) => coveragePercent)).toEqual(whole.map(() => 100));
    for (const { people } of quarters) expect(people).toBeGreaterThan(2);
  });

  it('1. finds the data set and its files', async () => {
    const { success, result } = JSON.parse(await shell(blocks('sh')[0]));
    expect(success).toBe(true);
    const [found] = result.results;
    expect(found.name).toBe('tingkat-keramaian');
    const urls = found.resources.map(({ url }: { url: string }) => url);
    expect(urls).toContain(`${portal}/data/tingkat-keramaian-15-menit.csv`);
    expect(urls).toContain(`${portal}/data/tingkat-keramaian-15-menit.parquet`);
    for (const [, route] of page.matchAll(/`(\/catalog\.[a-z]+)`/g))
      expect((await fetch(`${portal}${route}`)).status, route).toBe(200);
    const named = [...page.matchAll(/^\| `([a-z-]+)` .*$/gm)].flatMap(([row, id]) =>
      [...row.matchAll(/`(-[a-z0-9-]+)`/g)].map(([, suffix]) => `/data/${id}${suffix}.csv`),
    );
    expect(named).toHaveLength(10);
    for (const route of named) expect((await fetch(`${portal}${route}`)).status, route).toBe(200);
  });

  it('2–3. reads the dictionary and loads the table with pandas: the API’s values', async () => {
    const [dictionary = '', load = ''] = blocks('python');
    const asJson = `
import sys
print(table.dtypes["kode_kabupaten_kota"], sorted(set(table["kode_kabupaten_kota"])), file=sys.stderr)
zones = zones.assign(waktu_mulai=zones["waktu_mulai"].map(lambda t: t.timestamp()))
print("ROWS " + zones.to_json(orient="records", double_precision=15))
`;
    const { stdout, stderr } = await python(dictionary + load + asJson);
    expect(stdout).toMatch(/^jumlah_orang_rata \(number, orang\): Rata-rata orang/m);
    expect(stderr).toContain("object ['33.74']");
    const rows = JSON.parse(/^ROWS (.*)$/m.exec(stdout)?.[1] ?? '');
    expectTheSame(
      rows.map((row: Record<string, never>) => ({
        camera: row['kode_titik'],
        zone: row['kode_lokasi'],
        startMs: (row['waktu_mulai'] ?? 0) * 1000,
        people: row['jumlah_orang_rata'],
        coveragePercent: row['cakupan_persen'],
      })),
    );
  });

  it('3. asks the Parquet file by DuckDB: the API’s values', async () => {
    const [sql = ''] = blocks('sql');
    const url = /'(http[^']+)'/.exec(sql)?.[1] ?? '';
    // What httpfs asks first: with a length and ranges it fetches the parts it needs.
    const head = await fetch(url, { method: 'HEAD' });
    expect([head.status, head.headers.get('accept-ranges')]).toEqual([200, 'bytes']);
    const file = path.join(folder, 'table.parquet');
    await writeFile(file, Buffer.from(await (await fetch(url)).arrayBuffer()));
    expect(Number(head.headers.get('content-length'))).toBeGreaterThan(0);
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    try {
      const reader = await connection.runAndReadAll(
        `select * exclude (waktu_mulai), epoch_ms(waktu_mulai)::double as ms from (${sql.replace(url, file)})`,
      );
      expectTheSame(
        reader.getRowObjectsJS().map((row) => ({
          camera: String(row['kode_titik']),
          zone: String(row['kode_lokasi']),
          startMs: Number(row['ms']),
          people: Number(row['jumlah_orang_rata']),
          coveragePercent: Number(row['cakupan_persen']),
        })),
      );
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  });

  it('4. takes only a part', async () => {
    const lines = (await shell(blocks('sh')[1])).trim().split('\n');
    expect(lines).toHaveLength(5);
    for (const line of lines.slice(1)) expect(line).toContain('pets09-s2l1,');
  });

  it('5. plots the last day: a curve of each zone, with the API’s values', async () => {
    const [dictionary = '', load = '', plot = ''] = blocks('python');
    const asJson = `
from matplotlib.dates import num2date
curves = [
    {
        "label": line.get_label(),
        "x": [time.timestamp() for time in num2date(line.get_xdata(orig=False))],
        "y": [None if value != value else value for value in line.get_ydata()],
    }
    for line in plt.gca().get_lines()
]
print("AXIS " + plt.gca().get_ylabel())
print("CURVES " + json.dumps(curves))
`;
    const { stdout } = await python(dictionary + load + plot + asJson);
    expect(/^AXIS (.*)$/m.exec(stdout)?.[1]).toBe('rata-rata orang hadir (orang)');
    const curves: Curve[] = JSON.parse(/^CURVES (.*)$/m.exec(stdout)?.[1] ?? '[]');
    const drawn = curves.flatMap(({ label, x, y }) => {
      const [camera = '', zone = ''] = label.split(', ');
      return x.map((seconds, index) => ({
        camera,
        zone,
        startMs: Math.round(seconds) * 1000,
        people: y[index],
      }));
    });
    const newest = quarters.filter(({ camera }) => camera === REPEATED);
    for (const { coveragePercent: _, ...quarter } of newest) expect(drawn).toContainEqual(quarter);
    expect(drawn.map(({ camera }) => camera)).not.toContain(FIRST);
    const [width, height] = await sizeOfPng(path.join(folder, 'keramaian.png'));
    expect([width > 300, height > 200]).toEqual([true, true]);
  });
});

/** Width and height that a PNG says it has. */
async function sizeOfPng(file: string): Promise<[width: number, height: number]> {
  const bytes = await readFile(file);
  expect(bytes.subarray(1, 4).toString()).toBe('PNG');
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
}
