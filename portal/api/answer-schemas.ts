/** Shapes of the API's answers, for the OpenAPI document and the tests that hold answers against it. */
import { z } from 'zod';
import { GAP_REASONS } from '../../pipelines/domain/types.ts';
import { HEALTH_REASONS, HEALTH_STATES } from '../reads/camera-health.ts';

const instant = z.iso.datetime({ offset: true });
const share = z.number().min(0).max(1);
const lastCoverage = share
  .optional()
  .describe('coverage of the last window; absent without data, and when its records are no longer kept');
const bilingual = z.object({ id: z.string(), en: z.string() });
const point = z.object({ x: share, y: share });

/** Every fault. */
export const errorAnswer = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    field: z.string().optional(),
    index: z.int().optional(),
    found: z.string().optional(),
    allowed: z.string().optional(),
  }),
});

const health = z.object({
  state: z.enum(HEALTH_STATES),
  reason: z.enum([...GAP_REASONS, ...HEALTH_REASONS]).optional(),
  lastWindowEnd: instant.optional(),
  lastAnalysedWindowEnd: instant.optional(),
  lastCoverage,
});

/** One camera. Coordinates of lines and zones are shares of the picture, y down. */
export const cameraAnswer = z.strictObject({
  cameraId: z.string(),
  name: z.string().optional(),
  road: z.string().optional(),
  kecamatan: z
    .object({ kode: z.string(), kodeBps: z.string().optional(), nama: z.string().optional() })
    .optional(),
  location: z.object({ lat: z.number(), lon: z.number() }).optional(),
  groups: z.array(z.enum(['people', 'vehicles'])),
  windowSeconds: z.number().optional(),
  framesPerSecond: z.number().optional(),
  calibrated: z.boolean(),
  lines: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string().optional(),
      from: point,
      to: point,
      directionNames: z.object({ in: z.string().optional(), out: z.string().optional() }).optional(),
      roadType: z.string().optional(),
      lanes: z.int().optional(),
    }),
  ),
  zones: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string().optional(),
      polygon: z.array(point),
      groundAreaM2: z.number().optional(),
      groundLengthM: z.number().optional(),
      fruinTable: z.string().optional(),
    }),
  ),
  roadClass: z.string().optional(),
  roadLengthM: z.number().optional(),
  notice: z
    .strictObject({
      purpose: z.string().optional(),
      legalBasis: z.string().optional(),
      hasSignage: z.boolean().optional(),
      dpiaReference: z.string().optional(),
      contact: z.string().optional(),
    })
    .optional(),
  health,
  firstWindowStart: instant.optional(),
  lastWindowStart: instant.optional(),
  lastWindowEnd: instant.optional(),
  lastAnalysedWindowEnd: instant.optional(),
  lastCoverage,
});

/** `GET cameras`. */
export const camerasAnswer = z.strictObject({ cameras: z.array(cameraAnswer) });

/** `GET health`. */
export const healthAnswer = z.strictObject({
  status: z.enum(HEALTH_STATES.filter((state) => state !== 'paused' && state !== 'no-data')),
  cameras: z.array(health.extend({ cameraId: z.string(), name: z.string().optional() })),
});

/** Records as in the data contract; withheld measures are absent and named in `suppressed`. */
export const observationsAnswer = z.strictObject({
  observations: z.array(z.looseObject({ kind: z.enum(['flow', 'presence']), cameraId: z.string() })),
  nextCursor: z.string().optional(),
  smallCountBelow: z.int(),
});

/** `GET series`. */
export const seriesAnswer = z.strictObject({
  level: z.enum(['1m', '15m', '1h', '1d']),
  kind: z.enum(['flow', 'presence']),
  groupBy: z.enum(['camera', 'road', 'kecamatan', 'city']).optional(),
  smallCountBelow: z.int(),
  rows: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))),
  nextCursor: z.string().optional(),
});

/** `GET state.geojson`. */
export const stateAnswer = z.strictObject({
  type: z.literal('FeatureCollection'),
  features: z.array(
    z.strictObject({
      type: z.literal('Feature'),
      id: z.string(),
      geometry: z
        .strictObject({ type: z.literal('Point'), coordinates: z.tuple([z.number(), z.number()]) })
        .nullable(),
      properties: z.strictObject({
        cameraId: z.string(),
        name: z.string().optional(),
        road: z.string().optional(),
        state: z.enum(HEALTH_STATES),
        windowStart: instant.optional(),
        windowEnd: instant.optional(),
        presenceWindowStart: instant.optional(),
        presenceWindowEnd: instant.optional(),
        coverage: share.optional(),
        presenceCoverage: share.optional(),
        tooLittleSeen: z.array(z.enum(['flow', 'presence'])).optional(),
        isOutdated: z.literal(true).optional(),
        volume: z.int().optional(),
        flowRatePerHour: z.number().optional(),
        pcuPerHour: z.number().optional(),
        degreeOfSaturation: z.number().optional(),
        levelOfService: z.string().optional(),
        peoplePresent: z.number().optional(),
        peoplePerM2: z.number().optional(),
        fruinLevel: z.string().optional(),
        vehiclesPresent: z.number().optional(),
        suppressed: z.boolean().optional(),
      }),
    }),
  ),
});

const gapReason = z.enum([...GAP_REASONS, 'no-record']);

/** The time a report on quality is of. */
const reportTimeFields = {
  from: instant.optional(),
  to: instant.optional(),
  keptSince: instant.optional().describe('the days before are no longer kept; absent where all are'),
};

/** `GET gaps`. */
export const gapsAnswer = z.strictObject({
  ...reportTimeFields,
  gaps: z.array(
    z.strictObject({
      cameraId: z.string(),
      from: instant,
      to: instant,
      lostSeconds: z.number(),
      reasons: z.array(gapReason),
      isPlanned: z.boolean(),
    }),
  ),
  nextCursor: z.string().optional(),
});

const filled = z.strictObject({
  periodSeconds: z.number(),
  analysedSeconds: z.number(),
  share,
  reasons: z.array(gapReason),
});

/** `GET quality`. */
export const qualityAnswer = z.strictObject({
  ...reportTimeFields,
  cameras: z.array(z.strictObject({ cameraId: z.string(), filled, gaps: z.int() })),
  dataSets: z.array(z.strictObject({ id: z.string(), filled })),
});

/** `GET indicators`. */
export const indicatorsAnswer = z.strictObject({
  ...reportTimeFields,
  indicators: z.array(
    z.strictObject({
      id: z.string(),
      name: bilingual,
      unit: bilingual,
      value: z.number().nullable(),
    }),
  ),
  population: z.object({ people: z.int(), asOf: z.string(), source: z.string() }),
  annualVisits: z.int(),
  incidents: z.array(z.object({ from: instant, to: instant, isPlanned: z.boolean() })),
});

/** `GET method-breaks`. */
export const methodBreaksAnswer = z.strictObject({
  breaks: z.array(
    z.strictObject({
      cameraId: z.string(),
      kind: z.string(),
      since: instant,
      before: z.string(),
      after: z.string(),
    }),
  ),
  nextCursor: z.string().optional(),
});

const dictionaryColumn = z.looseObject({
  name: z.string(),
  label: bilingual,
  concept: bilingual,
  definition: bilingual,
  role: z.string(),
  type: z.string(),
});

const seriesColumnsOf = z.record(
  z.enum(['flow', 'presence']),
  z.array(z.strictObject({ name: z.string(), label: bilingual, unit: z.string(), type: z.string() })),
);

/** `GET dictionary`: `series` are the columns of single rows, `grouped` those of grouped ones beside their keys. */
export const dictionaryAnswer = z.strictObject({
  resources: z.array(
    z.strictObject({
      id: z.string(),
      dataSetId: z.string(),
      title: bilingual,
      columns: z.array(dictionaryColumn),
    }),
  ),
  series: seriesColumnsOf,
  grouped: seriesColumnsOf,
});

/** `GET accuracy`. */
export const accuracyAnswer = z.strictObject({
  accuracy: z.array(z.looseObject({ modelId: z.string(), summary: bilingual })),
});

/** Rows of a data-set file as JSON. */
export const tableAnswer = z.object({
  rows: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))),
});
