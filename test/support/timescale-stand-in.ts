/**
 * A stand-in for the TimescaleDB extension, which Debian does not have: the documented signatures of the 2.x functions that
 * the store calls (create_hypertable, drop_chunks, hypertable_size), the refusals that the documentation names, and no chunks:
 * a table stays in one piece, and dropping removes the rows of the chunks that would have ended. It shows that the store
 * takes the right path with the right calls; it shows nothing about TimescaleDB itself.
 */
import type { ServerExtension } from './postgres-server.ts';

/**
 * Settings of a database that make it act up: `timescaledb_stand_in.preloaded=off` ends the connection, as a server does that
 * does not preload the library; `timescaledb_stand_in.refuses=on` lets create_hypertable fail.
 */
export const TIMESCALE_STAND_IN: ServerExtension = {
  name: 'timescaledb',
  version: '2.0.0-stand-in',
  // As the real one: who may create things in the database may create the extension.
  control: "comment = 'stand-in for tests, not TimescaleDB'\nrelocatable = false\ntrusted = true\n",
  sql: `
DO $$ BEGIN
  IF current_setting('timescaledb_stand_in.preloaded', true) = 'off' THEN
    PERFORM pg_terminate_backend(pg_backend_pid());
  END IF;
END $$;

CREATE SCHEMA timescaledb_stand_in;
CREATE TABLE timescaledb_stand_in.hypertable (
  id               integer GENERATED ALWAYS AS IDENTITY,
  relation         regclass PRIMARY KEY,
  time_column_name name     NOT NULL,
  chunk_interval   bigint   NOT NULL
);
GRANT USAGE ON SCHEMA timescaledb_stand_in TO PUBLIC;
GRANT SELECT, INSERT ON timescaledb_stand_in.hypertable TO PUBLIC;

CREATE FUNCTION @extschema@.create_hypertable(
  relation                regclass,
  time_column_name        name,
  partitioning_column     name = NULL,
  number_partitions       integer = NULL,
  associated_schema_name  name = NULL,
  associated_table_prefix name = NULL,
  chunk_time_interval     anyelement = NULL::bigint,
  create_default_indexes  boolean = TRUE,
  if_not_exists           boolean = FALSE,
  partitioning_func       regproc = NULL,
  migrate_data            boolean = FALSE
) RETURNS TABLE (hypertable_id integer, schema_name name, table_name name, created boolean)
LANGUAGE plpgsql AS $$
#variable_conflict use_variable
DECLARE
  time_column smallint;
BEGIN
  IF current_setting('timescaledb_stand_in.refuses', true) = 'on' THEN
    RAISE EXCEPTION 'hypertables are refused here';
  END IF;
  IF (SELECT relkind FROM pg_class WHERE oid = relation) <> 'r' THEN
    RAISE EXCEPTION 'table "%" is already partitioned', relation;
  END IF;
  SELECT attnum INTO time_column FROM pg_attribute
    WHERE attrelid = relation AND attname = time_column_name AND attnotnull AND atttypid = 'bigint'::regtype;
  IF time_column IS NULL THEN RAISE EXCEPTION 'no time column "%"', time_column_name; END IF;
  IF chunk_time_interval IS NULL THEN
    RAISE EXCEPTION 'integer dimensions require an explicit interval';
  END IF;
  IF EXISTS (SELECT FROM pg_index WHERE indrelid = relation AND indisunique AND time_column <> ALL (indkey)) THEN
    RAISE EXCEPTION 'cannot create a unique index without the column "%"', time_column_name;
  END IF;
  INSERT INTO timescaledb_stand_in.hypertable (relation, time_column_name, chunk_interval)
    VALUES (relation, time_column_name, chunk_time_interval) RETURNING id INTO hypertable_id;
  schema_name := 'public'; table_name := relation::text; created := TRUE;
  RETURN NEXT;
END $$;

CREATE FUNCTION @extschema@.drop_chunks(relation regclass, older_than anyelement) RETURNS SETOF text
LANGUAGE plpgsql AS $$
DECLARE
  cut timescaledb_stand_in.hypertable;
BEGIN
  SELECT * INTO cut FROM timescaledb_stand_in.hypertable AS h WHERE h.relation = drop_chunks.relation;
  IF cut IS NULL THEN RAISE EXCEPTION '"%" is not a hypertable', relation; END IF;
  RETURN QUERY EXECUTE format(
    'WITH gone AS (DELETE FROM %1$s WHERE (div(%2$I, $1) + 1) * $1 <= $2 RETURNING div(%2$I, $1) AS chunk)
      SELECT DISTINCT format(''chunk_%%s'', chunk) FROM gone', relation, cut.time_column_name)
    USING cut.chunk_interval::numeric, older_than::numeric;
END $$;

CREATE FUNCTION @extschema@.hypertable_size(hypertable regclass) RETURNS bigint
LANGUAGE sql AS 'SELECT pg_total_relation_size(hypertable)';
`,
};
