import { describe, expect, it } from 'vitest';
import type { Point } from '../../../pipelines/domain/types.ts';
import { fullestApart, overlap, zoneClusters } from '../../../portal/reads/zones-apart.ts';

const box = (left: number, top: number, right: number, bottom: number): Point[] => [
  { x: left, y: top },
  { x: right, y: top },
  { x: right, y: bottom },
  { x: left, y: bottom },
];
const LEFT = box(0, 0, 0.5, 1);
const RIGHT = box(0.5, 0, 1, 1);
const MIDDLE = box(0.4, 0.2, 0.6, 0.8);
/** An L around an empty corner: the boxes of both overlap, the outlines do not. */
const CORNER: Point[] = [
  { x: 0, y: 0 },
  { x: 1, y: 0 },
  { x: 1, y: 0.2 },
  { x: 0.2, y: 0.2 },
  { x: 0.2, y: 1 },
  { x: 0, y: 1 },
];

describe('overlap', () => {
  it.each([
    ['of neighbours with a common edge', LEFT, RIGHT, false],
    ['of neighbours drawn with a sliver in common', LEFT, box(0.499, 0, 1, 1), false],
    ['of a zone that lies over another', LEFT, MIDDLE, true],
    ['of a small zone within a large one', box(0, 0, 1, 1), box(0.8, 0.8, 0.82, 0.82), true],
    ['of a zone in the corner of an L', CORNER, box(0.3, 0.3, 0.9, 0.9), false],
    ['of a zone and itself', CORNER, CORNER, true],
    ['of a zone without outline', [], LEFT, false],
  ])('%s', (_name, a, b, expected) => {
    expect(overlap(a, b)).toBe(expected);
    expect(overlap(b, a)).toBe(expected);
  });
});

describe('what is added up', () => {
  const row = (zoneId: string, value: number | undefined, cameraId = 'cam-1') => ({
    cameraId,
    zoneId,
    value,
  });
  const zones = [
    { id: 'left', polygon: LEFT },
    { id: 'right', polygon: RIGHT },
    { id: 'middle', polygon: MIDDLE },
  ];
  const added = (known: typeof zones, rows: readonly ReturnType<typeof row>[]) =>
    fullestApart(rows, {
      clusters: zoneClusters([{ id: 'cam-1', zones: known }]),
      zoneOf: (one) => one,
      value: ({ value }) => value,
    }).map(({ zoneId }) => zoneId);

  it('is every zone where none overlaps', () => {
    expect(added(zones.slice(0, 2), [row('left', 1), row('right', 2)])).toEqual(['left', 'right']);
  });

  it('is the fullest of zones that overlap, also through a third', () => {
    expect(added(zones, [row('left', 3), row('right', 5), row('middle', 4)])).toEqual(['right']);
  });

  it('is the fullest zone of a camera that has a zone without known outline', () => {
    expect(added(zones.slice(0, 2), [row('left', 3), row('right', 5), row('old', 4)])).toEqual(['right']);
    expect(added([], [row('left', 3), row('right', 5)])).toEqual(['right']);
  });

  it('is nothing of what was not measured, and never mixes cameras', () => {
    const rows = [row('left', undefined), row('right', 5), row('a', 2, 'cam-2'), row('b', 1, 'cam-2')];
    expect(added(zones.slice(0, 2), rows)).toEqual(['right', 'a']);
  });
});
