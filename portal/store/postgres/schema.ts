/** The schema in PostgreSQL, step by step. A released step is never edited: add one at the end. */
import { spansOfStored } from '../spans-of-stored.ts';
import { IDENTITIES } from './identity.ts';

/** How tables are cut by time: partitions of plain PostgreSQL, or TimescaleDB, whose functions are in `schema`. */
export type Layout =
  | { readonly cut: 'partitions' }
  | { readonly cut: 'hypertables'; readonly schema: string };

/** Plain PostgreSQL. */
export const PARTITIONS: Layout = { cut: 'partitions' };

/** One step forward. */
export interface PostgresMigration {
  readonly name: string;
  /** For either way of cutting tables, where that differs. */
  readonly sql: string | ((layout: Layout) => string);
}

/** Key of the advisory lock under which one process at a time migrates: "PNTU". */
export const MIGRATION_LOCK = 0x50_4e_54_55;
/** Key of the advisory lock under which partitions are made: "PNTP". */
export const PARTITION_LOCK = 0x50_4e_54_50;

/** Tables cut by time: in plain PostgreSQL one partition per month of UTC, `<table>_y2026m01`. */
export const PARTITIONED_TABLES = ['record_window', 'level_quarter', 'level_hour', 'level_day'] as const;

// Ids compare by their bytes, as in SQLite and in this program, whatever the database's own locale.
const ID = 'text COLLATE "C"';

const DAY_US = 86_400_000_000;

/**
 * Days of one chunk. TimescaleDB advises that the chunks being written fit in a quarter of the memory: a week of a hundred
 * cameras' minutes, and as many rows of the coarser levels, stay below that on a small server.
 */
const CHUNK_DAYS: Readonly<Record<string, number>> = {
  record_window: 7,
  level_quarter: 28,
  level_hour: 91,
  level_day: 364,
};

/** Statement that cuts a fresh table into chunks by `window_start_us`; our own indexes lead with what we look for. */
function hypertableStatement(schema: string, table: string): string {
  const chunkUs = (CHUNK_DAYS[table] ?? 7) * DAY_US;
  return `SELECT ${schema}.create_hypertable('${table}', 'window_start_us',
    chunk_time_interval => ${chunkUs}, create_default_indexes => false);`;
}

/** How a table is cut: a clause of its definition, or a statement after it. */
interface Cut {
  readonly clause: string;
  afterwards(table: string): string;
}

function cutOf(layout: Layout): Cut {
  if (layout.cut === 'partitions') {
    return { clause: 'PARTITION BY RANGE (window_start_us)', afterwards: () => '' };
  }
  return { clause: '', afterwards: (table) => hypertableStatement(layout.schema, table) };
}

function levelTable(name: string, cut: Cut): string {
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
    ) ${cut.clause};
    ${cut.afterwards(name)}
    CREATE INDEX ${name}_change ON ${name} (change_sequence) WHERE change_sequence IS NOT NULL;
    CREATE INDEX ${name}_open ON ${name} (window_start_us) WHERE change_sequence IS NULL;`;
}

function levelsSql(cut: Cut): string {
  return `
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
    ) ${cut.clause};
    ${cut.afterwards('record_window')}
    CREATE INDEX record_window_by_time ON record_window (window_start_us, camera_id, kind, length_us);
    ${['level_quarter', 'level_hour', 'level_day'].map((name) => levelTable(name, cut)).join('')}
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
  `;
}

const LEVELS: PostgresMigration = { name: 'levels', sql: (layout) => levelsSql(cutOf(layout)) };

/** Up to which month the partitions of each level lie in the order in which they are read; the next step takes it away. */
const ARRANGED: PostgresMigration = {
  name: 'arranged months',
  sql: `CREATE TABLE arranged_until (level ${ID} PRIMARY KEY, until_us bigint NOT NULL)`,
};

/** Finished spans, their windows side by side; `gathered_series` is made of what lies in the level's table. */
const GATHERED: PostgresMigration = {
  name: 'gathered spans',
  sql: `
    DROP TABLE arranged_until;
    CREATE TABLE level_span (
      level       ${ID}   NOT NULL,
      kind        ${ID}   NOT NULL,
      camera_id   ${ID}   NOT NULL,
      start_us    bigint  NOT NULL,
      is_gathered integer NOT NULL,
      row_count   integer NOT NULL,
      seen        text    NOT NULL,
      PRIMARY KEY (level, kind, camera_id, start_us)
    );
    CREATE INDEX level_span_waiting ON level_span (level, start_us) WHERE is_gathered = 0;
    CREATE TABLE gathered_series (
      level     ${ID}  NOT NULL,
      kind      ${ID}  NOT NULL,
      camera_id ${ID}  NOT NULL,
      start_us  bigint NOT NULL,
      place_id  ${ID}  NOT NULL,
      direction ${ID}  NOT NULL,
      payload   text   NOT NULL,
      PRIMARY KEY (level, kind, camera_id, start_us, place_id, direction)
    );
    ${spansOfStored()}`,
};

/** In order of application. */
export const POSTGRES_MIGRATIONS: readonly PostgresMigration[] = [LEVELS, IDENTITIES, ARRANGED, GATHERED];
