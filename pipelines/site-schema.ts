/** The shape of the site file. Every message says what is allowed; `site-faults.ts` adds the path and what was found. */
import { z } from 'zod';
import { calibrationFault } from './domain/calibration/ground-map.ts';
import { polygonFault } from './domain/geometry.ts';
import { parseSceneReferences } from './domain/guard/scene-reference.ts';
import { parseIsoUs } from './domain/time.ts';

const idRule = 'letters, digits, dot, dash and underscore, at most 64, a letter or digit first';
/** Ids go into natural keys, URLs, file names and Redis keys. */
export const SITE_ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const id = z.string({ error: `allowed are ${idRule}` }).regex(SITE_ID_PATTERN, `allowed are ${idRule}`);

const nameRule = 'allowed is a text of 1 to 120 characters';
const name = z.string({ error: nameRule }).min(1, nameRule).max(120, nameRule);

function number(allowed: string, isAllowed: (value: number) => boolean) {
  const error = `allowed is ${allowed}`;
  return z.number({ error }).refine(isAllowed, { error });
}

function integer(min: number, max: number) {
  return number(
    `a whole number from ${min} to ${max}`,
    (value) => Number.isInteger(value) && value >= min && value <= max,
  );
}

function between(min: number, max: number, unit = '') {
  return number(`a number from ${min} to ${max}${unit}`, (value) => value >= min && value <= max);
}

function oneOf<const T extends readonly string[]>(...values: T) {
  return z.enum(values, { error: `allowed is one of ${values.map((value) => `"${value}"`).join(', ')}` });
}

/** A strict object whose message for an unknown key names the nearest allowed one. */
function strict<T extends z.core.$ZodShape>(shape: T) {
  const keys = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `allowed ${nearestKeys(issue.keys ?? [], keys)}`
        : `allowed is an object with ${keys.join(', ')}`,
  });
}

function nearestKeys(found: readonly string[], keys: readonly string[]): string {
  const nearest = found.flatMap((key) => {
    const ranked = keys
      .map((candidate) => ({ candidate, distance: editDistance(key.toLowerCase(), candidate.toLowerCase()) }))
      .sort((a, b) => a.distance - b.distance);
    const best = ranked[0];
    return best !== undefined && best.distance <= Math.max(2, key.length / 3) ? [best.candidate] : [];
  });
  const hint = nearest.length > 0 ? ` (did you mean ${nearest.map((key) => `"${key}"`).join(', ')}?)` : '';
  return `are ${keys.join(', ')}${hint}`;
}

/** Levenshtein distance; keys are short, longer ones are cut. */
function editDistance(a: string, b: string): number {
  const short = a.slice(0, 64);
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= short.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (previous[j - 1] ?? 0) + (short[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(replaced, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}

const share = between(0, 1, ' (share of the picture, y down)');
const point = strict({ x: share, y: share });

const POLYGON_FAULTS = {
  'too-few-points': 'allowed are 3 points or more',
  'not-finite': 'allowed are finite coordinates',
  'self-intersection':
    'the outline crosses or touches itself; allowed is a simple polygon, its first point not repeated at the end',
  'no-area': 'all points lie on one line; allowed is a polygon with an area',
} as const;

const polygon = z
  .array(point, { error: 'allowed is a list of 3 to 64 points {x, y}' })
  .max(64, 'allowed are at most 64 points')
  .superRefine((points, context) => {
    const fault = polygonFault(points);
    if (fault !== undefined) context.addIssue({ code: 'custom', message: POLYGON_FAULTS[fault] });
  });

const road = strict({
  type: oneOf('2/2-TT', '4/2-TT', '4/2-T', '6/2-T', '2/1', '3/1'),
  lanes: integer(1, 8),
  laneWidthM: between(2, 6, ' m').exactOptional(),
  carriagewayWidthM: between(3, 40, ' m').exactOptional(),
  directionalSplitPercent: between(50, 100, ' percent').exactOptional(),
  sideFriction: oneOf('SR', 'R', 'S', 'T', 'ST').exactOptional(),
  edge: oneOf('kerb', 'shoulder').exactOptional(),
  edgeDistanceM: between(0, 20, ' m').exactOptional(),
  cityPopulationMillions: between(0, 50, ' million people').exactOptional(),
});

const zone = strict({
  id,
  name: name.exactOptional(),
  polygon,
  groundAreaM2: between(1, 1_000_000, ' m²').exactOptional(),
  groundLengthM: between(1, 10_000, ' m').exactOptional(),
  lanes: integer(1, 16).exactOptional(),
  fruinTable: oneOf('walkway', 'queue').exactOptional(),
  road: road.exactOptional(),
  roadAxis: strict({ from: point, to: point }).exactOptional(),
});

/** Places far apart are refused by their extent; this only keeps a grid's coordinates (UTM) exact to the millimetre. */
const groundCoordinate = between(-10_000_000, 10_000_000, ' m');
const groundPlace = strict({ x: groundCoordinate, y: groundCoordinate });

const calibrationPointsRule = 'allowed is a list of 4 to 16 points {picture, groundM}';
const calibration = z
  .discriminatedUnion(
    'kind',
    [
      strict({
        kind: z.literal('points'),
        points: z
          .array(strict({ picture: point, groundM: groundPlace }), { error: calibrationPointsRule })
          .min(4, calibrationPointsRule)
          .max(16, calibrationPointsRule),
      }),
      strict({ kind: z.literal('length'), from: point, to: point, lengthM: between(1, 500, ' m') }),
    ],
    { error: 'allowed is an object whose kind is "points" or "length" (or no calibration at all)' },
  )
  .superRefine((value, context) => {
    const fault = calibrationFault(value);
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
  });

/** Shorter than this share of the picture, a line is a slip of the hand and jitter steps over it. */
const MIN_LINE_LENGTH = 0.01;

const line = strict({
  id,
  name: name.exactOptional(),
  from: point,
  to: point,
  directionNames: strict({ in: name.exactOptional(), out: name.exactOptional() }).exactOptional(),
  road: road.exactOptional(),
}).superRefine(({ from, to }, context) => {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  if (length < MIN_LINE_LENGTH) {
    context.addIssue({
      code: 'custom',
      message: `the line is ${length.toFixed(4)} long; allowed is a distance of ${MIN_LINE_LENGTH} or more between from and to`,
    });
  }
});

function schemeOf(text: string): string {
  return URL.canParse(text) ? new URL(text).protocol.slice(0, -1) : '';
}

function url(...schemes: string[]) {
  const allowed = `allowed is an address that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`;
  return z
    .string({ error: allowed })
    .refine((text) => text.length <= 2048 && schemes.includes(schemeOf(text)), { error: allowed });
}

const startRule = 'allowed is an instant with its offset, for example 2026-01-05T07:00:00+07:00';
const start = z.string({ error: startRule }).superRefine((text, context) => {
  try {
    parseIsoUs(text);
  } catch (error) {
    const message = error instanceof RangeError ? error.message : startRule;
    context.addIssue({ code: 'custom', message });
  }
});

const pathRule = 'allowed is the path of a local video file';
const source = z.discriminatedUnion(
  'kind',
  [
    strict({
      kind: z.literal('recording'),
      path: z.string({ error: pathRule }).min(1, pathRule).max(4096, pathRule),
      start: start.exactOptional(),
    }),
    strict({ kind: z.literal('rtsp'), url: url('rtsp', 'rtsps') }),
    strict({ kind: z.literal('hls'), url: url('http', 'https') }),
    strict({ kind: z.literal('mjpeg'), url: url('http', 'https') }),
    strict({ kind: z.literal('snapshot'), url: url('http', 'https') }),
  ],
  {
    error:
      'allowed is an object whose kind is one of "recording", "rtsp", "hls", "mjpeg", "snapshot" (or no source at all)',
  },
);

const sampling = strict({
  framesPerSecond: between(0.01, 60, ' frames per second').default(5),
  keyframesOnly: z.boolean({ error: 'allowed is true or false' }).default(false),
  keyframeIntervalS: between(0.04, 600, ' s').exactOptional(),
  motionGate: z.boolean({ error: 'allowed is true or false' }).exactOptional(),
})
  .superRefine((value, context) => {
    if (value.keyframesOnly && value.keyframeIntervalS === undefined) {
      context.addIssue({
        code: 'custom',
        path: ['keyframeIntervalS'],
        message: 'needed with keyframesOnly: the distance of keyframes in seconds decides what is a gap',
      });
    }
  })
  // Only what differs from the default is kept: cameras that don't name the gate keep their site version.
  .transform(({ motionGate, ...rest }): typeof rest & { motionGate?: false } =>
    motionGate === false ? { ...rest, motionGate } : rest,
  );

const kecamatanRule = 'allowed is the Kemendagri code, "33.74.01" to "33.74.16" in Semarang';
const location = strict({
  lat: between(-90, 90, ' degrees'),
  lon: between(-180, 180, ' degrees'),
  road: name.exactOptional(),
  kecamatan: z
    .string({ error: kecamatanRule })
    .regex(/^(?!33\.74\.)\d{2}\.\d{2}\.\d{2}$|^33\.74\.(0[1-9]|1[0-6])$/, kecamatanRule)
    .exactOptional(),
});

const clockRule = 'allowed is a time of day "HH:MM", from "00:00" to "24:00"';
const timeOfDay = z.string({ error: clockRule }).regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, clockRule);

const timeZoneRule = 'allowed is an IANA time zone, for example "Asia/Jakarta"';
const operatingHours = strict({
  from: timeOfDay,
  to: timeOfDay,
  timeZone: z
    .string({ error: timeZoneRule })
    .refine(isTimeZone, { error: timeZoneRule })
    .default('Asia/Jakarta'),
}).refine(({ from, to }) => from !== to, {
  error: 'from and to are the same; leave operatingHours out for a camera that always runs',
});

function isTimeZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const sceneReference = z
  .string({ error: 'allowed is a text that "pantau camera reference" printed' })
  .superRefine((text, context) => {
    try {
      parseSceneReferences(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
    }
  });

const phraseRule = 'allowed is a text of 1 to 300 characters';
const phrase = z.string({ error: phraseRule }).min(1, phraseRule).max(300, phraseRule);

const emailRule = 'allowed is an e-mail address of at most 200 characters';
const email = z
  .string({ error: emailRule })
  .max(200, emailRule)
  .regex(/^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>"]+$/, emailRule);

/** Why a camera may be analysed, and who answers for it (UU 27/2022). All of it is published. */
const notice = strict({
  purpose: phrase.exactOptional(),
  legalBasis: phrase.exactOptional(),
  hasSignage: z.boolean({ error: 'allowed is true or false' }).exactOptional(),
  dpiaReference: phrase.exactOptional(),
  contact: phrase.exactOptional(),
});

const organisationIdRule = 'allowed are a-z, 0-9 and dash, 2 to 64, for example "dishub-semarang"';
/** Who produces the data, as catalogues name it. All of it is published. */
const publisher = strict({
  id: z.string({ error: organisationIdRule }).regex(/^[a-z0-9-]{2,64}$/, organisationIdRule),
  name,
  url: url('http', 'https').exactOptional(),
  email: email.exactOptional(),
  telephone: name.exactOptional(),
  fax: name.exactOptional(),
  address: phrase.exactOptional(),
  echelon1: name.exactOptional(),
  echelon2: name.exactOptional(),
  responsible: name.exactOptional(),
});

const groupRule = 'allowed is a list with "people", "vehicles" or both';
const cameraSchema = strict({
  id,
  name: name.exactOptional(),
  source: source.exactOptional(),
  location: location.exactOptional(),
  roadClass: name.exactOptional(),
  roadLengthM: between(1, 100_000, ' m').exactOptional(),
  notice: notice.exactOptional(),
  sampling: sampling.prefault({}),
  model: name.exactOptional(),
  groups: z
    .array(oneOf('people', 'vehicles'), { error: groupRule })
    .refine((groups) => groups.length > 0 && new Set(groups).size === groups.length, { error: groupRule })
    .default(['people', 'vehicles']),
  operatingHours: operatingHours.exactOptional(),
  zones: z.array(zone, { error: 'allowed is a list of zones' }).max(64, 'allowed are at most 64').default([]),
  lines: z.array(line, { error: 'allowed is a list of lines' }).max(64, 'allowed are at most 64').default([]),
  calibration: calibration.exactOptional(),
  sceneReference: sceneReference.exactOptional(),
});

const windowRule = 'allowed is a whole number of seconds that divides 3600, for example 60 or 300';
const cameraListRule = 'allowed is a list of 1 to 5000 cameras';

/** The whole file; `parseSite` adds what concerns several parts at once. */
export const siteSchema = strict({
  version: z.literal(1, { error: 'allowed is 1' }).exactOptional(),
  city: name.exactOptional(),
  windowSeconds: number(
    windowRule.replace('allowed is ', ''),
    (value) => Number.isInteger(value) && value >= 1 && 3600 % value === 0,
  ).default(60),
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
