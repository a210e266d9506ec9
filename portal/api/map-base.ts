/** The map's own base layer: borders and roads that the city gives as GeoJSON. Pure. */
import { z } from 'zod';
import { AnalysisError } from '../../pipelines/errors.ts';

/** Where the page finds it. */
export const MAP_BASE_PATH = 'map-base.geojson';

/** More than a phone should load for a drawing below the cameras. */
const MOST_BYTES = 5 * 1024 * 1024;
/** Of degrees: a metre. */
const DECIMALS = 1e5;

const position = z
  .array(z.number())
  .min(2)
  .refine(([lon = 0, lat = 0]) => Math.abs(lon) <= 180 && Math.abs(lat) <= 90, {
    error: 'expected degrees of WGS 84 (EPSG:4326), longitude first',
  })
  .transform(([lon = 0, lat = 0]) => [
    Math.round(lon * DECIMALS) / DECIMALS,
    Math.round(lat * DECIMALS) / DECIMALS,
  ]);
const line = z.array(position).min(2);
const polygon = z.array(z.array(position).min(4)).min(1);

const geometry = z.discriminatedUnion(
  'type',
  [
    z.object({ type: z.literal('LineString'), coordinates: line }),
    z.object({ type: z.literal('MultiLineString'), coordinates: z.array(line) }),
    z.object({ type: z.literal('Polygon'), coordinates: polygon }),
    z.object({ type: z.literal('MultiPolygon'), coordinates: z.array(polygon) }),
  ],
  { error: 'expected a LineString, MultiLineString, Polygon or MultiPolygon' },
);
const feature = z.object({ type: z.literal('Feature'), geometry });
const collection = z.object(
  { type: z.literal('FeatureCollection'), features: z.array(feature).min(1) },
  { error: 'expected a GeoJSON FeatureCollection of lines and polygons' },
);

/**
 * The lines and polygons of a file, to a metre. Whatever else a feature says is left out: it would be published.
 * @throws AnalysisError `config-invalid` naming the file, the place in it and what is allowed there.
 */
export function parseMapBase(text: string, file: string): string {
  const refuse = (fault: string): never => {
    throw new AnalysisError('config-invalid', 'map-base', `base layer of the map ${file}: ${fault}`);
  };
  const bytes = Buffer.byteLength(text);
  if (bytes > MOST_BYTES)
    return refuse(`found ${bytes} bytes, allowed are ${MOST_BYTES}: simplify its lines`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return refuse(`is not JSON (${(error as Error).message})`);
  }
  const parsed = collection.safeParse(json);
  if (parsed.success) return JSON.stringify(parsed.data);
  const [issue] = parsed.error.issues;
  return refuse(`${issue?.path.join('.') || 'the whole file'}: ${issue?.message}`);
}
