/** One pool of detector processes per host, shared fairly by all its cameras. */
import type { ModelCard } from '../../../models/card.ts';
import { pictureArea, type SizePx } from '../../domain/detect/letterbox.ts';
import { AnalysisError } from '../../errors.ts';
import type { Detector } from '../../ports.ts';
import { createChildFleet, type FleetEvent, type RecycleLimits } from './child-fleet.ts';
import { startDetectorChild } from './detector-child.ts';
import { detectorFormat, frameByteLength } from './detector-format.ts';
import { SLOT_STRIDE_BYTES, SLOTS_PER_CHILD } from './detector-protocol.ts';
import { createFrameDispatch, type FrameTiming } from './frame-dispatch.ts';
import { createSessionRegistry, type Session } from './session-registry.ts';

/** A live moment does not come back, a recording can wait: one turn in five keeps it moving all the same. */
const LANE_WEIGHT = { live: 4, recording: 1 } as const;

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

/**
 * Starts the children at once. Every frame given to `detect` is settled exactly once: with detections, or with
 * `detector-lost` after it was being inferred by two children that died, or when the pool can't run at all.
 */
export function createDetectorPool(options: DetectorPoolOptions): DetectorPool {
  const counted = { restarts: 0, recycled: 0 };
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
    onReady: () => frames.handOut(),
    onGivenUp: (error) => frames.reject(() => true, error),
    onEvent(event) {
      if (event.kind === 'child-lost') counted.restarts += 1;
      if (event.kind === 'child-recycled') counted.recycled += 1;
      options.onEvent?.(event);
    },
  });

  const frames = createFrameDispatch(fleet, options.onFrame);
  const sessions = createSessionRegistry(fleet, (session, error) =>
    frames.reject((owner) => owner.session === session, error),
  );

  function bind(request: OpenDetector, session: Session): Detector {
    const { card, cameraId, priority = 'live' } = request;
    const format = detectorFormat(card, request);
    const byteLength = frameByteLength(format);
    const owner = {
      cameraId,
      lane: { key: `${priority}/${cameraId}`, weight: LANE_WEIGHT[priority] },
      session,
      area: pictureArea(format.fit, format, request),
    };
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
        return frames.detect(owner, frame);
      },
      async close() {
        if (!isOpen) return;
        isOpen = false;
        frames.reject((other) => other === owner, closedError(cameraId));
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
        ...frames.stats(),
        underWay: members.reduce((sum, member) => sum + member.underWay, 0),
      };
    },
    async close() {
      isClosed = true;
      frames.close(new AnalysisError('detector-lost', 'detect', 'the pool is closed'));
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
