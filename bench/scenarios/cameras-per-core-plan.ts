/** What `pantau plan` says beforehand, beside what the search found. */
import { cameraBill } from '../../pipelines/domain/planning/camera-bill.ts';
import { AnalysisError } from '../../pipelines/errors.ts';
import { defaultProfileFile, readProfile } from '../../workers/planning/profile-file.ts';
import type { LiveLoadOptions } from '../cluster/live-load.ts';
import type { Figure } from '../result.ts';
import type { ScenarioContext } from './interleave.ts';

/** Issue 3 §2.10. */
const PLAN_TARGET = '0.85–1.15';

/** Figures of the comparison; without a profile of this machine none, and why. */
export async function planFigures(
  { material, skip }: Pick<ScenarioContext, 'material' | 'skip'>,
  load: LiveLoadOptions,
  { perCore }: { readonly perCore: number },
): Promise<Figure[]> {
  const file = defaultProfileFile(material.dataDir);
  const profile = await readProfile(file).catch((error: unknown) => {
    if (!(error instanceof AnalysisError)) throw error;
    skip(`prediction of pantau plan: ${error.message}`);
    return undefined;
  });
  if (profile === undefined) return [];
  const { clip, rate } = load;
  const { totalMs } = cameraBill(profile, {
    ...{ widthPx: clip.widthPx, heightPx: clip.heightPx },
    ...{ sourceFramesPerSecond: clip.framesPerSecond, keyframeIntervalS: clip.keyframeIntervalS },
    ...rate,
  });
  const predicted = 1_000 / totalMs;
  return [
    {
      name: `predicted by pantau plan (profile of ${profile.measuredAt})`,
      value: predicted,
      unit: 'cameras',
    },
    // Found is a whole number, up to one camera below what the core carries; a plan multiplies the unrounded bill.
    { name: 'predicted / found', value: predicted / perCore, unit: '', target: PLAN_TARGET },
  ];
}
