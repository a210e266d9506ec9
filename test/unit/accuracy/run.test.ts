import { describe, expect, it } from 'vitest';
import { countFrozen } from '../../../bench/accuracy/run/count-frozen.ts';
import { countTuned, type TunedSettings } from '../../../bench/accuracy/run/count-tuned.ts';
import { crossingFigures, presenceFigures } from '../../../bench/accuracy/run/evaluate.ts';
import { resample } from '../../../bench/accuracy/run/resample.ts';
import { compareSynthetic, isExact, sceneEvents, sceneSite } from '../../../bench/accuracy/run/synthetic.ts';
import { bestIndex, holdOut, type StudyScene } from '../../../bench/accuracy/study/held-out.ts';
import { shiftsAt } from '../../../bench/accuracy/study/rate-curve.ts';
import { withoutStaticBoxes } from '../../../bench/accuracy/study/static-boxes.ts';
import { TUNED_THRESHOLDS } from '../../../bench/accuracy/study/tuned-thresholds.ts';
import { endsOnTheLine, lorryOfThreeNames } from '../../../fixtures/scenes/faint-scenes.ts';
import { fastMotorcycle } from '../../../fixtures/scenes/line-scenes.ts';
import {
  mergingAndParting,
  parkedForAnHour,
  riderOnMotorcycle,
} from '../../../fixtures/scenes/misleading-scenes.ts';
import { SCENE_START_US, type Scene, type SceneOptions } from '../../../fixtures/scenes/scene.ts';
import { perClass } from '../../../pipelines/domain/classes.ts';
import { SIDE_RULE } from '../../../pipelines/domain/count/side-memory.ts';
import { createCounting } from '../../../pipelines/domain/counting.ts';
import { DEFAULT_JOIN_RULE } from '../../../pipelines/domain/detect/join-vehicles.ts';
import { DEFAULT_RIDER_RULE } from '../../../pipelines/domain/detect/rider-rule.ts';
import { DEFAULT_FAINT_RULE } from '../../../pipelines/domain/track/faint-rule.ts';
import { DEFAULT_TRACKER_SETTINGS } from '../../../pipelines/domain/track/tracker-settings.ts';
import type { TimelineEvent } from '../../../pipelines/domain/types.ts';
import { LINEAGE } from '../aggregate/builders.ts';

const THRESHOLDS = { score: 0.4, lowScore: 0.15 };
const frames = (count: number, intervalUs: number): TimelineEvent[] =>
  Array.from({ length: count }, (_, at) => ({
    kind: 'frame',
    capturedAtUs: at * intervalUs,
    detections: [],
  }));
const times = (events: readonly TimelineEvent[]) =>
  events.map((event) => (event.kind === 'frame' ? event.capturedAtUs / 1e6 : Number.NaN));

describe('resample', () => {
  it('takes the first picture at or after each tick', () => {
    expect(times(resample(frames(11, 100_000), { framesPerSecond: 5 }))).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    // 15 to 4 per second: ticks at 0, 0.25, 0.5, 0.75 → pictures 0, 4, 8, 12.
    const uneven = resample(frames(15, 66_667), { framesPerSecond: 4 }).map(
      (event) => event.kind === 'frame' && Math.round(event.capturedAtUs / 66_667),
    );
    expect(uneven).toEqual([0, 4, 8, 12]);
  });
  it('keeps everything at the full rate and shifts the grid by a phase', () => {
    expect(resample(frames(7, 100_000), { framesPerSecond: 10 })).toHaveLength(7);
    expect(times(resample(frames(11, 100_000), { framesPerSecond: 2, phaseSeconds: 0.3 }))).toEqual([
      0.3, 0.8,
    ]);
    expect(shiftsAt(2, 10)).toEqual([0, 0.1, 0.2, 0.3, 0.4]);
    expect(shiftsAt(5, 10)).toEqual([0, 0.1]);
    expect(shiftsAt(10, 10)).toEqual([0]);
  });
});

describe('countTuned', () => {
  it.each([mergingAndParting, riderOnMotorcycle])('%o is what createCounting sees', (build) => {
    const scene = build({ framesPerSecond: 10 });
    const { views } = countFrozen({
      events: sceneEvents(scene),
      startUs: SCENE_START_US,
      createCounting: (onFrame) =>
        createCounting({
          site: sceneSite(scene),
          framesPerSecond: 10,
          thresholds: THRESHOLDS,
          lineage: LINEAGE,
          onFrame,
        }),
      finish: (counting) => counting.finish({ reason: 'outside-recording' }),
    });
    expect(views.length).toBe(scene.frames.length);
    expect(countTuned(sceneEvents(scene), sceneSite(scene), { thresholds: THRESHOLDS })).toEqual(views);
  });
});

describe('a synthetic scene studied with another rule', () => {
  type Build = (options: SceneOptions) => Scene;
  const isExactWith = (build: Build, settings: Omit<TunedSettings, 'thresholds'>): boolean => {
    const scene = build({ framesPerSecond: 10 });
    // Faint tracks find a lorry that is not joined as well.
    const all = { thresholds: THRESHOLDS, tracker: { faint: null }, ...settings };
    return isExact(compareSynthetic(scene, countTuned(sceneEvents(scene), sceneSite(scene), all)));
  };
  it.each<[string, Build, Omit<TunedSettings, 'thresholds'>]>([
    ['names that hardly ever join', lorryOfThreeNames, { joinRule: { ...DEFAULT_JOIN_RULE, overlap: 0.99 } }],
    ['names that must be sure', lorryOfThreeNames, { joinRule: { ...DEFAULT_JOIN_RULE, leastScore: 0.4 } }],
    ['names never joined', lorryOfThreeNames, { joinRule: null }],
    ['riders taller', riderOnMotorcycle, { riderRule: { ...DEFAULT_RIDER_RULE, minHeadAbove: 0.9 } }],
    ['more sights needed', fastMotorcycle, { lineCounter: { sideRule: { observations: 99, depth: 99 } } }],
    [
      'more sights needed before the end',
      endsOnTheLine,
      { lineCounter: { sideRule: { ...SIDE_RULE, observations: 99 } } },
    ],
  ])('%s: no longer exact', (_, build, settings) => {
    expect(isExactWith(build, {})).toBe(true);
    expect(isExactWith(build, settings)).toBe(false);
  });
});

describe('compareSynthetic', () => {
  const scene = parkedForAnHour({ framesPerSecond: 2 });
  it('is exact with the defaults and is not when nothing is counted', () => {
    const none = compareSynthetic(scene, []);
    // 15 in + 1 out, 1 entered + 15 left; one car present at 29 instants.
    expect(none).toMatchObject({ truthEvents: 32, missed: 32, overCounted: 0, presenceError: 29 });
    expect(none.geh).toBeCloseTo(Math.sqrt((2 * (15 * (3600 / 3610)) ** 2) / (15 * (3600 / 3610))), 9);
    expect(isExact(none)).toBe(false);
    const short = mergingAndParting({ framesPerSecond: 10 });
    const views = countTuned(sceneEvents(short), sceneSite(short), { thresholds: THRESHOLDS });
    expect(compareSynthetic(short, views)).not.toHaveProperty('geh');
    expect(isExact(compareSynthetic(short, views))).toBe(true);
  });
});

describe('figures of a recording', () => {
  const present = (zoneId: string, car: number) => ({
    zoneId,
    present: perClass((name) => (name === 'car' ? car : 0)),
    entered: perClass(() => 0),
    left: perClass(() => 0),
  });
  const truth = {
    framesPerSecond: 10,
    frameCount: 100,
    groups: ['vehicles'],
    crossings: [{ lineId: 'a', direction: 'in', roadUserClass: 'car', atSeconds: 1 }],
    presence: [
      { frame: 5, zoneId: 'z', counts: perClass((name) => (name === 'car' ? 2 : 0)) },
      { frame: 60, zoneId: 'z', counts: perClass(() => 0) },
    ],
  } as const;
  const truck = { lineId: 'a', direction: 'in', roadUserClass: 'truck', capturedAtUs: 1_400_000 } as const;
  const views = [0, 400_000, 1_400_000].map((capturedAtUs) => ({
    capturedAtUs,
    tracks: [],
    zones: [present('z', 3)],
    crossings: capturedAtUs === truck.capturedAtUs ? [truck] : [],
  }));
  const compared = { truth, startUs: 0, framesPerSecond: 2.5, views };

  it('a car counted as a truck is wrong per class and right per group', () => {
    const rows = crossingFigures(compared, ['a']).filter(({ direction }) => direction === 'in');
    expect(rows.map(({ roadUsers, missed, overCounted }) => [roadUsers, missed, overCounted])).toEqual([
      ['vehicles', 0, 0],
      ['car', 1, 0],
      ['truck', 0, 1],
    ]);
  });
  it('a labelled instant takes the nearest picture; one without a picture near says nothing', () => {
    expect(presenceFigures(compared, [])).toMatchObject([
      { zoneId: 'z', group: 'vehicles', perFrame: { samples: 1, mae: 1, bias: 1 } },
    ]);
  });
});

describe('holdOut', () => {
  const threshold = TUNED_THRESHOLDS.find(({ name }) => name === 'confirmSeconds')!;
  const scene = (id: string, best: number): StudyScene => ({
    id,
    card: { thresholds: { ...THRESHOLDS, nmsIou: 0.5 } },
    measure: ({ tracker }) => ({ presence: Math.abs((tracker?.confirmSeconds ?? 0) - best) }),
  });
  it('chooses on the other scenes only', () => {
    const rows = holdOut(threshold, [scene('a', 0.8), scene('b', 0.2)]);
    expect(rows.map(({ sceneId, chosenValue }) => [sceneId, chosenValue])).toEqual([
      ['a', 0.2],
      ['b', 0.8],
    ]);
    expect(rows[0]!.chosenLoss.presence).toBeCloseTo(0.6, 9);
    expect(rows[0]!.defaultLoss.presence).toBeCloseTo(0.4, 9);
    expect(holdOut(threshold, [scene('a', 0.8)])).toEqual([]);
  });
  it('tries the default of every threshold, and knows every number of tracker and rules', () => {
    const card = { thresholds: { ...THRESHOLDS, nmsIou: 0.5 } };
    for (const { name, values, defaultOf } of TUNED_THRESHOLDS)
      expect(values, name).toContain(defaultOf(card));
    const { highGate, lowGate, noise, ...plain } = DEFAULT_TRACKER_SETTINGS;
    const keys = [
      ...Object.keys(plain).filter((key) => !['maxTracks', 'firstId', 'idStep'].includes(key)),
      ...Object.keys(highGate).map((key) => `highGate.${key}`),
      ...Object.keys(lowGate).map((key) => `lowGate.${key}`),
      ...Object.keys(noise).map((key) => `noise.${key}`),
      ...Object.keys(DEFAULT_JOIN_RULE).map((key) => `joinRule.${key}`),
      ...Object.keys(DEFAULT_RIDER_RULE).map((key) => `riderRule.${key}`),
      ...Object.keys(SIDE_RULE).map((key) => `sideRule.${key}`),
      ...Object.keys(DEFAULT_FAINT_RULE).map((key) => `faint.${key}`),
      ...Object.keys(card.thresholds).map((key) => (key === 'nmsIou' ? key : `thresholds.${key}`)),
    ];
    const studied = TUNED_THRESHOLDS.map(({ name }) => name);
    const otherName = new Map([
      ['highScore', 'thresholds.score'],
      ['lowScore', 'thresholds.lowScore'],
      ['newTrackScore', 'newTrackScore − score'],
      ['faint', 'faint.confirmSeconds'],
    ]);
    for (const key of keys) expect(studied).toContain(otherName.get(key) ?? key);
  });
  it('asks for other rates where a threshold acts at those only', () => {
    const asked: (readonly number[] | undefined)[] = [];
    const noting: StudyScene = {
      ...scene('a', 0),
      measure: (_settings, rates) => {
        asked.push(rates);
        return {};
      },
    };
    const sparse = TUNED_THRESHOLDS.find(({ name }) => name === 'sparseSeconds')!;
    holdOut(sparse, [noting, noting]);
    expect(new Set(asked.map((rates) => rates?.join()))).toEqual(new Set(['2,1']));
  });
  it('stays near the default when nothing speaks against it', () => {
    expect(bestIndex([1, 1, 1], [0, 0.2, 0.4], 0.4)).toBe(2);
    expect(bestIndex([2, 1, 1], [0, 0.2, 0.4], 0)).toBe(1);
  });
});

describe('withoutStaticBoxes', () => {
  const box = (left: number) => ({ left, top: 0.1, right: left + 0.1, bottom: 0.3 });
  const person = (left: number) => ({ roadUserClass: 'person' as const, score: 0.6, box: box(left) });
  it('takes away what is there most of the time and keeps who walks past it', () => {
    const events: TimelineEvent[] = Array.from({ length: 10 }, (_, at) => ({
      kind: 'frame',
      capturedAtUs: at,
      detections: [...(at % 4 === 3 ? [] : [person(0.5)]), person(0.05 * at)],
    }));
    const kept = withoutStaticBoxes(events).map((event) =>
      event.kind === 'frame' ? event.detections.length : 0,
    );
    // At 0.45 the walker overlaps the static box by a third, which is not the same place.
    expect(kept).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
  });
  it('keeps who stands for less than that', () => {
    const events: TimelineEvent[] = Array.from({ length: 10 }, (_, at) => ({
      kind: 'frame',
      capturedAtUs: at,
      detections: at < 6 ? [person(0.5)] : [],
    }));
    expect(withoutStaticBoxes(events)).toEqual(events);
  });
});
