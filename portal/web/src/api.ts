/** Reads the portal's API. */
import type { CameraSummary } from '../../store/store.ts';
import type { ServedObservation } from './series.ts';

/** What is asked of one camera. */
export interface RangeQuery {
  readonly cameraId: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Records of a range and the rule they were published under. */
export interface RangeAnswer {
  readonly observations: readonly ServedObservation[];
  readonly smallCountBelow: number;
}

/** The cameras that have data. */
export async function fetchCameras(signal: AbortSignal): Promise<readonly CameraSummary[]> {
  const answer = await getJson<{ cameras: CameraSummary[] }>('api/v1/cameras', signal);
  return answer.cameras;
}

/** Every record of the range, page by page. */
export async function fetchRange(query: RangeQuery, signal: AbortSignal): Promise<RangeAnswer> {
  const observations: ServedObservation[] = [];
  let cursor: string | undefined;
  for (;;) {
    const parameters = rangeParameters(query);
    parameters.set('limit', '10000');
    if (cursor !== undefined) parameters.set('cursor', cursor);
    const page = await getJson<RangeAnswer & { nextCursor?: string }>(
      `api/v1/observations?${parameters}`,
      signal,
    );
    observations.push(...page.observations);
    cursor = page.nextCursor;
    if (cursor === undefined) return { observations, smallCountBelow: page.smallCountBelow };
  }
}

/** Address of the range as a file. */
export function downloadUrl(query: RangeQuery, format: 'csv' | 'json'): string {
  const parameters = rangeParameters(query);
  parameters.set('format', format);
  if (format === 'csv') parameters.set('bom', '1');
  else parameters.set('limit', '10000');
  return `api/v1/observations?${parameters}`;
}

function rangeParameters({ cameraId, fromMs, toMs }: RangeQuery): URLSearchParams {
  const from = new Date(fromMs).toISOString();
  const to = new Date(toMs).toISOString();
  return new URLSearchParams({ cameraId, from, to });
}

async function getJson<T>(url: string, signal: AbortSignal): Promise<T> {
  const response = await fetch(url, { signal, headers: { accept: 'application/json' } });
  if (response.ok) return (await response.json()) as T;
  throw new Error(`${response.status}`);
}
