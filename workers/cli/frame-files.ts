/** `--frames` and `--mot`: what was counted in each analysed picture, as text. Never a picture. */
import { openAtomicFile } from '../../pipelines/adapters/publish/atomic-file.ts';
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

export interface FrameFiles {
  readonly write: (frame: CountedFrameView) => void;
  /** The files appear under their names only when `isDone`. */
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
  const frames = options.frames === undefined ? undefined : await openAtomicFile(options.frames);
  const mot = options.mot === undefined ? undefined : await openAtomicFile(options.mot);
  const rate = info.framesPerSecond ?? ASSUMED_FRAMES_PER_SECOND;
  let pending: Promise<unknown> =
    frames?.append(`frame,captured_at,zone_id,${ROAD_USER_CLASSES.join(',')}\n`) ?? Promise.resolve();
  return {
    write(frame) {
      const number = Math.round(((frame.capturedAtUs - startUs) / 1e6) * rate) + 1;
      pending = pending.then(async () => {
        await frames?.append(frameLines(number, frame, counted));
        await mot?.append(motLines(number, frame, info));
      });
    },
    async close(isDone) {
      await pending;
      for (const file of [frames, mot]) await (isDone ? file?.commit() : file?.discard());
    },
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
