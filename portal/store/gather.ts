/** `gather`: puts the windows of spans that are over side by side, series by series, in the order in which they are read. */
import type { Observation } from '../../pipelines/domain/types.ts';
import { ROLLED_LEVELS, type RolledLevel } from '../levels/level.ts';
import { grouped } from './grouped.ts';
import { HOUR_US } from './roll-up.ts';
import { type SpanKey, spanUs } from './span.ts';
import { type Dialect, LEVEL_TABLES, type Sql } from './sql.ts';
import type { LevelRow } from './window-rows.ts';
import { type WindowOfSpan, writeGathered } from './write-spans.ts';

/** What was late has mostly come by then; what comes later is gathered anew. */
const SETTLED_US = HOUR_US;

/** The `gather` of `StoreUpkeep`. */
export function createGathering(dialect: Dialect) {
  return ({ nowUs, limit }: { readonly nowUs: number; readonly limit: number }): Promise<number> =>
    dialect.transaction('gather-spans', async (sql) => {
      let left = limit;
      for (const level of ROLLED_LEVELS) {
        const spans = await takeSpans(sql, { level, endedByUs: nowUs - SETTLED_US, limit: left, dialect });
        if (spans.length > 0) await gatherSpans(sql, level, spans);
        left -= spans.length;
        if (left === 0) break;
      }
      return limit - left;
    });
}

interface Taking {
  readonly level: RolledLevel;
  readonly endedByUs: number;
  readonly limit: number;
  readonly dialect: Dialect;
}

/** Spans that wait, the oldest first. A span that is being written, or gathered by another portal, is left out. */
async function takeSpans(
  sql: Sql,
  { level, endedByUs, limit, dialect }: Taking,
): Promise<readonly SpanKey[]> {
  const rows = await sql.all<{ kind: Observation['kind']; camera_id: string; start_us: number }>(
    `SELECT kind, camera_id, start_us FROM level_span
      WHERE level = $1 AND is_gathered = 0 AND start_us <= $2
      ORDER BY start_us, camera_id, kind LIMIT $3 ${dialect.skipLocked}`,
    [level, endedByUs - spanUs(level), limit],
  );
  return rows.map(({ kind, camera_id: cameraId, start_us: startUs }) => ({ level, kind, cameraId, startUs }));
}

async function gatherSpans(sql: Sql, level: RolledLevel, spans: readonly SpanKey[]): Promise<void> {
  const windows = grouped(await windowsOf(sql, level, spans), ({ kind, cameraId, spanStartUs: startUs }) =>
    nameOf({ kind, cameraId, startUs }),
  );
  const gathered = spans.map((span) => ({ ...span, windows: windows.get(nameOf(span)) ?? [] }));
  await writeGathered(sql, gathered);
}

function nameOf({ kind, cameraId, startUs }: Omit<SpanKey, 'level'>): string {
  return `${startUs} ${kind} ${cameraId}`;
}

interface SpanWindow extends WindowOfSpan {
  readonly kind: Observation['kind'];
  readonly cameraId: string;
  readonly spanStartUs: number;
}

/** In the order of time. */
async function windowsOf(sql: Sql, level: RolledLevel, spans: readonly SpanKey[]): Promise<SpanWindow[]> {
  const starts = spans.map(({ startUs }) => startUs);
  const list = {
    types: ['text', 'text', 'bigint'] as const,
    rows: spans.map(({ kind, cameraId, startUs }) => [kind, cameraId, startUs]),
    values: [Math.min(...starts), Math.max(...starts) + spanUs(level)],
  };
  const rows = await sql.allOf<LevelRow & { span_us: number }>(
    list,
    (table) => `SELECT w.*, k.column3 AS span_us FROM ${table} JOIN ${LEVEL_TABLES[level]} AS w
      ON w.kind = k.column1 AND w.camera_id = k.column2
        AND w.window_start_us >= k.column3 AND w.window_start_us < k.column3 + ${spanUs(level)}
      WHERE w.window_start_us >= $1 AND w.window_start_us < $2`,
  );
  return rows
    .map((row) => ({
      kind: row.kind,
      cameraId: row.camera_id,
      spanStartUs: row.span_us,
      startUs: row.window_start_us,
      recordedUs: row.recorded_us,
      analysedUs: row.analysed_us,
      reasons: row.reasons,
      rows: row.row_count,
      payload: row.payload,
    }))
    .sort((a, b) => a.startUs - b.startUs);
}
