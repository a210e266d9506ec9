import { describe, expect, it } from 'vitest';
import type { RoadUserClass } from '../../../pipelines/domain/classes.ts';
import { suppressOverlaps } from '../../../pipelines/domain/detect/nms.ts';
import type { Box, Detection } from '../../../pipelines/domain/types.ts';

function box(left: number, top: number, right: number, bottom: number): Box {
  return { left, top, right, bottom };
}

function seen(roadUserClass: RoadUserClass, score: number, at: Box): Detection {
  return { roadUserClass, score, box: at };
}

describe('suppressOverlaps', () => {
  const one = box(0, 0, 0.4, 0.4);
  const nearly = box(0, 0, 0.4, 0.38);
  const half = box(0, 0, 0.4, 0.2);

  it('keeps the best of boxes on one object', () => {
    const kept = suppressOverlaps([seen('car', 0.5, nearly), seen('car', 0.9, one)], 0.5);
    expect(kept).toEqual([seen('car', 0.9, one)]);
  });

  it('keeps an overlap at exactly the limit', () => {
    expect(suppressOverlaps([seen('car', 0.9, one), seen('car', 0.8, half)], 0.5)).toHaveLength(2);
  });

  it('keeps the rider and the motorcycle, which are two classes', () => {
    expect(suppressOverlaps([seen('motorcycle', 0.9, one), seen('person', 0.8, nearly)], 0.5)).toHaveLength(
      2,
    );
  });

  it('lets a suppressed box suppress nothing', () => {
    // b is suppressed by a; c overlaps b above the limit but a below it.
    const a = seen('person', 0.9, box(0, 0, 0.3, 1));
    const b = seen('person', 0.8, box(0.08, 0, 0.38, 1));
    const c = seen('person', 0.7, box(0.16, 0, 0.46, 1));
    expect(suppressOverlaps([c, b, a], 0.5)).toEqual([a, c]);
  });

  it('answers equal scores in the order given, and leaves its input alone', () => {
    const first = seen('person', 0.5, box(0, 0, 0.1, 0.1));
    const second = seen('person', 0.5, box(0.5, 0.5, 0.6, 0.6));
    const input = [first, second, seen('person', 0.9, box(0.8, 0.8, 0.9, 0.9))];
    expect(suppressOverlaps(input, 0.5).slice(1)).toEqual([first, second]);
    expect(input[0]).toBe(first);
  });

  it('takes nothing for nothing', () => {
    expect(suppressOverlaps([], 0.5)).toEqual([]);
  });
});
