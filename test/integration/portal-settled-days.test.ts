import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatIsoUs } from '../../pipelines/domain/time.ts';
import type { GapReason, Observation } from '../../pipelines/domain/types.ts';
import { AVAILABILITY_TABLE, BREAK_TABLE, INCIDENT_TABLE } from '../../portal/datasets/tables.ts';
import { createPublicReader } from '../../portal/privacy/public-reader.ts';
import { dataSetPages } from '../../portal/reads/data-set-rows.ts';
import { readMethodBreaks } from '../../portal/reads/method-changes.ts';
import { type QualityReads, readGaps, readQuality } from '../../portal/reads/quality.ts';
import { openPostgresStore } from '../../portal/store/postgres-store.ts';
import { createSqliteStore, openPortalDatabase } from '../../portal/store/sqlite-store.ts';
import type { PortalStore } from '../../portal/store/store.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { sampleFlow, samplePresence } from '../unit/portal/sample-observations.ts';

const QUARTER_US = 900_000_000;
const DAY_QUARTERS = 96;
const DAY_US = DAY_QUARTERS * QUARTER_US;
/** 5 January 2026, local midnight. */
const START_US = Date.UTC(2026, 0, 4, 17) * 1000;
const CAMERAS = ['SMG-001', 'SMG-002'];
const ROUNDS = 25;
/** Windows of one insert at most. */
const RUN = 60;

/** How a window can have been observed. */
const SEEN: readonly { readonly coverage: number; readonly reasons: readonly GapReason[] }[] = [
  { coverage: 1, reasons: [] },
  { coverage: 1, reasons: [] },
  { coverage: 0, reasons: ['paused'] },
  { coverage: 0, reasons: ['source-down'] },
  { coverage: 0.5, reasons: ['worker-down'] },
  { coverage: 0.25, reasons: ['worker-down'] },
];

let folder: string;
let server: PostgresServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pantau-settled-'));
  server = await startPostgres();
});

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

function randomFrom(seed: number) {
  let state = seed;
  const below = (limit: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * limit);
  };
  return { below, oneOf: <T>(list: readonly T[]) => list[below(list.length)]! };
}

type Random = ReturnType<typeof randomFrom>;

interface Shape {
  readonly random: Random;
  /** Of the software: another one is a method change. */
  readonly version: number;
  readonly seen?: (typeof SEEN)[number];
}

function windowOf(cameraId: string, quarter: number, shape: Shape): Observation[] {
  const { random, version, seen = random.oneOf(SEEN) } = shape;
  const { coverage, reasons } = seen;
  const fields = {
    cameraId,
    windowStart: formatIsoUs(START_US + quarter * QUARTER_US),
    windowEnd: formatIsoUs(START_US + (quarter + 1) * QUARTER_US),
    coverage,
    reasons,
    status: coverage === 1 ? 'complete' : coverage === 0 ? 'disrupted' : 'partial',
    framesExpected: 4500,
    framesAnalysed: 4500 * coverage,
  } as const;
  const flow = sampleFlow(0, { cars: random.below(9) });
  const presence = samplePresence(0, { mean: random.below(9) });
  const lineage = { ...flow.lineage, pipelineVersion: `0.${version}.0` };
  return [
    { ...flow, ...fields, lineage },
    { ...presence, ...fields, lineage },
  ];
}

function readsOf(store: PortalStore, clock: () => number): QualityReads {
  const reader = createPublicReader({ store, smallCountBelow: 5, clock });
  return { reader, register: { cameras: () => [] }, clock, service: store };
}

async function everything(reads: QualityReads, toUs: number) {
  const tables = [];
  for (const table of [AVAILABILITY_TABLE, INCIDENT_TABLE, BREAK_TABLE]) {
    for await (const page of dataSetPages(reads, table)) tables.push(...page);
  }
  const someDays = { fromUs: START_US + 5 * QUARTER_US, toUs: toUs - 7 * QUARTER_US };
  return {
    tables,
    gaps: await readGaps(reads, someDays),
    breaks: await readMethodBreaks(reads.reader, CAMERAS),
    report: (await readQuality(reads, someDays)).report,
  };
}

/** Inserts, late corrections, method changes, roll-ups and retention, at random; answers compared after each. */
async function compareOverTime(store: PortalStore, seed: number): Promise<number> {
  const random = randomFrom(seed);
  let newest = DAY_QUARTERS;
  let rounds = 0;
  const nowUs = () => START_US + newest * QUARTER_US;
  const clock = () => nowUs() / 1000;
  const kept = readsOf(store, clock);
  for (; rounds < ROUNDS; rounds += 1) {
    const isLate = random.below(3) === 0;
    const from = isLate ? random.below(newest) : newest;
    const count = 1 + random.below(isLate ? 5 : RUN);
    const cameraId = random.oneOf(CAMERAS);
    const version = 1 + Math.floor(rounds / 8);
    const records = Array.from({ length: count }, (_, i) =>
      windowOf(cameraId, from + i, { random, version }),
    );
    await store.upsert(records.flat().map((observation) => ({ fence: 1, observation })));
    newest = Math.max(newest, from + count - random.below(2));
    // Sometimes the levels are not brought up to date at once, and sometimes only in part.
    if (random.below(4) > 0) await store.rollUp({ nowUs: nowUs(), limit: random.oneOf([3, 1000]) });
    if (random.below(8) === 0) {
      const level = random.oneOf(['quarter-hour', 'hour', 'day'] as const);
      await store.retain({ level, beforeUs: nowUs() - (2 + random.below(4)) * DAY_US, nowUs: nowUs() });
    }
    const [found] = await Promise.all([everything(kept, nowUs()), everything(kept, nowUs())]);
    expect(found).toEqual(await everything(readsOf(store, clock), nowUs()));
  }
  return rounds;
}

describe.each(['sqlite', 'postgresql'] as const)('what is kept of settled days, %s', (engine) => {
  const open = async (name: string): Promise<PortalStore> =>
    engine === 'sqlite'
      ? createSqliteStore(openPortalDatabase({ file: join(folder, `${name}.sqlite`) }))
      : openPostgresStore({ url: await server.createDatabase() });

  it.each([11, 12])('gives the answers of a reader that keeps nothing, seed %i', async (seed) => {
    const store = await open(`seed-${seed}`);
    expect(await compareOverTime(store, seed)).toBe(ROUNDS);
    await store.close();
  });

  it('is not read again, and a late correction reads its day alone', async () => {
    const store = await open('late');
    const random = randomFrom(13);
    const put = async (quarter: number) => {
      const records = windowOf('SMG-001', quarter, { random, version: 1, seen: SEEN[0]! });
      await store.upsert(records.map((observation) => ({ fence: 1, observation })));
      await store.rollUp({ nowUs: START_US + 10 * DAY_US, limit: 1000 });
    };
    for (let quarter = 0; quarter < 9 * DAY_QUARTERS; quarter += 24) await put(quarter);
    const reads = readsOf(store, () => (START_US + 10 * DAY_US) / 1000);
    const asked: string[] = [];
    const { coverage } = store;
    store.coverage = (query) => {
      asked.push(`${query.level} ${(query.fromUs! - START_US) / DAY_US}`);
      return coverage(query);
    };
    const range = { fromUs: START_US, toUs: START_US + 9 * DAY_US };
    const before = await readGaps(reads, range);
    expect(asked).toContain('day 0');
    asked.length = 0;
    expect(await readGaps(reads, range)).toEqual(before);
    expect(asked).toEqual([]);
    await put(3 * DAY_QUARTERS + 5);
    expect(await readGaps(reads, range)).not.toEqual(before);
    expect(asked.filter((query) => query.startsWith('day'))).toEqual(['day 3']);
    await store.close();
  });
});
