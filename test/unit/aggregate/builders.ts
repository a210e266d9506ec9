/** Small makers for aggregation tests: seconds in, microseconds inside. */

import type { AggregatorStart } from '../../../pipelines/domain/aggregate/beginning.ts';
import { samplingClock } from '../../../pipelines/domain/aggregate/coverage.ts';
import {
  type CountedFrame,
  createWindowAggregator,
  type WindowAggregator,
} from '../../../pipelines/domain/aggregate/window-aggregator.ts';
import { perClass, type RoadUserClass } from '../../../pipelines/domain/classes.ts';
import type { CountingSite } from '../../../pipelines/domain/site.ts';
import type { Crossing, GapReason, Lineage, Observation } from '../../../pipelines/domain/types.ts';

export const LINEAGE: Lineage = {
  modelId: 'test-model',
  modelSha256: '0'.repeat(64),
  siteVersion: '0123456789abcdef',
  pipelineVersion: '0.1.0',
  framesPerSecond: 1,
  jobId: 'test',
};

export const SITE: CountingSite = {
  cameraId: 'cam',
  zones: [{ id: 'zone', polygon: [] }],
  lines: [{ id: 'line', from: { x: 0, y: 0 }, to: { x: 1, y: 0 } }],
  groups: ['people', 'vehicles'],
  windowSeconds: 60,
};

export type Counts = Partial<Record<RoadUserClass, number>>;

export function counts(some: Counts = {}): Record<RoadUserClass, number> {
  return perClass((name) => some[name] ?? 0);
}

export const us = (seconds: number): number => Math.round(seconds * 1e6);

/** A frame at `seconds` with so many present in the only zone. */
export function frameAt(
  seconds: number,
  present: Counts = {},
  crossings: readonly Crossing[] = [],
): CountedFrame {
  return {
    capturedAtUs: us(seconds),
    zones: [{ zoneId: 'zone', present: counts(present), entered: counts(), left: counts() }],
    crossings,
  };
}

export function crossingAt(
  seconds: number,
  roadUserClass: RoadUserClass,
  direction: 'in' | 'out' = 'in',
): Crossing {
  return { lineId: 'line', direction, roadUserClass, capturedAtUs: us(seconds) };
}

export interface Rates {
  readonly framesPerSecond?: number;
  readonly sourceFramesPerSecond?: number;
  readonly keyframeIntervalS?: number;
}

export function aggregatorOf(
  rates: Rates = {},
  start: AggregatorStart = { startUs: 0, reason: 'outside-recording' },
  site: CountingSite = SITE,
): WindowAggregator {
  const clock = samplingClock({ framesPerSecond: 1, ...rates });
  return createWindowAggregator({ site, clock, lineage: LINEAGE, start });
}

/** `[start second, coverage, status, reasons, framesAnalysed]` of each window. */
export function summary(records: readonly Observation[]) {
  return records
    .filter(({ kind }) => kind === 'presence')
    .map((record) => [
      Date.parse(record.windowStart) / 1000,
      record.coverage,
      record.status,
      record.reasons.join('+'),
      record.framesAnalysed,
    ]);
}

/** Frames each `1 / rate` s in `[from, to)`. */
export function steadyFrames(from: number, to: number, rate: number): CountedFrame[] {
  const frames: CountedFrame[] = [];
  for (let i = 0; from + i / rate < to - 1e-9; i++) frames.push(frameAt(from + i / rate));
  return frames;
}

export type Gap = readonly [from: number, to: number, reason: GapReason];

/** Feeds frames and gaps in time order and finishes at `end`. */
export function run(
  aggregator: WindowAggregator,
  events: readonly (CountedFrame | Gap)[],
  end: { to: number; reason?: GapReason },
): Observation[] {
  const records = events.flatMap((event) =>
    'capturedAtUs' in event ? aggregator.frame(event) : aggregator.gap(us(event[0]), us(event[1]), event[2]),
  );
  return [...records, ...aggregator.finish({ toUs: us(end.to), reason: end.reason ?? 'outside-recording' })];
}
