/** Reads of the SQLite engine. Statements are prepared once per shape of filter. */
import type { Database, Statement } from 'better-sqlite3';
import { formatIsoUs } from '../../pipelines/domain/time.ts';
import type { Observation } from '../../pipelines/domain/types.ts';
import type {
  CameraSummary,
  ObservationFilter,
  ObservationPage,
  ObservationPosition,
  PageRequest,
} from './store.ts';

const POSITION = 'window_start_us, camera_id, kind, place_id, direction, window_seconds';

interface Row {
  window_start_us: number;
  camera_id: string;
  kind: string;
  place_id: string;
  direction: string;
  window_seconds: number;
  revision: number;
  payload: string;
}

type Parameters = Record<string, string | number>;

/** The reads of `ObservationStore` on one connection; they throw SQLite's own errors. */
export function createObservationQueries(database: Database) {
  const statement = statementCache(database);
  return {
    observations(filter: ObservationFilter, page: PageRequest): ObservationPage {
      const { where, parameters } = conditions(filter, page.after);
      const sql = `SELECT ${POSITION}, revision, payload FROM observation ${where} ORDER BY ${POSITION} LIMIT @limit`;
      const rows = statement(sql).all({ ...parameters, limit: page.limit }) as Row[];
      const last = rows.at(-1);
      const observations = rows.map(toObservation);
      return last === undefined ? { observations } : { observations, last: toPosition(last) };
    },
    endOfPage(filter: ObservationFilter, page: PageRequest): ObservationPosition | undefined {
      const { where, parameters } = conditions(filter, page.after);
      const sql = `SELECT ${POSITION} FROM observation ${where} ORDER BY ${POSITION} LIMIT 2 OFFSET @skip`;
      const rows = statement(sql).all({ ...parameters, skip: page.limit - 1 }) as Row[];
      return rows.length < 2 ? undefined : toPosition(rows[0]!);
    },
    cameras: () => (statement(CAMERAS).all() as CameraRow[]).map(toCameraSummary),
    latest: (cameraId?: string) =>
      (statement(LATEST).all({ cameraId: cameraId ?? null }) as Row[]).map(toObservation),
  };
}

function statementCache(database: Database): (sql: string) => Statement {
  const prepared = new Map<string, Statement>();
  return (sql) => {
    const known = prepared.get(sql) ?? database.prepare(sql);
    prepared.set(sql, known);
    return known;
  };
}

function conditions(filter: ObservationFilter, after: ObservationPosition | undefined) {
  const parts: string[] = [];
  const parameters: Parameters = {};
  const add = (condition: string, name: string, value: string | number | undefined) => {
    if (value === undefined) return;
    parts.push(condition);
    parameters[name] = value;
  };
  add('camera_id = @cameraId', 'cameraId', filter.cameraId);
  add('kind = @kind', 'kind', filter.kind);
  add("kind = 'flow' AND place_id = @lineId", 'lineId', filter.lineId);
  add("kind = 'presence' AND place_id = @zoneId", 'zoneId', filter.zoneId);
  add('direction = @direction', 'direction', filter.direction);
  add('window_start_us >= @fromUs', 'fromUs', filter.fromUs);
  add('window_start_us < @toUs', 'toUs', filter.toUs);
  if (after !== undefined) {
    parts.push(`(${POSITION}) > (@after0, @after1, @after2, @after3, @after4, @after5)`);
    for (const [index, value] of after.entries()) parameters[`after${index}`] = value;
  }
  return { where: parts.length === 0 ? '' : `WHERE ${parts.join(' AND ')}`, parameters };
}

function toPosition(row: Row): ObservationPosition {
  return [row.window_start_us, row.camera_id, row.kind, row.place_id, row.direction, row.window_seconds];
}

function toObservation(row: Row): Observation {
  return { ...(JSON.parse(row.payload) as Observation), revision: row.revision };
}

interface CameraRow {
  camera_id: string;
  first_us: number;
  last_us: number;
  last_end_us: number;
  last_coverage: number;
  analysed_end_us: number | null;
}

/**
 * Walks from camera to camera through the index instead of reading it whole: the cost grows with the number of
 * cameras, not of records.
 */
const CAMERAS = `
  WITH RECURSIVE camera(id) AS (
    SELECT min(camera_id) FROM observation
    UNION ALL
    SELECT (SELECT min(camera_id) FROM observation WHERE camera_id > camera.id) FROM camera WHERE id IS NOT NULL
  ), edge AS (
    SELECT id AS camera_id,
      (SELECT min(window_start_us) FROM observation WHERE camera_id = camera.id) AS first_us,
      (SELECT max(window_start_us) FROM observation WHERE camera_id = camera.id) AS last_us,
      (SELECT window_start_us + CAST(window_seconds * 1000000 AS INTEGER) FROM observation
        WHERE camera_id = camera.id AND coverage > 0 ORDER BY window_start_us DESC LIMIT 1) AS analysed_end_us
    FROM camera WHERE id IS NOT NULL
  )
  SELECT edge.*,
    (SELECT max(window_start_us + CAST(window_seconds * 1000000 AS INTEGER)) FROM observation o
      WHERE o.camera_id = edge.camera_id AND o.window_start_us = edge.last_us) AS last_end_us,
    (SELECT min(coverage) FROM observation o
      WHERE o.camera_id = edge.camera_id AND o.window_start_us = edge.last_us) AS last_coverage
  FROM edge ORDER BY camera_id`;

const LATEST = `
  WITH RECURSIVE camera(id) AS (
    SELECT min(camera_id) FROM observation WHERE @cameraId IS NULL OR camera_id = @cameraId
    UNION ALL
    SELECT (SELECT min(camera_id) FROM observation WHERE camera_id > camera.id AND @cameraId IS NULL)
      FROM camera WHERE id IS NOT NULL
  )
  SELECT ${POSITION}, revision, payload FROM camera JOIN observation ON camera_id = camera.id
  WHERE window_start_us = (SELECT max(window_start_us) FROM observation WHERE camera_id = camera.id)
  ORDER BY camera_id, kind, place_id, direction, window_seconds`;

function toCameraSummary(row: CameraRow): CameraSummary {
  return {
    cameraId: row.camera_id,
    firstWindowStart: formatIsoUs(row.first_us),
    lastWindowStart: formatIsoUs(row.last_us),
    lastWindowEnd: formatIsoUs(row.last_end_us),
    ...(row.analysed_end_us === null ? {} : { lastAnalysedWindowEnd: formatIsoUs(row.analysed_end_us) }),
    lastCoverage: row.last_coverage,
  };
}
