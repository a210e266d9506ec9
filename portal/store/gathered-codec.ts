/**
 * Windows of a span, turned from one payload per window into one per series (line and direction, or zone): whoever wants a
 * line's day reads one row. The first line of such a payload is what most of its items begin with: all that `level-codec.ts`
 * keeps of an item between its direction and the fifth sum. Each other line is the place of its window in the span; a colon
 * and the rest of an item that begins so, or a comma and everything of one that does not. Pure.
 */
import type { RolledLevel } from '../levels/level.ts';
import type { SeriesRow } from '../levels/series-row.ts';
import type { FoundWindow } from './found-window.ts';
import { grouped } from './grouped.ts';
import { createSeriesRowReader, sharedStartOf } from './level-codec.ts';
import { COLON, COMMA, headAt, type SeriesPayload, SHARED_SUMS, ZERO } from './level-scanner.ts';
import { compareText } from './merge-window.ts';
import { type SpanKey, spanUs, type TimeRange, windowUsOf } from './span.ts';
import type { Terms } from './terms.ts';

/** A line and direction, or a zone, in one span. */
export type GatheredSeries = Omit<SeriesPayload, 'shared'>;

/** The series of a span's windows, which are in the order of time. */
export function gatherSeries(
  windows: readonly { readonly startUs: number; readonly payload: string }[],
  { level, startUs }: { readonly level: RolledLevel; readonly startUs: number },
): readonly GatheredSeries[] {
  const windowUs = windowUsOf(level);
  const series = new Map<string, Omit<GatheredSeries, 'payload'> & { items: SeriesItem[] }>();
  for (const window of windows) {
    const index = (window.startUs - startUs) / windowUs;
    for (const text of window.payload === '' ? [] : window.payload.split('\n')) {
      const { placeId, direction, text: head } = headAt(text, 0);
      const known = series.get(head) ?? { placeId, direction, items: [] };
      series.set(head, known);
      known.items.push({ index, ...cut(text.slice(head.length)) });
    }
  }
  return [...series.values()]
    .map(({ placeId, direction, items }) => ({ placeId, direction, payload: payloadOf(items) }))
    .sort(inOrder);
}

/** An item behind its place and direction, cut where most of a series begin to differ. */
interface SeriesItem {
  readonly index: number;
  readonly start: string;
  readonly rest: string;
}

/** Three lists of terms end the part in front of the sums. */
const LISTS = 3;

function cut(text: string): Omit<SeriesItem, 'index'> {
  let listsEnd = 0;
  for (let list = 0; list < LISTS; list += 1) listsEnd = text.indexOf(']', listsEnd) + 1;
  let at = listsEnd;
  for (let sum = 0; sum < SHARED_SUMS; sum += 1) {
    at = text.indexOf(',', at + 1);
    // Only zeros follow, which are not kept.
    if (at < 0 || text.slice(listsEnd, at).includes('[')) return { start: '', rest: text };
  }
  return { start: text.slice(0, at), rest: text.slice(at) };
}

function payloadOf(items: readonly SeriesItem[]): string {
  const starts = grouped(items, ({ start }) => start);
  starts.delete('');
  const [shared = ''] = [...starts].sort(([, a], [, b]) => b.length - a.length)[0] ?? [];
  const lines = items.map(({ index, start, rest }) =>
    start !== '' && start === shared ? `${index}:${rest}` : `${index},${start}${rest}`,
  );
  return [shared, ...lines].join('\n');
}

const NONE = -1;

/** The windows of a span that start in `[fromUs, toUs)`, in the order of time, with the rows of these series. */
export function windowsOfSeries(
  stored: readonly GatheredSeries[],
  span: SpanKey,
  { fromUs = span.startUs, toUs = Number.POSITIVE_INFINITY }: TimeRange,
): FoundWindow[] {
  const series = stored
    .toSorted(inOrder)
    .map((one, turn) => ({ ...one, shared: sharedStartOf(one.payload, turn) }));
  const windowUs = windowUsOf(span.level);
  const count = spanUs(span.level) / windowUs;
  const places = placesOf(series, count);
  const rowsIn = createSpanRows(series, span);
  const windows: FoundWindow[] = [];
  for (let index = 0; index < count; index += 1) {
    const windowStartUs = span.startUs + index * windowUs;
    if (windowStartUs < fromUs || windowStartUs >= toUs) continue;
    const lines = places.subarray(index * series.length, (index + 1) * series.length);
    const rowCount = lines.reduce((sum, at) => (at === NONE ? sum : sum + 1), 0);
    if (rowCount === 0) continue;
    const rows = (terms: Terms) => rowsIn(lines, windowStartUs, terms);
    windows.push({ cameraId: span.cameraId, windowStartUs, rowCount, rows });
  }
  return windows;
}

/** Window by window, where in each series' payload what is said of it begins. */
function placesOf(series: readonly GatheredSeries[], windows: number): Int32Array {
  const places = new Int32Array(windows * series.length).fill(NONE);
  for (const [turn, { payload }] of series.entries()) {
    for (let at = payload.indexOf('\n') + 1; at > 0; at = payload.indexOf('\n', at) + 1) {
      let index = 0;
      for (
        let code = payload.charCodeAt(at);
        code !== COMMA && code !== COLON;
        code = payload.charCodeAt(++at)
      ) {
        index = index * 10 + (code - ZERO);
        if (!(index < windows)) throw new RangeError('a gathered series is damaged: a line is of no window');
      }
      places[index * series.length + turn] = at;
    }
  }
  return places;
}

/** Reads the rows of one window after the other; what they share is made once. */
function createSpanRows(series: readonly SeriesPayload[], span: SpanKey) {
  let known: Terms | undefined;
  let rowOfLine: ReturnType<typeof createSeriesRowReader> | undefined;
  return (lines: Int32Array, windowStartUs: number, terms: Terms): SeriesRow[] => {
    if (rowOfLine === undefined || known !== terms)
      rowOfLine = createSeriesRowReader(span.level, span, terms);
    known = terms;
    const rows: SeriesRow[] = [];
    for (let turn = 0; turn < lines.length; turn += 1) {
      const at = lines[turn]!;
      if (at !== NONE) rows.push(rowOfLine(series[turn]!, { at, turn }, windowStartUs));
    }
    return rows;
  };
}

function inOrder(a: GatheredSeries, b: GatheredSeries): number {
  return compareText(a.placeId, b.placeId) || compareText(a.direction, b.direction);
}
