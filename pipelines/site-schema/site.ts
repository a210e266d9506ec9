/** The shape of the site file. Every message says what is allowed; `site-faults.ts` adds the path and what was found. */
import { z } from 'zod';
import { calibration, sceneReference } from './calibration.ts';
import { location, notice, publisher } from './catalogue.ts';
import { between, integer, number, oneOf, strict } from './checks.ts';
import { ignoreArea, line, refuseIgnoredPlaces, zone } from './places.ts';
import { operatingHours, sampling, source, traffic } from './source.ts';
import { email, id, name } from './texts.ts';

const windowRule = 'allowed is a whole number of seconds that divides 3600, for example 60 or 300';
const windowLength = number(
  windowRule.replace('allowed is ', ''),
  (value) => Number.isInteger(value) && value >= 1 && 3600 % value === 0,
);

const groupRule = 'allowed is a list with "people", "vehicles" or both';
const cameraSchema = strict({
  id,
  name: name.exactOptional(),
  /** Length of this camera's windows; without it the file's. */
  windowSeconds: windowLength.exactOptional(),
  source: source.exactOptional(),
  location: location.exactOptional(),
  roadClass: name.exactOptional(),
  roadLengthM: between(1, 100_000, ' m').exactOptional(),
  notice: notice.exactOptional(),
  sampling: sampling.prefault({}),
  traffic: traffic.exactOptional(),
  model: name.exactOptional(),
  groups: z
    .array(oneOf('people', 'vehicles'), { error: groupRule })
    .refine((groups) => groups.length > 0 && new Set(groups).size === groups.length, { error: groupRule })
    .default(['people', 'vehicles']),
  operatingHours: operatingHours.exactOptional(),
  zones: z.array(zone, { error: 'allowed is a list of zones' }).max(64, 'allowed are at most 64').default([]),
  lines: z.array(line, { error: 'allowed is a list of lines' }).max(64, 'allowed are at most 64').default([]),
  ignore: z
    .array(ignoreArea, { error: 'allowed is a list of areas to ignore' })
    .max(64, 'allowed are at most 64')
    .exactOptional(),
  calibration: calibration.exactOptional(),
  sceneReference: sceneReference.exactOptional(),
}).superRefine(refuseIgnoredPlaces);

const cameraListRule = 'allowed is a list of 1 to 5000 cameras';

/** The whole file; `parseSite` adds what concerns several parts at once. */
export const siteSchema = strict({
  version: z.literal(1, { error: 'allowed is 1' }).exactOptional(),
  city: name.exactOptional(),
  windowSeconds: windowLength.default(60),
  privacy: strict({
    /** People counts from 1 to below this are withheld when published; 1 withholds nothing. */
    smallCountBelow: integer(1, 1000).default(5),
  }).prefault({}),
  publisher: publisher.exactOptional(),
  contact: strict({ name, email }).exactOptional(),
  /** Walidata: who checks and publishes. */
  dataSteward: name.exactOptional(),
  /** BPS' number of the statistical activity. */
  activityCode: name.exactOptional(),
  /** Length of the city's major streets, for the U4SSC indicator. */
  majorStreetsKm: between(0.1, 100_000, ' km').exactOptional(),
  cameras: z.array(cameraSchema, { error: cameraListRule }).min(1, cameraListRule).max(5000, cameraListRule),
});

/** A checked site file with its defaults filled in. */
export type Site = z.infer<typeof siteSchema>;
/** One camera of a site file. */
export type SiteCamera = Site['cameras'][number];
/** Where a camera's pictures come from. */
export type SiteSource = NonNullable<SiteCamera['source']>;
