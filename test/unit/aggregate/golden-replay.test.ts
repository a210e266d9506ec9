import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CountedFrameView, createCounting } from '../../../pipelines/domain/counting.ts';
import type { IgnoreArea } from '../../../pipelines/domain/site.ts';
import type {
  Detection,
  FlowObservation,
  Observation,
  PresenceObservation,
} from '../../../pipelines/domain/types.ts';
import { rectangle } from '../geometry/rectangle.ts';
import { END_US, GOLDEN_OPTIONS, goldenEvents } from './golden-scene.ts';

const EXPECTED = new URL('../../../fixtures/expected/golden-replay.ndjson', import.meta.url);
const END = { toUs: END_US, reason: 'outside-recording' } as const;

function replay(onFrame?: (view: CountedFrameView) => void): Observation[] {
  const counting = createCounting({ ...GOLDEN_OPTIONS, ...(onFrame === undefined ? {} : { onFrame }) });
  return [...goldenEvents().flatMap((event) => counting.push(event)), ...counting.finish(END)];
}

/** NDJSON as `pantau analyze` writes it: one record a line, so that a change can be read in a diff. */
function written(records: readonly Observation[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

describe('golden replay: frozen events → exact records', () => {
  it('gives the records on file, byte for byte', () => {
    const records = written(replay());
    // To renew the file after a wanted change: delete it, run this test, read the diff. CI never has it missing.
    if (!existsSync(EXPECTED)) {
      writeFileSync(EXPECTED, records);
      throw new Error(`${EXPECTED.pathname} was missing and has been written: read it, then run again`);
    }
    expect(records).toBe(readFileSync(EXPECTED, 'utf8'));
  });

  it('says what a person would count', () => {
    const records = replay();
    const flows = records.filter((record): record is FlowObservation => record.kind === 'flow');
    const sum = (direction: 'in' | 'out', pick: (record: FlowObservation) => number | undefined) =>
      flows.filter((record) => record.direction === direction).map(pick);
    expect(sum('in', (record) => record.peopleVolume)).toEqual([1, 0, 0]);
    expect(sum('out', (record) => record.peopleVolume)).toEqual([1, 1, 0]);
    expect(sum('in', (record) => record.volume)).toEqual([2, 0, 1]);
    expect(sum('out', (record) => record.volume)).toEqual([0, 1, 0]);
    expect(flows[3]?.count).toMatchObject({ person: 1, motorcycle: 1 });
    expect(flows[4]?.count).toMatchObject({ truck: 1 });
    const zones = records.filter((record): record is PresenceObservation => record.kind === 'presence');
    expect(zones.map(({ coverage }) => coverage)).toEqual([
      0.666667, 0.666667, 0.75, 0.75, 0.831667, 0.831667,
    ]);
    expect(zones.map(({ reasons }) => reasons.join('+'))).toEqual([
      'outside-recording',
      'outside-recording',
      'source-down',
      'source-down',
      'backlog+outside-recording',
      'backlog+outside-recording',
    ]);
  });

  it('is the same whoever listens, and the frame view adds up to it', () => {
    const views: CountedFrameView[] = [];
    const records = replay((view) => views.push(view));
    expect(written(records)).toBe(written(replay()));
    expect(views).toHaveLength(1349);
    const volumes = records.map((record) =>
      record.kind === 'flow' ? (record.volume ?? 0) + (record.peopleVolume ?? 0) : 0,
    );
    expect(views.flatMap(({ crossings }) => crossings)).toHaveLength(volumes.reduce((a, b) => a + b, 0));
  });

  it('scenery gives the same bytes where its area is ignored, and others without it', () => {
    // A poster of a person at the end of the pavement, and a van seen in the shadow beside the parked car.
    const scenery: readonly Detection[] = [
      { roadUserClass: 'person', score: 0.9, box: { left: 0.94, top: 0.25, right: 0.98, bottom: 0.45 } },
      { roadUserClass: 'truck', score: 0.6, box: { left: 0.74, top: 0.48, right: 0.88, bottom: 0.62 } },
    ];
    const ignore: readonly IgnoreArea[] = [
      { id: 'poster', polygon: rectangle(0.93, 0.45, 1, 0.5) },
      { id: 'bayangan', polygon: rectangle(0.7, 0.55, 0.9, 0.65), classes: ['bus', 'truck'] },
    ];
    const recordsWith = (areas: readonly IgnoreArea[]) => {
      const counting = createCounting({ ...GOLDEN_OPTIONS, site: { ...GOLDEN_OPTIONS.site, ignore: areas } });
      const events = goldenEvents().map((event) =>
        event.kind === 'gap' ? event : { ...event, detections: [...scenery, ...event.detections] },
      );
      return written([...events.flatMap((event) => counting.push(event)), ...counting.finish(END)]);
    };
    expect(recordsWith(ignore)).toBe(written(replay()));
    for (const area of ignore) expect(recordsWith([area])).not.toBe(written(replay()));
  });

  it('any chunking of the events gives the same bytes', () => {
    const events = goldenEvents();
    const whole = written(replay());
    const cuts = fc.array(fc.nat(events.length), { maxLength: 20 });
    fc.assert(
      fc.property(cuts, (edges) => {
        const counting = createCounting(GOLDEN_OPTIONS);
        const sorted = [0, ...edges.toSorted((a, b) => a - b), events.length];
        const records = sorted.slice(1).flatMap((to, i) => {
          const chunk = JSON.parse(JSON.stringify(events.slice(sorted[i], to))) as typeof events;
          return chunk.flatMap((event) => counting.push(event));
        });
        expect(written([...records, ...counting.finish(END)])).toBe(whole);
      }),
      { numRuns: 8 },
    );
  });
});

describe('counting facade', () => {
  const frame = (capturedAtUs: number) => ({ kind: 'frame', capturedAtUs, detections: [] }) as const;

  it('begins at the first event when no start is given', () => {
    const { from: _from, ...options } = GOLDEN_OPTIONS;
    const counting = createCounting(options);
    expect(counting.checkpoint()).toEqual({ aggregator: null });
    counting.push({ kind: 'gap', fromUs: 30_000_000, toUs: 60_000_000, reason: 'source-down' });
    const [record] = counting.finish({ reason: 'paused' });
    expect(record).toBeUndefined();
  });

  it('without any event there is nothing to finish, with a start there is a gap', () => {
    const { from: _from, ...options } = GOLDEN_OPTIONS;
    expect(createCounting(options).finish({ reason: 'paused' })).toEqual([]);
    const records = createCounting(GOLDEN_OPTIONS).finish(END);
    expect(records.map(({ status }) => status)).toEqual(Array(12).fill('disrupted'));
  });

  it('ignores frames that step back in time instead of failing', () => {
    const counting = createCounting(GOLDEN_OPTIONS);
    counting.push(frame(END_US - 1_000_000));
    counting.push(frame(END_US - 1_000_000));
    counting.push(frame(END_US - 90_000_000));
    expect(counting.ignoredFrames()).toBe(2);
  });

  it('a worker that takes over goes on with the counts of the open window', () => {
    const events = goldenEvents();
    const first = createCounting(GOLDEN_OPTIONS);
    events.slice(0, 100).forEach(first.push);
    const checkpoint: unknown = JSON.parse(JSON.stringify(first.checkpoint()));
    const second = createCounting({ ...GOLDEN_OPTIONS, from: { checkpoint } });
    const taken = [...events.slice(100).flatMap(second.push), ...second.finish(END)];
    const people = (records: readonly Observation[]) =>
      records.map((record) => (record.kind === 'flow' ? [record.coverage, record.peopleVolume] : []));
    // The walker of second 7 was counted before the change, the one of second 11 after it.
    expect(people(taken)).toEqual(people(replay()));
  });

  it.each([
    ['nothing', undefined],
    ['nothing yet', { aggregator: null }],
    ['a damaged one', { aggregator: 'damaged' }],
  ])('starts afresh from %s, the time before being worker-down', (_name, checkpoint) => {
    const counting = createCounting({ ...GOLDEN_OPTIONS, from: { checkpoint } });
    counting.push(frame(90_000_000));
    const [record] = counting.finish({ toUs: 120_000_000, reason: 'paused' });
    expect(record).toMatchObject({ reasons: ['decode-stall', 'worker-down'], framesAnalysed: 1 });
  });
});
