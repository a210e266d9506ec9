/** Records as the text of an answer, chunk by chunk, so that a year of data costs the memory of one chunk. */
import { csvHeader, csvRow, UTF8_BOM } from '../../pipelines/adapters/publish/csv.ts';
import { observationKey } from '../../pipelines/domain/observation-key.ts';
import type { PublicReader } from '../privacy/public-reader.ts';
import type { PublicObservation } from '../privacy/public-row.ts';
import type { ObservationFilter, ObservationPosition, PageRequest } from '../store/store.ts';
import { readPages } from './read-pages.ts';

/** Records read from the store at once: about a megabyte. */
const CHUNK_RECORDS = 1000;

/** Which records. */
export interface ObservationTextOptions {
  readonly reader: PublicReader;
  readonly filter: ObservationFilter;
  readonly after?: PageRequest['after'];
  /** No limit means all that match. */
  readonly limit?: number;
  /** The last record, where the next page's cursor was told before. */
  readonly end?: ObservationPosition | undefined;
}

/** Pages of matching records up to the limit. */
function pages(options: ObservationTextOptions): AsyncGenerator<readonly PublicObservation[]> {
  const { reader, filter, limit = Number.POSITIVE_INFINITY, after, end } = options;
  return readPages(
    async (page) => {
      const { observations, last } = await reader.observations(filter, page);
      return { rows: observations, next: observations.length < page.limit ? undefined : last };
    },
    { pageRows: CHUNK_RECORDS, limit, after, end, positionOf },
  );
}

function positionOf(record: PublicObservation): ObservationPosition {
  const { windowStartUs, cameraId, kind, placeId, direction, windowSeconds } = observationKey(record);
  return [windowStartUs, cameraId, kind, placeId, direction, windowSeconds];
}

/** CSV with one line per record. */
export async function* csvText(
  options: ObservationTextOptions & { withBom: boolean },
): AsyncGenerator<string> {
  let head = `${options.withBom ? UTF8_BOM : ''}${csvHeader()}`;
  for await (const records of pages(options)) {
    yield head + records.map(csvRow).join('');
    head = '';
  }
}

/** `{"observations":[…], …tail}`, the tail's members after the records. */
export async function* jsonText(options: ObservationTextOptions & { tail: object }): AsyncGenerator<string> {
  let separator = '{"observations":[';
  for await (const records of pages(options)) {
    for (const record of records) {
      yield separator + JSON.stringify(record);
      separator = ',';
    }
  }
  const opening = separator === ',' ? '' : separator;
  yield `${opening}],${JSON.stringify(options.tail).slice(1)}`;
}
