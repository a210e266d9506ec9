/**
 * The data path, read top to bottom:
 *
 *   decode ─▶ detect ─▶ track ─▶ count ─▶ aggregate ─▶ publish
 *
 * Around `detect` stands the guard of cameras with a scene reference: what a moved or covered camera sees is a gap.
 * Before it stands the motion gate: where nothing moves the last detections carry over.
 * Recordings, live cameras and `pantau analyze` all run these functions; they differ only in the source they open
 * and in who calls `finish`.
 */
import { createGatedDetector, type MotionGateOptions } from './adapters/detect/gated-detector.ts';
import { detectInOrder } from './adapters/detect/ordered-detect.ts';
import { createSceneGuard, type GuardedScene } from './adapters/guard/guard-scene.ts';
import type { Counting } from './domain/counting.ts';
import { quantiseDetection } from './domain/timeline-codec.ts';
import type { Observation, TimelineEvent } from './domain/types.ts';
import type { Detector, FrameRequest, FrameSource, ObservationSink, SourceEnd } from './ports.ts';

/** One source bound to one detector. */
export interface Detection {
  readonly source: FrameSource;
  readonly request: FrameRequest;
  readonly detector: Detector;
  /** Live sources drop what can't be detected in time; recordings wait. */
  readonly dropWhenBusy: boolean;
  /** The view that the camera must have for its pictures to be counted. */
  readonly scene?: GuardedScene;
  /** Without it every picture is inferred. */
  readonly motionGate?: MotionGateOptions | undefined;
  readonly signal: AbortSignal;
}

/** Where a time line is counted and its records go. */
export interface Counted {
  readonly counting: Counting;
  readonly sink: ObservationSink;
  /** Called after each event, for progress, metrics and checkpoints. */
  readonly onEvent?: (event: TimelineEvent, records: readonly Observation[]) => void | Promise<void>;
}

/** decode → detect: the expensive, stateless half. Yields in strict time order. */
export async function* detectTimeline(run: Detection): AsyncGenerator<TimelineEvent, SourceEnd, void> {
  const guard = createSceneGuard(run.scene, run.request);
  const pictures = guard.watch(run.source.frames(run.request, run.signal));
  const detector =
    run.motionGate === undefined ? run.detector : createGatedDetector(run.detector, run.motionGate);
  const detected = detectInOrder(pictures, detector, {
    dropWhenBusy: run.dropWhenBusy,
    framesPerSecond: run.request.framesPerSecond,
  });
  const timeline = guard.suspend(detected);
  try {
    for (;;) {
      const step = await timeline.next();
      if (step.done === true) return step.value;
      yield quantised(step.value);
    }
  } finally {
    await timeline.return({ outcome: 'abort' });
  }
}

/** Rounds here, so that counting sees the same numbers whether or not they were stored in between. */
function quantised(event: TimelineEvent): TimelineEvent {
  return event.kind === 'gap' ? event : { ...event, detections: event.detections.map(quantiseDetection) };
}

/** track → count → aggregate → publish: the cheap, sequential half. Resolves with how the source ended. */
export async function countTimeline<End>(
  timeline: AsyncGenerator<TimelineEvent, End, void>,
  run: Counted,
): Promise<End> {
  for (;;) {
    const step = await timeline.next();
    if (step.done === true) return step.value;
    const records = run.counting.push(step.value);
    if (records.length > 0) await run.sink.publish(records);
    await run.onEvent?.(step.value, records);
  }
}

/** The whole path in one process. */
export async function analyze(run: Detection & Counted): Promise<SourceEnd> {
  return await countTimeline(detectTimeline(run), run);
}
