/** One pool of detector processes per host, shared fairly by all its cameras. */
import type { ModelCard } from '../../../models/card.ts';
import { pictureArea, type SizePx } from '../../domain/detect/letterbox.ts';
import type { Detection } from '../../domain/types.ts';
import { AnalysisError } from '../../errors.ts';
import type { Detector, Frame } from '../../ports.ts';
import { createChildFleet, type FleetEvent, type FleetMember, type RecycleLimits } from './child-fleet.ts';
import { type ChildAnswer, startDetectorChild } from './detector-child.ts';
import { detectorFormat, frameByteLength } from './detector-format.ts';
import { SLOT_STRIDE_BYTES, SLOTS_PER_CHILD } from './detector-protocol.ts';
import { createFairQueue, type LaneOf } from './fair-queue.ts';
import { ChildLost } from './pending-requests.ts';
import { createSessionRegistry, type Session } from './session-registry.ts';

/** A live moment does not come back, a recording can wait: one turn in five keeps it moving all the same. */
const LANE_WEIGHT = { live: 4, recording: 1 } as const;

/** A frame is tried on this many children before it is given up. */
const MAX_ATTEMPTS = 2;

/** See `createDetectorPool`. */
export interface DetectorPoolOptions {
  /** Number of child processes; as many as cores. */
  readonly size: number;
  /** A tmpfs for pictures on their way to a child. @defaultValue `/dev/shm` */
  readonly frameMemoryDirectory?: string;
  /** A child that gives no answer for so long is killed. @defaultValue 60 000 ms */
  readonly answerDeadlineMs?: number;
  /** How long `close` lets children finish. @defaultValue 2 000 ms */
  readonly stopGraceMs?: number;
  /** When a child is retired. @defaultValue 1024 MiB, 12 h, not before 60 s */
  readonly recycle?: Partial<RecycleLimits>;
  /** A frame was detected. */
  readonly onFrame?: (frame: FrameTiming) => void;
  /** A child came, died or was retired. */
  readonly onEvent?: (event: FleetEvent) => void;
}

/** What one frame cost. */
export interface FrameTiming {
  readonly cameraId: string;
  /** From `detect` until the frame was handed to a child. */
  readonly queueWaitMs: number;
  /** Inside the child: network, reading its output, suppression. */
  readonly inferenceMs: number;
}

/** A model for a camera. */
export interface OpenDetector {
  readonly card: ModelCard;
  readonly modelPath: string;
  /** Size of the camera's upright picture, before scaling. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** Whose turn its frames take. */
  readonly cameraId: string;
  /** @defaultValue `live` */
  readonly priority?: 'live' | 'recording';
}

/** The pool at one instant. */
export interface DetectorPoolStats {
  readonly size: number;
  /** Children that take frames. */
  readonly ready: number;
  /** Process ids of those children. */
  readonly pids: readonly number[];
  /** Frames in the queue. */
  readonly waiting: number;
  /** Frames held by children. */
  readonly underWay: number;
  /** Frames detected since the start. */
  readonly frames: number;
  /** Children that died and were replaced. */
  readonly restarts: number;
  /** Children that were retired. */
  readonly recycled: number;
}

/** See `createDetectorPool`. */
export interface DetectorPool {
  /**
   * Binds a model to a camera. Resolves when it is loaded, verified and warm. Rejects with `AnalysisError`
   * `model-missing`, `model-invalid`, or `detector-lost` when no child can be started; other cameras go on.
   */
  open(request: OpenDetector): Promise<Detector>;
  stats(): DetectorPoolStats;
  /** Gives waiting frames back as `detector-lost` and ends every child. */
  close(): Promise<void>;
}

interface Job {
  readonly owner: object;
  readonly cameraId: string;
  readonly lane: LaneOf;
  readonly session: Session;
  readonly area: SizePx;
  readonly frame: Frame;
  readonly queuedAtMs: number;
  readonly resolve: (detections: readonly Detection[]) => void;
  readonly reject: (error: Error) => void;
  attempts: number;
}

/**
 * Starts the children at once. Every frame given to `detect` is settled exactly once: with detections, or with
 * `detector-lost` after it was being inferred by two children that died, or when the pool can't run at all.
 */
export function createDetectorPool(options: DetectorPoolOptions): DetectorPool {
  const waiting = createFairQueue<Job>();
  const counted = { frames: 0, restarts: 0, recycled: 0 };
  let isClosed = false;

  const fleet = createChildFleet({
    size: options.size,
    recycle: { residentMiB: 1024, ageMs: 12 * 3_600_000, minAgeMs: 60_000, ...options.recycle },
    start: () =>
      startDetectorChild({
        frameMemoryDirectory: options.frameMemoryDirectory ?? '/dev/shm',
        answerDeadlineMs: options.answerDeadlineMs ?? 60_000,
        stopGraceMs: options.stopGraceMs ?? 2_000,
      }),
    prepare: (member) => sessions.loadMissing(member),
    onReady: dispatch,
    onGivenUp: (error) => rejectWaiting(() => true, error),
    onEvent(event) {
      if (event.kind === 'child-lost') counted.restarts += 1;
      if (event.kind === 'child-recycled') counted.recycled += 1;
      options.onEvent?.(event);
    },
  });

  const sessions = createSessionRegistry(fleet, (session, error) =>
    rejectWaiting((job) => job.session === session, error),
  );

  function rejectWaiting(matches: (job: Job) => boolean, error: Error): void {
    for (const job of waiting.remove(matches)) job.reject(error);
  }

  /** Hands out frames, the emptiest child first, until the children are full or nothing waits. */
  function dispatch(): void {
    for (let depth = 0; depth < SLOTS_PER_CHILD && waiting.size > 0; depth += 1) {
      for (const member of fleet.members) {
        if (member.isRetiring || member.underWay !== depth) continue;
        const job = waiting.take(({ session }) => member.loaded.has(session.id));
        if (job !== undefined) void work(member, job);
      }
    }
  }

  async function work(member: FleetMember, job: Job): Promise<void> {
    const queueWaitMs = performance.now() - job.queuedAtMs;
    member.underWay += 1;
    try {
      const answer = await member.child.detect(job.session.id, job.frame.data, job.area);
      member.underWay -= 1;
      finish(job, answer, queueWaitMs);
      fleet.afterAnswer(member);
    } catch (error) {
      member.underWay -= 1;
      giveBack(job, error as Error);
    }
    dispatch();
  }

  function finish(job: Job, { detections, inferenceMs }: ChildAnswer, queueWaitMs: number): void {
    counted.frames += 1;
    options.onFrame?.({ cameraId: job.cameraId, queueWaitMs, inferenceMs });
    job.resolve(detections);
  }

  function giveBack(job: Job, error: Error): void {
    if (!(error instanceof ChildLost)) {
      job.reject(error);
      return;
    }
    if (error.wasRunning) job.attempts += 1;
    if (job.attempts < MAX_ATTEMPTS && !isClosed) {
      waiting.unshift(job.lane, job);
      return;
    }
    const message = `camera ${job.cameraId}: a frame was lost with its detector: ${error.message}`;
    job.reject(new AnalysisError('detector-lost', 'detect', message, { cause: error }));
  }

  function bind(request: OpenDetector, session: Session): Detector {
    const { card, cameraId, priority = 'live' } = request;
    const format = detectorFormat(card, request);
    const byteLength = frameByteLength(format);
    const area = pictureArea(format.fit, format, request);
    const lane = { key: `${priority}/${cameraId}`, weight: LANE_WEIGHT[priority] };
    const owner = {};
    let isOpen = true;
    return {
      modelId: card.id,
      modelSha256: card.sha256,
      format,
      concurrency: options.size * SLOTS_PER_CHILD,
      detect(frame) {
        if (!isOpen || isClosed) return Promise.reject(closedError(cameraId));
        if (frame.data.length !== byteLength) {
          return Promise.reject(
            new RangeError(`a frame has ${frame.data.length} bytes, expected ${byteLength}`),
          );
        }
        const fault = sessions.faultOf(session);
        if (fault !== undefined) return Promise.reject(fault);
        return new Promise((resolve, reject) => {
          const queuedAtMs = performance.now();
          const job = {
            owner,
            cameraId,
            lane,
            session,
            area,
            frame,
            queuedAtMs,
            resolve,
            reject,
            attempts: 0,
          };
          waiting.push(lane, job);
          dispatch();
        });
      },
      async close() {
        if (!isOpen) return;
        isOpen = false;
        rejectWaiting((job) => job.owner === owner, closedError(cameraId));
        await sessions.leave(session);
      },
    };
  }

  return {
    async open(request) {
      if (isClosed) throw closedError(request.cameraId);
      const { card, modelPath } = request;
      const { widthPx, heightPx } = checkedFormat(request);
      const session = await sessions.join({ card, modelPath, widthPx, heightPx });
      return bind(request, session);
    },
    stats() {
      const { members } = fleet;
      return {
        ...counted,
        size: options.size,
        ready: members.length,
        pids: members.flatMap(({ child }) => (child.pid === undefined ? [] : [child.pid])),
        waiting: waiting.size,
        underWay: members.reduce((sum, member) => sum + member.underWay, 0),
      };
    },
    async close() {
      isClosed = true;
      rejectWaiting(() => true, new AnalysisError('detector-lost', 'detect', 'the pool is closed'));
      await fleet.close();
    },
  };
}

function checkedFormat(request: OpenDetector): SizePx {
  const format = detectorFormat(request.card, request);
  if (frameByteLength(format) <= SLOT_STRIDE_BYTES) return format;
  const limit = `${SLOT_STRIDE_BYTES / 2 ** 20} MiB`;
  const message = `model ${request.card.id}: an input of ${format.widthPx}×${format.heightPx} is above ${limit}`;
  throw new AnalysisError('config-invalid', 'open-detector', message);
}

function closedError(cameraId: string): AnalysisError {
  return new AnalysisError('detector-lost', 'detect', `the detector of camera ${cameraId} is closed`);
}
