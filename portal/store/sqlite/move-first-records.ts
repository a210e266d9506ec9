/** Brings records of the first layout (one row and 1.3 kB each) into rows of windows. Once, when the file is opened. */
import type { Database } from 'better-sqlite3';
import type { FencedObservation } from '../../../pipelines/domain/observation-key.ts';
import type { Observation } from '../../../pipelines/domain/types.ts';
import { methodText } from '../lineage-text.ts';
import { batchesOf, mergeWindow } from '../merge-window.ts';
import { termsOf } from '../record-encoder.ts';
import { createTerms, type Terms } from '../terms.ts';

interface FirstRow {
  fence: number;
  revision: number;
  payload: string;
}

/** Does nothing to a file without records of the first layout. */
export function moveFirstRecords(database: Database): void {
  const isThere = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'observation'").get();
  if (isThere === undefined) return;
  const move = database.transaction(() => {
    const terms = createTerms();
    const cameras = database.prepare<[], string>('SELECT DISTINCT camera_id FROM observation').pluck().all();
    for (const cameraId of cameras) moveCamera(database, cameraId, terms);
    database.exec(FOLLOWING);
  });
  move.immediate();
}

function moveCamera(database: Database, cameraId: string, terms: Terms): void {
  const rows = database
    .prepare<[string], FirstRow>('SELECT fence, revision, payload FROM observation WHERE camera_id = ?')
    .all(cameraId);
  const records = rows.map(({ fence, revision, payload }): FencedObservation => {
    return { fence, observation: { ...(JSON.parse(payload) as Observation), revision } };
  });
  for (const { observation } of records) {
    for (const text of [...termsOf(observation), methodText(observation)]) learn(database, text, terms);
  }
  const insert = database.prepare('INSERT INTO record_window VALUES (?, ?, ?, ?, ?, ?)');
  for (const batch of batchesOf(records)) {
    const window = mergeWindow(undefined, batch, terms).window!;
    const { kind, windowStartUs, lengthUs, coverage, payload } = window;
    insert.run(cameraId, kind, windowStartUs, lengthUs, coverage, payload);
  }
}

function learn(database: Database, text: string, terms: Terms): void {
  if (terms.has(text)) return;
  const { lastInsertRowid } = database.prepare('INSERT INTO term (text) VALUES (?)').run(text);
  terms.learn(Number(lastInsertRowid), text);
}

/** What follows from the records, and their old table's end. */
const FOLLOWING = `
  INSERT INTO dirty_hour
    SELECT DISTINCT camera_id, window_start_us - window_start_us % 3600000000 FROM record_window
      WHERE 3600000000 % length_us = 0;
  INSERT INTO camera_state
    SELECT camera_id, min(window_start_us), max(window_start_us), max(window_start_us + length_us),
        max(CASE WHEN coverage > 0 THEN window_start_us + length_us END)
      FROM record_window GROUP BY camera_id;
  DROP TABLE observation;
  UPDATE store_version SET changes = changes + 1;`;
