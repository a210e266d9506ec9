/** Records as the text of an answer, chunk by chunk, so that a year of data costs the memory of one chunk. */
import { csvHeader, csvRow, UTF8_BOM } from '../../pipelines/adapters/publish/csv.ts';
import type { PublicObservationPage, PublicReader } from '../privacy/public-reader.ts';
import type { ObservationFilter, PageRequest } from '../store/store.ts';

/** Records read from the store at once: about a megabyte. */
const CHUNK_RECORDS = 1000;

/** Which records. */
export interface ObservationTextOptions {
  readonly reader: PublicReader;
  readonly filter: ObservationFilter;
  readonly after?: PageRequest['after'];
  /** No limit means all that match. */
  readonly limit?: number;
}

/** Pages of matching records up to the limit. */
async function* pages(options: ObservationTextOptions): AsyncGenerator<PublicObservationPage> {
  let remaining = options.limit ?? Number.POSITIVE_INFINITY;
  let after = options.after;
  while (remaining > 0) {
    const limit = Math.min(CHUNK_RECORDS, remaining);
    const request: PageRequest = after === undefined ? { limit } : { limit, after };
    const page = await options.reader.observations(options.filter, request);
    yield page;
    if (page.last === undefined || page.observations.length < limit) return;
    remaining -= page.observations.length;
    after = page.last;
  }
}

/** CSV with one line per record. */
export async function* csvText(
  options: ObservationTextOptions & { withBom: boolean },
): AsyncGenerator<string> {
  let head = `${options.withBom ? UTF8_BOM : ''}${csvHeader()}`;
  for await (const page of pages(options)) {
    yield head + page.observations.map(csvRow).join('');
    head = '';
  }
}

/** `{"observations":[…], …tail}`, the tail's members after the records. */
export async function* jsonText(options: ObservationTextOptions & { tail: object }): AsyncGenerator<string> {
  let separator = '{"observations":[';
  for await (const page of pages(options)) {
    for (const record of page.observations) {
      yield separator + JSON.stringify(record);
      separator = ',';
    }
  }
  const opening = separator === ',' ? '' : separator;
  yield `${opening}],${JSON.stringify(options.tail).slice(1)}`;
}
