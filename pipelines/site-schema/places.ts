/** What is drawn on a camera's picture: zones, counting lines, areas to ignore; and the road they lie on. */
import { z } from 'zod';
import { ROAD_USER_CLASSES } from '../domain/classes.ts';
import { areaThatIgnoresAll } from '../domain/detect/ignore-areas.ts';
import { polygonFault } from '../domain/geometry.ts';
import { SERVICE_TABLES } from '../domain/tables/level-of-service.ts';
import type { Point } from '../domain/types.ts';
import { between, integer, oneOf, strict } from './checks.ts';
import { id, name } from './texts.ts';

const share = between(0, 1, ' (share of the picture, y down)');
/** A place in the upright picture, normalised. */
export const point = strict({ x: share, y: share });

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
  levelOfServiceTable: oneOf(...SERVICE_TABLES.map(({ name }) => name)).exactOptional(),
});

/** See `Zone` in `domain/site.ts`. */
export const zone = strict({
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

/** Shorter than this share of the picture, a line is a slip of the hand and jitter steps over it. */
const MIN_LINE_LENGTH = 0.01;

/** See `CountingLine` in `domain/site.ts`. */
export const line = strict({
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

const classRule = `allowed is a list of some of ${ROAD_USER_CLASSES.map((one) => `"${one}"`).join(', ')}, each once`;
/** See `IgnoreArea` in `domain/site.ts`. */
export const ignoreArea = strict({
  id,
  name: name.exactOptional(),
  polygon,
  classes: z
    .array(oneOf(...ROAD_USER_CLASSES), { error: classRule })
    .refine((classes) => classes.length > 0 && new Set(classes).size === classes.length, { error: classRule })
    .exactOptional(),
});

interface Places {
  readonly lines: readonly z.infer<typeof line>[];
  readonly zones: readonly z.infer<typeof zone>[];
  readonly ignore?: readonly z.infer<typeof ignoreArea>[];
}

/** A line or zone that lies wholly where everything is ignored would count 0 for ever, which is not missing. */
export function refuseIgnoredPlaces({ lines, zones, ignore = [] }: Places, context: z.RefinementCtx): void {
  const check = (path: [string, number], place: readonly Point[]) => {
    const area = areaThatIgnoresAll(place, ignore);
    if (area === undefined) return;
    const message = `it lies wholly in the area to ignore "${area.id}" and could count nothing; allowed are places that reach out of it`;
    context.addIssue({ code: 'custom', path, message });
  };
  for (const [at, { from, to }] of lines.entries()) check(['lines', at], [from, to]);
  for (const [at, { polygon: outline }] of zones.entries()) check(['zones', at], outline);
}
