/** `upsert`: records into the rows of their windows, and what has to be computed again because of them. */
import type { FencedObservation } from '../../pipelines/domain/observation-key.ts';
import { updateCameras } from './camera-state.ts';
import { createGroupCommit } from './group-commit.ts';
import { methodText } from './lineage-text.ts';
import {
  batchesOf,
  dirtyHours,
  type MergedWindow,
  mergeWindow,
  type RecordBatch,
  type RecordOutcome,
} from './merge-window.ts';
import { termsOf } from './record-encoder.ts';
import type { RecordWindowKey } from './record-item.ts';
import type { Dialect, Sql } from './sql.ts';
import type { UpsertOutcome } from './store.ts';
import type { TermBook } from './term-book.ts';

/** Records of one commit: some ten milliseconds in which the levels wait. */
const RECORDS_AT_ONCE = 2000;

/** The upsert of `ObservationStore`. Batches that wait for each other share a commit. */
export function createRecordWriter(dialect: Dialect, book: TermBook) {
  const write = createGroupCommit<FencedObservation, RecordOutcome>({
    write: (records) => writeRecords(dialect, book, records),
    mostItems: RECORDS_AT_ONCE,
  });
  return async (records: readonly FencedObservation[]): Promise<UpsertOutcome> => {
    const sum = { accepted: 0, unchanged: 0, fenced: 0 };
    for (const outcome of await write(records)) sum[outcome] += 1;
    return sum;
  };
}

async function writeRecords(
  dialect: Dialect,
  book: TermBook,
  records: readonly FencedObservation[],
): Promise<readonly RecordOutcome[]> {
  const batches = batchesOf(records);
  await book.learn(textsOf(records));
  await dialect.makeRoom(batches.map(({ windowStartUs }) => windowStartUs));
  const outcomes = new Array<RecordOutcome>(records.length);
  await dialect.transaction('upsert-observations', async (sql) => {
    await dialect.lockCameras(sql, 'records', [...new Set(batches.map(({ cameraId }) => cameraId))]);
    const stored = await storedPayloads(sql, batches);
    const merged = batches.map((batch) => mergeWindow(stored.get(nameOf(batch)), batch, book.terms));
    await writeMerged(sql, merged);
    for (const [i, { places }] of batches.entries()) {
      for (const [k, place] of places.entries()) outcomes[place] = merged[i]!.outcomes[k]!;
    }
  });
  return outcomes;
}

/** The texts of the records, and of their methods: a roll-up then never meets a new one. */
function textsOf(records: readonly FencedObservation[]): Set<string> {
  const texts = new Set<string>();
  for (const { observation } of records) {
    for (const text of termsOf(observation)) texts.add(text);
    texts.add(methodText(observation));
  }
  return texts;
}

function nameOf({ cameraId, kind, windowStartUs, lengthUs }: RecordWindowKey): string {
  return `${windowStartUs} ${kind} ${lengthUs} ${cameraId}`;
}

interface PayloadRow {
  camera_id: string;
  kind: RecordWindowKey['kind'];
  window_start_us: number;
  length_us: number;
  payload: string;
}

async function storedPayloads(sql: Sql, batches: readonly RecordBatch[]): Promise<Map<string, string>> {
  const starts = batches.map(({ windowStartUs }) => windowStartUs);
  const rows = await sql.allOf<PayloadRow>(
    {
      types: ['text', 'text', 'bigint', 'bigint'],
      rows: batches.map((key) => [key.cameraId, key.kind, key.windowStartUs, key.lengthUs]),
      values: [Math.min(...starts), Math.max(...starts)],
    },
    (table) => `SELECT w.camera_id, w.kind, w.window_start_us, w.length_us, w.payload FROM ${table}
      JOIN record_window AS w ON w.camera_id = k.column1 AND w.kind = k.column2
        AND w.window_start_us = k.column3 AND w.length_us = k.column4
      WHERE w.window_start_us BETWEEN $1 AND $2`,
  );
  return new Map(
    rows.map(
      ({ camera_id: cameraId, window_start_us: windowStartUs, length_us: lengthUs, kind, payload }) => [
        nameOf({ cameraId, kind, windowStartUs, lengthUs }),
        payload,
      ],
    ),
  );
}

async function writeMerged(sql: Sql, merged: readonly MergedWindow[]): Promise<void> {
  const written = merged.flatMap(({ window }) => (window === undefined ? [] : [window]));
  if (written.length === 0) return;
  await sql.insert({
    table: 'record_window',
    columns: {
      camera_id: 'text',
      kind: 'text',
      window_start_us: 'bigint',
      length_us: 'bigint',
      coverage: 'double precision',
      payload: 'text',
    },
    rows: written.map((row) => [
      row.cameraId,
      row.kind,
      row.windowStartUs,
      row.lengthUs,
      row.coverage,
      row.payload,
    ]),
    onConflict: `ON CONFLICT (camera_id, kind, window_start_us, length_us)
      DO UPDATE SET coverage = excluded.coverage, payload = excluded.payload`,
  });
  const changed = merged.flatMap(({ window, outcomes }) =>
    window !== undefined && outcomes.includes('accepted') ? [window] : [],
  );
  if (changed.length === 0) return;
  // The update does nothing but lock the row: a roll-up that is taking it off the list has to wait, or is waited for.
  await sql.insert({
    table: 'dirty_hour',
    columns: { camera_id: 'text', hour_start_us: 'bigint' },
    rows: dirtyHours(changed).map(({ cameraId, hourStartUs }) => [cameraId, hourStartUs]),
    onConflict: 'ON CONFLICT (camera_id, hour_start_us) DO UPDATE SET hour_start_us = excluded.hour_start_us',
  });
  await updateCameras(sql, changed);
  // Last, since it makes all writers wait for each other until the commit.
  await sql.run('UPDATE store_version SET changes = changes + 1');
}
