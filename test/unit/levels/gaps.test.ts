import { describe, expect, it } from 'vitest';
import type { GapReason } from '../../../pipelines/domain/types.ts';
import { gapsOf } from '../../../portal/levels/gaps.ts';

const window = (index: number, analysedUs: number, ...reasons: GapReason[]) => ({
  cameraId: 'cam-1',
  windowStartUs: index * 10,
  windowEndUs: index * 10 + 10,
  analysedUs,
  reasons,
});

describe('gapsOf', () => {
  it('joins windows side by side that have the same reasons, and tells of time without any record', () => {
    const windows = [
      window(1, 10),
      window(2, 4, 'source-down'),
      window(3, 0, 'source-down'),
      window(4, 9, 'backlog'),
      window(7, 10),
    ];
    const shown = gapsOf('cam-1', windows, { fromUs: 0, toUs: 90 }).map(
      ({ fromUs, toUs, lostUs, reasons, isRecorded }) =>
        `${fromUs}-${toUs} -${lostUs} ${isRecorded ? reasons.join() : 'no record'}`,
    );
    expect(shown).toEqual([
      '0-10 -10 no record',
      '20-40 -16 source-down',
      '40-50 -1 backlog',
      '50-70 -20 no record',
      '80-90 -10 no record',
    ]);
  });

  it('is one gap where nothing is known, and none where all was seen', () => {
    expect(gapsOf('cam-1', [], { fromUs: 0, toUs: 20 })).toMatchObject([
      { fromUs: 0, toUs: 20, isRecorded: false },
    ]);
    expect(gapsOf('cam-1', [window(0, 10)], { fromUs: 0, toUs: 10 })).toEqual([]);
  });
});
