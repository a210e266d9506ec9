/**
 * `portal-store`: the portal's store with a city's year, SQLite and PostgreSQL side by side. The year's levels and the last
 * 30 days' minutes (what the portal keeps by default) are filled below the store, see `fill-city.ts`, and the spans that
 * are over gathered by it; what is measured goes through it. `--keep DIR` fills alone, `--reuse DIR` measures what was filled.
 */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { AnalysisError } from '../../pipelines/errors.ts';
import { createPortalStore } from '../../portal/store/portal-store.ts';
import { DAY_US } from '../../portal/store/roll-up.ts';
import type { PortalStore } from '../../portal/store/store.ts';
import { residentMiB } from '../measure/processes.ts';
import type { Figure, ScenarioResult } from '../result.ts';
import type { ScenarioContext } from '../scenarios/interleave.ts';
import { LINES, ZONES } from './city-records.ts';
import { type EngineName, folderBytes, type OpenEngine, openEngine } from './engines.ts';
import { type CitySize, type FilledCity, fillCity, gatherCity, YEAR_START_US } from './fill-city.ts';
import { type IngestShape, measureIngest } from './measure-ingest.ts';
import { measureReads, questionsOf } from './measure-reads.ts';
import { sideBySide } from './side-by-side.ts';

/** How much is filled and measured. */
interface Extent {
  readonly city: CitySize;
  /** Minutes of the city that are written through the store, per way of sending. */
  readonly ingestMinutes: number;
  /** Of each reading, and before it. */
  readonly seconds: number;
  readonly warmUpSeconds: number;
}

const FULL: Extent = {
  city: { cameras: 100, days: 365, minuteDays: 30 },
  ingestMinutes: 240,
  seconds: 10,
  warmUpSeconds: 3,
};
const SMOKE: Extent = {
  city: { cameras: 5, days: 3, minuteDays: 1 },
  ingestMinutes: 20,
  seconds: 1,
  warmUpSeconds: 0,
};
const CLIENTS = 20;
const PACES = [
  { paceMs: 1000, name: 'each once a second' },
  { paceMs: 0, name: 'back to back' },
];
/** Workers as they are, and a backlog in the largest batches that the API takes. */
const SHAPES: readonly IngestShape[] = [
  { batchRecords: 200, senders: 1 },
  { batchRecords: 200, senders: 4 },
  { batchRecords: 1000, senders: 1 },
];
const MINUTE_US = 60_000_000;
/** Says that a folder was filled wholly, and with what. */
const MARK = 'filled.json';

/** `portal-store`. */
export async function measurePortalStore(context: ScenarioContext): Promise<ScenarioResult> {
  const loadBefore = loadavg()[0] ?? Number.NaN;
  const { engine, keep, reuse } = context.store;
  const engines: readonly EngineName[] = engine === 'both' ? ['sqlite', 'postgres'] : [engine];
  const extent = context.isSmoke ? SMOKE : FULL;
  const root = keep ?? reuse ?? temporaryFolder();
  const columns: { readonly engine: EngineName; readonly figures: readonly Figure[] }[] = [];
  try {
    for (const each of engines) {
      const figures = await measureEngine(each, { context, extent, folder: join(root, each) });
      columns.push({ engine: each, figures });
    }
  } finally {
    if (keep === undefined && reuse === undefined) rmSync(root, { recursive: true, force: true });
  }
  const { cameras, days, minuteDays } = extent.city;
  return {
    name: 'portal-store',
    input: `${cameras} cameras × ${days} days × (${LINES} lines + ${ZONES} zones), minutes of the last ${minuteDays}; ${CLIENTS} clients in the store's own process`,
    loadBefore,
    subjects: [],
    ratios: [],
    figures: columns.flatMap(({ engine: name, figures }) =>
      figures.map((figure) => ({ ...figure, name: `${name}: ${figure.name}` })),
    ),
    remarks: sideBySide(columns),
  };
}

/** The server runs as another user and has to get through. */
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pantau-bench-store-'));
  chmodSync(folder, 0o755);
  return folder;
}

interface EngineRun {
  readonly context: ScenarioContext;
  readonly extent: Extent;
  readonly folder: string;
}

async function measureEngine(engine: EngineName, run: EngineRun): Promise<readonly Figure[]> {
  const mark = join(run.folder, MARK);
  const isFilled = existsSync(mark);
  if (run.context.store.reuse !== undefined && !isFilled) {
    const message = `${run.folder} was not filled, or not wholly: fill it with --keep first`;
    throw new AnalysisError('config-invalid', 'bench', message);
  }
  const opened = await openEngine(engine, run.folder);
  try {
    const filled = await filledCity(opened, mark, run);
    const sizes = await sizeFigures(opened, run.folder, filled);
    return run.context.store.keep === undefined
      ? [...sizes, ...(await measureOpened(opened, filled, run))]
      : sizes;
  } finally {
    await opened.close();
  }
}

/** Fills what is not filled, and gathers what is not gathered. */
async function filledCity(
  { dialect }: OpenEngine,
  mark: string,
  run: EngineRun,
): Promise<Required<FilledCity>> {
  const { signal, progress } = run.context;
  const note = (filled: FilledCity) => writeFileSync(mark, `${JSON.stringify(filled)}\n`);
  if (!existsSync(mark)) note(await fillCity({ dialect, size: run.extent.city, signal, progress }));
  const filled = JSON.parse(readFileSync(mark, 'utf8')) as FilledCity;
  if (filled.gatheredSeconds !== undefined) return { ...filled, gatheredSeconds: filled.gatheredSeconds };
  const gathered = {
    ...filled,
    gatheredSeconds: await gatherCity({ dialect, size: filled, signal, progress }),
  };
  note(gathered);
  return gathered;
}

async function sizeFigures(
  { dialect }: OpenEngine,
  folder: string,
  { rows, seconds, gatheredSeconds }: Required<FilledCity>,
): Promise<readonly Figure[]> {
  const tables = await dialect.sizes();
  const gib = (bytes: number) => bytes / 2 ** 30;
  return [
    { name: 'rows filled', value: rows, unit: 'rows' },
    { name: 'filled below the store in', value: seconds, unit: 's' },
    { name: 'finished spans gathered in', value: gatheredSeconds, unit: 's' },
    { name: 'size on disk', value: gib(folderBytes(folder)), unit: 'GiB', better: 'lower' },
    ...tables.map(({ name, bytes }): Figure => ({ name: `size of ${name}`, value: gib(bytes), unit: 'GiB' })),
  ];
}

async function measureOpened(
  { dialect, serverMiB }: OpenEngine,
  size: CitySize,
  { context, extent }: EngineRun,
): Promise<readonly Figure[]> {
  const store = createPortalStore(dialect);
  const figures = [
    ...(await readFigures(store, size, { context, extent })),
    ...(await ingestFigures(store, size, { context, extent })),
  ];
  return [
    ...figures,
    { name: 'memory of the process', value: residentMiB(process.pid), unit: 'MiB', target: '≤ 1024' },
    { name: 'memory of the server', value: serverMiB(), unit: 'MiB' },
  ];
}

type Measuring = Pick<EngineRun, 'context' | 'extent'>;

async function readFigures(
  store: PortalStore,
  size: CitySize,
  { context: { signal, progress }, extent }: Measuring,
): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const question of questionsOf(store, size)) {
    for (const { paceMs, name } of PACES) {
      signal.throwIfAborted();
      progress(`${store.engine}: ${question.name}, ${name}`);
      const read = await measureReads(question, {
        clients: CLIENTS,
        seconds: extent.seconds,
        warmUpSeconds: extent.warmUpSeconds,
        paceMs,
        signal,
      });
      const title = `${question.name}, ${name}`;
      const ms = (value: number) => ({ value, unit: 'ms', better: 'lower' }) as const;
      figures.push(
        { name: `${title}: p50`, ...ms(read.p50) },
        { name: `${title}: p95`, ...ms(read.p95), target: '≤ 100' },
        { name: `${title}: p99`, ...ms(read.p99) },
        { name: `${title}: answers`, value: read.answersPerSecond, unit: '/s' },
        { name: `${title}: rows of an answer`, value: read.rows, unit: 'rows' },
      );
    }
  }
  return figures;
}

async function ingestFigures(
  store: PortalStore,
  { cameras, days }: CitySize,
  { context: { signal, progress }, extent }: Measuring,
): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  // Behind everything that is stored, also what an earlier run has written.
  let fromUs = YEAR_START_US + (days + 1) * DAY_US;
  for (const { lastWindowEnd } of await store.cameras()) {
    fromUs = Math.max(fromUs, Math.ceil((Date.parse(lastWindowEnd) * 1000) / DAY_US) * DAY_US);
  }
  for (const shape of SHAPES) {
    signal.throwIfAborted();
    const title = `ingest, ${shape.senders} × ${shape.batchRecords} records`;
    progress(`${store.engine}: ${title}`);
    const minutes = extent.ingestMinutes;
    const ingest = await measureIngest(store, { ...shape, cameras, minutes, fromUs, signal });
    fromUs += minutes * MINUTE_US;
    const rate = (value: number) => ({ value, unit: 'records/s', better: 'higher' }) as const;
    figures.push(
      { name: `${title}: written`, ...rate(ingest.recordsPerSecond) },
      {
        name: `${title}: written and rolled up`,
        ...rate(ingest.withLevelsPerSecond),
        target: '≥ 20 000',
      },
      {
        name: `${title}: CPU of the process`,
        value: ingest.cpuUsPerRecord,
        unit: 'µs/record',
        better: 'lower',
      },
    );
  }
  return figures;
}
