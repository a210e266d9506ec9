/** Plausible records of the contract, keys in the pipeline's order, for tests of the store, the API, the sinks and the page. */
import { perClass } from '../../../pipelines/domain/classes.ts';
import type {
  Direction,
  FlowObservation,
  Lineage,
  PresenceObservation,
} from '../../../pipelines/domain/types.ts';

export const SAMPLE_START_MS = Date.parse('2026-01-31T05:00:00.000Z');

const LINEAGE: Lineage = {
  modelId: 'centernet-512x384',
  modelSha256: 'ab'.repeat(32),
  siteVersion: 'cd'.repeat(8),
  pipelineVersion: '0.1.0',
  framesPerSecond: 5,
  jobId: 'recording-junction',
};

/** One minute, `minute` minutes after the sample start. */
export function sampleWindow(minute: number) {
  const startMs = SAMPLE_START_MS + minute * 60_000;
  return {
    windowStart: new Date(startMs).toISOString(),
    windowEnd: new Date(startMs + 60_000).toISOString(),
  };
}

const WHOLE = {
  coverage: 1,
  status: 'complete',
  reasons: [],
  framesExpected: 300,
  framesAnalysed: 300,
} as const;
const NOTHING = {
  coverage: 0,
  status: 'disrupted',
  reasons: ['source-down'],
  framesExpected: 300,
  framesAnalysed: 0,
} as const;

/** A whole minute of one line; `people` and `cars` crossed. */
export function sampleFlow(
  minute: number,
  options: { people?: number; cars?: number; direction?: Direction; cameraId?: string; lineId?: string } = {},
): FlowObservation {
  const { people = 0, cars = 0, direction = 'in', cameraId = 'cam-1', lineId = 'line-1' } = options;
  return {
    kind: 'flow',
    lineId,
    direction,
    cameraId,
    ...sampleWindow(minute),
    ...WHOLE,
    revision: 1,
    count: perClass((name) => (name === 'person' ? people : name === 'car' ? cars : 0)),
    volume: cars,
    flowRatePerHour: cars * 60,
    peopleVolume: people,
    peopleFlowRatePerHour: people * 60,
    lineage: LINEAGE,
  };
}

/** The same of a camera that counts vehicles only. */
export function sampleVehicleFlow(minute: number, cars: number): FlowObservation {
  const {
    count,
    peopleVolume: _volume,
    peopleFlowRatePerHour: _rate,
    ...rest
  } = sampleFlow(minute, { cars });
  const { person: _person, ...vehicles } = count!;
  return { ...rest, count: vehicles };
}

/** A whole minute of one zone. */
export function samplePresence(
  minute: number,
  options: { mean?: number; max?: number; cars?: number; cameraId?: string; zoneId?: string } = {},
): PresenceObservation {
  const { mean = 0, max = 0, cars = 0, cameraId = 'cam-1', zoneId = 'zone-1' } = options;
  const people = { mean, max };
  const vehicles = { mean: cars, max: cars };
  return {
    kind: 'presence',
    zoneId,
    cameraId,
    ...sampleWindow(minute),
    ...WHOLE,
    revision: 1,
    present: perClass((name) =>
      name === 'person' ? people : name === 'car' ? vehicles : { mean: 0, max: 0 },
    ),
    peoplePresent: people,
    vehiclesPresent: vehicles,
    entered: perClass((name) => (name === 'person' ? 2 : 0)),
    left: perClass(() => 0),
    timeOccupancy: cars > 0 ? 1 : 0,
    lineage: LINEAGE,
  };
}

/** A minute of one zone in which the camera was down: no measure at all. */
export function sampleGap(minute: number, cameraId = 'cam-1'): PresenceObservation {
  return {
    kind: 'presence',
    zoneId: 'zone-1',
    cameraId,
    ...sampleWindow(minute),
    ...NOTHING,
    revision: 1,
    lineage: LINEAGE,
  };
}
