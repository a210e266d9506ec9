/** What one machine was measured to need for a live camera; `pantau bench --profile` writes it, `pantau plan` reads it. */

/** Raised when a reader of old profiles would misread new ones. */
export const PROFILE_VERSION = 1;

/** CPU of ffmpeg for one source size; milliseconds of one core. H.264, one decoder thread. */
export interface DecodeCost {
  readonly widthPx: number;
  readonly heightPx: number;
  /** What the measured camera sent, RTP included, Mbit/s. */
  readonly mbitPerSecond: number;
  /** Reading one picture out of its container, whether it is decoded or not. */
  readonly demuxMs: number;
  /** Decoding one keyframe alone. */
  readonly keyframeMs: number;
  /** Decoding one picture when all are decoded; mean over keyframes and the others. */
  readonly pictureMs: number;
  /** Scaling one picture to the network's input and handing it over. */
  readonly scaleMs: number;
  /** Memory of one decoder process of this size, proportional share of common pages, MiB. */
  readonly memoryMiB: number;
}

/** CPU of receiving a live stream, milliseconds of one core. */
export interface ReceiveCost {
  /** Each second of a camera, whatever it sends. */
  readonly perSecondMs: number;
  readonly perMbitMs: number;
}

/** CPU of the worker process, milliseconds of one core. */
export interface WorkerCost extends ReceiveCost {
  /** Each analysed picture: hand-over, tracking, counting. */
  readonly perPictureMs: number;
}

/** See the head of this file. */
export interface MachineProfile {
  readonly version: typeof PROFILE_VERSION;
  /** ISO 8601, UTC. */
  readonly measuredAt: string;
  readonly commit: string;
  readonly machine: {
    readonly processor: string;
    readonly flags: readonly string[];
    readonly cores: number;
    readonly memoryMiB: number;
    readonly kernel: string;
    readonly node: string;
    readonly onnxruntime: string;
    readonly ffmpeg: string;
    /** Load averages over 1, 5 and 15 minutes before the measurement. */
    readonly loadBefore: readonly number[];
  };
  readonly model: {
    readonly id: string;
    readonly sha256: string;
    readonly inputWidthPx: number;
    readonly inputHeightPx: number;
  };
  /** One row per measured size, in growing number of pixels. */
  readonly decode: readonly DecodeCost[];
  /** ffmpeg's own receiving of a live stream, beyond `demuxMs`. */
  readonly receive: ReceiveCost;
  /** CPU of the detector process for one picture, ms. */
  readonly inferenceMs: number;
  readonly worker: WorkerCost;
  readonly memory: {
    /** A worker process without cameras, MiB. */
    readonly workerMiB: number;
    /** What a camera adds to the worker process, MiB. */
    readonly cameraMiB: number;
    readonly detectorMiB: number;
    /** Redis and the portal together, MiB. */
    readonly servicesMiB: number;
  };
  readonly redis: {
    /** A worker and a portal without cameras. */
    readonly baseCommandsPerMinute: number;
    readonly commandsPerCameraMinute: number;
    /** Both directions together. */
    readonly kilobytesPerCameraMinute: number;
    /** CPU of Redis for one command, µs. */
    readonly commandUs: number;
    readonly memoryKiBPerCamera: number;
  };
  /** CPU of the portal for one record it accepts, and what the record takes on disk. */
  readonly portal: { readonly recordMs: number; readonly recordBytes: number };
}
