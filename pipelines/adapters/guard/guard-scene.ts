/** The camera-moved guard on the data path: before detection it drops pictures, after it it turns them into gaps. */
import { pictureArea } from '../../domain/detect/letterbox.ts';
import { createSceneWatch, type SceneWatch, type SceneWatchOptions } from '../../domain/guard/scene-watch.ts';
import { windowOf } from '../../domain/time.ts';
import type { TimelineEvent } from '../../domain/types.ts';
import type { FrameRequest, SourceEnd, SourceEvent, SourceInfo } from '../../ports.ts';

/** What the guard of a camera needs to know. */
export interface GuardedScene extends Omit<SceneWatchOptions, 'sceneReference'> {
  /** The camera's own; without one there is no guard: what it should see is not guessed. */
  readonly sceneReference: string | undefined;
  /** The source's own size: tells padding from picture. */
  readonly info: Pick<SourceInfo, 'widthPx' | 'heightPx'>;
}

type Pictures = AsyncGenerator<SourceEvent, SourceEnd, void>;
type Timeline = AsyncGenerator<TimelineEvent, SourceEnd, void>;
type Gap = Extract<TimelineEvent, { kind: 'gap' }>;

/** The two halves, to be put before and after detection. */
export interface SceneGuard {
  /** Passes pictures on; one that is suspended for sure becomes a gap here and costs no inference. */
  watch(pictures: Pictures): Pictures;
  /** Holds back what is not decided yet: up to a second in general, `PERSIST_US` while something is odd. */
  suspend(timeline: Timeline): Timeline;
}

/**
 * Each suspended picture becomes a `camera-moved` gap of one sampling interval, cut at the next event and at the end of
 * its window. Nothing depends on what came before the window. Without a reference both halves pass everything on.
 * @throws RangeError when `scene.sceneReference` is none.
 */
export function createSceneGuard(scene: GuardedScene | undefined, request: FrameRequest): SceneGuard {
  const sceneReference = scene?.sceneReference;
  if (scene === undefined || sceneReference === undefined)
    return { watch: (pictures) => pictures, suspend: (timeline) => timeline };
  const watch = createSceneWatch({ ...scene, sceneReference });
  const intervalUs = Math.round(1e6 / request.framesPerSecond);
  const toGap = (fromUs: number): Gap => {
    const { endUs } = windowOf(fromUs, scene.windowSeconds);
    return { kind: 'gap', fromUs, toUs: Math.min(fromUs + intervalUs, endUs), reason: 'camera-moved' };
  };
  return {
    watch: (pictures) => watchPictures(pictures, { watch, toGap, scene, request }),
    suspend: (timeline) => suspendPictures(timeline, { watch, toGap }),
  };
}

interface Watched {
  readonly watch: SceneWatch;
  readonly toGap: (fromUs: number) => Gap;
  readonly scene: GuardedScene;
  readonly request: FrameRequest;
}

async function* watchPictures(pictures: Pictures, { watch, toGap, scene, request }: Watched): Pictures {
  const { format } = request;
  const area = pictureArea(format.fit, format, scene.info);
  try {
    for (;;) {
      const step = await pictures.next();
      if (step.done === true) return step.value;
      const event = step.value;
      if (event.kind === 'gap') {
        watch.passed(event.toUs);
        yield event;
        continue;
      }
      const { frame } = event;
      const picture = () => ({ data: frame.data, widthPx: format.widthPx, area });
      if (watch.see(frame.capturedAtUs, picture)) yield event;
      else {
        frame.release();
        yield toGap(frame.capturedAtUs);
      }
    }
  } finally {
    watch.end();
    await pictures.return({ outcome: 'abort' });
  }
}

async function* suspendPictures(
  timeline: Timeline,
  { watch, toGap }: Pick<Watched, 'watch' | 'toGap'>,
): Timeline {
  const held: TimelineEvent[] = [];
  /** Head of the queue as it is to be told, or nothing while that is not known. */
  function take(isOver: boolean): TimelineEvent | undefined {
    const head = held[0];
    if (head === undefined) return undefined;
    const isCounted = head.kind === 'gap' ? true : watch.isCounted(head.capturedAtUs);
    if (isCounted === undefined) return undefined;
    const told = head.kind === 'frame' && !isCounted ? toGap(head.capturedAtUs) : head;
    if (told.kind === 'gap' && told.reason === 'camera-moved') {
      if (held.length < 2 && !isOver) return undefined;
      held.shift();
      return cutAt(told, held[0]);
    }
    held.shift();
    return told;
  }
  try {
    for (;;) {
      const step = await timeline.next();
      if (step.done !== true) held.push(step.value);
      for (let event = take(step.done === true); event !== undefined; event = take(step.done === true))
        yield event;
      if (step.done === true) return step.value;
    }
  } finally {
    await timeline.return({ outcome: 'abort' });
  }
}

/** Ends where the next event begins: pictures come a little before or after their time. */
function cutAt(gap: Gap, next: TimelineEvent | undefined): Gap {
  if (next === undefined) return gap;
  const nextUs = next.kind === 'frame' ? next.capturedAtUs : next.fromUs;
  return { ...gap, toUs: Math.min(gap.toUs, nextUs) };
}
