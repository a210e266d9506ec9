/** The camera-moved guard on real footage: what ffmpeg does to the picture, and what the guard says to it. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it, type TestContext } from 'vitest';
import { judgeScene, type SceneVerdict, sceneShift } from '../../pipelines/domain/guard/judge-scene.ts';
import { parseSceneReferences, referenceOfSignatures } from '../../pipelines/domain/guard/scene-reference.ts';
import { type SceneSignature, sceneSignature } from '../../pipelines/domain/guard/scene-signature.ts';
import { footage, needsShared } from '../support/footage.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'pantau-guard-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SIZE = { widthPx: 384, heightPx: 288 };
const SCALE = `scale=${SIZE.widthPx}:${SIZE.heightPx}:flags=fast_bilinear`;

/** Few and small pictures, losslessly kept, so that every variant is made within a moment. */
function thin(file: string, name: string, framesPerSecond: number): string {
  const out = path.join(folder, `${name}.mkv`);
  const filter = `fps=${framesPerSecond},${SCALE}`;
  execFileSync('ffmpeg', ['-v', 'error', '-i', file, '-vf', filter, '-c:v', 'ffv1', out]);
  return out;
}

/** Signatures of every picture after ffmpeg's filter. */
function signatures(file: string, filter?: string): SceneSignature[] {
  const filters = filter === undefined ? SCALE : `${filter},${SCALE}`;
  const raw = execFileSync(
    'ffmpeg',
    [
      '-v',
      'error',
      '-i',
      file,
      '-vf',
      filters,
      '-fps_mode',
      'passthrough',
      '-pix_fmt',
      'rgb24',
      '-f',
      'rawvideo',
      '-',
    ],
    { maxBuffer: 100_000_000 },
  );
  const length = SIZE.widthPx * SIZE.heightPx * 3;
  return Array.from({ length: raw.length / length }, (_, index) =>
    sceneSignature({
      data: raw.subarray(index * length, (index + 1) * length),
      widthPx: SIZE.widthPx,
      area: SIZE,
    }),
  );
}

const gain = (by: number) => `lutrgb=r=val*${by}:g=val*${by}:b=val*${by}`;

/** The view did not change: no picture may be suspended. */
const HARMLESS: readonly (readonly [name: string, filter: string | undefined])[] = [
  ['nothing', undefined],
  ['dimmed to a half', gain(0.5)],
  ['dimmed to a quarter', gain(0.25)],
  ['dimmed to a tenth', gain(0.1)],
  ['one and a half times as bright', gain(1.5)],
  ['twice as bright, white burnt out', gain(2)],
  ['gamma 0.4', 'eq=gamma=0.4'],
  ['gamma 2.5', 'eq=gamma=2.5'],
  ['fog', 'lutrgb=r=val*0.3+150:g=val*0.3+150:b=val*0.3+150'],
  ['strong sensor noise', 'noise=alls=50:allf=t'],
  ['a third of the resolution', 'scale=128:96'],
  ['slightly out of focus', 'gblur=sigma=1'],
  ['a box over 16 % of the picture', 'drawbox=iw*0.3:ih*0.3:iw*0.4:ih*0.4:red:fill'],
];

/** The zones are not where they were, or nothing can be seen. */
const HARMFUL: readonly (readonly [
  name: string,
  filter: string,
  state: string,
  shift?: readonly number[],
])[] = [
  ['shifted by 5 %', 'scroll=hpos=0.05', 'moved', [0.05, 0]],
  ['shifted by 10 %', 'scroll=hpos=0.1', 'moved', [0.1, 0]],
  ['shifted by 20 %', 'scroll=hpos=0.2', 'moved', [0.2, 0]],
  ['tilted by 5 %', 'scroll=vpos=0.05', 'moved', [0, 0.05]],
  ['turned by 3°', 'rotate=3*PI/180', 'moved'],
  ['turned by -3°', 'rotate=-3*PI/180', 'moved'],
  ['zoomed by 10 %', 'crop=iw/1.1:ih/1.1', 'moved'],
  ['mirrored', 'hflip', 'moved'],
  ['nothing but noise', 'lutyuv=y=128:u=128:v=128,noise=alls=100:allf=t', 'moved'],
  ['blurred by 4 % of the width', 'gblur=sigma=15', 'covered'],
  ['black', 'lutyuv=y=16:u=128:v=128', 'covered'],
  ['grey', 'lutyuv=y=120:u=128:v=128', 'covered'],
];

/** One clip and the view that its first ten pictures show. */
function prepare(clip: 'pets09' | 'junction', context: TestContext) {
  const file =
    clip === 'pets09'
      ? thin(footage(), clip, 1 / 3)
      : thin(needsShared(context, 'clips/junction.mp4'), clip, 0.8);
  const own = signatures(file);
  const reference = parseSceneReferences(referenceOfSignatures(own.slice(0, 10)))[0]!;
  return {
    file,
    reference,
    verdicts: (seen: readonly SceneSignature[]) => seen.map((one) => judgeScene(one, [reference])),
  };
}

const prepared = new Map<string, ReturnType<typeof prepare>>();
function clipOf(clip: 'pets09' | 'junction', context: TestContext) {
  const known = prepared.get(clip) ?? prepare(clip, context);
  prepared.set(clip, known);
  return known;
}

const odd = (found: readonly SceneVerdict[], state: string) =>
  found.filter((one) => one.state !== state).map((one) => [one.state, one.likenessShare, one.sharpnessShare]);
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!;

describe.for(['pets09', 'junction'] as const)('%s', (clip) => {
  it.for(HARMLESS)('%s: the same view', ([, filter], context) => {
    const { file, verdicts } = clipOf(clip, context);
    const found = verdicts(signatures(file, filter));
    expect(found.length).toBeGreaterThan(24);
    expect(odd(found, 'same')).toEqual([]);
  });

  it.for(HARMFUL)('%s: suspended', ([, filter, state, shift], context) => {
    const { file, reference, verdicts } = clipOf(clip, context);
    const seen = signatures(file, filter);
    const found = verdicts(seen);
    expect(found.length).toBeGreaterThan(24);
    expect(odd(found, state)).toEqual([]);
    if (shift === undefined) return;
    const shifts = seen.map((one) => sceneShift(one, reference));
    for (const axis of ['x', 'y'] as const) {
      const far = median(shifts.map((one) => one?.[axis] ?? Number.NaN));
      expect(Math.abs(far - shift[axis === 'x' ? 0 : 1]!)).toBeLessThan(0.012);
    }
  });
});
