/** A small city for tests of data sets and catalogue: one calibrated camera, rows of a level, a context. */
import type { CatalogueContext } from '../../portal/catalogue/context.ts';
import type { PublicCamera } from '../../portal/datasets/public-camera.ts';
import type { FlowSeriesRow, Method, PresenceSeriesRow } from '../../portal/levels/series-row.ts';
import type { PublicSeriesRow } from '../../portal/privacy/public-row.ts';
import { publicRow } from '../../portal/privacy/publish-rows.ts';

export const METHOD: Method = {
  modelId: 'centernet',
  modelSha256: '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
  siteVersion: 'a1b2c3d4e5f60718',
  pipelineVersion: '0.1.0',
  framesPerSecond: 5,
};

export const CAMERA: PublicCamera = {
  id: 'SMG-017',
  name: 'Simpang Lima "utara"',
  location: { lat: -6.9903, lon: 110.4229, road: 'Jl. Pahlawan', kecamatan: '33.74.01' },
  groups: ['people', 'vehicles'],
  lines: [{ id: 'utara', name: 'Garis utara', directionNames: { in: 'ke utara' } }],
  zones: [{ id: 'alun', name: 'Alun-alun', groundAreaM2: 200 }],
  isPaused: false,
  roadLengthM: 850,
};

const BASE = {
  level: 'quarter-hour',
  cameraId: 'SMG-017',
  windowStart: '2025-12-31T17:00:00Z',
  windowEnd: '2025-12-31T17:15:00Z',
  coverage: 1,
  status: 'complete',
  reasons: [],
  framesExpected: 4500,
  framesAnalysed: 4500,
  revision: 1,
  methods: [METHOD],
  analysedUs: 900_000_000,
  recordedUs: 900_000_000,
} as const;

/** The row with every number, as where the disclosure rule is off. */
const shown = (row: FlowSeriesRow | PresenceSeriesRow): PublicSeriesRow =>
  publicRow(row, undefined, { threshold: 0, nowUs: 0 });

/** The flow of DOMAIN.md §5.3's first test vector at 32 km/h. */
export function flowRow(changes: Partial<FlowSeriesRow> = {}): PublicSeriesRow {
  return shown({
    ...BASE,
    kind: 'flow',
    lineId: 'utara',
    direction: 'in',
    count: { person: 7, bicycle: 3, motorcycle: 420, car: 180, bus: 5, truck: 7 },
    volume: 615,
    flowRatePerHour: 2460,
    peopleVolume: 7,
    peopleFlowRatePerHour: 28,
    pcuPerHour: 1197.6,
    empTable: 'PKJI-2023: 2/1,4/2-T >=1050/lajur',
    degreeOfSaturation: 0.371,
    levelOfService: 'B',
    levelOfServiceTable: 'VC-Indonesia',
    spaceMeanSpeedKmPerHour: 32,
    speedSamples: 512,
    uncertainty: { volume: { standard: 10, low: 595, high: 635 }, basis: 'models/accuracy/x.json@0123' },
    ...changes,
  });
}

/** 100 people of 200 m² in the mean, 150 at most. */
export function presenceRow(changes: Partial<PresenceSeriesRow> = {}): PublicSeriesRow {
  return shown({
    ...BASE,
    kind: 'presence',
    zoneId: 'alun',
    peoplePresent: { mean: 100, max: 150 },
    vehiclesPresent: { mean: 0.5, max: 3 },
    entered: { person: 40, bicycle: 0, motorcycle: 2, car: 0, bus: 0, truck: 0 },
    left: { person: 35, bicycle: 0, motorcycle: 2, car: 0, bus: 0, truck: 0 },
    timeOccupancy: 0.25,
    peoplePerM2: 0.5,
    fruinLevel: 'C',
    fruinTable: 'Fruin-1971-walkway',
    uncertainty: {
      peoplePresentMean: { standard: 4, low: 92, high: 108 },
      basis: 'models/accuracy/x.json@0123',
    },
    ...changes,
  });
}

export const CONTEXT: CatalogueContext = {
  baseUrl: 'https://data.example.go.id',
  publisher: {
    id: 'dishub',
    name: 'Dinas Perhubungan <Kota> & Semarang',
    url: 'https://dishub.example.go.id/',
    email: 'dishub@example.go.id',
  },
  contact: { name: 'Seksi Data', email: 'data@example.go.id' },
  cameras: [CAMERA],
  state: {
    'kepadatan-lalu-lintas-15-menit': {
      rows: 10,
      first: '2026-01-05T00:00:00Z',
      last: '2026-01-06T00:00:00Z',
      modified: '2026-01-06T00:01:00Z',
    },
    'kepadatan-lalu-lintas-jam': {
      rows: 2,
      first: '2026-01-04T00:00:00Z',
      last: '2026-01-06T00:00:00Z',
      modified: '2026-01-06T00:02:00Z',
    },
  },
  quality: {
    'kepadatan-lalu-lintas': {
      filled: { periodSeconds: 86_400, analysedSeconds: 53_412, share: 0.618194, reasons: ['kamera-mati'] },
      period: { start: '2026-01-05T00:00:00Z', end: '2026-01-06T00:00:00Z' },
    },
  },
  accuracy: { id: 'Galat rata-rata 0,74 orang.', en: 'Mean error 0.74 people.' },
  issued: '2026-01-01T00:00:00Z',
};
