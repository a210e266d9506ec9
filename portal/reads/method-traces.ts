/** How a camera's windows were counted, read row by row and cut down to what can tell of a change. */
import { parseIsoUs } from '../../pipelines/domain/time.ts';
import type { MethodTrace } from '../datasets/quality/method-breaks.ts';
import { levelWindowStartUs, type RolledLevel } from '../levels/level.ts';
import type { PublicReader } from '../privacy/public-reader.ts';
import { compareText } from '../store/merge-window.ts';
import type { SeriesPosition } from '../store/store.ts';
import type { CameraDays } from './day-memory.ts';

const PAGE_ROWS = 5000;

/** One direction of each line is enough: both are counted from the same tracks. */
const KINDS = [{ kind: 'flow', direction: 'in' }, { kind: 'presence' }] as const;

/** Reads of traces; equal lists of methods are one list, so that `===` tells whether the method changed. */
export function createTraceReads(reader: Pick<PublicReader, 'methods'>) {
  const lists = new Map<string, MethodTrace['methods']>();

  function oneList(methods: MethodTrace['methods']): MethodTrace['methods'] {
    const name = JSON.stringify(methods);
    const list = lists.get(name) ?? methods;
    lists.set(name, list);
    return list;
  }

  async function read(level: RolledLevel, { cameraId, fromUs, toUs }: CameraDays): Promise<MethodTrace[]> {
    const traces: MethodTrace[] = [];
    for (const kind of KINDS) {
      let after: SeriesPosition | undefined;
      do {
        const page = await reader.methods(
          { level, ...kind, cameraIds: [cameraId], fromUs, toUs },
          { limit: PAGE_ROWS, ...(after === undefined ? {} : { after }) },
        );
        for (const trace of page.traces) traces.push({ ...trace, methods: oneList(trace.methods) });
        after = page.next;
      } while (after !== undefined);
    }
    return withoutRepeats(traces.sort((a, b) => compareText(a.windowStart, b.windowStart)));
  }

  const hourOf = ({ windowStart }: MethodTrace) => levelWindowStartUs('hour', parseIsoUs(windowStart));

  /** Hours that have no quarter hours: windows of 12, 20, 30 and 60 minutes nest in none, and retention takes them first. */
  async function inDetail(days: CameraDays): Promise<MethodTrace[]> {
    const quarters = await read('quarter-hour', days);
    const inQuarters = new Set(quarters.map(hourOf));
    const hours = (await read('hour', days)).filter((hour) => !inQuarters.has(hourOf(hour)));
    return [...quarters, ...hours].sort((a, b) => compareText(a.windowStart, b.windowStart));
  }

  return {
    ofDays: (days: CameraDays) => read('day', days),
    inDetail,
    /** Start of the local day that a trace is of, µs UTC. */
    dayStartUs: ({ windowStart }: MethodTrace) => levelWindowStartUs('day', parseIsoUs(windowStart)),
  };
}

/** A line or zone counted as the one before it in the same window tells nothing new. */
function withoutRepeats(traces: readonly MethodTrace[]): MethodTrace[] {
  return traces.filter((trace, i) => {
    const before = traces[i - 1];
    return before?.windowStart !== trace.windowStart || before.methods !== trace.methods;
  });
}
