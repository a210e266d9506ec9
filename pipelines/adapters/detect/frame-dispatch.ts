/** Frames that wait for a child: handed out by turns of their cameras, tried again on another child, settled once. */
import type { SizePx } from '../../domain/detect/letterbox.ts';
import type { Detection } from '../../domain/types.ts';
import { AnalysisError } from '../../errors.ts';
import type { Frame } from '../../ports.ts';
import type { ChildFleet, FleetMember } from './child-fleet.ts';
import type { ChildAnswer } from './detector-child.ts';
import { SLOTS_PER_CHILD } from './detector-protocol.ts';
import { createFairQueue, type LaneOf } from './fair-queue.ts';
import { ChildLost } from './pending-requests.ts';
import type { Session } from './session-registry.ts';

/** A frame is tried on this many children before it is given up. */
const MAX_ATTEMPTS = 2;

/** What one frame cost. */
export interface FrameTiming {
  readonly cameraId: string;
  /** From `detect` until the frame was handed to a child. */
  readonly queueWaitMs: number;
  /** Inside the child: network, reading its output, suppression. */
  readonly inferenceMs: number;
}

/** Whose frame it is and what it needs; the same object for all frames of an open detector. */
export interface FrameOwner {
  readonly cameraId: string;
  readonly lane: LaneOf;
  readonly session: Session;
  /** Part of the input that holds the picture. */
  readonly area: SizePx;
}

interface Job {
  readonly owner: FrameOwner;
  readonly frame: Frame;
  readonly queuedAtMs: number;
  readonly resolve: (detections: readonly Detection[]) => void;
  readonly reject: (error: Error) => void;
  attempts: number;
}

/** See `createFrameDispatch`. */
export interface FrameDispatch {
  /** Settled exactly once: with detections, with what `reject` gave back, or as `detector-lost` with its second child. */
  detect(owner: FrameOwner, frame: Frame): Promise<readonly Detection[]>;
  /** Hands out frames, the emptiest child first, until the children are full or nothing waits. */
  handOut(): void;
  /** Gives back what waits and matches. */
  reject(matches: (owner: FrameOwner) => boolean, error: Error): void;
  /** Gives back all that waits; a frame whose child dies from now on is not tried again. */
  close(error: Error): void;
  stats(): { readonly waiting: number; readonly frames: number };
}

/** `onFrame` hears what each detected frame cost. */
export function createFrameDispatch(
  fleet: ChildFleet,
  onFrame: ((frame: FrameTiming) => void) | undefined,
): FrameDispatch {
  const waiting = createFairQueue<Job>();
  let frames = 0;
  let isClosed = false;

  function handOut(): void {
    for (let depth = 0; depth < SLOTS_PER_CHILD && waiting.size > 0; depth += 1) {
      for (const member of fleet.members) {
        if (member.isRetiring || member.underWay !== depth) continue;
        const job = waiting.take(({ owner }) => member.loaded.has(owner.session.id));
        if (job !== undefined) void work(member, job);
      }
    }
  }

  async function work(member: FleetMember, job: Job): Promise<void> {
    const { session, area } = job.owner;
    const queueWaitMs = performance.now() - job.queuedAtMs;
    member.underWay += 1;
    try {
      const answer = await member.child.detect(session.id, job.frame.data, area);
      member.underWay -= 1;
      finish(job, answer, queueWaitMs);
      fleet.afterAnswer(member);
    } catch (error) {
      member.underWay -= 1;
      giveBack(job, error as Error);
    }
    handOut();
  }

  function finish(job: Job, { detections, inferenceMs }: ChildAnswer, queueWaitMs: number): void {
    frames += 1;
    onFrame?.({ cameraId: job.owner.cameraId, queueWaitMs, inferenceMs });
    job.resolve(detections);
  }

  function giveBack(job: Job, error: Error): void {
    if (!(error instanceof ChildLost)) {
      job.reject(error);
      return;
    }
    const { cameraId, lane } = job.owner;
    if (error.wasRunning) job.attempts += 1;
    if (job.attempts < MAX_ATTEMPTS && !isClosed) {
      waiting.unshift(lane, job);
      return;
    }
    const message = `camera ${cameraId}: a frame was lost with its detector: ${error.message}`;
    job.reject(new AnalysisError('detector-lost', 'detect', message, { cause: error }));
  }

  function reject(matches: (owner: FrameOwner) => boolean, error: Error): void {
    for (const job of waiting.remove(({ owner }) => matches(owner))) job.reject(error);
  }

  return {
    detect(owner, frame) {
      return new Promise((resolve, reject) => {
        const queuedAtMs = performance.now();
        waiting.push(owner.lane, { owner, frame, queuedAtMs, resolve, reject, attempts: 0 });
        handOut();
      });
    },
    handOut,
    reject,
    close(error) {
      isClosed = true;
      reject(() => true, error);
    },
    stats: () => ({ waiting: waiting.size, frames }),
  };
}
