/** The schema in PostgreSQL, step by step. A released step is never edited: add one at the end. */
import { IDENTITIES } from './identity.ts';

/** One step forward. */
export interface PostgresMigration {
  readonly name: string;
  readonly sql: string;
}

/** Key of the advisory lock under which one process at a time migrates: "PNTU". */
export const MIGRATION_LOCK = 0x50_4e_54_55;
/** Key of the advisory lock under which partitions are made: "PNTP". */
export const PARTITION_LOCK = 0x50_4e_54_50;

/** Tables cut into one partition per month of UTC, `<table>_y2026m01`. */
export const PARTITIONED_TABLES = ['record_window', 'level_quarter', 'level_hour', 'level_day'] as const;

// Ids compare by their bytes, as in SQLite and in this program, whatever the database's own locale.
const ID = 'text COLLATE "C"';

function levelTable(name: string): string {
  return `
    CREATE TABLE ${name} (
      camera_id       ${ID}  NOT NULL,
      kind            ${ID}  NOT NULL,
      window_start_us bigint NOT NULL,
      change_sequence bigint,
      recorded_us     bigint NOT NULL,
      analysed_us     bigint NOT NULL,
      reasons         integer NOT NULL,
      row_count       integer NOT NULL,
      payload         text   NOT NULL,
      PRIMARY KEY (camera_id, kind, window_start_us)
    ) PARTITION BY RANGE (window_start_us);
    CREATE INDEX ${name}_change ON ${name} (change_sequence) WHERE change_sequence IS NOT NULL;
    CREATE INDEX ${name}_open ON ${name} (window_start_us) WHERE change_sequence IS NULL;`;
}

const LEVELS: PostgresMigration = {
  name: 'levels',
  sql: `
    CREATE TABLE store_version (
      only_row integer PRIMARY KEY CHECK (only_row = 1),
      store_id text   NOT NULL,
      changes  bigint NOT NULL
    );
    INSERT INTO store_version VALUES (1, substr(md5(random()::text || clock_timestamp()::text), 1, 16), 0);
    CREATE TABLE record_window (
      camera_id       ${ID}  NOT NULL,
      kind            ${ID}  NOT NULL CHECK (kind IN ('flow', 'presence')),
      window_start_us bigint NOT NULL,
      length_us       bigint NOT NULL CHECK (length_us > 0),
      coverage        double precision NOT NULL,
      payload         text   NOT NULL,
      PRIMARY KEY (camera_id, window_start_us, kind, length_us)
    ) PARTITION BY RANGE (window_start_us);
    CREATE INDEX record_window_by_time ON record_window (window_start_us, camera_id, kind, length_us);
    ${['level_quarter', 'level_hour', 'level_day'].map(levelTable).join('')}
    CREATE TABLE dirty_hour (
      camera_id     ${ID}  NOT NULL,
      hour_start_us bigint NOT NULL,
      PRIMARY KEY (camera_id, hour_start_us)
    );
    CREATE TABLE camera_state (
      camera_id       ${ID}  PRIMARY KEY,
      first_us        bigint NOT NULL,
      last_us         bigint NOT NULL,
      last_end_us     bigint NOT NULL,
      analysed_end_us bigint
    );
    CREATE TABLE term (
      term_no integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      text    text NOT NULL UNIQUE
    );
    CREATE TABLE retention_run (
      id        integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      level     text   NOT NULL,
      before_us bigint NOT NULL,
      removed   bigint NOT NULL,
      at_us     bigint NOT NULL
    );
    CREATE TABLE publisher_cursor (publisher_id ${ID} PRIMARY KEY, sequence bigint NOT NULL);
    CREATE TABLE visit_day (day ${ID} PRIMARY KEY, visits bigint NOT NULL);
    CREATE TABLE incident (
      id            integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      subject       text    NOT NULL,
      started_at_us bigint  NOT NULL,
      ended_at_us   bigint,
      is_planned    integer NOT NULL,
      note          text    NOT NULL
    );
    CREATE INDEX incident_by_start ON incident (started_at_us);
    CREATE TABLE alive (subject ${ID} PRIMARY KEY, at_us bigint NOT NULL);
  `,
};

/** In order of application. */
export const POSTGRES_MIGRATIONS: readonly PostgresMigration[] = [LEVELS, IDENTITIES];
