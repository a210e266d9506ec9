/** What every kind of live camera offers to `live-source.ts`: one connection, from its start to its loss. */
import type { GapReason } from '../../domain/types.ts';
import type { Frame, FrameRequest, SourceInfo } from '../../ports.ts';

/** UTC now in whole microseconds. Injected, so that tests own the time. */
export interface LiveClock {
  nowUs(): number;
}

/** The machine's clock. */
export const SYSTEM_CLOCK: LiveClock = { nowUs: () => Date.now() * 1000 };

/** What one connection needs. */
export interface ConnectRequest {
  readonly frames: FrameRequest;
  /** Aborted when the connection is to end. */
  readonly signal: AbortSignal;
  /** Pictures at or before this instant were accounted for already. */
  readonly afterUs: number;
  readonly clock: LiveClock;
  /** What the camera's picture was told to be; undefined where nobody asked, and then no shape is held to. */
  readonly expected?: SourceInfo | undefined;
}

export type ConnectionEvent =
  | { readonly kind: 'frame'; readonly frame: Frame }
  | { readonly kind: 'gap'; readonly fromUs: number; readonly toUs: number; readonly reason: GapReason }
  /** The connection lives, but its picture doesn't change any more (or changes again). */
  | { readonly kind: 'frozen'; readonly isFrozen: boolean; readonly detail: string };

/** Why a connection is over. Every end is a loss: a camera has no last picture. */
export interface ConnectionEnd {
  /**
   * - `stall`: no bytes or pictures, but nobody closed the connection.
   * - `reshaped`: its pictures changed, and their shape must be asked for before the next connection.
   */
  readonly outcome: 'loss' | 'stall' | 'reshaped' | 'abort';
  /** Redacted, for the operator. */
  readonly detail: string;
}

/** A way to one camera. Throws `AnalysisError` where the camera can't be opened. */
export interface LiveConnector {
  /**
   * How far behind the clock its pictures are by nature, in microseconds: time is only given up for lost when it
   * is older. 0 for a camera that sends as it sees, some segments for HLS.
   */
  readonly lagUs: number;
  /** With `'size'` the rate is not waited for, and may be missing. */
  probe(signal: AbortSignal, wanted?: 'size'): Promise<SourceInfo>;
  connect(request: ConnectRequest): AsyncGenerator<ConnectionEvent, ConnectionEnd, void>;
}

/** The distance of two sampled pictures in microseconds; a picture vouches for this long. */
export function intervalUsOf(request: FrameRequest): number {
  return Math.round(1_000_000 / request.framesPerSecond);
}
