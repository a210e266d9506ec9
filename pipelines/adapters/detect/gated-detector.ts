/** A detector that is only asked about pictures in which something may have changed. No IO of its own. */

import { type Agreement, agreementOf } from '../../domain/detect/agreement.ts';
import { createMotionGate } from '../../domain/detect/motion-gate.ts';
import { windowOf } from '../../domain/time.ts';
import type { Detection } from '../../domain/types.ts';
import type { Detector, Frame } from '../../ports.ts';

/** What the gate of a camera needs to know. */
export interface MotionGateOptions {
  readonly windowSeconds: number;
  /** The card's threshold from which a detection counts for itself. */
  readonly score: number;
  /** A picture was answered without inference. */
  readonly onGated?: () => void;
}

/**
 * How long a look is good for while nothing moves, in microseconds of media time. When two looks agreed: 5 s, the
 * longest interval of which the count error is known (0.2 pictures/s, `SAMPLING_STEPS`). When a score is too near to
 * the threshold to tell: 0.5 s, since from 2 pictures/s on more looks no longer lower the error of presence.
 */
const GOOD_FOR_US: Readonly<Record<Agreement, number>> = { same: 5_000_000, unclear: 500_000, different: 0 };

/** The picture that was inferred last. */
interface Look {
  readonly capturedAtUs: number;
  readonly windowStartUs: number;
  readonly detections: Promise<readonly Detection[]>;
  /** With the look before it, when nothing had changed between them; `different` also when one failed. */
  readonly agreement: Promise<Agreement>;
}

/**
 * A picture like the one that was inferred last gets that one's very detections, once two looks in a row at the
 * unchanged scene agreed: as a track is confirmed by a second sight, a box that flickered up once is not kept.
 *
 * What is inferred depends on the pictures of the same window alone, never on speed or on what came before: parts of a
 * recording, cut at window edges, give what the whole gives. Pictures must come in the order of their time.
 */
export function createGatedDetector(detector: Detector, options: MotionGateOptions): Detector {
  const gate = createMotionGate(detector.format);
  let last: Look | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  /** Boxed: what it resolves to is under way, and the next picture's turn does not wait for it. */
  async function decide(frame: Frame): Promise<{ readonly detections: Promise<readonly Detection[]> }> {
    const { startUs } = windowOf(frame.capturedAtUs, options.windowSeconds);
    if (last?.windowStartUs !== startUs || !gate.isUnchanged(frame.data)) return infer(frame, startUs);
    const goodForUs = GOOD_FOR_US[await last.agreement];
    if (frame.capturedAtUs - last.capturedAtUs >= goodForUs) return infer(frame, startUs, last);
    options.onGated?.();
    return { detections: last.detections };
  }

  function infer(frame: Frame, windowStartUs: number, unchangedSince?: Look) {
    gate.keep(frame.data);
    const detections = detector.detect(frame);
    const agreement = agree(detections, unchangedSince?.detections);
    last = { capturedAtUs: frame.capturedAtUs, windowStartUs, detections, agreement };
    return { detections };
  }

  async function agree(
    now: Promise<readonly Detection[]>,
    before: Promise<readonly Detection[]> | undefined,
  ): Promise<Agreement> {
    if (before === undefined) return 'different';
    const looks = await Promise.all([now, before]).catch(() => undefined);
    return looks === undefined ? 'different' : agreementOf(looks[0], looks[1], options.score);
  }

  return {
    ...detector,
    async detect(frame) {
      const decided = turn.then(() => decide(frame));
      turn = decided.catch(() => undefined);
      return await (await decided).detections;
    },
  };
}
