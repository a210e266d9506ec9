import { describe, expect, it } from 'vitest';
import { endsOnTheLine } from '../../../fixtures/scenes/faint-scenes.ts';
import { SCENE_START_US } from '../../../fixtures/scenes/scene.ts';
import { type CountingOptions, createCounting } from '../../../pipelines/domain/counting.ts';
import type { GapReason, Observation } from '../../../pipelines/domain/types.ts';
import { LINEAGE } from '../aggregate/builders.ts';

const scene = endsOnTheLine({ framesPerSecond: 10 });
const OPTIONS: CountingOptions = {
  site: {
    ...{ cameraId: 'c', lines: [scene.line], zones: [], windowSeconds: 60 },
    groups: ['vehicles'],
  },
  framesPerSecond: 10,
  thresholds: { score: 0.4, lowScore: 0.2 },
  lineage: LINEAGE,
  from: { startUs: SCENE_START_US, reason: 'outside-recording' },
};

const volumeIn = (records: readonly Observation[]) =>
  records.flatMap((record) => (record.kind === 'flow' && record.direction === 'in' ? [record.volume] : []));

function countAndFinish(reason: GapReason) {
  const counting = createCounting(OPTIONS);
  const told = scene.frames.flatMap((frame) => counting.push({ kind: 'frame', ...frame }));
  return { counting, records: [...told, ...counting.finish({ reason })] };
}

describe('an open passage at the end', () => {
  it('of a recording is settled in the last window, once', () => {
    const { counting, records } = countAndFinish('outside-recording');
    expect(volumeIn(records)).toEqual([1]);
    expect(counting.settled()).toMatchObject([
      { direction: 'in', roadUserClass: 'car', capturedAtUs: scene.frames.at(-1)!.capturedAtUs },
    ]);
    expect(counting.finish({ reason: 'outside-recording' })).toEqual([]);
    expect(counting.settled()).toHaveLength(1);
  });

  it.each(['paused', 'worker-down', 'source-down'] as const)('of a run that ends %s stays open', (reason) => {
    const { counting, records } = countAndFinish(reason);
    expect(volumeIn(records)).toEqual([0]);
    expect(counting.settled()).toEqual([]);
  });
});
