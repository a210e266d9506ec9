import { describe, expect, it } from 'vitest';
import { createGatedDetector } from '../../../pipelines/adapters/detect/gated-detector.ts';
import { agreementOf } from '../../../pipelines/domain/detect/agreement.ts';
import { createMotionGate } from '../../../pipelines/domain/detect/motion-gate.ts';
import type { Detection } from '../../../pipelines/domain/types.ts';
import type { Detector, Frame } from '../../../pipelines/ports.ts';

const SIZE = { widthPx: 70, heightPx: 45 };

/** A grey picture with a rectangle on it. */
function picture(rectangle?: { x: number; y: number; width: number; height: number; level: number }): Buffer {
  const pixels = Buffer.alloc(SIZE.widthPx * SIZE.heightPx * 3, 110);
  const {
    x: left,
    y: top,
    width,
    height,
    level,
  } = rectangle ?? { x: 0, y: 0, width: 0, height: 0, level: 0 };
  for (let y = top; y < Math.min(top + height, SIZE.heightPx); y += 1) {
    for (let x = left; x < Math.min(left + width, SIZE.widthPx); x += 1)
      pixels.fill(level, (y * SIZE.widthPx + x) * 3, (y * SIZE.widthPx + x) * 3 + 3);
  }
  return pixels;
}

/** Deterministic noise of at most `amplitude` levels either way. */
function noisy(pixels: Buffer, amplitude: number, seed: number): Buffer {
  let state = seed;
  return Buffer.from(
    pixels.map((value) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return value + Math.round(((state / 2 ** 32) * 2 - 1) * amplitude);
    }),
  );
}

describe('the motion gate', () => {
  const isUnchanged = (before: Buffer, after: Buffer): boolean => {
    const gate = createMotionGate(SIZE);
    gate.keep(before);
    return gate.isUnchanged(after);
  };

  it('takes noise for nothing, in every part of the picture', () => {
    for (let seed = 1; seed < 50; seed += 1)
      expect(isUnchanged(noisy(picture(), 5, seed), noisy(picture(), 5, seed + 50))).toBe(true);
  });
  it('sees a far walker of 6 by 14 pixels wherever one appears', () => {
    const missed: string[] = [];
    for (let y = 0; y < SIZE.heightPx - 14; y += 1) {
      for (let x = 0; x < SIZE.widthPx - 6; x += 1) {
        const walker = picture({ x, y, width: 6, height: 14, level: 85 });
        if (isUnchanged(picture(), walker)) missed.push(`${x},${y}`);
      }
    }
    expect(missed).toEqual([]);
  });
  it('sees that walker move by two pixels, and something new of 4 by 8 in a corner of the picture', () => {
    for (let x = 0; x < SIZE.widthPx - 8; x += 1) {
      const at = (left: number) => picture({ x: left, y: 20, width: 6, height: 14, level: 70 });
      expect(isUnchanged(at(x), at(x + 2))).toBe(false);
    }
    expect(isUnchanged(picture(), picture({ x: 66, y: 37, width: 4, height: 8, level: 85 }))).toBe(false);
  });
  it('looks everywhere, wherever something moved before', () => {
    const gate = createMotionGate(SIZE);
    gate.keep(picture());
    const walkerAt = (y: number) => picture({ x: 30, y, width: 6, height: 14, level: 85 });
    const seen = [walkerAt(30), walkerAt(0), picture(), walkerAt(16), picture()].map(gate.isUnchanged);
    expect(seen).toEqual([false, false, true, false, true]);
  });
  it('compares with what was kept, so that slow light adds up until it is seen', () => {
    const gate = createMotionGate(SIZE);
    gate.keep(picture());
    const levels = [112, 114, 116, 118, 120, 122];
    const unchanged = levels.map((level) =>
      gate.isUnchanged(picture({ x: 0, y: 0, width: 70, height: 45, level })),
    );
    expect(unchanged).toEqual([true, true, true, true, false, false]);
  });
});

const detection = (
  score: number,
  left = 0.2,
  roadUserClass: Detection['roadUserClass'] = 'person',
): Detection => ({
  roadUserClass,
  score,
  box: { left, top: 0.2, right: left + 0.1, bottom: 0.5 },
});

describe('agreement of two looks', () => {
  it.each([
    ['nothing twice', [], [], 'same'],
    ['the same box, moved by a pixel', [detection(0.8)], [detection(0.7, 0.205)], 'same'],
    [
      'in another order',
      [detection(0.8), detection(0.7, 0.6)],
      [detection(0.7, 0.6), detection(0.8)],
      'same',
    ],
    ['weak boxes that come and go', [detection(0.3)], [], 'same'],
    ['a score at the threshold', [detection(0.41)], [detection(0.44)], 'unclear'],
    ['a score just below the threshold', [detection(0.38)], [], 'unclear'],
    ['a box that went', [detection(0.8)], [], 'different'],
    ['a box that moved', [detection(0.8)], [detection(0.8, 0.25)], 'different'],
    ['another class', [detection(0.8)], [detection(0.8, 0.2, 'bicycle')], 'different'],
    ['one box for two', [detection(0.8), detection(0.7)], [detection(0.8), detection(0.7, 0.6)], 'different'],
  ] as const)('%s', (_name, one, other, expected) => {
    expect(agreementOf(one, other, 0.4)).toBe(expected);
  });
});

/** Writes down which instants were inferred; `answers` gives what is found. */
function scene(answers: (capturedAtUs: number) => readonly Detection[] | Error, windowSeconds = 60) {
  const inferred: number[] = [];
  let gated = 0;
  const detector: Detector = {
    ...{ modelId: 'm', modelSha256: '0'.repeat(64), concurrency: 4, close: () => Promise.resolve() },
    format: { ...SIZE, pixelFormat: 'rgb24', fit: 'stretch', padValue: 0 },
    detect: async ({ capturedAtUs }) => {
      inferred.push(capturedAtUs / 1e6);
      // The later the quicker, so that answers come out of order.
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, 5 - capturedAtUs / 1e6)));
      const answer = answers(capturedAtUs);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  const gate = createGatedDetector(detector, { windowSeconds, score: 0.4, onGated: () => (gated += 1) });
  const see = (atS: number, data: Buffer) => {
    const frame: Frame = { capturedAtUs: Math.round(atS * 1e6), data, release: () => undefined };
    return gate.detect(frame);
  };
  return { see, inferred, gated: () => gated };
}

const times = (fromS: number, toS: number, stepS: number): number[] =>
  Array.from({ length: Math.round((toS - fromS) / stepS) }, (_, n) => Number((fromS + n * stepS).toFixed(3)));

describe('a gated detector', () => {
  const still = picture();
  const clear = [detection(0.8)];

  it('looks twice, then each 5 s, and gives the very detections of the last look', async () => {
    const { see, inferred, gated } = scene(() => clear);
    const found = await Promise.all(times(0, 12, 0.5).map((atS) => see(atS, still)));
    expect(inferred).toEqual([0, 0.5, 5.5, 10.5]);
    expect(gated()).toBe(20);
    expect(found.every((detections) => detections === clear)).toBe(true);
  });
  it('looks at every picture that changed, and twice at what came of it', async () => {
    const { see, inferred } = scene(() => clear);
    const walker = (x: number) => picture({ x, y: 10, width: 6, height: 14, level: 70 });
    const pictures = [
      still,
      still,
      still,
      walker(10),
      walker(13),
      walker(13),
      walker(13),
      still,
      still,
      still,
    ];
    await Promise.all(pictures.map((data, second) => see(second / 5, data)));
    expect(inferred).toEqual([0, 0.2, 0.6, 0.8, 1, 1.4, 1.6]);
  });
  it('keeps looking while looks differ, and each 0.5 s while a score is at the threshold', async () => {
    const flicker = scene((us) => (Math.round(us / 2e5) % 2 === 0 ? clear : []));
    await Promise.all(times(0, 2, 0.2).map((atS) => flicker.see(atS, still)));
    expect(flicker.gated()).toBe(0);
    const near = scene(() => [detection(0.41)]);
    await Promise.all(times(0, 2, 0.1).map((atS) => near.see(atS, still)));
    expect(near.inferred).toEqual([0, 0.1, 0.6, 1.1, 1.6]);
  });
  it('begins anew in each window, so that parts give what the whole gives', async () => {
    const whole = scene(() => clear, 3);
    const instants = times(0, 9, 0.2);
    await Promise.all(instants.map((atS) => whole.see(atS, still)));
    const parts = [scene(() => clear, 3), scene(() => clear, 3)];
    for (const atS of instants) await parts[atS < 3 ? 0 : 1]!.see(atS, still);
    expect(parts.flatMap(({ inferred }) => inferred)).toEqual(whole.inferred);
    expect(whole.inferred).toEqual([0, 0.2, 3, 3.2, 6, 6.2]);
  });
  it('hands on the failure of a look to its own picture only', async () => {
    const { see, inferred } = scene((us) => (us === 0 ? new Error('lost') : clear));
    const found = await Promise.allSettled([0, 0.2, 0.4, 0.6].map((atS) => see(atS, still)));
    expect(found.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
    expect(inferred).toEqual([0, 0.2, 0.4]);
  });
});
