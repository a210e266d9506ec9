import { describe, expect, it } from 'vitest';
import { clearMot } from '../../../bench/accuracy/metrics/clear-mot.ts';
import { hota } from '../../../bench/accuracy/metrics/hota.ts';
import { identityScores } from '../../../bench/accuracy/metrics/identity.ts';
import { createTrackingCase, type TrackingFrame } from '../../../bench/accuracy/metrics/tracking-case.ts';

/** A 0.1 × 0.1 box at `x`; two of them `d` apart (0 ≤ d < 0.1) overlap by (0.1 − d) / (0.1 + d). */
const at = (id: number, x: number) => ({ id, box: { left: x, top: 0.5, right: x + 0.1, bottom: 0.6 } });
const frame = (truth: TrackingFrame['truth'], tracked: TrackingFrame['tracked']): TrackingFrame => ({
  truth,
  tracked,
});
const measure = (frames: readonly TrackingFrame[]) => {
  const sequence = createTrackingCase(frames);
  return { ...clearMot(sequence), ...identityScores(sequence), ...hota(sequence) };
};
const repeat = (count: number, one: TrackingFrame) => Array.from({ length: count }, () => one);

describe('tracking measures, by hand', () => {
  it('perfect tracks are 1 everywhere', () => {
    const frames = repeat(4, frame([at(1, 0.1), at(2, 0.6)], [at(7, 0.1), at(9, 0.6)]));
    expect(measure(frames)).toMatchObject({ mota: 1, motp: 1, idSwitches: 0, idf1: 1 });
    expect(measure(frames).hota).toBeCloseTo(1, 12);
  });

  it('a track that breaks in the middle: one switch, half the identity', () => {
    // 10 frames, one person, tracks 1 (frames 1-5) and 2 (6-10), boxes exact.
    // MOTA = 1 − (0 + 0 + 1)/10 = 0.9. IDTP = 5, IDF1 = 2·5/(10 + 10) = 0.5.
    // DetA = 1. Each match: TPA 5, either identity 10 + 5 − 5 = 10 → 0.5, so AssA = 0.5, HOTA = √0.5 at every alpha.
    const frames = [
      ...repeat(5, frame([at(1, 0.1)], [at(1, 0.1)])),
      ...repeat(5, frame([at(1, 0.1)], [at(2, 0.1)])),
    ];
    const figures = measure(frames);
    expect(figures).toMatchObject({
      mota: 0.9,
      matched: 10,
      missed: 0,
      falseBoxes: 0,
      idSwitches: 1,
      idf1: 0.5,
    });
    expect(figures.detA).toBeCloseTo(1, 12);
    expect(figures.assA).toBeCloseTo(0.5, 12);
    expect(figures.hota).toBeCloseTo(Math.SQRT1_2, 12);
  });

  it('misses and false boxes', () => {
    // 4 frames: matched, missed, matched + a false box, matched. 4 true boxes, 4 tracked ones, 3 matches.
    // MOTA = 1 − (1 + 1 + 0)/4 = 0.5. IDTP = 3: IDF1 = 6/8 = 0.75.
    // DetA = 3/(4 + 4 − 3) = 0.6; AssA: TPA 3, either 4 + 3 − 3 = 4 → 0.75; HOTA = √0.45.
    const hit = frame([at(1, 0.1)], [at(5, 0.1)]);
    const frames = [hit, frame([at(1, 0.1)], []), frame([at(1, 0.1)], [at(5, 0.1), at(6, 0.8)]), hit];
    const figures = measure(frames);
    expect(figures).toMatchObject({
      mota: 0.5,
      matched: 3,
      missed: 1,
      falseBoxes: 1,
      idSwitches: 0,
      idf1: 0.75,
    });
    expect(figures.hota).toBeCloseTo(Math.sqrt(0.45), 12);
  });

  it('localisation counts for HOTA up to its overlap, for MOTA not at all', () => {
    // d = 0.025: IoU = 0.075/0.125 = 0.6. HOTA is 1 for the 12 alphas from 0.05 to 0.60 and 0 for the other 7.
    const figures = measure(repeat(3, frame([at(1, 0.1)], [at(1, 0.125)])));
    expect(figures.mota).toBe(1);
    expect(figures.motp).toBeCloseTo(0.6, 9);
    expect(figures.hota).toBeCloseTo(12 / 19, 9);
    // LocA: 0.6 where there are matches, 1 (the reference's value) where there is none.
    expect(figures.locA).toBeCloseTo((12 * 0.6 + 7) / 19, 9);
  });

  it('an overlap below one half is a miss and a false box', () => {
    // d = 0.04: IoU = 0.06/0.14 = 0.43. MOTA = 1 − (1 + 1)/1 = −1.
    expect(measure([frame([at(1, 0.1)], [at(1, 0.14)])])).toMatchObject({ mota: -1, matched: 0, idf1: 0 });
  });

  it('a pair of the frame before stays although another box fits better', () => {
    // Frame 2: track 1 overlaps by 0.6, the new track 2 exactly. Staying: no switch, track 2 is false.
    const frames = [frame([at(1, 0.1)], [at(1, 0.1)]), frame([at(1, 0.1)], [at(1, 0.125), at(2, 0.1)])];
    expect(measure(frames)).toMatchObject({ idSwitches: 0, falseBoxes: 1, mota: 0.5 });
  });

  it('a switch is told against the last match, however long ago', () => {
    const frames = [
      frame([at(1, 0.1)], [at(1, 0.1)]),
      ...repeat(3, frame([at(1, 0.1)], [])),
      frame([at(1, 0.1)], [at(2, 0.1)]),
    ];
    expect(measure(frames)).toMatchObject({ idSwitches: 1, missed: 3 });
  });

  it('two tracks that swap people: two switches, identities half right', () => {
    // 4 frames, 2 people. Swap after 2: IDTP = 2 + 2 of 8 → IDF1 = 8/16 = 0.5; MOTA = 1 − 2/8.
    const frames = [
      ...repeat(2, frame([at(1, 0.1), at(2, 0.6)], [at(1, 0.1), at(2, 0.6)])),
      ...repeat(2, frame([at(1, 0.1), at(2, 0.6)], [at(2, 0.1), at(1, 0.6)])),
    ];
    const figures = measure(frames);
    expect(figures).toMatchObject({ idSwitches: 2, mota: 0.75, idf1: 0.5 });
    // Each of the four (person, track) pairs: TPA 2, either 4 + 4 − 2 = 6 → 1/3.
    expect(figures.assA).toBeCloseTo(1 / 3, 12);
  });

  it('nothing tracked, nothing there', () => {
    expect(measure(repeat(3, frame([at(1, 0.1)], [])))).toMatchObject({
      mota: 0,
      missed: 3,
      idf1: 0,
      hota: 0,
    });
    expect(measure(repeat(3, frame([], [at(1, 0.1)])))).toMatchObject({ falseBoxes: 3, idf1: 0, hota: 0 });
    expect(measure([frame([], [])])).toMatchObject({ mota: 0, idSwitches: 0 });
  });
});

describe('tracking measures against the reference', () => {
  /** Six people on straight paths, tracks that jitter, miss boxes and are renamed at frame 14 and later. */
  function confusedCase(): TrackingFrame[] {
    let state = 7;
    const random = () => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647;
    };
    const boxAt = (id: number, x: number, y: number) => ({
      id,
      box: { left: x, top: y, right: x + 0.1, bottom: y + 0.3 },
    });
    return Array.from({ length: 40 }, (_, index) => {
      const [truth, tracked]: [ReturnType<typeof boxAt>[], ReturnType<typeof boxAt>[]] = [[], []];
      for (let person = 0; person < 6; person++) {
        const x = 0.05 + 0.13 * person + 0.006 * index * (person % 2 === 1 ? 1 : -1) + 0.1;
        const y = 0.3 + 0.02 * person;
        if (random() < 0.9) truth.push(boxAt(person, x, y));
        const [dx, dy, isSeen] = [(random() - 0.5) * 0.06, (random() - 0.5) * 0.12, random() < 0.85];
        if (isSeen) tracked.push(boxAt(index < 14 + person ? person : 10 + person, x + dx, y + dy));
      }
      return { truth, tracked };
    });
  }

  it("gives TrackEval's figures on a confused case", () => {
    // Made with the formulas of TrackEval's hota.py, clear.py and identity.py over numpy and scipy.
    const expected = {
      hota: 0.35959552703131753,
      detA: 0.48260249172582076,
      assA: 0.2689399163183661,
      locA: 0.7186242101187246,
      mota: 0.4337899543378995,
      motp: 0.658332907209339,
      matched: 158,
      missed: 61,
      falseBoxes: 54,
      idSwitches: 9,
      idf1: 0.4361948955916473,
      idPrecision: 0.44339622641509435,
      idRecall: 0.4292237442922374,
    };
    const figures = measure(confusedCase());
    for (const [name, value] of Object.entries(expected)) {
      expect(figures[name as keyof typeof figures], name).toBeCloseTo(value, 12);
    }
  });
});
