/** Round figures of a model that does not exist, so that uncertainties can be computed by hand. */
import type { AccuracyFigures } from '../../../pipelines/domain/accuracy/figures.ts';

const TEXT = { id: 'teks', en: 'text' };
const EXACT = { samples: 40, meanTruth: 4, mae: 0.4, bias: 0.1, rmse: 0.6 };

/**
 * People at 5/s: 28 crossings, no error; presence 4 ± 0.6 in four independent windows. Vehicles at 5/s: 50 crossings, 10
 * missed; of presence nothing. At 15/s only a scene without a true person.
 */
export const SAMPLE_FIGURES: AccuracyFigures = {
  modelId: 'model-x',
  modelSha256: 'ab'.repeat(32),
  pipelineVersion: '1.0.0',
  date: '2026-01-31',
  commit: 'abc1234',
  scenes: [{ sceneId: 's', title: TEXT, conditions: TEXT, seconds: 60 }],
  limits: [TEXT],
  crossings: [
    { group: 'people', framesPerSecond: 5, sceneId: 's', runs: 1, truth: 28, missed: 0, overCounted: 0 },
    { group: 'vehicles', framesPerSecond: 5, sceneId: 's', runs: 1, truth: 50, missed: 10, overCounted: 0 },
    { group: 'people', framesPerSecond: 15, sceneId: 't', runs: 1, truth: 0, missed: 0, overCounted: 2 },
  ],
  presence: [
    {
      ...{ group: 'people', framesPerSecond: 5, sceneId: 's', zoneId: 'z', runs: 1, independent: 4 },
      perFrame: { ...EXACT, rmse: 2 },
      perWindow: { ...EXACT, samples: 4, windowSeconds: 15 },
    },
  ],
  basis: 'models/accuracy/model-x.json@0123456789ab',
};
