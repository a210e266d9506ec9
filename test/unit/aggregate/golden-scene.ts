/** A frozen scene: boxes by arithmetic alone, so that the events are the same on every machine for ever. */
import type { RoadUserClass } from '../../../pipelines/domain/classes.ts';
import type { CountingOptions } from '../../../pipelines/domain/counting.ts';
import type { CountingSite } from '../../../pipelines/domain/site.ts';
import { parseIsoUs } from '../../../pipelines/domain/time.ts';
import type { Detection, TimelineEvent } from '../../../pipelines/domain/types.ts';
import { rectangle } from '../geometry/rectangle.ts';

const START_US = parseIsoUs('2026-01-05T07:00:20+07:00');
const FRAMES_PER_SECOND = 10;
/** Two and a half minutes: windows of 40, 60 and 50 s of recording. */
const LENGTH_S = 150;
export const END_US = START_US + LENGTH_S * 1_000_000;

const ROAD = {
  type: '4/2-T',
  lanes: 2,
  laneWidthM: 3.5,
  sideFriction: 'S',
  edge: 'kerb',
  edgeDistanceM: 1.5,
  cityPopulationMillions: 1.7,
} as const;

const SITE: CountingSite = {
  cameraId: 'golden',
  windowSeconds: 60,
  groups: ['people', 'vehicles'],
  lines: [{ id: 'tengah', from: { x: 0.5, y: 0.1 }, to: { x: 0.5, y: 0.95 }, road: ROAD }],
  zones: [
    {
      id: 'trotoar',
      polygon: rectangle(0, 0.2, 1, 0.5),
      groundAreaM2: 40,
      fruinTable: 'walkway',
    },
    {
      id: 'jalan',
      polygon: rectangle(0, 0.55, 1, 0.9),
      groundLengthM: 30,
      road: ROAD,
    },
  ],
};

/** Moves from `fromX` to `toX` between two instants, in seconds from the start; its ground point stays at `y`. */
interface Actor {
  readonly roadUserClass: RoadUserClass;
  readonly fromS: number;
  readonly toS: number;
  readonly fromX: number;
  readonly toX: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const walker = { roadUserClass: 'person', width: 0.04, height: 0.2, y: 0.4 } as const;
const car = { roadUserClass: 'car', width: 0.14, height: 0.14, y: 0.7 } as const;
const ride = { fromS: 90, toS: 96, fromX: 0.1, toX: 0.9 } as const;

/** What a person would count: see the golden test. */
const ACTORS: readonly Actor[] = [
  { ...walker, fromS: 2, toS: 12, fromX: 0.1, toX: 0.9 },
  { ...walker, fromS: 6, toS: 16, fromX: 0.9, toX: 0.1, y: 0.3 },
  { ...walker, fromS: 45, toS: 55, fromX: 0.1, toX: 0.9 },
  // Stands for 50 s, before, during and after the gap.
  { ...walker, fromS: 50, toS: 100, fromX: 0.2, toX: 0.2, y: 0.45 },
  // Turns back before the line.
  { ...walker, fromS: 110, toS: 114, fromX: 0.1, toX: 0.4 },
  { ...walker, fromS: 114, toS: 118, fromX: 0.4, toX: 0.1 },
  { ...car, fromS: 20, toS: 25, fromX: 0.95, toX: 0.05 },
  { ...car, fromS: 28, toS: 33, fromX: 0.95, toX: 0.05 },
  {
    ...car,
    roadUserClass: 'truck',
    width: 0.25,
    height: 0.25,
    y: 0.8,
    fromS: 125,
    toS: 133,
    fromX: 0.85,
    toX: 0.15,
  },
  // Parked until the end.
  { ...car, fromS: 100, toS: 150, fromX: 0.8, toX: 0.8, y: 0.6 },
  { ...ride, roadUserClass: 'motorcycle', width: 0.08, height: 0.12, y: 0.85 },
  // The rider is no pedestrian.
  { ...ride, roadUserClass: 'person', width: 0.05, height: 0.18, y: 0.84 },
];

function detectionOf(actor: Actor, seconds: number): Detection {
  const share = (seconds - actor.fromS) / (actor.toS - actor.fromS);
  const x = actor.fromX + (actor.toX - actor.fromX) * share;
  const { roadUserClass, width, height, y } = actor;
  return {
    roadUserClass,
    score: 0.8,
    box: { left: x - width / 2, right: x + width / 2, top: y - height, bottom: y },
  };
}

/** The camera is down from 60 to 75 s; one frame is dropped at 130 s. */
export function goldenEvents(): TimelineEvent[] {
  return Array.from({ length: LENGTH_S * FRAMES_PER_SECOND }, (_, i) => i).flatMap((i): TimelineEvent[] => {
    const seconds = i / FRAMES_PER_SECOND;
    const capturedAtUs = START_US + i * 100_000;
    if (i === 600) {
      return [{ kind: 'gap', fromUs: capturedAtUs, toUs: capturedAtUs + 15_000_000, reason: 'source-down' }];
    }
    if (i > 600 && i < 750) return [];
    if (i === 1300) {
      return [{ kind: 'gap', fromUs: capturedAtUs, toUs: capturedAtUs + 100_000, reason: 'backlog' }];
    }
    const detections = ACTORS.filter(({ fromS, toS }) => seconds >= fromS && seconds < toS).map((actor) =>
      detectionOf(actor, seconds),
    );
    return [{ kind: 'frame', capturedAtUs, detections }];
  });
}

export const GOLDEN_OPTIONS: CountingOptions = {
  site: SITE,
  framesPerSecond: FRAMES_PER_SECOND,
  sourceFramesPerSecond: FRAMES_PER_SECOND,
  thresholds: { score: 0.4, lowScore: 0.15 },
  lineage: {
    modelId: 'frozen',
    modelSha256: 'f'.repeat(64),
    siteVersion: '0123456789abcdef',
    pipelineVersion: '0.1.0',
    framesPerSecond: FRAMES_PER_SECOND,
    jobId: 'golden',
  },
  from: { startUs: START_US, reason: 'outside-recording' },
};
