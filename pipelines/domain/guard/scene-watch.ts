/**
 * When counting is suspended because the camera moved or sees nothing.
 *
 * One picture a second is judged. A judgement holds only once it persisted, so that a bus that fills the picture does
 * not suspend anything; pictures since the last good one wait for it, so that nothing seen by a moved camera is counted.
 *
 * Each window is judged by its own pictures alone, as if there were nothing before it. So it makes no difference at
 * which window's edge a segment begins, and a recording read in parts is suspended exactly where one read whole is.
 * Pictures that look wrong at a window's edge are suspended without waiting: what is beyond the edge isn't known, and
 * a second missing is told as missing, while a second of a moved camera would be published as true.
 */
import { US_PER_SECOND, windowOf } from '../time.ts';
import type { Window } from '../types.ts';
import {
  judgeScene,
  type SceneShift,
  type SceneState,
  type SceneVerdict,
  sceneShift,
} from './judge-scene.ts';
import { parseSceneReferences } from './scene-reference.ts';
import { type ScenePicture, type SceneSignature, sceneSignature } from './scene-signature.ts';

/**
 * A judgement must hold this long. A bus passes before a camera within 2 to 4 s; who bumps against the pole lets go
 * within that. Longer, and more pictures of a moved camera are detected in vain at each window's begin.
 */
const PERSIST_US = 5 * US_PER_SECOND;

/** Pictures judged while a judgement persists: the more, the less one odd picture decides. */
const VOTES = 5;

/** A change of the camera's scene, for logs and metrics. */
export interface SceneChange {
  readonly state: SceneState;
  /** When it was seen first. */
  readonly sinceUs: number;
  /** 1 for an unmoved view; see `judgeScene`. */
  readonly likenessShare: number;
  /** Only for `moved`, and only when the view still overlaps with the reference. */
  readonly shift?: SceneShift;
}

/** Settings of `createSceneWatch`. */
export interface SceneWatchOptions {
  /** The site file's `sceneReference`; throws `RangeError` when it is not one. */
  readonly sceneReference: string;
  readonly windowSeconds: number;
  readonly onChange?: (change: SceneChange) => void;
}

/** What becomes of pictures up to an instant, inclusive. */
interface Fate {
  untilUs: number;
  readonly isCounted: boolean;
}

/** See the top of the file. */
export interface SceneWatch {
  /** Takes the next picture in time order. False: it is suspended for sure and need not be looked at further. */
  see(capturedAtUs: number, picture: () => ScenePicture): boolean;
  /** No picture came up to here; settles windows that are over. */
  passed(us: number): void;
  /** No more pictures. */
  end(): void;
  /** Whether a picture that `see` let through counts; undefined until that is known. Ask in time order. */
  isCounted(capturedAtUs: number): boolean | undefined;
}

/** The judging of one window. */
interface WindowState {
  readonly window: Window;
  isSuspended: boolean;
  hasSeenSame: boolean;
  /** Since when judgements speak against the present state. */
  againstSinceUs: number | undefined;
  lastSlot: number;
}

/** Judges one camera's pictures. Throws `RangeError` for a reference that is none. */
export function createSceneWatch(options: SceneWatchOptions): SceneWatch {
  const references = parseSceneReferences(options.sceneReference);
  // Short windows: half of one must be enough to judge it.
  const persistUs = Math.min(PERSIST_US, (options.windowSeconds * US_PER_SECOND) / 2);
  const slotUs = persistUs / VOTES;
  const fates: Fate[] = [];
  const report = createReporter(options.onChange);
  let current: WindowState | undefined;
  /** The picture before. */
  let lastUs = Number.NEGATIVE_INFINITY;

  function settle(untilUs: number, isCounted: boolean): void {
    const last = fates.at(-1);
    if (last?.isCounted === isCounted) last.untilUs = untilUs;
    else fates.push({ untilUs, isCounted });
  }

  function close(): void {
    if (current !== undefined && !current.isSuspended) settle(lastUs, current.againstSinceUs === undefined);
    current = undefined;
  }

  function enter(us: number): WindowState {
    if (current !== undefined && us < current.window.endUs) return current;
    close();
    current = {
      window: windowOf(us, options.windowSeconds),
      isSuspended: false,
      hasSeenSame: false,
      againstSinceUs: undefined,
      lastSlot: -1,
    };
    return current;
  }

  function vote(state: WindowState, us: number, signature: SceneSignature): void {
    const verdict = judgeScene(signature, references);
    const isSame = verdict.state === 'same';
    if (isSame !== state.isSuspended) {
      if (isSame) {
        if (!state.hasSeenSame && state.againstSinceUs !== undefined) settle(lastUs, false);
        state.hasSeenSame = true;
        settle(us, true);
        report(us, verdict, signature);
      }
      state.againstSinceUs = undefined;
      return;
    }
    state.againstSinceUs ??= us;
    const sinceUs = state.againstSinceUs;
    if (us - sinceUs < persistUs) return;
    state.againstSinceUs = undefined;
    state.isSuspended = !isSame;
    settle(us, isSame);
    report(sinceUs, verdict, signature);
  }

  return {
    see(us, picture) {
      const state = enter(us);
      const slot = Math.floor((us - state.window.startUs) / slotUs);
      if (slot !== state.lastSlot) {
        state.lastSlot = slot;
        vote(state, us, sceneSignature(picture()));
      }
      lastUs = us;
      return !state.isSuspended;
    },
    passed(us) {
      if (current !== undefined && us > current.window.endUs) close();
    },
    end: close,
    isCounted(us) {
      while (fates[0] !== undefined && fates[0].untilUs < us) fates.shift();
      return fates[0]?.isCounted;
    },
  };
}

/** Tells when counting is suspended and when it goes on, not at every window anew. */
function createReporter(onChange: SceneWatchOptions['onChange']) {
  let wasSame = true;
  return (sinceUs: number, verdict: SceneVerdict, seen: SceneSignature): void => {
    const { state, likenessShare, reference } = verdict;
    const isSame = state === 'same';
    if (isSame === wasSame) return;
    wasSame = isSame;
    const shift = state === 'moved' ? sceneShift(seen, reference) : undefined;
    onChange?.({ state, sinceUs, likenessShare, ...(shift === undefined ? {} : { shift }) });
  };
}
