/** Stretches of time of which not everything was seen. Pure. */
import type { GapReason } from '../../pipelines/domain/types.ts';

/** Coverage of one camera in one window; see `CoverageRow` of the store. */
export interface WindowCoverage {
  readonly cameraId: string;
  readonly windowStartUs: number;
  readonly windowEndUs: number;
  readonly analysedUs: number;
  readonly reasons: readonly GapReason[];
}

/** Windows side by side that have the same story. */
export interface Gap {
  readonly cameraId: string;
  readonly fromUs: number;
  readonly toUs: number;
  /** Time in it that was not analysed, µs: less than its length where windows were seen in part. */
  readonly lostUs: number;
  /** Empty where no record came at all: nobody knows why. */
  readonly reasons: readonly GapReason[];
  /** False where no record came at all. */
  readonly isRecorded: boolean;
}

/** The range in which gaps are looked for. */
export interface GapRange {
  readonly fromUs: number;
  readonly toUs: number;
}

/**
 * The gaps of one camera, in time order. `windows` are its windows in the range, in time order; time of the range without
 * any window is a gap without reasons. Ask for no time before the camera was set up.
 */
export function gapsOf(
  cameraId: string,
  windows: readonly WindowCoverage[],
  range: GapRange,
): readonly Gap[] {
  const gaps: Gap[] = [];
  const add = (gap: Gap) => {
    if (gap.toUs <= gap.fromUs) return;
    const last = gaps.at(-1);
    const isSame =
      last?.toUs === gap.fromUs &&
      last.isRecorded === gap.isRecorded &&
      last.reasons.join() === gap.reasons.join();
    if (isSame) gaps[gaps.length - 1] = { ...last, toUs: gap.toUs, lostUs: last.lostUs + gap.lostUs };
    else gaps.push(gap);
  };
  const addMissing = (fromUs: number, toUs: number) =>
    add({ cameraId, fromUs, toUs, lostUs: toUs - fromUs, reasons: [], isRecorded: false });
  let knownUs = range.fromUs;
  for (const { windowStartUs, windowEndUs, analysedUs, reasons } of windows) {
    addMissing(knownUs, Math.min(windowStartUs, range.toUs));
    const lostUs = windowEndUs - windowStartUs - analysedUs;
    if (lostUs > 0)
      add({ cameraId, fromUs: windowStartUs, toUs: windowEndUs, lostUs, reasons, isRecorded: true });
    knownUs = Math.max(knownUs, windowEndUs);
  }
  addMissing(knownUs, range.toUs);
  return gaps;
}
