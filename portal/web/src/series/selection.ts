/** What of which series the address asks for, with defaults for what it leaves open. Pure. */
import type { Direction } from '../../../../pipelines/domain/types.ts';
import type { Camera, SeriesLevel } from '../api/answers.ts';
import type { SeriesQuery } from '../api/client.ts';
import type { Choices } from '../route.ts';
import { COMPARISONS, type Comparison } from './comparison.ts';
import type { Topic } from './measures.ts';
import { defaultRange, RANGES, type Range } from './ranges.ts';
import type { Grid } from './slots.ts';

/** A counting line, a zone, or a road with all its cameras. */
export interface Place {
  /** Unique within a camera: `line:a`, `zone:b`, `road:Jl. X`. */
  readonly key: string;
  readonly kind: 'line' | 'zone' | 'road';
  readonly id: string;
  readonly name: string;
  readonly directionNames?: Readonly<Partial<Record<Direction, string>>>;
}

/** Everything that decides which numbers are shown. */
export interface Selection {
  readonly topic: Topic;
  readonly camera: Camera;
  readonly places: readonly Place[];
  readonly place: Place;
  readonly direction?: Direction;
  readonly range: Range;
  readonly level: SeriesLevel;
  readonly endMs: number;
  readonly firstMs: number;
  /** Where the newest data ends; `endMs` unless the reader went back. */
  readonly newestMs: number;
  readonly comparison: Comparison;
}

/** The places of a camera: lines first for traffic, zones first for crowds. */
export function placesOf(camera: Camera, topic: Topic): Place[] {
  const named = ({ id, name }: { readonly id: string; readonly name?: string }) => ({ id, name: name ?? id });
  const lines = camera.lines.map(
    (line): Place => ({
      ...named(line),
      key: `line:${line.id}`,
      kind: 'line',
      ...(line.directionNames === undefined ? {} : { directionNames: line.directionNames }),
    }),
  );
  const zones = camera.zones.map((zone): Place => ({ ...named(zone), key: `zone:${zone.id}`, kind: 'zone' }));
  const { road } = camera;
  const roads: Place[] =
    road === undefined || lines.length === 0
      ? []
      : [{ key: `road:${road}`, kind: 'road', id: road, name: road }];
  return topic === 'traffic' ? [...lines, ...zones, ...roads] : [...zones, ...lines, ...roads];
}

/** Undefined where there is no camera with data, or the camera has no place. */
export function selectionOf(
  cameras: readonly Camera[],
  choices: Choices,
  topic: Topic,
): Selection | undefined {
  const camera = cameras.find(({ cameraId }) => cameraId === choices['camera']) ?? bestCamera(cameras, topic);
  if (camera === undefined) return undefined;
  const places = placesOf(camera, topic);
  const place = places.find(({ key }) => key === choices['place']) ?? places[0];
  if (place === undefined) return undefined;
  const lastMs = Date.parse(camera.lastWindowEnd ?? '') || 0;
  const firstMs = Date.parse(camera.firstWindowStart ?? '') || lastMs;
  const wanted = choices['range'] ?? defaultRange(firstMs, lastMs);
  const range = RANGES.find(({ id }) => id === wanted) ?? RANGES[1]!;
  const newestMs = newestEndMs(camera, range.lengthMs);
  const direction = choices['dir'];
  return {
    topic,
    camera,
    places,
    place,
    ...(place.kind !== 'zone' && (direction === 'in' || direction === 'out') ? { direction } : {}),
    range,
    level: levelOf(range, choices['level'], { topic, spanMs: lastMs - firstMs }),
    endMs: Number(choices['end']) || newestMs,
    firstMs,
    newestMs,
    comparison: COMPARISONS.find((known) => known === choices['compare']) ?? 'none',
  };
}

/** The first camera that has data and a place for the topic, else the first at all. */
function bestCamera(cameras: readonly Camera[], topic: Topic): Camera | undefined {
  const group = topic === 'traffic' ? 'vehicles' : 'people';
  const suits = (camera: Camera) =>
    camera.lastWindowEnd !== undefined &&
    camera.groups.includes(group) &&
    camera.lines.length + camera.zones.length > 0;
  return (
    cameras.find(suits) ?? cameras.find(({ lastWindowEnd }) => lastWindowEnd !== undefined) ?? cameras[0]
  );
}

/**
 * The level asked for where it suits the range. Of a recording of minutes the base windows tell more than one quarter
 * hour, except of people, who are not published below a quarter hour.
 */
function levelOf(
  range: Range,
  asked: string | undefined,
  series: { readonly topic: Topic; readonly spanMs: number },
): SeriesLevel {
  const found = range.levels.find((level) => level === asked);
  if (found !== undefined) return found;
  const isShort = series.spanMs < 60 * 60_000 && series.topic === 'traffic';
  return isShort && range.levels.includes('1m') ? '1m' : range.levels[0]!;
}

/**
 * End of the newest range that has data: the camera's last window, but when it was blind for the whole range before
 * that, the last window in which something was seen.
 */
function newestEndMs(camera: Camera, rangeMs: number): number {
  const lastMs = Date.parse(camera.lastWindowEnd ?? '') || 0;
  const seenMs = Date.parse(camera.lastAnalysedWindowEnd ?? '') || lastMs;
  return lastMs - seenMs < rangeMs ? lastMs : seenMs;
}

/** What is asked of the portal for a selection. */
export function queryOf({ place, camera, direction, level }: Selection, grid: Grid): SeriesQuery {
  const range = { level, fromMs: grid.fromMs, toMs: grid.toMs };
  if (place.kind === 'zone') {
    return { ...range, kind: 'presence', cameraId: camera.cameraId, zoneId: place.id };
  }
  const flow = { ...range, kind: 'flow', ...(direction === undefined ? {} : { direction }) } as const;
  return place.kind === 'road'
    ? { ...flow, road: place.id }
    : { ...flow, cameraId: camera.cameraId, lineId: place.id };
}
