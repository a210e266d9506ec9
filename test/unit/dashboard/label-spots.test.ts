import { describe, expect, it } from 'vitest';
import { labelSpots } from '../../../portal/web/src/map/label-spots.ts';

const mark = (x: number, y: number) => ({ x, y, widthPx: 32, heightPx: 32 });
const name = (x: number, y: number) => ({ x, y, widthPx: 90, heightPx: 14 });

describe('labelSpots', () => {
  it('leaves a name where it belongs while nothing lies there', () => {
    expect(labelSpots([name(100, 100)], [mark(100, 160)])).toEqual([{ x: 100, y: 100 }]);
  });

  it('writes a name below the mark that lies on it, or above where that is taken', () => {
    expect(labelSpots([name(100, 100)], [mark(100, 100)])).toEqual([{ x: 100, y: 132 }]);
    expect(labelSpots([name(100, 100)], [mark(100, 100), mark(100, 132)])).toEqual([{ x: 100, y: 68 }]);
  });

  it('keeps names off each other, and the last one in its place where no room is left', () => {
    const [first, second] = labelSpots([name(100, 100), name(104, 100)], []);
    expect(Math.abs(first!.y - second!.y)).toBeGreaterThanOrEqual(14);
    const crowd = Array.from({ length: 400 }, (_, index) =>
      mark((index % 20) * 30, Math.floor(index / 20) * 30),
    );
    expect(labelSpots([name(300, 300)], crowd)).toEqual([{ x: 300, y: 300 }]);
  });
});
