import { describe, expect, it } from 'vitest';
import { earlyStop, type ReadingResult } from '../../../pipelines/adapters/decode/early-stop.ts';

const S = 1_000_000;
const WHOLE = { fromUs: Number.NEGATIVE_INFINITY, toUs: Number.POSITIVE_INFINITY };
const sound = { outcome: 'end', exitCode: 0, stderr: [], decodeErrors: 0 } as const;
const cut = { ...sound, stderr: ['[mov] [error] stream 0, offset 0x1: partial file'] } as const;
const base = {
  ...{ end: sound, request: { framesPerSecond: 5, keyframesOnly: false }, startUs: 1000 * S },
  ...{ endUs: 1080 * S, sourceFramesPerSecond: 25, part: WHOLE },
} satisfies ReadingResult;

describe('earlyStop', () => {
  const rows: [name: string, result: ReadingResult, gap: [number, number] | 'no gap' | undefined][] = [
    ['pictures to the end', { ...base, lastUs: 1079.8 * S }, undefined],
    ['one sampling interval short is the end', { ...base, lastUs: 1079.7 * S }, undefined],
    ['stops in the middle', { ...base, lastUs: 1040 * S }, [1040.2 * S, 1080 * S]],
    ['no picture at all', base, [1000 * S, 1080 * S]],
    [
      'a part that ends before the damage',
      { ...base, lastUs: 1040 * S, part: { fromUs: 1000 * S, toUs: 1040 * S } },
      undefined,
    ],
    [
      'a part that meets the damage',
      { ...base, lastUs: 1040 * S, part: { fromUs: 1030 * S, toUs: 1060 * S } },
      [1040.2 * S, 1060 * S],
    ],
    [
      'a part wholly after it',
      { ...base, lastUs: 1040 * S, part: { fromUs: 1060 * S, toUs: 1070 * S } },
      [1060 * S, 1070 * S],
    ],
    [
      'a part after the recording',
      { ...base, lastUs: 1079.8 * S, part: { fromUs: 1090 * S, toUs: 1100 * S } },
      undefined,
    ],
    [
      'a part that reaches beyond the recording',
      { ...base, lastUs: 1079.8 * S, part: { fromUs: 1060 * S, toUs: 1100 * S } },
      undefined,
    ],
    [
      'keyframes may stand far apart',
      { ...base, lastUs: 1060 * S, request: { framesPerSecond: 1, keyframesOnly: true } },
      undefined,
    ],
    [
      'but not in a file that is cut',
      { ...base, end: cut, lastUs: 1060 * S, request: { framesPerSecond: 1, keyframesOnly: true } },
      [1061 * S, 1080 * S],
    ],
  ];
  it.each(rows)('%s', (_name, result, gap) => {
    const stop = earlyStop(result);
    if (gap === undefined) expect(stop).toBeUndefined();
    else expect(stop).toMatchObject({ reason: 'media-damaged', gap: { fromUs: gap[0], toUs: gap[1] } });
  });

  it('judges a file without a declared end by its exit code', () => {
    const { endUs: _none, ...endless } = { ...base, lastUs: 1003 * S };
    expect(earlyStop(endless)).toBeUndefined();
    expect(earlyStop({ ...endless, end: { ...sound, exitCode: 1 } })).toMatchObject({
      reason: 'media-damaged',
    });
    expect(earlyStop({ ...endless, end: { ...sound, exitCode: 1 } })?.gap).toBeUndefined();
  });

  it('calls a stall a stall', () => {
    const stop = earlyStop({ ...base, end: { ...sound, outcome: 'stall' }, lastUs: 1010 * S });
    expect(stop).toEqual({
      reason: 'decode-stall',
      detail: 'the decoder gave no more pictures after 10.0 s of 80.0 s',
      gap: { fromUs: 1010.2 * S, toUs: 1080 * S },
    });
  });
});
