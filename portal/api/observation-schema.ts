/** The data contract (DESIGN.md §5, `pipelines/domain/types.ts`) as checks at the portal's door. */
import { z } from 'zod';
import { perClass, VEHICLE_CLASSES } from '../../pipelines/domain/classes.ts';
import type { FencedObservation } from '../../pipelines/domain/observation-key.ts';
import { GAP_REASONS, type Observation, type PerCountedClass } from '../../pipelines/domain/types.ts';

/** Rows of one request; workers send so many only while a backlog waits. */
export const MAX_BATCH_RECORDS = 1000;
/** A longer window than a day is no level of the contract. */
const MAX_WINDOW_MS = 86_400_000;

const id = z
  .string()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}+$/u, 'no control characters allowed');
const instant = z.iso.datetime({
  error: 'expected an ISO 8601 instant in UTC, e.g. 2026-01-31T05:00:00.000Z',
});
const count = z.int().nonnegative();
const amount = z.number().nonnegative();
const share = z.number().min(0).max(1);
const present = z.strictObject({ mean: amount, max: count });
const countPerClass = z
  .strictObject(perClass(() => count.exactOptional()))
  .refine(hasWholeGroups, 'person, or all vehicle classes, or both');
const presentPerClass = z
  .strictObject(perClass(() => present.exactOptional()))
  .refine(hasWholeGroups, 'person, or all vehicle classes, or both');

/** A camera counts class groups: it leaves out people, or all vehicles together, never a class of them. */
function hasWholeGroups(classes: PerCountedClass<unknown>): boolean {
  const vehicles = VEHICLE_CLASSES.filter((name) => name in classes).length;
  return vehicles === VEHICLE_CLASSES.length || (vehicles === 0 && 'person' in classes);
}

const lineage = z.strictObject({
  modelId: id,
  modelSha256: id,
  siteVersion: id,
  pipelineVersion: id,
  framesPerSecond: z.number().positive(),
  jobId: id,
});

const quality = {
  windowStart: instant,
  windowEnd: instant,
  coverage: share,
  status: z.enum(['complete', 'partial', 'empty', 'disrupted']),
  reasons: z.array(z.enum(GAP_REASONS)).max(GAP_REASONS.length),
  framesExpected: count,
  framesAnalysed: count,
  revision: count,
  lineage,
};

const speed = {
  spaceMeanSpeedKmPerHour: amount.exactOptional(),
  speedSamples: count.exactOptional(),
};

const uncertainty = z
  .strictObject({ standard: amount, low: amount, high: amount })
  .refine(({ low, high }) => low <= high, 'low must not be above high');

const flowUncertainty = z.strictObject({
  volume: uncertainty.exactOptional(),
  flowRatePerHour: uncertainty.exactOptional(),
  peopleVolume: uncertainty.exactOptional(),
  peopleFlowRatePerHour: uncertainty.exactOptional(),
  basis: id,
});

const presenceUncertainty = z.strictObject({
  peoplePresentMean: uncertainty.exactOptional(),
  vehiclesPresentMean: uncertainty.exactOptional(),
  basis: id,
});

const flow = z.strictObject({
  kind: z.literal('flow'),
  cameraId: id,
  lineId: id,
  direction: z.enum(['in', 'out']),
  ...quality,
  count: countPerClass.exactOptional(),
  volume: count.exactOptional(),
  flowRatePerHour: amount.exactOptional(),
  peopleVolume: count.exactOptional(),
  peopleFlowRatePerHour: amount.exactOptional(),
  pcuPerHour: amount.exactOptional(),
  empTable: id.exactOptional(),
  degreeOfSaturation: amount.exactOptional(),
  levelOfService: id.exactOptional(),
  levelOfServiceTable: id.exactOptional(),
  ...speed,
  uncertainty: flowUncertainty.exactOptional(),
});

const presence = z.strictObject({
  kind: z.literal('presence'),
  cameraId: id,
  zoneId: id,
  ...quality,
  present: presentPerClass.exactOptional(),
  peoplePresent: present.exactOptional(),
  vehiclesPresent: present.exactOptional(),
  entered: countPerClass.exactOptional(),
  left: countPerClass.exactOptional(),
  timeOccupancy: share.exactOptional(),
  peoplePerM2: amount.exactOptional(),
  fruinLevel: id.exactOptional(),
  fruinTable: id.exactOptional(),
  vehiclesPerKm: amount.exactOptional(),
  pcuPerKm: amount.exactOptional(),
  empTable: id.exactOptional(),
  ...speed,
  uncertainty: presenceUncertainty.exactOptional(),
});

const MEASURES = [
  'count',
  'volume',
  'flowRatePerHour',
  'peopleVolume',
  'peopleFlowRatePerHour',
  'pcuPerHour',
  'degreeOfSaturation',
  'levelOfService',
  'present',
  'peoplePresent',
  'vehiclesPresent',
  'entered',
  'left',
  'timeOccupancy',
  'peoplePerM2',
  'fruinLevel',
  'vehiclesPerKm',
  'pcuPerKm',
  'spaceMeanSpeedKmPerHour',
  'speedSamples',
  'uncertainty',
] as const;

/** What must hold between the fields: `[field, rule as the answer words it]` of the first that does not. */
function brokenRule(record: Observation): readonly [field: string, rule: string] | undefined {
  const lengthMs = Date.parse(record.windowEnd) - Date.parse(record.windowStart);
  if (!(lengthMs > 0 && lengthMs <= MAX_WINDOW_MS)) {
    return ['windowEnd', 'must lie after windowStart, at most a day'];
  }
  const isWhole = record.coverage === 1;
  if (isWhole !== (record.reasons.length === 0)) return ['reasons', 'empty exactly when coverage is 1'];
  if (isWhole !== (record.status === 'complete')) return ['status', 'complete exactly when coverage is 1'];
  if (record.coverage > 0) {
    const isSeen = record.status === 'complete' || record.status === 'partial';
    return isSeen ? undefined : ['status', 'empty and disrupted only when coverage is 0'];
  }
  if (record.status === 'partial') return ['status', 'partial only when coverage is above 0'];
  const measure = MEASURES.find((name) => name in record);
  return measure && [measure, 'absent when coverage is 0: missing is not zero'];
}

/** One record of the contract, fields checked one by one and against each other. */
export const observationSchema: z.ZodType<Observation> = z
  .discriminatedUnion('kind', [flow, presence], { error: 'kind must be flow or presence' })
  .superRefine((record, context) => {
    const broken = brokenRule(record);
    if (broken !== undefined) context.addIssue({ code: 'custom', path: [broken[0]], message: broken[1] });
  });

/** Body of `PUT /api/v1/observations`. */
export const publishBodySchema: z.ZodType<{ records: readonly FencedObservation[] }> = z.strictObject({
  records: z
    .array(z.strictObject({ fence: z.int().nonnegative(), observation: observationSchema }))
    .min(1)
    .max(MAX_BATCH_RECORDS),
});
