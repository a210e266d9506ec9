/** Counting that goes on where the camera's last holder left off. */
import { countingWithUncertainty } from '../../pipelines/domain/accuracy/record-uncertainty.ts';
import {
  type CountedFrameView,
  type Counting,
  type CountingStart,
  createCounting,
} from '../../pipelines/domain/counting.ts';
import type { SourceInfo } from '../../pipelines/ports.ts';
import { countingSite } from '../../pipelines/site-file.ts';
import { PIPELINE_VERSION } from '../../pipelines/version.ts';
import type { CameraEntry } from '../cluster/cameras.ts';
import { leaseId } from '../cluster/jobs.ts';
import type { CameraModel, Host } from '../host.ts';

/** Counting of one live camera from a given start. `source` tells the camera's own rate once it is known. */
export function liveCounting(
  entry: CameraEntry,
  { card, figures }: Pick<CameraModel, 'card' | 'figures'>,
  options: { from: CountingStart; source?: SourceInfo; onFrame?: (frame: CountedFrameView) => void },
): Counting {
  const { sampling } = entry.definition;
  const sourceFramesPerSecond = options.source?.framesPerSecond;
  const counting = createCounting({
    site: countingSite(entry.definition, entry.windowSeconds),
    framesPerSecond: sampling.framesPerSecond,
    ...(sourceFramesPerSecond === undefined ? {} : { sourceFramesPerSecond }),
    ...(sampling.keyframesOnly ? { keyframeIntervalS: sampling.keyframeIntervalS } : {}),
    thresholds: card.thresholds,
    lineage: {
      modelId: card.id,
      modelSha256: card.sha256,
      siteVersion: entry.siteVersion,
      pipelineVersion: PIPELINE_VERSION,
      framesPerSecond: sampling.framesPerSecond,
      jobId: leaseId(entry.cameraId),
    },
    from: options.from,
    ...(options.onFrame === undefined ? {} : { onFrame: options.onFrame }),
  });
  return countingWithUncertainty(counting, figures);
}

/**
 * From the last checkpoint when it was made for this very definition, else from now: time before a camera's first
 * lease is nobody's loss (`paused`).
 */
export async function leaseStart(
  host: Host,
  entry: CameraEntry,
): Promise<{ from: CountingStart; pausedAtUs?: number }> {
  const saved = await host.checkpoints.get(entry.cameraId);
  const notedMs = await host.cameras.takePausedSince(entry.cameraId);
  const since = saved?.pausedAtUs ?? (notedMs === undefined ? undefined : notedMs * 1_000);
  if (saved === undefined || saved.siteVersion !== entry.siteVersion) {
    return { from: { startUs: host.nowMs() * 1_000, reason: 'paused' } };
  }
  return {
    from: { checkpoint: saved.counting },
    ...(since === undefined ? {} : { pausedAtUs: since }),
  };
}
