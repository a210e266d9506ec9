/** Which time of a live camera is accounted for: frames strictly growing, gaps between them, nothing twice. Pure. */
import type { GapReason } from '../../domain/types.ts';

/** A gap as the source reports it. */
export interface TimelineGap {
  readonly kind: 'gap';
  readonly fromUs: number;
  readonly toUs: number;
  readonly reason: GapReason;
}

/** Book-keeping of one run of a live source. */
export interface LiveTimeline {
  /** Nothing at or before this may come as a frame any more. */
  latestUs(): number;
  /** How far behind the clock pictures are: what the kind of source says, or more when the last frame was later. */
  lagUs(): number;
  /** False for a frame of time that was already reported, as frame or as gap. */
  accepts(capturedAtUs: number): boolean;
  /** Accounts for a frame; gives the gap before it when the camera was down until now. */
  frame(capturedAtUs: number, nowUs: number): TimelineGap[];
  /** Accounts for `[end of what is known (or `fromUs`, when later), toUs)`; gives nothing when it is known. */
  gap(toUs: number, reason: GapReason, fromUs?: number): TimelineGap[];
}

/** A measured lag above this is a wrong clock, not a delay. */
const MAX_LAG_US = 300_000_000;

/** Settings of `createLiveTimeline`. */
export interface LiveTimelineOptions {
  /** The clock at the start of the run. */
  readonly startUs: number;
  /** What one picture vouches for. */
  readonly intervalUs: number;
  readonly lagUs: number;
}

/** Frames may be as old as `startUs − lagUs`; gaps begin at `startUs` at the earliest. */
export function createLiveTimeline(options: LiveTimelineOptions): LiveTimeline {
  let lastFrameUs = Number.NEGATIVE_INFINITY;
  let knownToUs = options.startUs - options.lagUs;
  /** The reason of the gap that reaches to `knownToUs`; undefined after a frame. */
  let openReason: GapReason | undefined = 'source-down';
  let measuredLagUs = 0;

  const gap: LiveTimeline['gap'] = (toUs, reason, fromUs = Number.NEGATIVE_INFINITY) => {
    // What was before the run is not ours to report missing: the lease before may have delivered it.
    const beginUs = Math.max(knownToUs, fromUs, options.startUs);
    if (toUs <= beginUs) return [];
    knownToUs = toUs;
    openReason = reason;
    return [{ kind: 'gap', fromUs: beginUs, toUs, reason }];
  };

  return {
    latestUs: () => Math.max(lastFrameUs, openReason === undefined ? lastFrameUs : knownToUs - 1),
    lagUs: () => Math.max(options.lagUs, measuredLagUs),
    accepts: (capturedAtUs) =>
      capturedAtUs > lastFrameUs && (openReason === undefined || capturedAtUs >= knownToUs),
    frame(capturedAtUs, nowUs) {
      const before = openReason === undefined ? [] : gap(capturedAtUs, openReason);
      lastFrameUs = capturedAtUs;
      knownToUs = capturedAtUs + options.intervalUs;
      openReason = undefined;
      measuredLagUs = Math.min(MAX_LAG_US, Math.max(0, nowUs - capturedAtUs));
      return before;
    },
    gap,
  };
}
