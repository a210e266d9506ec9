import { describe, expect, it } from 'vitest';
import { uncertaintyOf } from '../../../pipelines/domain/accuracy/uncertainty.ts';
import { rowWithUncertainty } from '../../../portal/levels/row-uncertainty.ts';
import type { Method } from '../../../portal/levels/series-row.ts';
import { flowRow } from '../../support/portal-data.ts';
import { SAMPLE_FIGURES } from '../accuracy/sample-figures.ts';

const MEASURED: Method = {
  modelId: SAMPLE_FIGURES.modelId,
  modelSha256: SAMPLE_FIGURES.modelSha256,
  pipelineVersion: SAMPLE_FIGURES.pipelineVersion,
  siteVersion: 's1',
  framesPerSecond: 5,
};
/** A whole quarter hour at 5 frames/s. */
const { uncertainty: _other, ...ROW } = flowRow({
  methods: [MEASURED],
  coverage: 1,
  recordedUs: 900e6,
  analysedUs: 900e6,
  framesExpected: 4_500,
  volume: 180,
  peopleVolume: 40,
});

describe('the uncertainty of a row of a level', () => {
  it('is that of its own totals', () => {
    const expected = uncertaintyOf(
      {
        kind: 'flow',
        framesPerSecond: 5,
        coverage: 1,
        analysedSeconds: 900,
        volume: 180,
        peopleVolume: 40,
      },
      SAMPLE_FIGURES,
    );
    const { uncertainty } = rowWithUncertainty(ROW, [SAMPLE_FIGURES]);
    expect(uncertainty).toEqual(expected);
    expect(uncertainty).toHaveProperty('volume.standard');
  });

  it('takes the rate over the time of which there are records: half a window missing is not half the rate', () => {
    const half = { ...ROW, coverage: 0.5, recordedUs: 450e6, analysedUs: 450e6, framesExpected: 2_250 };
    expect(rowWithUncertainty(half, [SAMPLE_FIGURES])).toHaveProperty('uncertainty.volume');
  });

  it.each([
    ['a part was counted by another model', [MEASURED, { ...MEASURED, modelSha256: 'cd'.repeat(32) }]],
    ['a part was counted by another version', [{ ...MEASURED, pipelineVersion: '0.9.0' }]],
    ['nothing is known of how it was counted', []],
  ])('is absent where %s', (_name, methods) => {
    expect(rowWithUncertainty({ ...ROW, methods }, [SAMPLE_FIGURES])).not.toHaveProperty('uncertainty');
  });
});
