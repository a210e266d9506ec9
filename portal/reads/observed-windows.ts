/**
 * How well a camera was observed, window by window, read from coarse to fine: a day that was analysed whole is one
 * window, and only hours that were not are told by their quarter hours. Gaps and filled shares come out as from quarter
 * hours alone, without reading a year of them; where retention took the finer windows, the coarser one speaks.
 */
import { US_PER_SECOND } from '../../pipelines/domain/time.ts';
import { LEVEL_SECONDS, levelWindowStartUs, type RolledLevel } from '../levels/level.ts';
import type { PublicReader } from '../privacy/public-reader.ts';
import { grouped } from '../store/grouped.ts';
import type { CoverageRow } from '../store/store.ts';

/** A half-open range of time, µs UTC. */
interface Range {
  readonly fromUs: number;
  readonly toUs: number;
}

/** The next finer level that tells where in a window something is missing. */
const FINER: Readonly<Partial<Record<RolledLevel, RolledLevel>>> = { day: 'hour', hour: 'quarter-hour' };

/** Windows of all local days of a camera that a range touches, in time; none overlaps another. */
export async function observedWindows(
  reader: Pick<PublicReader, 'coverage'>,
  { cameraId, fromUs, toUs }: Range & { readonly cameraId: string },
): Promise<CoverageRow[]> {
  const range = {
    fromUs: levelWindowStartUs('day', fromUs),
    toUs: levelWindowStartUs('day', toUs - 1) + DAY_US,
  };
  return inDetail(reader, cameraId, { level: 'day', ranges: [range] });
}

interface Wanted {
  readonly level: RolledLevel;
  readonly ranges: readonly Range[];
}

async function inDetail(
  reader: Pick<PublicReader, 'coverage'>,
  cameraId: string,
  { level, ranges }: Wanted,
): Promise<CoverageRow[]> {
  const found: CoverageRow[] = [];
  for (const range of ranges) {
    found.push(...(await reader.coverage({ level, cameraIds: [cameraId], ...range })));
  }
  const finer = FINER[level];
  if (finer === undefined) return found;
  const partial = found.filter((row) => !isEven(row));
  const detail = await inDetail(reader, cameraId, { level: finer, ranges: joined(partial) });
  const byWindow = grouped(detail, ({ windowStartUs }) => levelWindowStartUs(level, windowStartUs));
  return found.flatMap((row) => (isEven(row) ? [row] : (byWindow.get(row.windowStartUs) ?? [row])));
}

/** The same all through: analysed whole, or lost whole for one reason. Finer windows would tell nothing more. */
function isEven({ analysedUs, recordedUs, reasons, ...window }: CoverageRow): boolean {
  const lengthUs = window.windowEndUs - window.windowStartUs;
  return analysedUs >= lengthUs || (analysedUs === 0 && recordedUs >= lengthUs && reasons.length === 1);
}

/** The windows as ranges, adjoining ones as one. */
function joined(rows: readonly CoverageRow[]): Range[] {
  const ranges: { fromUs: number; toUs: number }[] = [];
  for (const { windowStartUs, windowEndUs } of rows) {
    const last = ranges.at(-1);
    if (last?.toUs === windowStartUs) last.toUs = windowEndUs;
    else ranges.push({ fromUs: windowStartUs, toUs: windowEndUs });
  }
  return ranges;
}

/** Length of a local day, µs. */
export const DAY_US = LEVEL_SECONDS.day * US_PER_SECOND;
