/** Method breaks out of the store: days tell that something changed, the quarter hours of such a day tell when. */
import { parseIsoUs, US_PER_SECOND } from '../../pipelines/domain/time.ts';
import { type MethodBreak, type MethodTrace, methodBreaks } from '../datasets/quality/method-breaks.ts';
import { LEVEL_SECONDS, type RolledLevel } from '../levels/level.ts';
import type { PublicReader } from '../privacy/public-reader.ts';
import type { SeriesPosition } from '../store/store.ts';

const DAY_US = LEVEL_SECONDS.day * US_PER_SECOND;
const PAGE_ROWS = 5000;

/** Every break of these cameras, camera by camera in time. */
export async function readMethodBreaks(
  reader: Pick<PublicReader, 'methods'>,
  cameraIds: readonly string[],
): Promise<MethodBreak[]> {
  const breaks: MethodBreak[] = [];
  for (const cameraId of cameraIds) {
    const days = await readTraces(reader, { cameraId, level: 'day' });
    breaks.push(...methodBreaks(await inDetail(reader, cameraId, days)));
  }
  return breaks;
}

interface TraceQuery {
  readonly cameraId: string;
  readonly level: RolledLevel;
  readonly fromUs?: number;
  readonly toUs?: number;
}

/** One direction of each line is enough: both are counted from the same tracks. */
const KINDS = [{ kind: 'flow', direction: 'in' }, { kind: 'presence' }] as const;

/** How a camera's windows were counted, lines and zones together, in time. */
async function readTraces(
  reader: Pick<PublicReader, 'methods'>,
  { cameraId, ...query }: TraceQuery,
): Promise<MethodTrace[]> {
  const traces: MethodTrace[] = [];
  for (const kind of KINDS) {
    let after: SeriesPosition | undefined;
    do {
      const page = await reader.methods(
        { ...query, ...kind, cameraIds: [cameraId] },
        { limit: PAGE_ROWS, ...(after === undefined ? {} : { after }) },
      );
      traces.push(...page.traces);
      after = page.next;
    } while (after !== undefined);
  }
  return traces.sort((a, b) => parseIsoUs(a.windowStart) - parseIsoUs(b.windowStart));
}

/** The days with those in which the method changed replaced by their quarter hours, where these are still kept. */
async function inDetail(
  reader: Pick<PublicReader, 'methods'>,
  cameraId: string,
  days: readonly MethodTrace[],
): Promise<MethodTrace[]> {
  const traces: MethodTrace[] = [];
  const detailed = new Map<string, MethodTrace[]>();
  let known: string | undefined;
  for (const day of days) {
    const methods = JSON.stringify(day.methods);
    const isChanged = known !== undefined ? methods !== known : day.methods.length > 1;
    if (day.methods.length === 1) known = methods;
    if (!isChanged) {
      traces.push(day);
      continue;
    }
    if (detailed.has(day.windowStart)) continue;
    const fromUs = parseIsoUs(day.windowStart);
    const quarters = await readTraces(reader, {
      cameraId,
      level: 'quarter-hour',
      fromUs,
      toUs: fromUs + DAY_US,
    });
    detailed.set(day.windowStart, quarters);
    traces.push(...(quarters.length > 0 ? quarters : [day]));
  }
  return traces;
}
