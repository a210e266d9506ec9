/** A file of the first released layout, one row per record, opened by this program. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqliteFile } from '../../pipelines/adapters/sqlite/sqlite-file.ts';
import { observationKey } from '../../pipelines/domain/observation-key.ts';
import type { Observation } from '../../pipelines/domain/types.ts';
import { PORTAL_APPLICATION_ID, PORTAL_MIGRATIONS } from '../../portal/store/sqlite/schema.ts';
import { createSqliteStore, openPortalDatabase } from '../../portal/store/sqlite-store.ts';
import { sampleFlow, sampleGap, samplePresence } from '../unit/portal/sample-observations.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pantau-first-layout-'));
  file = join(folder, 'portal.sqlite');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

interface FirstRecord {
  readonly observation: Observation;
  readonly fence: number;
  readonly revision: number;
}

/** Writes a file as the program of the first layout did. */
function writeFirstFile(records: readonly FirstRecord[]): void {
  const [first] = PORTAL_MIGRATIONS;
  const database = openSqliteFile({ file, applicationId: PORTAL_APPLICATION_ID, migrations: [first!] });
  const insert = database.prepare('INSERT INTO observation VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  for (const { observation, fence, revision } of records) {
    const key = observationKey(observation);
    insert.run(
      ...[key.windowStartUs, key.cameraId, key.kind, key.placeId, key.direction, key.windowSeconds],
      ...[fence, revision, observation.coverage, JSON.stringify(observation)],
    );
  }
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
}

const RECORDS: readonly FirstRecord[] = [
  ...[0, 1, 2].map((minute) => ({
    observation: sampleFlow(minute, { cars: minute + 1 }),
    fence: 1,
    revision: 1,
  })),
  { observation: sampleFlow(0, { cars: 4, direction: 'out' }), fence: 7, revision: 3 },
  { observation: samplePresence(1, { mean: 2, max: 3 }), fence: 1, revision: 1 },
  { observation: sampleFlow(70, { cameraId: 'cam-2', cars: 9 }), fence: 1, revision: 2 },
  { observation: sampleGap(71, 'cam-2'), fence: 1, revision: 1 },
];

const openStore = () => createSqliteStore(openPortalDatabase({ file }));

describe('a file of the first layout', () => {
  it('keeps every record with its revision, its fence and its cameras', async () => {
    writeFirstFile(RECORDS);
    const store = openStore();
    const { observations } = await store.observations({}, { limit: 100 });
    const expected = RECORDS.map(({ observation, revision }) => ({ ...observation, revision }));
    expect(observations).toHaveLength(expected.length);
    expect(observations).toEqual(expect.arrayContaining(expected));
    expect((await store.cameras()).map(({ cameraId, lastCoverage }) => [cameraId, lastCoverage])).toEqual([
      ['cam-1', 1],
      ['cam-2', 0],
    ]);
    const [late] = RECORDS.filter(({ fence }) => fence === 7);
    expect(await store.upsert([{ fence: 6, observation: late!.observation }])).toMatchObject({ fenced: 1 });
    await store.close();
  });

  it('gets the levels that the same records give a new file', async () => {
    writeFirstFile(RECORDS);
    const moved = openStore();
    const fresh = createSqliteStore(openPortalDatabase({ file: join(folder, 'fresh.sqlite') }));
    await fresh.upsert(
      RECORDS.map(({ observation, fence, revision }) => ({
        fence,
        observation: { ...observation, revision },
      })),
    );
    const nowUs = Date.UTC(2027, 0) * 1000;
    for (const store of [moved, fresh]) while ((await store.rollUp({ nowUs, limit: 10 })) > 0);
    for (const level of ['minute', 'quarter-hour', 'hour', 'day'] as const) {
      for (const kind of ['flow', 'presence'] as const) {
        const { rows } = await moved.series({ level, kind }, { limit: 100 });
        expect(rows.length).toBeGreaterThan(0);
        expect({ rows }).toEqual(await fresh.series({ level, kind }, { limit: 100 }));
      }
    }
    await moved.close();
    await fresh.close();
  });

  it('is moved once, whole or not at all', async () => {
    writeFirstFile([{ observation: sampleFlow(0), fence: 1, revision: 1 }]);
    const broken = openSqliteFile({
      ...{ file, applicationId: PORTAL_APPLICATION_ID },
      migrations: PORTAL_MIGRATIONS.slice(0, 1),
    });
    broken.prepare("UPDATE observation SET payload = '{'").run();
    broken.close();
    expect(() => openPortalDatabase({ file })).toThrow(/JSON/);
    const repaired = openSqliteFile({
      ...{ file, applicationId: PORTAL_APPLICATION_ID },
      migrations: PORTAL_MIGRATIONS,
    });
    repaired.prepare('UPDATE observation SET payload = ?').run(JSON.stringify(sampleFlow(0)));
    expect(repaired.prepare('SELECT count(*) FROM record_window').pluck().get()).toBe(0);
    repaired.close();
    for (const store of [openStore(), openStore()]) {
      expect((await store.observations({}, { limit: 10 })).observations).toEqual([sampleFlow(0)]);
      await store.close();
    }
  });
});
