/** Method breaks: where a camera's series stops being comparable with itself, told from how its rows were counted. */
import type { Method, SeriesRow } from '../../levels/series-row.ts';

/** Which part of the method changed; codes of `BREAK_LIST`. */
export type MethodBreakKind = 'model' | 'definisi-kamera' | 'perangkat-lunak' | 'laju-sampel';

/** One change of one part. */
export interface MethodBreak {
  readonly cameraId: string;
  readonly kind: MethodBreakKind;
  /** Start of the first window that the new method had a part in, ISO 8601. */
  readonly since: string;
  readonly before: string;
  readonly after: string;
}

/** What of a row tells by which methods it was counted. */
export type MethodTrace = Pick<SeriesRow, 'cameraId' | 'windowStart' | 'methods'>;

/** The detection model as it is published: name and the first twelve digits of its sha256. */
export function modelVersion({ modelId, modelSha256 }: Method): string {
  return `${modelId}@${modelSha256.slice(0, 12)}`;
}

const PARTS: readonly (readonly [MethodBreakKind, (method: Method) => string])[] = [
  ['model', modelVersion],
  ['definisi-kamera', ({ siteVersion }) => siteVersion],
  ['perangkat-lunak', ({ pipelineVersion }) => pipelineVersion],
  ['laju-sampel', ({ framesPerSecond }) => String(framesPerSecond)],
];

/**
 * Breaks of every camera. Needs the rows of one camera in the order of their windows; cameras may be mixed, and a
 * camera may have several rows (places) per window. The first method of a camera is no break.
 */
export function methodBreaks(rows: Iterable<MethodTrace>): MethodBreak[] {
  const breaks: MethodBreak[] = [];
  const current = new Map<string, Map<MethodBreakKind, string>>();
  for (const window of windowsOf(rows)) {
    const values = current.get(window.cameraId);
    if (values !== undefined) breaks.push(...breaksIn(window, values));
    current.set(window.cameraId, valuesAfter(window, values));
  }
  return breaks;
}

/** All rows of one camera's window, their methods together: the places of a camera are counted at once. */
function* windowsOf(rows: Iterable<MethodTrace>): Generator<MethodTrace> {
  const open = new Map<string, { cameraId: string; windowStart: string; methods: Method[] }>();
  for (const { cameraId, windowStart, methods } of rows) {
    const pending = open.get(cameraId);
    if (pending?.windowStart === windowStart) {
      pending.methods.push(...methods);
      continue;
    }
    if (pending !== undefined) yield pending;
    open.set(cameraId, { cameraId, windowStart, methods: [...methods] });
  }
  yield* open.values();
}

/** The values of a part in this window that are not the current one, in order, each once. */
function newValues(window: MethodTrace, read: (method: Method) => string, known: string | undefined) {
  return [...new Set(window.methods.map(read))].filter((value) => value !== known);
}

function breaksIn(window: MethodTrace, values: ReadonlyMap<MethodBreakKind, string>): MethodBreak[] {
  const { cameraId, windowStart: since } = window;
  return PARTS.flatMap(([kind, read]) => {
    const chain = [values.get(kind), ...newValues(window, read, values.get(kind))];
    return chain.slice(1).flatMap((after, index) => {
      const before = chain[index];
      return before === undefined || after === undefined ? [] : [{ cameraId, kind, since, before, after }];
    });
  });
}

function valuesAfter(window: MethodTrace, values: ReadonlyMap<MethodBreakKind, string> | undefined) {
  const after = new Map(values);
  for (const [kind, read] of PARTS) {
    const last = newValues(window, read, values?.get(kind)).at(-1);
    if (last !== undefined) after.set(kind, last);
  }
  return after;
}
