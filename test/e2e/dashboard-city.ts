/** A small city with weeks of records for tests and pictures of the dashboard: rush hours, a quiet square, gaps. */
import { ROAD_USER_CLASSES, type RoadUserClass } from '../../pipelines/domain/classes.ts';
import {
  FRUIN_WALKWAY,
  type LevelTable,
  VC_INDONESIA,
} from '../../pipelines/domain/tables/level-of-service.ts';
import type {
  Direction,
  FlowObservation,
  Lineage,
  Observation,
  PresenceObservation,
} from '../../pipelines/domain/types.ts';
import type { CameraRegister, RegisteredCamera } from '../../portal/reads/camera-register.ts';
import type { PortalStore } from '../../portal/store/store.ts';

const QUARTER_MS = 900_000;
const DAY_MS = 86_400_000;
const WIB_MS = 7 * 3_600_000;
const ZONE_M2 = 240;
const BATCH = 2000;

interface Scene {
  readonly id: string;
  readonly name: string;
  readonly road: string;
  readonly kecamatan: string;
  readonly at?: readonly [lat: number, lon: number];
  /** Vehicles per hour and direction, and people present, in the busiest hour. */
  readonly vehicles: number;
  readonly people: number;
  /** Vehicles per hour and direction that the road can take. */
  readonly capacity: number;
}

/** Places that exist; their numbers are made up. */
const SCENES: readonly Scene[] = [
  {
    id: 'simpang-lima',
    name: 'Simpang Lima',
    road: 'Jl. Pahlawan',
    kecamatan: '33.74.07',
    at: [-6.9903, 110.4229],
    vehicles: 2600,
    people: 130,
    capacity: 3100,
  },
  {
    id: 'tugu-muda',
    name: 'Tugu Muda',
    road: 'Jl. Pemuda',
    kecamatan: '33.74.01',
    at: [-6.9843, 110.4093],
    vehicles: 3000,
    people: 24,
    capacity: 2900,
  },
  {
    id: 'balai-kota',
    name: 'Balai Kota',
    road: 'Jl. Pemuda',
    kecamatan: '33.74.01',
    at: [-6.9816, 110.4133],
    vehicles: 1500,
    people: 12,
    capacity: 2900,
  },
  {
    id: 'kota-lama',
    name: 'Kota Lama',
    road: 'Jl. Letjen Suprapto',
    kecamatan: '33.74.02',
    at: [-6.9683, 110.4279],
    vehicles: 420,
    people: 300,
    capacity: 1300,
  },
  {
    id: 'jatingaleh',
    name: 'Jatingaleh',
    road: 'Jl. Setiabudi',
    kecamatan: '33.74.08',
    at: [-7.028, 110.418],
    vehicles: 2300,
    people: 8,
    capacity: 2200,
  },
  {
    id: 'kaligawe',
    name: 'Kaligawe',
    road: 'Jl. Kaligawe Raya',
    kecamatan: '33.74.05',
    vehicles: 1900,
    people: 6,
    capacity: 2400,
  },
];

const LINEAGE: Lineage = {
  modelId: 'centernet-512x384',
  modelSha256: 'ab'.repeat(32),
  siteVersion: 'cd'.repeat(8),
  pipelineVersion: '0.1.0',
  framesPerSecond: 5,
  jobId: 'city',
};

/** The city's register. */
export const CITY_REGISTER: CameraRegister = {
  cameras: () => SCENES.map(registered),
};

function registered({ id, name, road, kecamatan, at }: Scene): RegisteredCamera {
  return {
    definition: {
      id,
      name,
      location: { ...(at === undefined ? {} : { lat: at[0], lon: at[1] }), road, kecamatan },
      groups: ['people', 'vehicles'],
      lines: [
        {
          id: 'utama',
          name: 'Garis utama',
          from: { x: 0.1, y: 0.6 },
          to: { x: 0.9, y: 0.6 },
          directionNames: { in: 'ke pusat kota', out: 'ke luar kota' },
          road: { type: '4/2-T', lanes: 2 },
        },
      ],
      zones: [
        {
          id: 'plaza',
          name: 'Plaza',
          polygon: [
            { x: 0.2, y: 0.3 },
            { x: 0.8, y: 0.3 },
            { x: 0.8, y: 0.9 },
          ],
          groundAreaM2: ZONE_M2,
          fruinTable: 'walkway',
        },
      ],
      sampling: { framesPerSecond: 5 },
    },
    windowSeconds: 900,
    isEnabled: true,
    isLive: true,
    revision: 1,
  };
}

/** Writes every camera's quarter hours of the last `days` days before `endMs` and rolls them up. */
export async function fillCity(store: PortalStore, endMs: number, days: number): Promise<void> {
  const lastMs = Math.floor(endMs / QUARTER_MS) * QUARTER_MS;
  let batch: Observation[] = [];
  const write = async () => {
    await store.upsert(batch.map((observation) => ({ fence: 1, observation })));
    batch = [];
  };
  for (let startMs = lastMs - days * DAY_MS; startMs < lastMs; startMs += QUARTER_MS) {
    for (const scene of SCENES) batch.push(...recordsOf(scene, startMs, lastMs));
    if (batch.length >= BATCH) await write();
  }
  await write();
  while ((await store.rollUp({ nowUs: endMs * 1000, limit: 500 })) > 0);
}

/** Corrects a camera's quarter hour before `endMs`: no more than nine seconds of it were seen. */
export async function seeLittle(store: PortalStore, cameraId: string, endMs: number): Promise<void> {
  const scene = SCENES.find(({ id }) => id === cameraId)!;
  const startMs = Math.floor(endMs / QUARTER_MS) * QUARTER_MS - QUARTER_MS;
  const little = { coverage: 0.01, status: 'partial', reasons: ['decode-stall'], revision: 2 } as const;
  const records = recordsOf(scene, startMs, startMs + QUARTER_MS);
  await store.upsert(
    records.map((record) => ({ fence: 1, observation: { ...record, ...little, framesAnalysed: 45 } })),
  );
  while ((await store.rollUp({ nowUs: endMs * 1000, limit: 500 })) > 0);
}

/** What one camera counts in the quarter hour from `startMs`; a gap where its camera was down. */
function recordsOf(scene: Scene, startMs: number, lastMs: number): Observation[] {
  const window = {
    cameraId: scene.id,
    windowStart: new Date(startMs).toISOString(),
    windowEnd: new Date(startMs + QUARTER_MS).toISOString(),
    framesExpected: 4500,
    revision: 1,
    lineage: LINEAGE,
  };
  const age = (lastMs - startMs) / QUARTER_MS;
  const isDown =
    (scene.id === 'tugu-muda' && age > 30 && age < 36) || (scene.id === 'jatingaleh' && age < 12);
  if (isDown) return gapOf(window);
  const isPart = scene.id === 'simpang-lima' && age > 20 && age < 23;
  const coverage = isPart ? 0.6 : 1;
  const seen = {
    ...window,
    coverage,
    status: isPart ? ('partial' as const) : ('complete' as const),
    reasons: isPart ? (['decode-stall'] as const) : [],
    framesAnalysed: 4500 * coverage,
  };
  const directions: readonly Direction[] = ['in', 'out'];
  return [
    ...directions.map((direction) => flowOf(scene, { ...seen, direction }, startMs)),
    presenceOf(scene, seen, startMs),
  ];
}

type Window = Pick<
  Observation,
  'cameraId' | 'windowStart' | 'windowEnd' | 'framesExpected' | 'revision' | 'lineage'
>;
type Seen = Window & Pick<Observation, 'coverage' | 'status' | 'reasons' | 'framesAnalysed'>;

function gapOf(window: Window): Observation[] {
  const gap = {
    ...window,
    coverage: 0,
    status: 'disrupted',
    reasons: ['source-down'],
    framesAnalysed: 0,
  } as const;
  return [
    { ...gap, kind: 'flow', lineId: 'utama', direction: 'in' },
    { ...gap, kind: 'flow', lineId: 'utama', direction: 'out' },
    { ...gap, kind: 'presence', zoneId: 'plaza' },
  ];
}

const SHARES: Readonly<Record<RoadUserClass, number>> = {
  person: 0,
  bicycle: 0.02,
  motorcycle: 0.64,
  car: 0.28,
  bus: 0.015,
  truck: 0.045,
};

function flowOf(scene: Scene, seen: Seen & { direction: Direction }, startMs: number): FlowObservation {
  const { vehicles, people, capacity } = scene;
  const ratePerHour = vehicles * rush(startMs, seen.direction) * wobble(startMs, scene.id.length);
  const inWindow = (ratePerHour / 4) * seen.coverage;
  const crossed = Math.round(people * stroll(startMs) * 0.5 * seen.coverage);
  const count = classes((name) => (name === 'person' ? crossed : Math.round(inWindow * SHARES[name])));
  const volume = ROAD_USER_CLASSES.reduce((sum, name) => sum + (name === 'person' ? 0 : count[name]), 0);
  const flowRatePerHour = Math.round((volume * 4) / seen.coverage);
  const pcuPerHour = Math.round(flowRatePerHour * 0.62);
  const degreeOfSaturation = Math.round((pcuPerHour / (capacity * 0.62)) * 1000) / 1000;
  const spread = Math.round(volume * 0.06) + 1;
  return {
    ...seen,
    kind: 'flow',
    lineId: 'utama',
    count,
    volume,
    flowRatePerHour,
    peopleVolume: crossed,
    peopleFlowRatePerHour: Math.round((crossed * 4) / seen.coverage),
    pcuPerHour,
    empTable: 'PKJI-2023: 4/2-T',
    degreeOfSaturation,
    levelOfService: letterOf(degreeOfSaturation, VC_INDONESIA),
    levelOfServiceTable: VC_INDONESIA.name,
    uncertainty: {
      volume: { standard: spread / 2, low: Math.max(0, volume - spread), high: volume + spread },
      basis: 'models/accuracy/x.json@0123456789ab',
    },
  };
}

function presenceOf(scene: Scene, seen: Seen, startMs: number): PresenceObservation {
  const mean = Math.round(scene.people * stroll(startMs) * wobble(startMs, 3) * 10) / 10;
  const max = Math.ceil(mean * 1.5);
  const moved = Math.round(mean * 2 * seen.coverage);
  const peoplePerM2 = Math.round((mean / ZONE_M2) * 1e6) / 1e6;
  return {
    ...seen,
    kind: 'presence',
    zoneId: 'plaza',
    present: classes((name) => (name === 'person' ? { mean, max } : { mean: 0, max: 0 })),
    peoplePresent: { mean, max },
    vehiclesPresent: { mean: 0, max: 0 },
    entered: classes((name) => (name === 'person' ? moved : 0)),
    left: classes((name) => (name === 'person' ? moved : 0)),
    timeOccupancy: 0,
    peoplePerM2,
    fruinLevel: letterOf(peoplePerM2, FRUIN_WALKWAY),
    fruinTable: FRUIN_WALKWAY.name,
  };
}

function classes<T>(value: (name: RoadUserClass) => T): Record<RoadUserClass, T> {
  return Object.fromEntries(ROAD_USER_CLASSES.map((name) => [name, value(name)])) as Record<RoadUserClass, T>;
}

function letterOf(value: number, { upperEdges }: LevelTable): string {
  const band = upperEdges.findIndex((edge) => value <= edge);
  return 'ABCDEF'.charAt(band < 0 ? 5 : band);
}

/** Share of the busiest hour by local time: into the centre in the morning, out of it in the evening. */
function rush(startMs: number, direction: Direction): number {
  const hour = localHour(startMs);
  const peak = direction === 'in' ? 7.5 : 17;
  const day = 0.5 * bell(hour, 13, 5);
  return (isWeekend(startMs) ? 0.65 : 1) * (0.04 + day + 0.5 * bell(hour, peak, 1.5));
}

/** Share of the most crowded hour by local time: evenings, more so at the weekend. */
function stroll(startMs: number): number {
  const hour = localHour(startMs);
  return (isWeekend(startMs) ? 1 : 0.55) * (0.005 + 0.25 * bell(hour, 12, 2.5) + 0.75 * bell(hour, 19.5, 2));
}

function bell(hour: number, middle: number, width: number): number {
  return Math.exp(-(((hour - middle) / width) ** 2) / 2);
}

function localHour(startMs: number): number {
  return ((((startMs + WIB_MS) % DAY_MS) + DAY_MS) % DAY_MS) / 3_600_000;
}

function isWeekend(startMs: number): boolean {
  return [0, 6].includes(new Date(startMs + WIB_MS).getUTCDay());
}

/** Between 0.9 and 1.1, the same for the same quarter hour. */
function wobble(startMs: number, seed: number): number {
  const turned = Math.sin((startMs / QUARTER_MS + seed) * 12.9898) * 43_758.5453;
  return 0.9 + 0.2 * (turned - Math.floor(turned));
}
