/**
 * `portal-http`: the same questions as `portal-store`, asked through HTTP: serialisation, disclosure rule, compression and
 * cache included. The portal runs in a process of its own over SQLite; the clients are this process. `--reuse DIR` takes a
 * city that `portal-store --keep DIR` filled.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DAY_US } from '../../portal/store/roll-up.ts';
import { cpuSeconds, residentMiB } from '../measure/processes.ts';
import type { Figure, ScenarioResult } from '../result.ts';
import type { ScenarioContext } from '../scenarios/interleave.ts';
import { cameraName } from './city-records.ts';
import { openEngine } from './engines.ts';
import { type CitySize, fillCity, YEAR_START_US } from './fill-city.ts';
import { measureReads, type Question } from './measure-reads.ts';

/** A month and some days to begin it on; the length of the whole store is `portal-store`'s matter. */
const FULL = { city: { cameras: 100, days: 45, minuteDays: 1 }, seconds: 10, warmUpSeconds: 3 };
const SMOKE = { city: { cameras: 5, days: 3, minuteDays: 1 }, seconds: 1, warmUpSeconds: 0 };
const CLIENTS = 20;
const MONTH_DAYS = 30;
const MARK = 'filled.json';

/** `portal-http`. */
export async function measurePortalHttp(context: ScenarioContext): Promise<ScenarioResult> {
  const loadBefore = loadavg()[0] ?? Number.NaN;
  const { reuse } = context.store;
  const { city, seconds, warmUpSeconds } = context.isSmoke ? SMOKE : FULL;
  const root = reuse ?? mkdtempSync(join(tmpdir(), 'pantau-bench-http-'));
  try {
    const size = await filledCity(join(root, 'sqlite'), city, context);
    const figures = await measureServed(join(root, 'sqlite'), { size, seconds, warmUpSeconds, context });
    return {
      name: 'portal-http',
      input: `${size.cameras} cameras × ${size.days} days in SQLite, rule for small counts on; ${CLIENTS} clients in another process`,
      loadBefore,
      ...{ subjects: [], ratios: [], figures },
      remarks: [
        '"another each time" asks for another camera and month at each request, "the same" for one that is kept',
      ],
    };
  } finally {
    if (reuse === undefined) rmSync(root, { recursive: true, force: true });
  }
}

async function filledCity(folder: string, size: CitySize, context: ScenarioContext): Promise<CitySize> {
  const mark = join(folder, MARK);
  if (existsSync(mark)) return JSON.parse(readFileSync(mark, 'utf8')) as CitySize;
  const { signal, progress } = context;
  const { dialect, close } = await openEngine('sqlite', folder);
  try {
    const filled = await fillCity({ dialect, size, signal, progress });
    writeFileSync(mark, `${JSON.stringify(filled)}\n`);
    return filled;
  } finally {
    await close();
  }
}

interface Measuring {
  readonly size: CitySize;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly context: ScenarioContext;
}

async function measureServed(
  folder: string,
  { size, seconds, warmUpSeconds, context }: Measuring,
): Promise<Figure[]> {
  const nowMs = YEAR_START_US / 1000 + (size.days * DAY_US) / 1000;
  const server = startPortal(folder, nowMs);
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  try {
    const address = await addressOf(server);
    const figures: Figure[] = [];
    for (const question of questionsOf(address, agent, size)) {
      context.signal.throwIfAborted();
      context.progress(question.name);
      const before = cpuSeconds(server.pid!);
      const options = {
        clients: CLIENTS,
        seconds,
        warmUpSeconds,
        paceMs: question.paceMs,
        signal: context.signal,
      };
      const read = await measureReads(question, options);
      const after = cpuSeconds(server.pid!);
      const cpuMs = (1000 * (after.own - before.own)) / (seconds + warmUpSeconds);
      const ms = (value: number) => ({ value, unit: 'ms', better: 'lower' }) as const;
      figures.push(
        { name: `${question.name}: p50`, ...ms(read.p50) },
        { name: `${question.name}: p95`, ...ms(read.p95), target: '≤ 100' },
        { name: `${question.name}: answers`, value: read.answersPerSecond, unit: '/s' },
        { name: `${question.name}: CPU of an answer`, ...ms(cpuMs / read.answersPerSecond) },
        { name: `${question.name}: size of an answer`, value: read.rows / 1000, unit: 'kB' },
      );
    }
    figures.push({
      name: 'memory of the portal',
      value: residentMiB(server.pid!),
      unit: 'MiB',
      target: '≤ 1024',
    });
    return figures;
  } finally {
    agent.destroy();
    server.stdin?.end();
    if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
  }
}

function startPortal(folder: string, nowMs: number) {
  const isSource = import.meta.filename.endsWith('.ts');
  const program = join(import.meta.dirname, `portal-http-process.${isSource ? 'ts' : 'js'}`);
  const node = [...(isSource ? ['--import', 'tsx'] : []), program, folder, String(nowMs)];
  return spawn(process.execPath, node, { stdio: ['pipe', 'pipe', 'inherit'] });
}

async function addressOf(server: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: server.stdout! })) {
    return (JSON.parse(line) as { address: string }).address;
  }
  throw new Error('the portal did not start');
}

/** A question with the pace at which each client asks it. */
interface PacedQuestion extends Question {
  readonly paceMs: number;
}

function questionsOf(address: string, agent: Agent, { cameras, days }: CitySize): readonly PacedQuestion[] {
  const monthDays = Math.min(MONTH_DAYS, days);
  const month = (n: number) => {
    const fromUs = YEAR_START_US + ((n * 37) % Math.max(1, days - monthDays + 1)) * DAY_US;
    const [from, to] = [fromUs, fromUs + monthDays * DAY_US].map((us) => new Date(us / 1000).toISOString());
    return `cameraId=${cameraName((n * 17) % cameras)}&from=${from}&to=${to}`;
  };
  const ask = (path: string, encoding = 'identity') =>
    bytesOf(`${address}/api/v1/${path}`, { agent, encoding });
  const columns = 'columns=volume,pcu_per_hour,level_of_service,coverage';
  const hourly = 'series?level=1h&limit=10000&';
  const another = (parts: string) => (client: number, round: number) =>
    ask(`${hourly}${parts}&${month(client * 7 + round)}`);
  const every = { paceMs: 1000 };
  return [
    { ...every, name: "a camera's month by hour, another each time, JSON", ask: another('format=json') },
    { ...every, name: 'the same as CSV', ask: another('format=csv') },
    { ...every, name: 'the same, four columns of JSON', ask: another(`format=json&${columns}`) },
    {
      paceMs: 0,
      name: "one camera's month by hour, the same, compressed, back to back",
      ask: () => ask(`${hourly}format=json&${month(0)}`, 'br'),
    },
    {
      paceMs: 0,
      name: "the city's latest records, compressed, back to back",
      ask: () => ask('latest', 'br'),
    },
    { paceMs: 0, name: 'the state of the city, back to back', ask: () => ask('state.geojson') },
  ];
}

/** Reads an answer to its end; throws unless it is 200. */
function bytesOf(
  url: string,
  options: { readonly agent: Agent; readonly encoding: string },
): Promise<number> {
  const { agent, encoding } = options;
  return new Promise((resolve, reject) => {
    get(url, { agent, headers: { 'accept-encoding': encoding } }, (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.once('error', reject);
      response.once('end', () =>
        response.statusCode === 200 ? resolve(bytes) : reject(new Error(`${url}: ${response.statusCode}`)),
      );
    }).once('error', reject);
  });
}
