import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCheckpoint } from '../../../pipelines/domain/aggregate/checkpoint.ts';
import { MAX_GAP_WINDOWS } from '../../../pipelines/domain/aggregate/window-aggregator.ts';
import type { ClassGroup } from '../../../pipelines/domain/classes.ts';
import { GAP_REASONS, type Observation } from '../../../pipelines/domain/types.ts';
import {
  aggregatorOf,
  type Counts,
  crossingAt,
  frameAt,
  LINEAGE,
  run,
  SITE,
  steadyFrames,
  summary,
  us,
} from './builders.ts';

function find<K extends Observation['kind']>(records: readonly Observation[], kind: K, index = 0) {
  return records.filter((record) => record.kind === kind)[index] as Extract<Observation, { kind: K }>;
}

describe('presence', () => {
  it('weighs each count with the time it held', () => {
    const events = [frameAt(0, { person: 4 }), frameAt(1.25, { person: 1 }), ...steadyFrames(2, 60, 1)];
    const { peoplePresent, vehiclesPresent } = find(run(aggregatorOf(), events, { to: 60 }), 'presence');
    expect(peoplePresent).toEqual({ mean: 0.095833, max: 4 });
    expect(vehiclesPresent).toEqual({ mean: 0, max: 0 });
  });
  it('a gap does not thin the mean', () => {
    const events = [frameAt(0, { person: 3 }), [1, 60, 'source-down'] as const];
    const record = find(run(aggregatorOf(), events, { to: 60 }), 'presence');
    expect(record).toMatchObject({ coverage: 0.016667, peoplePresent: { mean: 3, max: 3 } });
  });
  it('the greatest number of vehicles at one time is not the sum of the classes’ maxima', () => {
    const events = [frameAt(0, { car: 2 }), frameAt(1, { bus: 3 }), ...steadyFrames(2, 60, 1)];
    const record = find(run(aggregatorOf(), events, { to: 60 }), 'presence');
    expect(record.vehiclesPresent).toEqual({ mean: 0.083333, max: 3 });
    expect(record.timeOccupancy).toBe(0.033333);
  });
  it('splits a hold at the window’s edge', () => {
    const events = [...steadyFrames(0.5, 59, 1), frameAt(59.5, { car: 1 }), ...steadyFrames(60.5, 120, 1)];
    const records = run(aggregatorOf(), events, { to: 120 });
    expect(find(records, 'presence', 0).present?.car).toEqual({ mean: 0.008403, max: 1 });
    expect(find(records, 'presence', 1).present?.car).toEqual({ mean: 0.008333, max: 1 });
  });
});

describe('flow', () => {
  it('counts by direction and class and scales by analysed time', () => {
    const frames = steadyFrames(0, 30, 1).slice(1);
    const events = [
      frameAt(0, {}, [crossingAt(0, 'car'), crossingAt(0, 'person', 'out'), crossingAt(0, 'bicycle')]),
      ...frames,
    ];
    const records = run(aggregatorOf(), events, { to: 30 });
    expect(find(records, 'flow', 0)).toMatchObject({
      direction: 'in',
      count: { person: 0, bicycle: 1, car: 1 },
      volume: 2,
      flowRatePerHour: 240,
      peopleVolume: 0,
    });
    expect(find(records, 'flow', 1)).toMatchObject({
      direction: 'out',
      volume: 0,
      peopleVolume: 1,
      peopleFlowRatePerHour: 120,
    });
  });
  it('a crossing told later counts in the window of its instant while that is open, else in the next', () => {
    const early = frameAt(60, {}, [crossingAt(59, 'car')]);
    const late = frameAt(61, {}, [crossingAt(59, 'bus')]);
    const events = [...steadyFrames(0, 60, 1), early, late, ...steadyFrames(62, 120, 1)];
    const records = run(aggregatorOf(), events, { to: 120 });
    expect(find(records, 'flow', 0).count).toMatchObject({ car: 1, bus: 0 });
    expect(find(records, 'flow', 2).count).toMatchObject({ car: 0, bus: 1 });
  });
});

describe('a camera that counts one group says nothing of the other, not even zero', () => {
  const ROAD = { type: '2/2-TT', lanes: 1, carriagewayWidthM: 7 } as const;
  const ground = { groundAreaM2: 40, fruinTable: 'walkway', groundLengthM: 30, road: ROAD } as const;
  const calibrated = {
    ...SITE,
    zones: SITE.zones.map((zone) => ({ ...zone, ...ground })),
    lines: SITE.lines.map((line) => ({ ...line, road: ROAD })),
  };
  const VEHICLES = ['bicycle', 'motorcycle', 'car', 'bus', 'truck'];

  /** One minute with a person and a car present, the car crossing. */
  function minuteOf(...groups: ClassGroup[]) {
    const first = frameAt(0, { person: 1, car: 1 }, [crossingAt(0, 'car')]);
    const aggregator = aggregatorOf({}, { startUs: 0, reason: 'paused' }, { ...calibrated, groups });
    const records = run(aggregator, [first, ...steadyFrames(1, 60, 1)], { to: 60 });
    return { presence: find(records, 'presence'), flow: find(records, 'flow') };
  }
  const measuresOf = (record: Observation) => Object.keys(record).filter((name) => MEASURES.has(name));
  const MEASURES = new Set([
    ...['present', 'peoplePresent', 'vehiclesPresent', 'entered', 'left', 'timeOccupancy', 'peoplePerM2'],
    ...['fruinLevel', 'vehiclesPerKm', 'pcuPerKm', 'empTable', 'count', 'volume', 'flowRatePerHour'],
    ...['peopleVolume', 'peopleFlowRatePerHour', 'pcuPerHour'],
  ]);

  it.each<{ groups: ClassGroup[]; classes: string[]; presence: string[]; flow: string[] }>([
    {
      groups: ['people'],
      classes: ['person'],
      presence: ['peoplePresent', 'peoplePerM2', 'fruinLevel'],
      flow: ['peopleVolume', 'peopleFlowRatePerHour'],
    },
    {
      groups: ['vehicles'],
      classes: VEHICLES,
      presence: ['vehiclesPresent', 'timeOccupancy', 'vehiclesPerKm', 'pcuPerKm', 'empTable'],
      flow: ['volume', 'flowRatePerHour', 'pcuPerHour', 'empTable'],
    },
    {
      groups: ['vehicles', 'people'],
      classes: ['person', ...VEHICLES],
      presence: [
        ...['peoplePresent', 'vehiclesPresent', 'timeOccupancy', 'peoplePerM2', 'fruinLevel'],
        ...['vehiclesPerKm', 'pcuPerKm', 'empTable'],
      ],
      flow: [
        ...['volume', 'flowRatePerHour', 'peopleVolume', 'peopleFlowRatePerHour'],
        ...['pcuPerHour', 'empTable'],
      ],
    },
  ])('$groups', ({ groups, classes, ...expected }) => {
    const { presence, flow } = minuteOf(...groups);
    for (const measure of [presence.present, presence.entered, presence.left, flow.count]) {
      expect(Object.keys(measure!)).toEqual(classes);
    }
    expect(new Set(measuresOf(presence))).toEqual(
      new Set(['present', 'entered', 'left', ...expected.presence]),
    );
    expect(new Set(measuresOf(flow))).toEqual(new Set(['count', ...expected.flow]));
  });

  it('and leaves the numbers of the group it counts as they are', () => {
    const both = minuteOf('people', 'vehicles');
    const { presence, flow } = minuteOf('vehicles');
    expect(both.presence).toMatchObject(presence);
    expect(both.flow).toMatchObject(flow);
    expect(both.presence).toMatchObject(minuteOf('people').presence);
    expect(both.presence.present).toMatchObject({ person: { max: 1 }, car: { max: 1 } });
    expect(both.flow.volume).toBe(1);
  });
});

describe('order and bounds', () => {
  it('writes window by window, zones before lines, in before out', () => {
    const keys = run(aggregatorOf(), steadyFrames(0, 120, 1), { to: 120 }).map((record) =>
      record.kind === 'flow' ? `${record.windowStart} ${record.direction}` : `${record.windowStart} zone`,
    );
    const minute = (start: string) => [`${start} zone`, `${start} in`, `${start} out`];
    expect(keys).toEqual([...minute('1970-01-01T00:00:00Z'), ...minute('1970-01-01T00:01:00Z')]);
  });
  it('closes a window when a frame passes its end, not before', () => {
    const aggregator = aggregatorOf();
    const closed = [...steadyFrames(0, 60, 1), frameAt(60)].map((frame) => aggregator.frame(frame).length);
    expect(closed.indexOf(3)).toBe(60);
  });
  it('ignores frames that are not later than the last, or whose window is closed', () => {
    const aggregator = aggregatorOf();
    aggregator.frame(frameAt(5));
    expect(aggregator.accepts(us(5))).toBe(false);
    aggregator.gap(us(6), us(70), 'paused');
    expect(aggregator.accepts(us(59))).toBe(false);
    expect(aggregator.frame(frameAt(59, { person: 9 }))).toEqual([]);
    const rest = aggregator.finish({ toUs: us(70), reason: 'paused' });
    expect(find(rest, 'presence').framesAnalysed).toBe(0);
  });
  it('a wrong time stamp years ahead does not make millions of records', () => {
    const aggregator = aggregatorOf();
    aggregator.frame(frameAt(0));
    const records = aggregator.frame(frameAt(1e9));
    expect(records.length).toBeLessThanOrEqual((MAX_GAP_WINDOWS + 2) * 3);
    const last = aggregator.finish({ toUs: us(1e9 + 1), reason: 'outside-recording' });
    expect(find(last, 'presence')).toMatchObject({ framesAnalysed: 1, windowStart: '2001-09-09T01:46:00Z' });
  });
});

describe('finish without an end', () => {
  it('goes as far as the last frame vouches, inside its window', () => {
    const aggregator = aggregatorOf();
    const records = [
      ...steadyFrames(0, 30, 1).flatMap(aggregator.frame),
      ...aggregator.finish({ reason: 'worker-down' }),
    ];
    expect(summary(records)).toEqual([[0, 0.5, 'partial', 'worker-down', 30]]);
  });
});

describe('checkpoint', () => {
  const fits = { site: SITE, siteVersion: LINEAGE.siteVersion };

  function throughJson(value: unknown) {
    const checkpoint = readCheckpoint(JSON.parse(JSON.stringify(value)), fits);
    if (checkpoint === undefined) throw new Error('the checkpoint was refused');
    return checkpoint;
  }

  type Step = {
    readonly stepUs: number;
    readonly person: number;
    readonly car: number;
    readonly gap: number;
  };
  const steps = fc.array(
    fc.record({
      stepUs: fc.integer({ min: 1, max: 40_000_000 }),
      person: fc.nat(5),
      car: fc.nat(3),
      gap: fc.integer({ min: -6, max: GAP_REASONS.length - 1 }),
    }),
    { minLength: 1, maxLength: 60 },
  );

  /** Pushes one step; most are frames with crossings, some are gaps. */
  function push(
    aggregator: ReturnType<typeof aggregatorOf>,
    step: Step,
    nowUs: number,
  ): readonly Observation[] {
    const reason = GAP_REASONS[step.gap];
    const fromUs = nowUs + Math.floor(step.stepUs / 2);
    if (reason !== undefined) return aggregator.gap(fromUs, nowUs + step.stepUs, reason);
    const present: Counts = { person: step.person, car: step.car };
    const atS = (nowUs + step.stepUs) / 1e6;
    const crossings = step.car > 1 ? [crossingAt(atS, 'car')] : [];
    return aggregator.frame({ ...frameAt(atS, present, crossings), capturedAtUs: nowUs + step.stepUs });
  }

  /** A successor can't know why there was no picture before its first one, and says `worker-down`. */
  function withoutSuccession(records: readonly Observation[]): string {
    const isOther = (reason: string) => reason !== 'worker-down' && reason !== 'decode-stall';
    return JSON.stringify(records.map((record) => ({ ...record, reasons: record.reasons.filter(isOther) })));
  }

  it('cutting after every event and going on through JSON changes nothing else', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 10 }), (all, every) => {
        const start = { startUs: 0, reason: 'worker-down' } as const;
        const whole = aggregatorOf({}, start);
        let parts = aggregatorOf({}, start);
        const expected: Observation[] = [];
        const got: Observation[] = [];
        let nowUs = 0;
        for (const [i, step] of all.entries()) {
          if (i % every === 0) parts = aggregatorOf({}, { checkpoint: throughJson(parts.checkpoint()) });
          expected.push(...push(whole, step, nowUs));
          got.push(...push(parts, step, nowUs));
          nowUs += step.stepUs;
        }
        expected.push(...whole.finish({ toUs: nowUs, reason: 'backlog' }));
        got.push(...parts.finish({ toUs: nowUs, reason: 'backlog' }));
        expect(withoutSuccession(got)).toBe(withoutSuccession(expected));
      }),
    );
  });

  it('accounts for every microsecond: coverage is 1 exactly when there is no reason', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const aggregator = aggregatorOf();
        let nowUs = 0;
        const records = all.flatMap((step) => {
          const closed = push(aggregator, step, nowUs);
          nowUs += step.stepUs;
          return closed;
        });
        records.push(...aggregator.finish({ toUs: nowUs, reason: 'paused' }));
        const starts = records
          .filter(({ kind }) => kind === 'presence')
          .map(({ windowStart }) => Date.parse(windowStart));
        expect(starts).toEqual(starts.map((_, i) => i * 60_000));
        for (const record of records) {
          expect(record.reasons.length === 0).toBe(record.coverage === 1);
          expect('count' in record || 'present' in record).toBe(record.coverage > 0);
        }
      }),
    );
  });

  it('a takeover keeps what was counted, counts nothing twice, and tells the gap', () => {
    const first = aggregatorOf();
    first.frame(frameAt(0, {}, [crossingAt(0, 'car')]));
    steadyFrames(1, 20, 1).forEach(first.frame);
    const saved = throughJson(first.checkpoint());
    first.frame(frameAt(20, {}, [crossingAt(20, 'car')]));
    const second = aggregatorOf({}, { checkpoint: saved });
    const records = run(second, [frameAt(35, {}, [crossingAt(35, 'car')]), ...steadyFrames(36, 60, 1)], {
      to: 60,
    });
    expect(summary(records)).toEqual([[0, 0.75, 'partial', 'worker-down', 45]]);
    expect(find(records, 'flow').volume).toBe(2);
  });

  it('the successor of a worker that left in order replaces its partial record', () => {
    const first = aggregatorOf();
    steadyFrames(0, 20, 1).forEach(first.frame);
    const partial = first.finish({ toUs: us(20), reason: 'worker-down' });
    const saved = throughJson(first.checkpoint());
    const second = aggregatorOf({}, { checkpoint: saved });
    const records = run(second, steadyFrames(22, 120, 1), { to: 120 });
    expect(partial.map(({ revision }) => revision)).toEqual([1, 1, 1]);
    expect(records.map(({ revision }) => revision)).toEqual([2, 2, 2, 1, 1, 1]);
    expect(summary(records)[0]).toEqual([0, 0.966667, 'partial', 'worker-down', 58]);
  });

  it('holds counts only', () => {
    const aggregator = aggregatorOf();
    aggregator.frame(frameAt(0, { person: 3 }));
    const text = JSON.stringify(aggregator.checkpoint());
    expect(text).not.toMatch(/box|track|"id"|score/);
    expect(text.length).toBeLessThan(2000);
  });

  it.each([
    ['nothing', null],
    ['a text', 'x'],
    ['another version', { version: 2 }],
    ['another site version', { siteVersion: 'other' }],
    ['another window', { windowSeconds: 30 }],
    ['no totals', { totals: undefined }],
    ['more time than the window has', { totals: { coveredUs: 61e6 } }],
    ['a zone too many', { totals: { zones: [] } }],
    ['a count that is no number', { held: [['1', 0, 0, 0, 0, 0]] }],
    ['a negative instant', { coverage: { settledUs: -5 } }],
    ['time that does not add up', { coverage: { settledUs: 5 } }],
  ])('refuses %s', (_name, change) => {
    const good = JSON.parse(JSON.stringify(aggregatorOf().checkpoint()));
    const merge = (target: Record<string, unknown>, part: Record<string, unknown>): Record<string, unknown> =>
      Object.fromEntries(
        Object.entries({ ...target, ...part }).map(([key, value]) => [
          key,
          value !== null && typeof value === 'object' && !Array.isArray(value)
            ? merge((target[key] ?? {}) as Record<string, unknown>, value as Record<string, unknown>)
            : value,
        ]),
      );
    const damaged = typeof change === 'object' && change !== null ? merge(good, change) : change;
    expect(readCheckpoint(good, fits)).toEqual(good);
    expect(readCheckpoint(damaged, fits)).toBeUndefined();
  });
});
