/** `upsert`: records into the rows of their windows, and what has to be computed again because of them. */
import type { FencedObservation } from '../../pipelines/domain/observation-key.ts';
import { grouped } from './grouped.ts';
import { methodText } from './lineage-text.ts';
import {
  batchesOf,
  dirtyHours,
  type MergedWindow,
  mergeWindow,
  type RecordBatch,
  type RecordWindow,
} from './merge-window.ts';
import { type RecordWindowKey, termsOf } from './record-codec.ts';
import { type Dialect, groupsOf, insertRows, places, type Sql, valuesList } from './sql.ts';
import type { UpsertOutcome } from './store.ts';
import type { TermBook } from './term-book.ts';

/** The upsert of `ObservationStore`. */
export function createRecordWriter(dialect: Dialect, book: TermBook) {
  return async (records: readonly FencedObservation[]): Promise<UpsertOutcome> => {
    const batches = batchesOf(records);
    await book.learn(textsOf(records));
    await dialect.makeRoom(batches.map(({ windowStartUs }) => windowStartUs));
    return dialect.transaction('upsert-observations', async (sql) => {
      await dialect.lockCameras(sql, [...new Set(batches.map(({ cameraId }) => cameraId))]);
      const stored = await storedPayloads(sql, batches);
      const merged = batches.map((batch) => mergeWindow(stored.get(nameOf(batch)), batch, book.terms));
      await writeMerged(sql, merged);
      return merged.reduce<UpsertOutcome>((sum, { outcome }) => addOutcome(sum, outcome), NOTHING);
    });
  };
}

const NOTHING: UpsertOutcome = { accepted: 0, unchanged: 0, fenced: 0 };

function addOutcome(a: UpsertOutcome, b: UpsertOutcome): UpsertOutcome {
  return {
    accepted: a.accepted + b.accepted,
    unchanged: a.unchanged + b.unchanged,
    fenced: a.fenced + b.fenced,
  };
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
  const payloads = new Map<string, string>();
  for (const group of groupsOf(batches)) {
    const list = valuesList(['text', 'text', 'bigint', 'bigint'], group.length, 3);
    const starts = group.map(({ windowStartUs }) => windowStartUs);
    const rows = await sql.all<PayloadRow>(
      `SELECT w.camera_id, w.kind, w.window_start_us, w.length_us, w.payload FROM ${list} AS k
        JOIN record_window AS w ON w.camera_id = k.column1 AND w.kind = k.column2
          AND w.window_start_us = k.column3 AND w.length_us = k.column4
        WHERE w.window_start_us BETWEEN $1 AND $2`,
      [
        Math.min(...starts),
        Math.max(...starts),
        ...group.flatMap((key) => [key.cameraId, key.kind, key.windowStartUs, key.lengthUs]),
      ],
    );
    for (const row of rows) {
      const { camera_id: cameraId, kind, window_start_us: windowStartUs, length_us: lengthUs } = row;
      payloads.set(nameOf({ cameraId, kind, windowStartUs, lengthUs }), row.payload);
    }
  }
  return payloads;
}

async function writeMerged(sql: Sql, merged: readonly MergedWindow[]): Promise<void> {
  const written = merged.flatMap(({ window }) => (window === undefined ? [] : [window]));
  if (written.length === 0) return;
  await insertRows(sql, {
    table: 'record_window',
    columns: ['camera_id', 'kind', 'window_start_us', 'length_us', 'coverage', 'payload'],
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
  const changed = merged.flatMap(({ window, outcome }) =>
    window === undefined || outcome.accepted === 0 ? [] : [window],
  );
  if (changed.length === 0) return;
  // The update does nothing but lock the row: a roll-up that is taking it off the list has to wait, or is waited for.
  await insertRows(sql, {
    table: 'dirty_hour',
    columns: ['camera_id', 'hour_start_us'],
    rows: dirtyHours(changed).map(({ cameraId, hourStartUs }) => [cameraId, hourStartUs]),
    onConflict: 'ON CONFLICT (camera_id, hour_start_us) DO UPDATE SET hour_start_us = excluded.hour_start_us',
  });
  await updateCameras(sql, changed);
  // Last, since it makes all writers wait for each other until the commit.
  await sql.run('UPDATE store_version SET changes = changes + 1');
}

interface CameraRow {
  camera_id: string;
  first_us: number;
  last_us: number;
  last_end_us: number;
  analysed_end_us: number | null;
}

async function updateCameras(sql: Sql, changed: readonly RecordWindow[]): Promise<void> {
  const windowsOf = grouped(changed, ({ cameraId }) => cameraId);
  const known = new Map<string, CameraRow>();
  for (const group of groupsOf([...windowsOf.keys()])) {
    const rows = await sql.all<CameraRow>(
      `SELECT * FROM camera_state WHERE camera_id IN (${places(group.length, 1)})`,
      group,
    );
    for (const row of rows) known.set(row.camera_id, row);
  }
  const rows: CameraRow[] = [];
  for (const [cameraId, windows] of windowsOf) {
    rows.push(await nextState(sql, { cameraId, before: known.get(cameraId), windows }));
  }
  const columns = ['camera_id', 'first_us', 'last_us', 'last_end_us', 'analysed_end_us'] as const;
  await insertRows(sql, {
    table: 'camera_state',
    columns,
    rows: rows.map((row) => columns.map((name) => row[name])),
    onConflict: `ON CONFLICT (camera_id) DO UPDATE SET first_us = excluded.first_us, last_us = excluded.last_us,
      last_end_us = excluded.last_end_us, analysed_end_us = excluded.analysed_end_us`,
  });
}

interface CameraChange {
  readonly cameraId: string;
  readonly before: CameraRow | undefined;
  readonly windows: readonly RecordWindow[];
}

async function nextState(sql: Sql, { cameraId, before, windows }: CameraChange): Promise<CameraRow> {
  const endUs = (window: RecordWindow) => window.windowStartUs + window.lengthUs;
  const lastUs = Math.max(
    before?.last_us ?? Number.NEGATIVE_INFINITY,
    ...windows.map((w) => w.windowStartUs),
  );
  const newest = windows.filter(({ windowStartUs }) => windowStartUs === lastUs).map(endUs);
  const analysed = windows.filter(({ coverage }) => coverage > 0).map(endUs);
  const formerEndUs = before?.analysed_end_us ?? null;
  const isRevoked = windows.some((window) => window.coverage === 0 && endUs(window) === formerEndUs);
  const knownEndUs = isRevoked ? await lastAnalysedEndUs(sql, cameraId) : formerEndUs;
  const ends = [...analysed, ...(knownEndUs === null ? [] : [knownEndUs])];
  return {
    camera_id: cameraId,
    first_us: Math.min(before?.first_us ?? lastUs, ...windows.map(({ windowStartUs }) => windowStartUs)),
    last_us: lastUs,
    last_end_us: Math.max(...newest, ...(before?.last_us === lastUs ? [before.last_end_us] : [])),
    analysed_end_us: ends.length === 0 ? null : Math.max(...ends),
  };
}

/** Rare: the newest analysed window turned out not to be. */
async function lastAnalysedEndUs(sql: Sql, cameraId: string): Promise<number | null> {
  const [row] = await sql.all<{ end_us: number }>(
    `SELECT window_start_us + length_us AS end_us FROM record_window WHERE camera_id = $1 AND coverage > 0
      ORDER BY window_start_us DESC LIMIT 1`,
    [cameraId],
  );
  return row?.end_us ?? null;
}
