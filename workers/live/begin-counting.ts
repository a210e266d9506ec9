/** Counting that goes on where the camera's last holder left off. */
import { countingWithUncertainty } from '../../pipelines/domain/accuracy/record-uncertainty.ts';
import { checkpointReach } from '../../pipelines/domain/aggregate/checkpoint.ts';
import {
  type CountedFrameView,
  type Counting,
  type CountingCheckpoint,
  type CountingStart,
  createCounting,
} from '../../pipelines/domain/counting.ts';
import { US_PER_SECOND } from '../../pipelines/domain/time.ts';
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
 * A checkpoint that reaches further ahead of the clock is of no use: our clock was set back, or the camera waits for a
 * window still to come. Clocks of two workers differ by less; an HLS playlist's is believed up to 10 minutes ahead.
 */
const MOST_AHEAD_MS = 900_000;

/** True for a checkpoint from which nobody could go on for minutes. */
export function isAhead({ aggregator }: CountingCheckpoint, nowMs: number): boolean {
  const reach = checkpointReach(aggregator);
  return reach !== undefined && reach.knownUntilUs > (nowMs + MOST_AHEAD_MS) * 1_000;
}

/** True while the first half of the open window is not over. */
export function hasJustBegun({ aggregator }: CountingCheckpoint, nowMs: number): boolean {
  const reach = checkpointReach(aggregator);
  return reach !== undefined && nowMs * 1_000 - reach.openSinceUs < (reach.windowSeconds * US_PER_SECOND) / 2;
}

/**
 * From the last checkpoint when it was made for this very definition, else from now. Where the window length was another
 * one, from the first window that overlaps no record of the old length: the finer of two overlapping records counts, and
 * what is in the longer one alone would be lost. Time before a camera's first lease is nobody's loss (`paused`).
 */
export async function leaseStart(
  host: Pick<Host, 'checkpoints' | 'cameras' | 'nowMs'>,
  entry: CameraEntry,
): Promise<{ from: CountingStart; pausedAtUs?: number }> {
  const saved = await host.checkpoints.get(entry.cameraId);
  const notedMs = await host.cameras.takePausedSince(entry.cameraId);
  const since = saved?.pausedAtUs ?? (notedMs === undefined ? undefined : notedMs * 1_000);
  const nowUs = host.nowMs() * 1_000;
  if (saved === undefined) return { from: { startUs: nowUs, reason: 'paused' } };
  if (isAhead(saved.counting, host.nowMs())) return { from: { startUs: nowUs, reason: 'worker-down' } };
  if (saved.siteVersion !== entry.siteVersion) {
    return { from: { startUs: Math.max(nowUs, freeFromUs(saved.counting, entry)), reason: 'paused' } };
  }
  return {
    from: { checkpoint: saved.counting },
    ...(since === undefined ? {} : { pausedAtUs: since }),
  };
}

/** The first instant at which a window of the camera's length overlaps no published one of another length; else 0. */
function freeFromUs({ aggregator }: CountingCheckpoint, { windowSeconds }: CameraEntry): number {
  const reach = checkpointReach(aggregator);
  if (reach === undefined || reach.windowSeconds === windowSeconds) return 0;
  const windowUs = windowSeconds * US_PER_SECOND;
  return Math.ceil(reach.publishedUntilUs / windowUs) * windowUs;
}
