/** Reads the portal's API. Addresses are relative: the portal may live below a prefix. */
import type { AccuracyStatement } from '../../../../pipelines/domain/accuracy/statement.ts';
import type { Observation } from '../../../../pipelines/domain/types.ts';
import type {
  Camera,
  DictionaryEntry,
  FlatRow,
  GapEntry,
  IndicatorEntry,
  MethodBreakEntry,
  QualityAnswer,
  SeriesAnswer,
  SeriesLevel,
  StateCollection,
} from './answers.ts';

/** Which rows of a series. Times in ms; the range is half open. */
export interface SeriesQuery {
  readonly level: SeriesLevel;
  readonly kind: 'flow' | 'presence';
  readonly fromMs: number;
  readonly toMs: number;
  readonly cameraId?: string;
  readonly lineId?: string;
  readonly zoneId?: string;
  readonly direction?: string;
  /** All cameras of this road, put together. */
  readonly road?: string;
}

/** An answer that was none; `status` 0 where the portal could not be reached. */
export class AnswerError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const PAGE_ROWS = 10_000;

/** Every camera that is registered or has data. */
export async function fetchCameras(signal: AbortSignal): Promise<readonly Camera[]> {
  return (await getJson<{ cameras: Camera[] }>('api/v1/cameras', signal)).cameras;
}

/** What every camera last told. */
export function fetchState(signal: AbortSignal): Promise<StateCollection> {
  return getJson('api/v1/state.geojson', signal);
}

/** Every row of the range, page by page. */
export async function fetchSeries(query: SeriesQuery, signal: AbortSignal): Promise<SeriesAnswer> {
  const rows: FlatRow[] = [];
  const parameters = seriesParameters(query);
  parameters.set('limit', String(PAGE_ROWS));
  for (;;) {
    const page = await getJson<SeriesAnswer & { nextCursor?: string }>(`api/v1/series?${parameters}`, signal);
    rows.push(...page.rows);
    if (page.nextCursor === undefined) return { rows, smallCountBelow: page.smallCountBelow };
    parameters.set('cursor', page.nextCursor);
  }
}

/** Address of a series as a file. */
export function seriesUrl(query: SeriesQuery, format: 'csv' | 'json' | 'ndjson' | 'parquet'): string {
  const parameters = seriesParameters(query);
  parameters.set('format', format);
  return `api/v1/series?${parameters}`;
}

function seriesParameters(query: SeriesQuery): URLSearchParams {
  const { fromMs, toMs, road, ...names } = query;
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(names)) if (value !== undefined) parameters.set(name, value);
  if (road !== undefined) {
    parameters.set('road', road);
    parameters.set('groupBy', 'road');
  }
  parameters.set('from', new Date(fromMs).toISOString());
  parameters.set('to', new Date(toMs).toISOString());
  return parameters;
}

/** Every published column of every resource. */
export async function fetchDictionary(signal: AbortSignal): Promise<readonly DictionaryEntry[]> {
  const { resources } = await getJson<{ resources: { columns: DictionaryEntry[] }[] }>(
    'api/v1/dictionary',
    signal,
  );
  return resources.flatMap(({ columns }) => columns);
}

/** The newest record of every line and zone. */
export async function fetchLatest(signal: AbortSignal): Promise<readonly Observation[]> {
  return (await getJson<{ observations: Observation[] }>('api/v1/latest', signal)).observations;
}

/** Filled shares. */
export function fetchQuality(signal: AbortSignal): Promise<QualityAnswer> {
  return getJson('api/v1/quality', signal);
}

/** Smart-city indicators. */
export async function fetchIndicators(signal: AbortSignal): Promise<readonly IndicatorEntry[]> {
  return (await getJson<{ indicators: IndicatorEntry[] }>('api/v1/indicators', signal)).indicators;
}

/** Runs of missing time of the last days. */
export function fetchGaps(signal: AbortSignal): Promise<readonly GapEntry[]> {
  return everyPage<GapEntry>('api/v1/gaps', 'gaps', signal);
}

/** What was measured of each model. */
export async function fetchAccuracy(signal: AbortSignal): Promise<readonly AccuracyStatement[]> {
  return (await getJson<{ accuracy: AccuracyStatement[] }>('api/v1/accuracy', signal)).accuracy;
}

/** Changes of the way of counting. */
export function fetchMethodBreaks(signal: AbortSignal): Promise<readonly MethodBreakEntry[]> {
  return everyPage<MethodBreakEntry>('api/v1/method-breaks', 'breaks', signal);
}

/** Most entries of one page, as the portal allows. */
const PAGE_ENTRIES = 10_000;

/** A list from its first page to its last. */
async function everyPage<Entry>(path: string, name: string, signal: AbortSignal): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  let after = '';
  do {
    const page = await getJson<Record<string, unknown>>(`${path}?limit=${PAGE_ENTRIES}${after}`, signal);
    entries.push(...(page[name] as Entry[]));
    const cursor = page['nextCursor'];
    after = typeof cursor === 'string' ? `&cursor=${cursor}` : '';
  } while (after !== '');
  return entries;
}

async function getJson<T>(url: string, signal: AbortSignal): Promise<T> {
  const response = await fetch(url, { signal, headers: { accept: 'application/json' } });
  if (response.ok) return (await response.json()) as T;
  const body = (await response.json().catch(() => undefined)) as { error?: { message?: string } } | undefined;
  throw new AnswerError(response.status, body?.error?.message ?? `${response.status}`);
}
