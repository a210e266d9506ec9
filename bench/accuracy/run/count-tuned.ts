/** The pipeline's own counting with other settings than its defaults, for studies of them. */
import {
  type CountedFrameView,
  type CountingTuning,
  createCounting,
} from '../../../pipelines/domain/counting.ts';
import type { CountingSite } from '../../../pipelines/domain/site.ts';
import type { TimelineEvent } from '../../../pipelines/domain/types.ts';
import { countFrozen } from './count-frozen.ts';

/** What a study varies; all else as in `createCounting`. */
export interface TunedSettings extends CountingTuning {
  /** `nmsIou` has acted already on the time line that is counted. */
  readonly thresholds: { readonly score: number; readonly lowScore: number; readonly nmsIou?: number };
}

/** Lineage and rate go into records only, and no record is read here. */
const LINEAGE = {
  modelId: 'study',
  modelSha256: '0'.repeat(64),
  siteVersion: 'study',
  pipelineVersion: 'study',
  framesPerSecond: 1,
  jobId: 'accuracy_study',
};

/** Counts a whole recording's time line; one view per frame. */
export function countTuned(
  events: readonly TimelineEvent[],
  site: CountingSite,
  { thresholds, ...tuning }: TunedSettings,
): readonly CountedFrameView[] {
  return countFrozen({
    events,
    startUs: 0,
    createCounting: (onFrame) =>
      createCounting({ site, framesPerSecond: 1, thresholds, tuning, lineage: LINEAGE, onFrame }),
    finish: (counting) => counting.finish({ reason: 'outside-recording' }),
  }).views;
}
