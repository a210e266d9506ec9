/** Reads of records as workers published them. */
import { formatIsoUs } from '../../pipelines/domain/time.ts';
import type { Observation } from '../../pipelines/domain/types.ts';
import { compareText, type RecordWindow } from './merge-window.ts';
import { decodeRecord } from './record-decoder.ts';
import { CONTENT, type RecordItem, windowSecondsOf } from './record-item.ts';
import type {
  CameraSummary,
  ObservationFilter,
  ObservationPage,
  ObservationPosition,
  ObservationStore,
  PageRequest,
} from './store.ts';
import type { TermBook } from './term-book.ts';
import type { CameraState, RecordWindowQuery, WindowReader } from './window-reader.ts';

/** Rows of one statement: a row holds all lines, or all zones, of a camera. */
const ROWS_AT_ONCE = 500;

/** A record that is not decoded yet. */
interface FoundRecord {
  readonly window: RecordWindow;
  readonly item: RecordItem;
}

/** The reads of `ObservationStore`; `version` tells when what is kept of the newest windows is too old. */
export function createRecordReads(reader: WindowReader, book: TermBook, version: () => Promise<string>) {
  const latestOfAll = keptUntilChange(version, () => latest(undefined));

  async function find(filter: ObservationFilter, page: PageRequest): Promise<FoundRecord[]> {
    const found: FoundRecord[] = [];
    for await (const group of windowGroups(reader, filter, page)) {
      for (const record of inOrder(group)) {
        if (!matches(record, filter) || !isAfter(positionOf(record), page.after)) continue;
        found.push(record);
        if (found.length === page.limit) return found;
      }
    }
    return found;
  }
  function decode(records: readonly FoundRecord[]): Promise<Observation[]> {
    return book.withTerms((terms) => records.map(({ item, window }) => decodeRecord(item, window, terms)));
  }
  async function newestWindows(states: readonly CameraState[]): Promise<RecordWindow[]> {
    const windows: RecordWindow[] = [];
    for (const { camera_id: cameraId, last_us: fromUs } of states) {
      windows.push(
        ...(await reader.recordWindows({ cameraId, fromUs, toUs: fromUs + 1, limit: ROWS_AT_ONCE })),
      );
    }
    return windows;
  }
  async function latest(cameraId: string | undefined): Promise<readonly Observation[]> {
    const windows = await newestWindows(await reader.cameraStates(cameraId));
    // By camera, then as everywhere: the newest windows of two cameras may begin at different times.
    const records = windows.flatMap((window) => inOrder([window]));
    return decode(
      records.sort(
        (a, b) =>
          compareText(a.window.cameraId, b.window.cameraId) ||
          compareText(a.window.kind, b.window.kind) ||
          compareText(a.item[0], b.item[0]) ||
          compareText(a.item[1], b.item[1]) ||
          a.window.lengthUs - b.window.lengthUs,
      ),
    );
  }
  return {
    async observations(filter, page): Promise<ObservationPage> {
      const records = await find(filter, page);
      const observations = await decode(records);
      const last = records.at(-1);
      return last === undefined ? { observations } : { observations, last: positionOf(last) };
    },
    async endOfPage(filter, page) {
      const records = await find(filter, { ...page, limit: page.limit + 1 });
      const last = records[page.limit - 1];
      return records.length <= page.limit || last === undefined ? undefined : positionOf(last);
    },
    async cameras(): Promise<readonly CameraSummary[]> {
      const states = await reader.cameraStates();
      const summaries: CameraSummary[] = [];
      for (const state of states) summaries.push(summaryOf(state, await newestWindows([state])));
      return summaries;
    },
    latest: (cameraId) => (cameraId === undefined ? latestOfAll() : latest(cameraId)),
  } satisfies Pick<ObservationStore, 'observations' | 'endOfPage' | 'cameras' | 'latest'>;
}

/** Asks again only when the store has changed: a city's page asks far more often than records come. */
function keptUntilChange<T>(version: () => Promise<string>, read: () => Promise<T>): () => Promise<T> {
  let kept: { version: string; value: Promise<T> } | undefined;
  return async () => {
    const now = await version();
    if (kept?.version === now) return kept.value;
    const value = read();
    kept = { version: now, value };
    value.catch(() => {
      kept = undefined;
    });
    return value;
  };
}

/** Rows in time order, all lengths of one camera, kind and start together. */
async function* windowGroups(
  reader: WindowReader,
  filter: ObservationFilter,
  { after }: PageRequest,
): AsyncGenerator<readonly RecordWindow[]> {
  const { cameraId, fromUs, toUs } = filter;
  const kind = filter.kind ?? kindOfPlace(filter);
  const base: Omit<RecordWindowQuery, 'limit'> = {
    ...(cameraId === undefined ? {} : { cameraId }),
    ...(kind === undefined ? {} : { kind }),
    ...(fromUs === undefined ? {} : { fromUs }),
    ...(toUs === undefined ? {} : { toUs }),
  };
  let from = after === undefined ? undefined : ([after[0], after[1], after[2]] as const);
  for (;;) {
    const query = { ...base, ...(from === undefined ? {} : { from }), limit: ROWS_AT_ONCE };
    const rows = await reader.recordWindows(query);
    const groups = groupsOfStart(rows);
    const isEnd = rows.length < ROWS_AT_ONCE;
    // The last group may go on beyond what was read: it is read again, from its beginning.
    yield* isEnd ? groups : groups.slice(0, -1);
    const last = groups.at(-1)?.[0];
    if (isEnd || last === undefined) return;
    from = [last.windowStartUs, last.cameraId, last.kind];
  }
}

function kindOfPlace({ lineId, zoneId, direction }: ObservationFilter): Observation['kind'] | undefined {
  if (lineId !== undefined || direction !== undefined) return 'flow';
  return zoneId === undefined ? undefined : 'presence';
}

function groupsOfStart(rows: readonly RecordWindow[]): RecordWindow[][] {
  const groups: RecordWindow[][] = [];
  for (const row of rows) {
    const group = groups.at(-1);
    const first = group?.[0];
    const isSame =
      first?.windowStartUs === row.windowStartUs &&
      first.cameraId === row.cameraId &&
      first.kind === row.kind;
    if (isSame && group !== undefined) group.push(row);
    else groups.push([row]);
  }
  return groups;
}

function inOrder(windows: readonly RecordWindow[]): FoundRecord[] {
  const records = windows.flatMap((window) =>
    (JSON.parse(window.payload) as RecordItem[]).map((item) => ({ window, item })),
  );
  if (windows.length === 1) return records;
  return records.sort(
    (a, b) =>
      compareText(a.item[0], b.item[0]) ||
      compareText(a.item[1], b.item[1]) ||
      a.window.lengthUs - b.window.lengthUs,
  );
}

function matches({ window, item }: FoundRecord, filter: ObservationFilter): boolean {
  const isLine = filter.lineId === undefined || (window.kind === 'flow' && item[0] === filter.lineId);
  const isZone = filter.zoneId === undefined || (window.kind === 'presence' && item[0] === filter.zoneId);
  return isLine && isZone && (filter.direction === undefined || item[1] === filter.direction);
}

function positionOf({ window, item }: FoundRecord): ObservationPosition {
  return [window.windowStartUs, window.cameraId, window.kind, item[0], item[1], windowSecondsOf(window)];
}

function isAfter(position: ObservationPosition, after: ObservationPosition | undefined): boolean {
  if (after === undefined) return true;
  for (const [i, part] of position.entries()) {
    const other = after[i];
    if (part === other || other === undefined) continue;
    return part > other;
  }
  return false;
}

function summaryOf(state: CameraState, newest: readonly RecordWindow[]): CameraSummary {
  const coverages = newest.flatMap(({ payload }) =>
    (JSON.parse(payload) as RecordItem[]).map((item) => Number(item[CONTENT])),
  );
  return {
    cameraId: state.camera_id,
    firstWindowStart: formatIsoUs(state.first_us),
    lastWindowStart: formatIsoUs(state.last_us),
    lastWindowEnd: formatIsoUs(state.last_end_us),
    ...(state.analysed_end_us === null ? {} : { lastAnalysedWindowEnd: formatIsoUs(state.analysed_end_us) }),
    ...(coverages.length === 0 ? {} : { lastCoverage: Math.min(...coverages) }),
  };
}
