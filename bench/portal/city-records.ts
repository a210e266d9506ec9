/** A made-up city: cameras with 4 lines and 2 zones, busy by day and quiet at night, the same at every run. */
import {
  crowdDensity,
  flowRatePerHour,
  roadIndicators,
} from '../../pipelines/domain/aggregate/indicators.ts';
import { perClass } from '../../pipelines/domain/classes.ts';
import type { FencedObservation } from '../../pipelines/domain/observation-key.ts';
import { formatIsoUs } from '../../pipelines/domain/time.ts';
import type { FlowObservation, Lineage, PresenceObservation } from '../../pipelines/domain/types.ts';

/** Lines of each camera, both directions of each are counted. */
export const LINES = 4;
/** Zones of each camera. */
export const ZONES = 2;
/** Records of one camera and window. */
export const RECORDS_PER_CAMERA = 2 * LINES + ZONES;

const MINUTE_US = 60_000_000;
const ROAD = {
  type: '4/2-T',
  lanes: 2,
  laneWidthM: 3.5,
  sideFriction: 'S',
  edge: 'kerb',
  edgeDistanceM: 1.5,
  cityPopulationMillions: 1.7,
} as const;
const GROUND = { groundAreaM2: 120, fruinTable: 'walkway' } as const;

/** Name of the camera with this number. */
export function cameraName(index: number): string {
  return `SMG-${String(index + 1).padStart(3, '0')}`;
}

/** All records of one minute of the city, `cameras × RECORDS_PER_CAMERA`. */
export function minuteOfCity(minuteStartUs: number, cameras: number): FencedObservation[] {
  return Array.from({ length: cameras }, (_, camera) => minuteOfCamera(minuteStartUs, camera)).flat();
}

/** All records of one minute of one camera. */
export function minuteOfCamera(startUs: number, camera: number): FencedObservation[] {
  const random = createRandom(startUs / MINUTE_US + camera * 7919);
  const base = baseOf(startUs, camera);
  const hour = ((startUs / MINUTE_US / 60 + 7) % 24) + 0;
  const busy = 0.15 + 0.85 * Math.max(0, Math.sin(((hour - 5) / 18) * Math.PI));
  const flows = Array.from({ length: LINES }, (_, line) =>
    lineRecords(base, line, () => random() * busy),
  ).flat();
  const zones = Array.from({ length: ZONES }, (_, zone) => zoneRecord(base, zone, () => random() * busy));
  return [...flows, ...zones].map((observation) => ({ fence: 1, observation }));
}

function baseOf(startUs: number, camera: number) {
  return {
    cameraId: cameraName(camera),
    windowStart: formatIsoUs(startUs),
    windowEnd: formatIsoUs(startUs + MINUTE_US),
    coverage: 1,
    status: 'complete',
    reasons: [],
    framesExpected: 300,
    framesAnalysed: 300,
    revision: 1,
    lineage: lineageOf(camera),
  } as const;
}

type Base = ReturnType<typeof baseOf>;

function lineageOf(camera: number): Lineage {
  return {
    modelId: 'centernet-512x384',
    modelSha256: 'ab'.repeat(32),
    siteVersion: String(camera).padStart(16, '0'),
    pipelineVersion: '0.1.0',
    framesPerSecond: 5,
    jobId: `live-${cameraName(camera)}`,
  };
}

function lineRecords(base: Base, line: number, random: () => number): FlowObservation[] {
  const counts = [0, 1].map(() =>
    perClass((name) =>
      Math.round(random() * { person: 12, bicycle: 2, motorcycle: 40, car: 20, bus: 2, truck: 3 }[name]),
    ),
  );
  return (['in', 'out'] as const).map((direction, i) => {
    const count = counts[i]!;
    const volume = count.bicycle + count.motorcycle + count.car + count.bus + count.truck;
    return {
      kind: 'flow',
      lineId: `line-${line + 1}`,
      direction,
      ...base,
      count,
      volume,
      flowRatePerHour: flowRatePerHour(volume, MINUTE_US),
      peopleVolume: count.person,
      peopleFlowRatePerHour: flowRatePerHour(count.person, MINUTE_US),
      ...roadIndicators(ROAD, { counts: count, opposite: counts[1 - i]!, analysedUs: MINUTE_US }),
    };
  });
}

function zoneRecord(base: Base, zone: number, random: () => number): PresenceObservation {
  const most = { person: 30, bicycle: 1, motorcycle: 12, car: 8, bus: 1, truck: 1 };
  const max = perClass((name) => Math.round(random() * most[name]));
  const mean = perClass((name) => Math.round(max[name] * random() * 1e6) / 1e6);
  const vehicles = max.motorcycle + max.car + max.bus + max.truck + max.bicycle;
  const integral = { countUs: perClass((name) => Math.round(mean[name] * MINUTE_US)), analysedUs: MINUTE_US };
  return {
    kind: 'presence',
    zoneId: `zone-${zone + 1}`,
    ...base,
    present: perClass((name) => ({ mean: mean[name], max: max[name] })),
    peoplePresent: { mean: mean.person, max: max.person },
    vehiclesPresent: { mean: mean.motorcycle + mean.car, max: vehicles },
    entered: perClass((name) => Math.round(random() * most[name])),
    left: perClass((name) => Math.round(random() * most[name])),
    timeOccupancy: vehicles > 0 ? Math.round(random() * 1e6) / 1e6 : 0,
    ...crowdDensity(GROUND, integral),
  };
}

/** mulberry32: small, fast, the same everywhere. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
