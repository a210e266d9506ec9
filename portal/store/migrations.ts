/** The schema of the portal's SQLite file, step by step. A released step is never edited: add one at the end. */
import type { Migration } from '../../pipelines/adapters/sqlite/sqlite-file.ts';

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

/** In order of application. The camera register and the aggregation levels add theirs below. */
export const PORTAL_MIGRATIONS: readonly Migration[] = [OBSERVATIONS];
