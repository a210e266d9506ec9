/** The finest level: records as they were counted, windows shorter than a minute put together. */
import { US_PER_SECOND } from '../../pipelines/domain/time.ts';
import type { Direction, Observation } from '../../pipelines/domain/types.ts';
import { countedBy, type MethodsOf } from '../levels/counted-by.ts';
import { LEVEL_SECONDS, levelWindowStartUs, nestsIn } from '../levels/level.ts';
import { rowOf } from '../levels/make-row.ts';
import { sumsOf } from '../levels/record-sums.ts';
import type { SeriesRow } from '../levels/series-row.ts';
import { type LevelPart, putTogether } from '../levels/sums.ts';
import { grouped } from './grouped.ts';
import { methodText } from './lineage-text.ts';
import { compareText, type RecordWindow } from './merge-window.ts';
import { decodeRecord } from './record-decoder.ts';
import type { RecordItem } from './record-item.ts';
import type { Terms } from './terms.ts';

const MINUTE_US = LEVEL_SECONDS.minute * US_PER_SECOND;

/** True for windows of which several make a minute. */
export function isShort({ lengthUs }: Pick<RecordWindow, 'lengthUs'>): boolean {
  return lengthUs < MINUTE_US && nestsIn(lengthUs / US_PER_SECOND, 'minute');
}

/**
 * The rows of one camera's and kind's windows of one minute, or of one longer window. Throws `UnknownTermError`.
 */
export function minuteRows(windows: readonly RecordWindow[], terms: Terms): SeriesRow[] {
  const rows = windows
    .filter((window) => !isShort(window))
    .flatMap((window) => recordsOf(window, terms).map((record) => asRow(record, window)));
  const short = windows
    .filter(isShort)
    .flatMap((window) => recordsOf(window, terms).map((record) => ({ record, window })));
  for (const group of grouped(short, ({ record }) => keyText(record)).values())
    rows.push(putMinute(group, terms));
  return rows.sort(
    (a, b) => compareText(placeOf(a), placeOf(b)) || compareText(directionOf(a), directionOf(b)),
  );
}

function recordsOf(window: RecordWindow, terms: Terms): Observation[] {
  return (JSON.parse(window.payload) as RecordItem[]).map((item) => decodeRecord(item, window, terms));
}

/** The line of a flow row, the zone of a presence row. */
export function placeOf(row: Observation | SeriesRow): string {
  return row.kind === 'flow' ? row.lineId : row.zoneId;
}

/** Empty for presence. */
export function directionOf(row: Observation | SeriesRow): Direction | '' {
  return row.kind === 'flow' ? row.direction : '';
}

function keyText(record: Observation): string {
  return `${directionOf(record)} ${placeOf(record)}`;
}

/** A record is its own row: its values are kept as they were published. */
function asRow(record: Observation, { lengthUs }: RecordWindow): SeriesRow {
  const { lineage, ...rest } = record;
  const { jobId: _job, ...method } = lineage;
  const analysedUs = Math.round(record.coverage * lengthUs);
  return { ...rest, level: 'minute', analysedUs, recordedUs: lengthUs, methods: [method] } as SeriesRow;
}

function putMinute(group: readonly { record: Observation; window: RecordWindow }[], terms: Terms): SeriesRow {
  const { record, window } = group[0]!;
  const parts = group.map(({ record: each, window: { windowStartUs: startUs, lengthUs } }): LevelPart => {
    return { startUs, lengthUs, sums: sumsOf(each, { lengthUs, method: methodText(each) }) };
  });
  const key = {
    level: 'minute',
    kind: record.kind,
    cameraId: window.cameraId,
    placeId: placeOf(record),
    direction: directionOf(record),
    windowStartUs: levelWindowStartUs('minute', window.windowStartUs),
    lengthUs: MINUTE_US,
    revision: Math.max(...group.map(({ record: each }) => each.revision)),
  } as const;
  const sums = putTogether(record.kind, parts)!;
  return rowOf(key, sums, countedBy(sums, terms.jsonsOf as MethodsOf));
}
