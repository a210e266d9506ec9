/** `--frames` and `--mot`: what was counted in each analysed picture, as text. Never a picture. */
import { type AtomicFile, openAtomicFile } from '../../pipelines/adapters/publish/atomic-file.ts';
import {
  type ClassGroup,
  classesOf,
  ROAD_USER_CLASSES,
  type RoadUserClass,
} from '../../pipelines/domain/classes.ts';
import type { CountedFrameView } from '../../pipelines/domain/counting.ts';
import { formatIsoUs } from '../../pipelines/domain/time.ts';
import type { SourceInfo } from '../../pipelines/ports.ts';

/** For sources without a nominal rate: frame numbers then count microseconds of media time in 25ths of a second. */
const ASSUMED_FRAMES_PER_SECOND = 25;

/** So many frames wait for the disk at most: some ten seconds of video, a few hundred kB. */
const MAX_QUEUED_FRAMES = 100;

export interface FrameFiles {
  /** Queues the frame's lines; after a fault nothing more is written. */
  readonly write: (frame: CountedFrameView) => void;
  /** Waits when many frames are queued. @throws the first fault of writing, as it came. */
  check(): Promise<void>;
  /** Waits for every queued frame. @throws the first fault of writing, as it came. */
  drain(): Promise<void>;
  /** The files appear under their names only when `isDone` and every line was written; else they are removed. */
  close(isDone: boolean): Promise<void>;
}

/** Opens the files that were asked for; without any, writing does nothing. */
export async function createFrameFiles(options: {
  frames: string | undefined;
  mot: string | undefined;
  info: SourceInfo;
  startUs: number;
  /** Classes of other groups were not looked for: their cells stay empty. */
  groups: readonly ClassGroup[];
}): Promise<FrameFiles> {
  const { info, startUs } = options;
  const counted = classesOf(options.groups);
  const [frames, mot] = await openTogether([options.frames, options.mot]);
  const rate = info.framesPerSecond ?? ASSUMED_FRAMES_PER_SECOND;
  const queue = createWriteQueue();
  queue.add(async () => frames?.append(`frame,captured_at,zone_id,${ROAD_USER_CLASSES.join(',')}\n`));
  return {
    write(frame) {
      const number = Math.round(((frame.capturedAtUs - startUs) / 1e6) * rate) + 1;
      queue.add(async () => {
        await frames?.append(frameLines(number, frame, counted));
        await mot?.append(motLines(number, frame, info));
      });
    },
    check: () => queue.check(),
    drain: () => queue.drain(),
    async close(isDone) {
      let isWhole = false;
      try {
        // An abandoned run has its own fault to tell; that of the files must not hide it.
        await queue.drain().catch((error: unknown) => {
          if (isDone) throw error;
        });
        isWhole = isDone;
      } finally {
        for (const file of [frames, mot]) await (isWhole ? file?.commit() : file?.discard());
      }
    },
  };
}

/** Opens all or none. */
async function openTogether(paths: readonly (string | undefined)[]): Promise<(AtomicFile | undefined)[]> {
  const files: (AtomicFile | undefined)[] = [];
  try {
    for (const file of paths) files.push(file === undefined ? undefined : await openAtomicFile(file));
    return files;
  } catch (error) {
    for (const file of files) await file?.discard();
    throw error;
  }
}

/** Writes in order; the first fault ends the writing and is kept for whoever asks. */
function createWriteQueue() {
  let pending: Promise<void> = Promise.resolve();
  let queued = 0;
  let fault: { readonly error: unknown } | undefined;
  const drain = async (): Promise<void> => {
    await pending;
    if (fault !== undefined) throw fault.error;
  };
  return {
    add(work: () => Promise<void>): void {
      if (fault !== undefined) return;
      queued += 1;
      pending = pending
        .then(() => (fault === undefined ? work() : undefined))
        .catch((error: unknown) => {
          fault ??= { error };
        });
    },
    async check(): Promise<void> {
      if (fault === undefined && queued < MAX_QUEUED_FRAMES) return;
      await drain();
      queued = 0;
    },
    drain,
  };
}

function frameLines(number: number, frame: CountedFrameView, counted: readonly RoadUserClass[]): string {
  const at = formatIsoUs(frame.capturedAtUs);
  return frame.zones
    .map(
      (zone) =>
        `${number},${at},${zone.zoneId},${ROAD_USER_CLASSES.map((name) => (counted.includes(name) ? zone.present[name] : '')).join(',')}\n`,
    )
    .join('');
}

/** `frame,id,left,top,width,height,score,class,-1,-1`, pixels of the upright source picture. */
function motLines(number: number, frame: CountedFrameView, { widthPx, heightPx }: SourceInfo): string {
  return frame.tracks
    .filter((track) => track.state === 'confirmed' && track.isObserved)
    .map(({ id, box, score, roadUserClass }) => {
      const pixels = [
        box.left * widthPx,
        box.top * heightPx,
        (box.right - box.left) * widthPx,
        (box.bottom - box.top) * heightPx,
      ];
      const place = pixels.map((value) => value.toFixed(2)).join(',');
      return `${number},${id},${place},${score.toFixed(4)},${ROAD_USER_CLASSES.indexOf(roadUserClass) + 1},-1,-1\n`;
    })
    .join('');
}
