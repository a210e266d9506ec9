import { describe, expect, it } from 'vitest';
import { dropIgnored } from '../../../pipelines/domain/detect/ignore-areas.ts';
import type { IgnoreArea } from '../../../pipelines/domain/site.ts';
import type { Detection } from '../../../pipelines/domain/types.ts';
import { rectangle } from '../geometry/rectangle.ts';

const AREA: IgnoreArea = { id: 'taman', polygon: rectangle(0.4, 0.8, 0.6, 1) };

/** A box whose bottom centre is there, as wide and high as a near pedestrian. */
function standing(x: number, y: number, roadUserClass: Detection['roadUserClass'] = 'person'): Detection {
  return { roadUserClass, score: 0.9, box: { left: x - 0.1, top: y - 0.4, right: x + 0.1, bottom: y } };
}

describe('dropIgnored', () => {
  it.each([
    ['stands inside', standing(0.5, 0.9), true],
    ['stands on the outline', standing(0.5, 0.8), true],
    ['has the feet cut off by the picture’s edge', standing(0.5, 1.02), true],
    ['reaches in with the head only', standing(0.5, 0.79), false],
    ['stands beside it, its box half inside', standing(0.39, 0.9), false],
  ])('one who %s', (_, detection, isIgnored) => {
    expect(dropIgnored([detection], [AREA])).toEqual(isIgnored ? [] : [detection]);
  });

  it('asks every area for the classes it names, and keeps the order of the rest', () => {
    const seen = [
      standing(0.5, 0.9, 'car'),
      standing(0.5, 0.9),
      standing(0.1, 0.9),
      standing(0.5, 0.9, 'bus'),
    ];
    const cars: IgnoreArea = { ...AREA, classes: ['car', 'motorcycle'] };
    expect(dropIgnored(seen, [cars])).toEqual(seen.slice(1));
    expect(dropIgnored(seen, [cars, { ...AREA, id: 'b', classes: ['bus'] }])).toEqual(seen.slice(1, 3));
  });

  it('hands on what it got where nothing is ignored', () => {
    const seen = [standing(0.5, 0.9)];
    expect(dropIgnored(seen, [])).toBe(seen);
  });
});
