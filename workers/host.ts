/** What every job of one worker process shares. Built once by `worker.ts`, handed down, never global. */
import type { Redis } from 'ioredis';
import type { ModelCard } from '../models/card.ts';
import type { AccuracyFigures } from '../pipelines/domain/accuracy/figures.ts';
import type { Detector, ObservationSink, SourceInfo } from '../pipelines/ports.ts';
import type { SiteCamera } from '../pipelines/site-file.ts';
import type { CameraDirectory } from './cluster/cameras.ts';
import type { Queues } from './cluster/queues.ts';
import type { Config } from './config.ts';
import type { CheckpointStore } from './live/checkpoint-store.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';
import type { DetectionStore } from './recording/detection-store.ts';
import type { Secrets } from './secrets.ts';

/** A camera's model, ready to be opened for a picture size. */
export interface CameraModel {
  readonly card: ModelCard;
  /** Measured errors of this very model; absent where none were measured. */
  readonly figures?: AccuracyFigures | undefined;
  open(info: SourceInfo, options: { cameraId: string; priority: 'live' | 'recording' }): Promise<Detector>;
}

export interface Host {
  readonly config: Config;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Fails fast when Redis is away. */
  readonly redis: Redis;
  readonly queues: Queues;
  readonly cameras: CameraDirectory;
  readonly detections: DetectionStore;
  readonly checkpoints: CheckpointStore;
  readonly secrets: Secrets;
  /** Finds, verifies and if need be makes the model a camera asks for. */
  readonly modelOf: (camera: SiteCamera) => Promise<CameraModel>;
  /** Records of one lease or one counting run; `fence` decides between two writers of the same key. */
  readonly sinkFor: (fence: number) => ObservationSink;
  /** Cameras that this process holds, and how to end that: of two leases of one camera the newer one wins. */
  readonly held: Map<string, { giveUp(): void; over: Promise<unknown> }>;
  /** Wall clock in ms; scheduling only. */
  readonly nowMs: () => number;
}
