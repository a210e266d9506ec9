/** The only interfaces between the path and the world. Adapters implement them; `analyze.ts` joins them. */
import type { Detection, GapReason, Observation } from './domain/types.ts';

/** The exact picture a model wants; ffmpeg or sharp makes it, so that no other copy is ever resized. */
export interface FrameFormat {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly pixelFormat: 'rgb24' | 'bgr24';
  /**
   * `stretch`: fill the frame. `letterbox`: keep the aspect, picture at the top left, the rest filled
   * with `padValue` (YOLOX's rule).
   */
  readonly fit: 'stretch' | 'letterbox';
  readonly padValue: number;
}

/** One decoded picture. Its bytes belong to the source again once `release` was called. */
export interface Frame {
  readonly capturedAtUs: number;
  /** Interleaved `FrameFormat.pixelFormat`, `widthPx * heightPx * 3` bytes, rows top to bottom. */
  readonly data: Buffer;
  /** Gives the buffer back for the next picture. Call exactly once. */
  release(): void;
}

/** What a source tells, in time order. */
export type SourceEvent =
  /** `capturedAtUs` grows strictly within one run. */
  | { readonly kind: 'frame'; readonly frame: Frame }
  /** No picture was or will be delivered for `[fromUs, toUs)`. A live source sends one each second while it is down. */
  | { readonly kind: 'gap'; readonly fromUs: number; readonly toUs: number; readonly reason: GapReason };

/** How a run of a source came to its end; a fault is thrown as `AnalysisError` instead. */
export type SourceEnd =
  /** The recording (or the requested part of it) is over. */
  | { readonly outcome: 'end' }
  /** Pictures stopped before the declared end. */
  | { readonly outcome: 'loss'; readonly reason: GapReason; readonly detail: string }
  /** A live camera came back with a picture of another shape than `probe` told; `frames` may be asked again for this one. */
  | { readonly outcome: 'reshaped'; readonly info: SourceInfo }
  /** `signal` was aborted. */
  | { readonly outcome: 'abort' };

/** What a camera or recording looks like, upright (rotation applied). */
export interface SourceInfo {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Nominal rate of the source; absent where it has none. */
  readonly framesPerSecond?: number;
}

/** Which pictures of a source are wanted, and in which form. */
export interface FrameRequest {
  readonly format: FrameFormat;
  /** Pictures wanted per second of media time. */
  readonly framesPerSecond: number;
  readonly keyframesOnly: boolean;
}

/** A camera or a recording, already bound to its time line. */
export interface FrameSource {
  /** Looked up once and kept; throws `AnalysisError` when the source can't be opened. */
  probe(signal: AbortSignal): Promise<SourceInfo>;
  /** Pictures in time order until the end, a loss or an abort. Leaves no process behind, however it ends. */
  frames(request: FrameRequest, signal: AbortSignal): AsyncGenerator<SourceEvent, SourceEnd, void>;
}

/** One model bound to one camera's picture size. */
export interface Detector {
  readonly modelId: string;
  readonly modelSha256: string;
  readonly format: FrameFormat;
  /** Frames worth having under way at once; more only adds waiting. */
  readonly concurrency: number;
  /** Detections in normalised coordinates of the upright picture. Does not release the frame. */
  detect(frame: Frame): Promise<readonly Detection[]>;
  close(): Promise<void>;
}

/** Where records go. At least once; the receiver upserts by natural key. */
export interface ObservationSink {
  /** Resolves when the records are durable on this side. */
  publish(observations: readonly Observation[]): Promise<void>;
  /** Resolves when everything published before has been accepted by the far side. */
  flush(signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
