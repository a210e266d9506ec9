import { describe, expect, it } from 'vitest';
import { labelledClip, readJunctionTruth } from '../../../bench/accuracy/truth/junction-truth.ts';
import { readMotTruth } from '../../../bench/accuracy/truth/mot-truth.ts';
import { crossingsOfBoxes, presenceOfBoxes } from '../../../bench/accuracy/truth/recorded-truth.ts';

const PICTURE = { widthPx: 100, heightPx: 200 };
const LINE = { id: 'l', from: { x: 0.5, y: 0.2 }, to: { x: 0.5, y: 0.9 } };
/** A person 10 px wide whose feet are in the middle of the line's height. */
const walker = (frame: number, id: number, middleX: number, flag = 1) =>
  `${frame},${id},${middleX - 5},60,10,50,${flag},0,0,0`;

describe('MOT truth', () => {
  it('normalises and leaves out what the benchmark does not consider', () => {
    const text = `${walker(1, 4, 20)}\n${walker(1, 5, 30, 0)}\n\n${walker(3, 4, 25)}\n`;
    const considered = readMotTruth(text, PICTURE);
    expect([...considered.keys()]).toEqual([1, 2, 3]);
    expect(considered.get(1)).toEqual([{ id: 4, box: { left: 0.15, top: 0.3, right: 0.25, bottom: 0.55 } }]);
    expect(considered.get(2)).toEqual([]);
    expect(readMotTruth(text, PICTURE, 'everyone').get(1)).toHaveLength(2);
  });
  it('names the line that is no row', () => {
    expect(() => readMotTruth(`${walker(1, 4, 20)}\nframe,id`, PICTURE)).toThrow(/line 2/);
  });
});

describe('truth from boxes', () => {
  const boxesOf = (...rows: string[]) => readMotTruth(rows.join('\n'), PICTURE);
  it('tells direction and time of a crossing', () => {
    // Drawn from top to bottom, right to left is `in`.
    const boxes = boxesOf(walker(1, 1, 60), walker(2, 1, 40), walker(3, 1, 60));
    expect(crossingsOfBoxes(boxes, [LINE], 10)).toEqual([
      { lineId: 'l', direction: 'in', roadUserClass: 'person', atSeconds: 0.1 },
      { lineId: 'l', direction: 'out', roadUserClass: 'person', atSeconds: 0.2 },
    ]);
  });
  it('passing beyond the end of the line is no crossing', () => {
    const beyond = [`1,1,55,150,10,45,1`, `2,1,35,150,10,45,1`];
    expect(crossingsOfBoxes(boxesOf(...beyond), [LINE], 10)).toEqual([]);
  });
  it('counts ground points in zones, also of who is cut by the edge', () => {
    const whole = {
      id: 'w',
      polygon: [
        { x: 0, y: 0 },
        { x: 1, y: 0 },
        { x: 1, y: 1 },
        { x: 0, y: 1 },
      ],
    };
    const left = {
      id: 'l',
      polygon: [
        { x: 0, y: 0 },
        { x: 0.5, y: 0 },
        { x: 0.5, y: 1 },
        { x: 0, y: 1 },
      ],
    };
    const boxes = boxesOf(walker(1, 1, 20), walker(1, 2, 80), '1,3,70,160,10,60,1');
    const counts = presenceOfBoxes(boxes, [whole, left]).map(({ zoneId, counts: { person } }) => [
      zoneId,
      person,
    ]);
    expect(counts).toEqual([
      ['w', 3],
      ['l', 1],
    ]);
  });
});

describe('labels made by hand', () => {
  const labels = {
    clip: { fileName: 'junction.mp4', sha256: 'ab' },
    fps: 15,
    crossings: [{ lineId: 'a', direction: 'in', frame: 16, class: 'car', note: 'white van' }],
    doubtfulCrossings: [{ lineId: 'a', direction: 'in', frame: 31, class: 'car', doubt: 'hidden' }],
    presence: [{ frame: 1, zoneId: 'z', counts: { car: 2, truck: 1 } }],
  };
  it('become seconds and full counts; only labelled groups are judged', () => {
    const truth = readJunctionTruth(JSON.stringify(labels), { framesPerSecond: 15 });
    expect(truth.crossings).toEqual([{ lineId: 'a', direction: 'in', roadUserClass: 'car', atSeconds: 1 }]);
    expect(truth.doubtfulCrossings).toMatchObject([{ atSeconds: 2 }]);
    expect(labelledClip(JSON.stringify(labels))).toBe('ab');
    expect(truth.presence[0]!.counts).toEqual({
      person: 0,
      bicycle: 0,
      motorcycle: 0,
      car: 2,
      bus: 0,
      truck: 1,
    });
    expect(truth.groups).toEqual(['vehicles']);
  });
  it('refuses what it does not understand', () => {
    expect(() => readJunctionTruth('{"fps":15}', {})).toThrow(/crossings/);
    expect(() => readJunctionTruth(JSON.stringify(labels), { framesPerSecond: 25 })).toThrow(/15.*25/);
  });
});
