/**
 * Which part of the time was really analysed, and why the rest was not.
 *
 * A frame vouches for the time from its own instant to the next frame. When none comes within `holdUs`, it
 * vouches for one sampling interval, never beyond its own window, and the rest is a gap. A declared gap that
 * begins after that interval but within the hold ends the vouching as a next frame would.
 */
import { US_PER_SECOND, windowOf } from '../time.ts';
import { GAP_REASONS, type GapReason, PLANNED_GAP_REASONS, type WindowStatus } from '../types.ts';

/** How often frames are really due, and how long one may stand for the time after it. */
export interface SamplingClock {
  /** The rate at which frames can come, frames per second. */
  readonly effectiveFramesPerSecond: number;
  /** What one frame vouches for when no other follows in time. */
  readonly intervalUs: number;
  /** The longest distance to the next frame that is still no gap. */
  readonly holdUs: number;
}

/** What the sampling asks for and what the source can give. */
export interface SamplingRates {
  readonly framesPerSecond: number;
  /** Nominal rate of the source; absent where unknown. */
  readonly sourceFramesPerSecond?: number;
  /** Declared distance of keyframes when only these are decoded; stands in for the source's interval. */
  readonly keyframeIntervalS?: number;
}

/**
 * The hold is 1.5 intervals, the half being room for jitter. Where the source's interval does not divide the
 * sampling interval, frames come in whole source intervals (12 frames/s sampled at 10: 83 or 167 ms), so the hold
 * also reaches half a source interval beyond the longest regular distance, and not as far as one missing frame.
 */
export function samplingClock(rates: SamplingRates): SamplingClock {
  const samplingS = 1 / rates.framesPerSecond;
  const sourceS =
    rates.keyframeIntervalS ??
    (rates.sourceFramesPerSecond === undefined ? samplingS : 1 / rates.sourceFramesPerSecond);
  if (!(samplingS > 0 && Number.isFinite(samplingS) && sourceS > 0 && Number.isFinite(sourceS))) {
    throw new RangeError(`sampling rates must be positive: ${JSON.stringify(rates)}`);
  }
  const intervalS = Math.max(samplingS, sourceS);
  // 0.001: 29.97 sampled at 9.99 is three source intervals, not four, however the division rounds.
  const stepsPerSample = Math.ceil(samplingS / sourceS - 0.001);
  const holdS = Math.max(1.5 * intervalS, (stepsPerSample + 0.5) * sourceS);
  return {
    effectiveFramesPerSecond: Math.min(rates.framesPerSecond, 1 / sourceS),
    intervalUs: Math.round(intervalS * US_PER_SECOND),
    holdUs: Math.round(holdS * US_PER_SECOND),
  };
}

/** A stretch of time that is accounted for; consecutive spans touch, `fromUs < toUs`. */
export type CoverageSpan =
  /** Vouched for by the last frame before `fromUs`, or at it. */
  | { readonly kind: 'held'; readonly fromUs: number; readonly toUs: number }
  | { readonly kind: 'gap'; readonly fromUs: number; readonly toUs: number; readonly reason: GapReason }
  /** One more reason for a gap already accounted for. */
  | { readonly kind: 'also'; readonly fromUs: number; readonly toUs: number; readonly reason: GapReason };

/** Everything coverage remembers between events. JSON-safe. */
export interface CoverageState {
  /** All time before this is accounted for. */
  settledUs: number;
  /** The frame that may still be vouching. */
  pendingUs: number | null;
  /** Time from here to `settledUs` was a gap. */
  gapSinceUs: number;
  /** The declared gap that ended last. */
  lastGap: { toUs: number; reason: GapReason } | null;
}

/** Turns frames and declared gaps into spans. */
export interface Coverage {
  frame(capturedAtUs: number): readonly CoverageSpan[];
  gap(fromUs: number, toUs: number, reason: GapReason): readonly CoverageSpan[];
  /** Accounts for all time up to `toUs`; a short rest after the last frame's hold takes `reason`. */
  finish(toUs: number, reason: GapReason): readonly CoverageSpan[];
  /** As far as anything is known: what the last frame vouches for by itself, or the end of the last gap. */
  knownUntilUs(): number;
  state(): CoverageState;
}

/** Settings of `createCoverage`. */
export interface CoverageOptions {
  readonly clock: SamplingClock;
  readonly windowSeconds: number;
  readonly state: CoverageState;
  /** Reason of undeclared time before the first frame; beyond `entryLimitUs` it is a `decode-stall`. */
  readonly entryReason: GapReason;
  readonly entryLimitUs: number;
}

/** Starts at `options.state`, or where another run's `state()` left off. */
export function createCoverage(options: CoverageOptions): Coverage {
  const { clock, windowSeconds } = options;
  const state: CoverageState = { ...options.state };
  let isEntry = true;
  let spans: CoverageSpan[] = [];

  function settleHeld(toUs: number): void {
    if (toUs > state.settledUs) {
      spans.push({ kind: 'held', fromUs: state.settledUs, toUs });
      state.settledUs = toUs;
      state.gapSinceUs = toUs;
    }
  }
  function settleGap(toUs: number, reason: GapReason): void {
    if (toUs > state.settledUs) {
      spans.push({ kind: 'gap', fromUs: state.settledUs, toUs, reason });
      state.settledUs = toUs;
    }
  }
  /** The end of what the pending frame vouches for, when `nextUs` is the first thing known after it. */
  function heldEndUs(pendingUs: number, nextUs: number, nextIsFrame: boolean): number {
    if (nextIsFrame && nextUs <= pendingUs + clock.holdUs) return nextUs;
    const ownUs = pendingUs + clock.intervalUs;
    const endUs = nextUs <= pendingUs + clock.holdUs ? Math.max(nextUs, ownUs) : ownUs;
    return Math.min(endUs, windowOf(pendingUs, windowSeconds).endUs);
  }
  /** The reason of undeclared time up to `toUs`; `nextReason` is that of a gap that begins there. */
  function undeclaredReason(toUs: number, nextReason?: GapReason): GapReason {
    const lengthUs = toUs - state.settledUs;
    // Shorter than a hold beside a declared gap is sampling phase, not a fault of its own.
    if (lengthUs <= clock.holdUs) {
      if (state.lastGap?.toUs === state.settledUs) return state.lastGap.reason;
      if (nextReason !== undefined) return nextReason;
    }
    return isEntry && lengthUs <= options.entryLimitUs ? options.entryReason : 'decode-stall';
  }
  function settleUndeclared(toUs: number, nextReason?: GapReason): void {
    if (toUs > state.settledUs) settleGap(toUs, undeclaredReason(toUs, nextReason));
  }
  function takeSpans(): readonly CoverageSpan[] {
    const taken = spans;
    spans = [];
    return taken;
  }

  return {
    frame(capturedAtUs) {
      if (state.pendingUs !== null) settleHeld(heldEndUs(state.pendingUs, capturedAtUs, true));
      settleUndeclared(capturedAtUs);
      state.pendingUs = capturedAtUs;
      isEntry = false;
      return takeSpans();
    },
    gap(fromUs, toUs, reason) {
      if (toUs <= fromUs) return [];
      if (state.pendingUs !== null) {
        const endUs = heldEndUs(state.pendingUs, fromUs, false);
        if (toUs <= endUs) return [];
        settleHeld(endUs);
        state.pendingUs = null;
      }
      const knownToUs = Math.min(toUs, state.settledUs);
      const alsoFromUs = Math.max(fromUs, state.gapSinceUs);
      if (alsoFromUs < knownToUs) spans.push({ kind: 'also', fromUs: alsoFromUs, toUs: knownToUs, reason });
      settleUndeclared(fromUs, reason);
      settleGap(toUs, reason);
      if (toUs >= state.settledUs) state.lastGap = { toUs, reason };
      return takeSpans();
    },
    finish(toUs, reason) {
      if (state.pendingUs !== null) settleHeld(Math.min(toUs, heldEndUs(state.pendingUs, toUs, true)));
      settleUndeclared(toUs, reason);
      return takeSpans();
    },
    knownUntilUs: () =>
      state.pendingUs === null
        ? state.settledUs
        : Math.max(state.settledUs, heldEndUs(state.pendingUs, Number.POSITIVE_INFINITY, false)),
    state: () => ({ ...state, lastGap: state.lastGap === null ? null : { ...state.lastGap } }),
  };
}

/** Reasons in the one order in which they are always written. */
export function sortReasons(reasons: Iterable<GapReason>): readonly GapReason[] {
  const present = new Set(reasons);
  return GAP_REASONS.filter((reason) => present.has(reason));
}

/** See `WindowStatus`; `reasons` are those of the uncovered part. */
export function windowStatus(
  coveredUs: number,
  windowUs: number,
  reasons: readonly GapReason[],
): WindowStatus {
  if (coveredUs === windowUs) return 'complete';
  if (coveredUs > 0) return 'partial';
  return reasons.every((reason) => PLANNED_GAP_REASONS.includes(reason)) ? 'empty' : 'disrupted';
}

/** `coveredUs / windowUs` with 6 decimals; 0 and 1 are written only when they are exact. */
export function coverageRatio(coveredUs: number, windowUs: number): number {
  if (coveredUs === 0 || coveredUs === windowUs) return coveredUs / windowUs;
  return Math.min(999_999, Math.max(1, Math.round((coveredUs / windowUs) * 1e6))) / 1e6;
}
