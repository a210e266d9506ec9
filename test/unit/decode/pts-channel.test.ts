import { describe, expect, it } from 'vitest';
import { createPictureClock, createPtsParser } from '../../../pipelines/adapters/decode/pts-channel.ts';

describe('pts parser', () => {
  const text =
    'frame:0    pts:0       pts_time:0\npantau=1\nframe:1    pts:-40000  pts_time:-0.04\npantau=1\n' +
    'frame:2    pts:NOPTS   pts_time:NOPTS\npantau=1\nframe:12345 pts:95001400000 pts_time:95001.4\n';
  const expected = [0, -40_000, undefined, 95_001_400_000].map((ptsUs) => ({ ptsUs }));

  it('reads whole text', () => {
    expect(createPtsParser().push(text)).toEqual(expected);
  });

  it('reads text cut at every place', () => {
    const parser = createPtsParser();
    expect([...text].flatMap((letter) => parser.push(letter))).toEqual(expected);
  });

  it('marks where ffmpeg made its filters anew, because the pictures changed their size', () => {
    const given = createPtsParser().push('frame:0 pts:1\nframe:1 pts:2\nframe:0 pts:3\nframe:1 pts:4\n');
    expect(given).toEqual([{ ptsUs: 1 }, { ptsUs: 2 }, { ptsUs: 3, isRestart: true }, { ptsUs: 4 }]);
  });

  it('holds back an unfinished line, whose number may go on', () => {
    const parser = createPtsParser();
    expect(parser.push('frame:0 pts:12')).toEqual([]);
    expect(parser.push('34 pts_time:0.001234\n')).toEqual([{ ptsUs: 1234 }]);
  });
});

describe('picture clock', () => {
  const rows: [name: string, given: (number | undefined)[], jumpUs: number, kept: number[]][] = [
    ['growing times are kept', [0, 40_000, 80_000], Infinity, [0, 40_000, 80_000]],
    [
      'a missing time is the one before plus the interval',
      [0, undefined, undefined],
      Infinity,
      [0, 200_000, 400_000],
    ],
    ['a missing first time is 0', [undefined, 40_000], Infinity, [0, 40_000]],
    ['a repeat is dropped', [0, 0, 40_000], Infinity, [0, 40_000]],
    ['a step back is dropped until time has caught up', [0, 900, 500, 901], Infinity, [0, 900, 901]],
    [
      'a large step back begins anew where that is wanted',
      [9e6, 9.2e6, 1e6, 1.2e6],
      2e6,
      [9e6, 9.2e6, 1e6, 1.2e6],
    ],
    ['a small one never does', [9e6, 8e6, 9.2e6], 2e6, [9e6, 9.2e6]],
  ];
  it.each(rows)('%s', (_name, given, backwardJumpUs, kept) => {
    const clock = createPictureClock({ intervalUs: 200_000, backwardJumpUs });
    const times = given.map((ptsUs) => clock.next({ ptsUs })).filter((one) => one.kind === 'keep');
    expect(times.map((one) => one.ptsUs)).toEqual(kept);
  });
});
