/** The schema of the portal's SQLite file, step by step. A released step is never edited: add one at the end. */
import type { Migration } from '../../../pipelines/adapters/sqlite/sqlite-file.ts';
import { spansOfStored } from '../spans-of-stored.ts';
import { IDENTITIES } from './identity.ts';

/** "PNTU" in the file's header: this is a portal file of Pantau. */
export const PORTAL_APPLICATION_ID = 0x50_4e_54_55;

const OBSERVATIONS: Migration = {
  name: 'observations',
  sql: `
    CREATE TABLE observation (
      window_start_us INTEGER NOT NULL,
      camera_id       TEXT    NOT NULL,
      kind            TEXT    NOT NULL CHECK (kind IN ('flow', 'presence')),
      place_id        TEXT    NOT NULL,
      direction       TEXT    NOT NULL,
      window_seconds  REAL    NOT NULL CHECK (window_seconds > 0),
      fence           INTEGER NOT NULL,
      revision        INTEGER NOT NULL,
      coverage        REAL    NOT NULL,
      payload         TEXT    NOT NULL,
      PRIMARY KEY (window_start_us, camera_id, kind, place_id, direction, window_seconds)
    ) STRICT;
    CREATE INDEX observation_by_camera
      ON observation (camera_id, window_start_us, kind, place_id, direction, window_seconds);
    CREATE INDEX observation_analysed
      ON observation (camera_id, window_start_us, window_seconds) WHERE coverage > 0;
    CREATE TABLE store_version (
      only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
      store_id TEXT    NOT NULL,
      changes  INTEGER NOT NULL
    ) STRICT;
    INSERT INTO store_version VALUES (1, lower(hex(randomblob(8))), 0);
  `,
};

function levelTable(name: string): string {
  return `
    CREATE TABLE ${name} (
      camera_id       TEXT    NOT NULL,
      kind            TEXT    NOT NULL,
      window_start_us INTEGER NOT NULL,
      change_sequence INTEGER,
      recorded_us     INTEGER NOT NULL,
      analysed_us     INTEGER NOT NULL,
      reasons         INTEGER NOT NULL,
      row_count       INTEGER NOT NULL,
      payload         TEXT    NOT NULL,
      PRIMARY KEY (camera_id, kind, window_start_us)
    ) STRICT;
    CREATE INDEX ${name}_change ON ${name} (change_sequence) WHERE change_sequence IS NOT NULL;
    CREATE INDEX ${name}_open ON ${name} (window_start_us) WHERE change_sequence IS NULL;`;
}

/** Rows of the first layout are moved by `moveFirstRecords`. */
const LEVELS: Migration = {
  name: 'levels',
  sql: `
    CREATE TABLE record_window (
      camera_id       TEXT    NOT NULL,
      kind            TEXT    NOT NULL,
      window_start_us INTEGER NOT NULL,
      length_us       INTEGER NOT NULL,
      coverage        REAL    NOT NULL,
      payload         TEXT    NOT NULL,
      PRIMARY KEY (camera_id, window_start_us, kind, length_us)
    ) STRICT;
    CREATE INDEX record_window_by_time ON record_window (window_start_us, camera_id, kind, length_us);
    ${['level_quarter', 'level_hour', 'level_day'].map(levelTable).join('')}
    CREATE TABLE dirty_hour (
      camera_id     TEXT    NOT NULL,
      hour_start_us INTEGER NOT NULL,
      PRIMARY KEY (camera_id, hour_start_us)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE camera_state (
      camera_id       TEXT    PRIMARY KEY,
      first_us        INTEGER NOT NULL,
      last_us         INTEGER NOT NULL,
      last_end_us     INTEGER NOT NULL,
      analysed_end_us INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE term (
      term_no INTEGER PRIMARY KEY,
      text    TEXT NOT NULL UNIQUE
    ) STRICT;
    CREATE TABLE retention_run (
      id        INTEGER PRIMARY KEY,
      level     TEXT    NOT NULL,
      before_us INTEGER NOT NULL,
      removed   INTEGER NOT NULL,
      at_us     INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE publisher_cursor (
      publisher_id TEXT PRIMARY KEY,
      sequence     INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE visit_day (
      day    TEXT PRIMARY KEY,
      visits INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE incident (
      id            INTEGER PRIMARY KEY,
      subject       TEXT    NOT NULL,
      started_at_us INTEGER NOT NULL,
      ended_at_us   INTEGER,
      is_planned    INTEGER NOT NULL,
      note          TEXT    NOT NULL
    ) STRICT;
    CREATE INDEX incident_by_start ON incident (started_at_us);
    CREATE TABLE alive (
      subject TEXT PRIMARY KEY,
      at_us   INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
};

/** Up to which month each camera's windows lie in the order in which they are read; the next step takes it away. */
const ARRANGED: Migration = {
  name: 'arranged months',
  sql: `
    CREATE TABLE arranged_until (
      level     TEXT    NOT NULL,
      camera_id TEXT    NOT NULL,
      until_us  INTEGER NOT NULL,
      PRIMARY KEY (level, camera_id)
    ) STRICT, WITHOUT ROWID;
  `,
};

/** Finished spans, their windows side by side; `gathered_series` is made of what lies in the level's table. */
const GATHERED: Migration = {
  name: 'gathered spans',
  sql: `
    DROP TABLE arranged_until;
    CREATE TABLE level_span (
      level       TEXT    NOT NULL,
      kind        TEXT    NOT NULL,
      camera_id   TEXT    NOT NULL,
      start_us    INTEGER NOT NULL,
      is_gathered INTEGER NOT NULL,
      row_count   INTEGER NOT NULL,
      seen        TEXT    NOT NULL,
      PRIMARY KEY (level, kind, camera_id, start_us)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX level_span_waiting ON level_span (level, start_us) WHERE is_gathered = 0;
    CREATE TABLE gathered_series (
      level     TEXT    NOT NULL,
      kind      TEXT    NOT NULL,
      camera_id TEXT    NOT NULL,
      start_us  INTEGER NOT NULL,
      place_id  TEXT    NOT NULL,
      direction TEXT    NOT NULL,
      payload   TEXT    NOT NULL,
      PRIMARY KEY (level, kind, camera_id, start_us, place_id, direction)
    ) STRICT;
    ${spansOfStored()}`,
};

/** In order of application. */
export const PORTAL_MIGRATIONS: readonly Migration[] = [OBSERVATIONS, LEVELS, IDENTITIES, ARRANGED, GATHERED];
