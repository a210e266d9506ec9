/**
 * UTC of a live picture. A camera's PTS is steady but starts anywhere; its arrival is UTC but late by an unknown,
 * changing delay. The least of (arrival − PTS) seen is the least delayed, so UTC ≈ min(arrival − PTS) + PTS.
 * Pure: arithmetic only, no clock.
 */

/** What one connection has shown so far. Make it with `startAnchor`, once for each connection. */
export interface AnchorState {
  /** UTC − PTS in force; undefined until the first picture. */
  readonly offsetUs: number | undefined;
  readonly lastPtsUs: number;
  readonly lastArrivalUs: number;
  /** Strictly below every instant still to come; carried over reconnects. */
  readonly lastCapturedUs: number;
  /** Least (arrival − PTS) of the running stretch and of the one before it; together they see 30 to 60 s back. */
  readonly currentMinUs: number;
  readonly previousMinUs: number;
  readonly stretchStartUs: number;
}

/** One picture: its place in the stream and when it came out of the decoder. */
export interface Arrival {
  readonly ptsUs: number;
  readonly arrivalUs: number;
}

/** The picture's instant and whether the anchor was taken anew for it. */
export interface AnchorStep {
  readonly state: AnchorState;
  readonly capturedAtUs: number;
  readonly isNewAnchor: boolean;
}

/** More than this ahead of the clock can't be delay (a picture can't arrive before it was taken): a PTS jump. */
export const JUMP_US = 2_000_000;
/** Length of one of the two stretches whose minimum is kept. */
export const STRETCH_US = 30_000_000;
/**
 * Fastest correction backwards, as a share of media time. While a burst from the start of a connection is worked
 * off, intervals are at most 10 % short, so that a track's speed is at most 10 % wrong.
 */
export const SLEW_DOWN = 0.1;
/** Fastest correction forwards: 0.1 %, ten times the worst crystal (100 ppm), follows a camera that runs slow. */
export const SLEW_UP = 0.001;

/** State before the first picture of a connection; nothing earlier than `afterUs` will be given out. */
export function startAnchor(afterUs = Number.NEGATIVE_INFINITY): AnchorState {
  return {
    offsetUs: undefined,
    lastPtsUs: 0,
    lastArrivalUs: 0,
    lastCapturedUs: afterUs,
    currentMinUs: Number.POSITIVE_INFINITY,
    previousMinUs: Number.POSITIVE_INFINITY,
    stretchStartUs: 0,
  };
}

/**
 * Takes in one picture. A new anchor is taken at the first picture, when PTS does not grow, when it runs more than
 * `JUMP_US` ahead of the clock, and when for a whole stretch every picture came more than `JUMP_US` late (the
 * camera's clock stood still, or ours was set forward). Instants grow strictly, by at least 1 µs.
 */
export function advanceAnchor(state: AnchorState, arrival: Arrival): AnchorStep {
  const candidateUs = arrival.arrivalUs - arrival.ptsUs;
  if (state.offsetUs === undefined || isJump(state, state.offsetUs, arrival)) {
    return takeAnchor(state, arrival);
  }
  const next = rollStretch(state, arrival.arrivalUs, candidateUs);
  const targetUs = Math.min(next.currentMinUs, next.previousMinUs);
  const isWholeStretchLate = targetUs - state.offsetUs > JUMP_US && Number.isFinite(next.previousMinUs);
  if (isWholeStretchLate) return takeAnchor(state, arrival);
  const mediaUs = arrival.ptsUs - state.lastPtsUs;
  const offsetUs = state.offsetUs + slew(targetUs - state.offsetUs, mediaUs);
  return step({ ...next, offsetUs }, arrival, false);
}

function isJump(state: AnchorState, offsetUs: number, arrival: Arrival): boolean {
  return arrival.ptsUs <= state.lastPtsUs || arrival.ptsUs + offsetUs > arrival.arrivalUs + JUMP_US;
}

function takeAnchor(state: AnchorState, arrival: Arrival): AnchorStep {
  const offsetUs = arrival.arrivalUs - arrival.ptsUs;
  const fresh = { ...startAnchor(state.lastCapturedUs), offsetUs, currentMinUs: offsetUs };
  return step({ ...fresh, stretchStartUs: arrival.arrivalUs }, arrival, true);
}

function rollStretch(state: AnchorState, arrivalUs: number, candidateUs: number): AnchorState {
  if (arrivalUs - state.stretchStartUs < STRETCH_US) {
    return { ...state, currentMinUs: Math.min(state.currentMinUs, candidateUs) };
  }
  return {
    ...state,
    previousMinUs: state.currentMinUs,
    currentMinUs: candidateUs,
    stretchStartUs: arrivalUs,
  };
}

function slew(wantedUs: number, mediaUs: number): number {
  const limitUs = mediaUs * (wantedUs < 0 ? SLEW_DOWN : SLEW_UP);
  return Math.max(-limitUs, Math.min(limitUs, wantedUs));
}

function step(state: AnchorState, arrival: Arrival, isNewAnchor: boolean): AnchorStep {
  const wantedUs = Math.round(arrival.ptsUs + (state.offsetUs ?? 0));
  const capturedAtUs = Math.max(wantedUs, state.lastCapturedUs + 1);
  return {
    state: {
      ...state,
      lastPtsUs: arrival.ptsUs,
      lastArrivalUs: arrival.arrivalUs,
      lastCapturedUs: capturedAtUs,
    },
    capturedAtUs,
    isNewAnchor,
  };
}
