/** What is drawn on a camera's picture, as plain data in normalised coordinates (0..1, y down). Pure. */
import { calibrationFault } from '../../../../../pipelines/domain/calibration/ground-map.ts';
import { areaThatIgnoresAll } from '../../../../../pipelines/domain/detect/ignore-areas.ts';
import { clampToPicture, type PolygonFault, polygonFault } from '../../../../../pipelines/domain/geometry.ts';
import type { Calibration, CountingLine, IgnoreArea, Zone } from '../../../../../pipelines/domain/site.ts';
import type { Point } from '../../../../../pipelines/domain/types.ts';

/** The parts of a camera that are drawn. */
export interface Drawing {
  readonly lines: readonly CountingLine[];
  readonly zones: readonly Zone[];
  readonly ignore: readonly IgnoreArea[];
  readonly calibration?: Calibration;
}

/** Names one shape; `index` is its place in its list, 0 for the calibration. */
export interface ShapeKey {
  readonly kind: 'line' | 'zone' | 'ignore' | 'calibration';
  readonly index: number;
}

/** As the server: shorter than this share of the picture, a line is a slip of the hand. */
export const MIN_LINE_LENGTH = 0.01;
/** As the server. */
export const MAX_ZONE_POINTS = 64;
/** As the server. */
export const MAX_CALIBRATION_POINTS = 16;
/** Finer than a pixel of any camera, coarse enough to be read in a file. */
const DECIMALS = 4;

/** What is wrong with a shape; a text is the calibration's own words, in English as the server says them. */
export type ShapeFault =
  | PolygonFault
  | 'line-too-short'
  | 'id-missing'
  | 'id-twice'
  | 'ignored'
  | { readonly text: string };

/** A fault and where it is. */
export interface DrawingFault {
  readonly key: ShapeKey;
  readonly fault: ShapeFault;
}

/** The point inside the picture, cut to four decimals. */
export function tidyPoint(point: Point): Point {
  const { x, y } = clampToPicture(point);
  return { x: Number(x.toFixed(DECIMALS)), y: Number(y.toFixed(DECIMALS)) };
}

/** Whether a shape is a closed outline of any number of corners. */
export function isOutline(key: ShapeKey): key is ShapeKey & { readonly kind: 'zone' | 'ignore' } {
  return key.kind === 'zone' || key.kind === 'ignore';
}

/** Every shape, calibration last; areas to ignore lie over the zones they are often inside of. */
export function shapeKeys(drawing: Drawing): readonly ShapeKey[] {
  return [
    ...drawing.zones.map((_, index) => ({ kind: 'zone', index }) as const),
    ...drawing.ignore.map((_, index) => ({ kind: 'ignore', index }) as const),
    ...drawing.lines.map((_, index) => ({ kind: 'line', index }) as const),
    ...(drawing.calibration === undefined ? [] : [{ kind: 'calibration', index: 0 } as const]),
  ];
}

/** Whether two keys name the same shape. */
export function isSameShape(a: ShapeKey | undefined, b: ShapeKey | undefined): boolean {
  return a?.kind === b?.kind && a?.index === b?.index;
}

/** Corners of a shape in their order; empty for one that is not there. */
export function pointsOf(drawing: Drawing, key: ShapeKey): readonly Point[] {
  if (isOutline(key)) return outlinesOf(drawing, key.kind)[key.index]?.polygon ?? [];
  const segment = key.kind === 'line' ? drawing.lines[key.index] : drawing.calibration;
  if (segment === undefined) return [];
  return 'points' in segment ? segment.points.map(({ picture }) => picture) : [segment.from, segment.to];
}

function outlinesOf(drawing: Drawing, kind: 'zone' | 'ignore'): readonly (Zone | IgnoreArea)[] {
  return kind === 'zone' ? drawing.zones : drawing.ignore;
}

/** The drawing with other corners of one shape; places of a calibration keep their ground by their order. */
export function withPoints(drawing: Drawing, key: ShapeKey, points: readonly Point[]): Drawing {
  const tidy = points.map(tidyPoint);
  const [from, to] = tidy;
  if (key.kind === 'zone') {
    return { ...drawing, zones: replaced(drawing.zones, key.index, (zone) => ({ ...zone, polygon: tidy })) };
  }
  if (key.kind === 'ignore') {
    const ignore = replaced(drawing.ignore, key.index, (area) => ({ ...area, polygon: tidy }));
    return { ...drawing, ignore };
  }
  if (from === undefined || to === undefined) return drawing;
  if (key.kind === 'line') {
    return { ...drawing, lines: replaced(drawing.lines, key.index, (line) => ({ ...line, from, to })) };
  }
  const { calibration } = drawing;
  if (calibration === undefined) return drawing;
  if (calibration.kind === 'length') return { ...drawing, calibration: { ...calibration, from, to } };
  const places = calibration.points.map((place, index) => ({
    ...place,
    picture: tidy[index] ?? place.picture,
  }));
  return { ...drawing, calibration: { kind: 'points', points: places } };
}

function replaced<T>(items: readonly T[], index: number, change: (item: T) => T): readonly T[] {
  return items.map((item, at) => (at === index ? change(item) : item));
}

/** The drawing with one corner somewhere else. */
export function withVertex(drawing: Drawing, key: ShapeKey, at: { vertex: number; point: Point }): Drawing {
  return withPoints(
    drawing,
    key,
    replaced(pointsOf(drawing, key), at.vertex, () => at.point),
  );
}

/** The drawing with a whole shape moved; at the picture's edge it stops without losing its form. */
export function movedShape(drawing: Drawing, key: ShapeKey, by: Point): Drawing {
  const points = pointsOf(drawing, key);
  const x = allowedStep(
    points.map((point) => point.x),
    by.x,
  );
  const y = allowedStep(
    points.map((point) => point.y),
    by.y,
  );
  return withPoints(
    drawing,
    key,
    points.map((point) => ({ x: point.x + x, y: point.y + y })),
  );
}

function allowedStep(values: readonly number[], step: number): number {
  return Math.min(1 - Math.max(...values), Math.max(-Math.min(...values), step));
}

/** The drawing with a corner more in an outline, after corner `edge`; unchanged for what has none. */
export function withCornerAdded(
  drawing: Drawing,
  key: ShapeKey,
  at: { edge: number; point: Point },
): Drawing {
  const points = pointsOf(drawing, key);
  if (!isOutline(key) || points.length >= MAX_ZONE_POINTS) return drawing;
  return withPoints(drawing, key, points.toSpliced(at.edge + 1, 0, at.point));
}

/** The drawing without one corner; where a shape would have too few, without the shape. */
export function withCornerRemoved(drawing: Drawing, key: ShapeKey, vertex: number): Drawing {
  const points = pointsOf(drawing, key);
  if (isOutline(key) && points.length > 3) return withPoints(drawing, key, points.toSpliced(vertex, 1));
  const { calibration } = drawing;
  if (key.kind === 'calibration' && calibration?.kind === 'points' && calibration.points.length > 1) {
    return { ...drawing, calibration: { ...calibration, points: calibration.points.toSpliced(vertex, 1) } };
  }
  return withoutShape(drawing, key);
}

/** The drawing without one shape. */
export function withoutShape(drawing: Drawing, key: ShapeKey): Drawing {
  if (key.kind === 'line') return { ...drawing, lines: drawing.lines.toSpliced(key.index, 1) };
  if (key.kind === 'zone') return { ...drawing, zones: drawing.zones.toSpliced(key.index, 1) };
  if (key.kind === 'ignore') return { ...drawing, ignore: drawing.ignore.toSpliced(key.index, 1) };
  const { calibration: _gone, ...rest } = drawing;
  return rest;
}

/** A line walked the other way: what was `in` is `out`. Its names stay with the way on the ground. */
export function turnedLine(line: CountingLine): CountingLine {
  const { directionNames, ...rest } = line;
  const turned = { ...rest, from: line.to, to: line.from };
  if (directionNames === undefined) return turned;
  const { in: inName, out: outName } = directionNames;
  return {
    ...turned,
    directionNames: {
      ...(outName === undefined ? {} : { in: outName }),
      ...(inName === undefined ? {} : { out: inName }),
    },
  };
}

/** The first of `garis-1`, `garis-2`, … that is free. */
export function freeId(prefix: string, taken: readonly string[]): string {
  for (let number = 1; ; number += 1) {
    const id = `${prefix}-${number}`;
    if (!taken.includes(id)) return id;
  }
}

/** The first fault of every shape, by the server's own rules. */
export function drawingFaults(drawing: Drawing): readonly DrawingFault[] {
  return shapeKeys(drawing).flatMap((key) => {
    const fault = shapeFault(drawing, key);
    return fault === undefined ? [] : [{ key, fault }];
  });
}

function shapeFault(drawing: Drawing, key: ShapeKey): ShapeFault | undefined {
  if (key.kind === 'calibration') return calibrationProblem(drawing.calibration);
  const list: readonly { readonly id: string }[] =
    key.kind === 'line' ? drawing.lines : outlinesOf(drawing, key.kind);
  const { id } = list[key.index]!;
  if (id === '') return 'id-missing';
  if (list.findIndex((other) => other.id === id) < key.index) return 'id-twice';
  return placeFault(drawing, key);
}

function placeFault(drawing: Drawing, key: ShapeKey): ShapeFault | undefined {
  const points = pointsOf(drawing, key);
  if (isOutline(key)) {
    const fault = polygonFault(points);
    if (fault !== undefined) return fault;
  } else {
    const { from, to } = drawing.lines[key.index]!;
    if (Math.hypot(to.x - from.x, to.y - from.y) < MIN_LINE_LENGTH) return 'line-too-short';
  }
  const isIgnored = key.kind !== 'ignore' && areaThatIgnoresAll(points, drawing.ignore) !== undefined;
  return isIgnored ? 'ignored' : undefined;
}

function calibrationProblem(calibration: Calibration | undefined): ShapeFault | undefined {
  if (calibration === undefined) return undefined;
  if (calibration.kind === 'points' && calibration.points.length < 4) return 'too-few-points';
  const text = calibrationFault(calibration);
  return text === undefined ? undefined : { text };
}
