/** Counting that goes on where the camera's last holder left off. */
import type { ModelCard } from '../../models/card.ts';
import { type Counting, type CountingStart, createCounting } from '../../pipelines/domain/counting.ts';
import { countingSite } from '../../pipelines/site-file.ts';
import { PIPELINE_VERSION } from '../../pipelines/version.ts';
import type { CameraEntry } from '../cluster/cameras.ts';
import { leaseJobId } from '../cluster/jobs.ts';
import type { Host } from '../host.ts';

/**
 * From the last checkpoint when it was made for this very definition, else from now: time before a camera's first
 * lease is nobody's loss (`paused`).
 */
export async function beginCounting(
  host: Host,
  entry: CameraEntry,
  card: ModelCard,
): Promise<{ counting: Counting; pausedAtUs?: number }> {
  const { sampling } = entry.definition;
  const saved = await host.checkpoints.get(entry.cameraId);
  const isUsable = saved !== undefined && saved.siteVersion === entry.siteVersion;
  const from: CountingStart = isUsable
    ? { checkpoint: saved.counting }
    : { startUs: host.nowMs() * 1_000, reason: 'paused' };
  const counting = createCounting({
    site: countingSite(entry.definition, entry.windowSeconds),
    framesPerSecond: sampling.framesPerSecond,
    ...(sampling.keyframesOnly ? { keyframeIntervalS: sampling.keyframeIntervalS } : {}),
    thresholds: card.thresholds,
    lineage: {
      modelId: card.id,
      modelSha256: card.sha256,
      siteVersion: entry.siteVersion,
      pipelineVersion: PIPELINE_VERSION,
      framesPerSecond: sampling.framesPerSecond,
      jobId: leaseJobId(entry.cameraId),
    },
    from,
  });
  return {
    counting,
    ...(isUsable && saved.pausedAtUs !== undefined ? { pausedAtUs: saved.pausedAtUs } : {}),
  };
}
