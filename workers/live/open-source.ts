/** A live camera's source with its address unsealed. The address lives only inside the source from here on. */
import { createSource } from '../../pipelines/adapters/decode/live-camera.ts';
import type { LiveState } from '../../pipelines/adapters/decode/live-reconnect.ts';
import type { LiveStatus } from '../../pipelines/adapters/decode/live-source.ts';
import { AnalysisError } from '../../pipelines/errors.ts';
import type { FrameSource } from '../../pipelines/ports.ts';
import type { CameraEntry } from '../cluster/cameras.ts';
import type { Host } from '../host.ts';

/** @throws AnalysisError `config-invalid` when the address was sealed with another key. */
export function openLiveSource(
  host: Host,
  entry: CameraEntry,
  onStatus: (status: LiveStatus) => void,
): FrameSource {
  const { config } = host;
  if (entry.sourceSealed === undefined || entry.sourceKind === 'none' || entry.sourceKind === 'recording') {
    throw new AnalysisError('config-invalid', 'open-source', `camera ${entry.cameraId} has no live source`);
  }
  const { framesPerSecond } = entry.definition.sampling;
  return createSource(
    {
      kind: entry.sourceKind,
      url: host.secrets.open(entry.sourceSealed, entry.cameraId),
      allowedHosts: config.cameraHosts,
    },
    {
      allowedNetworks: config.cameraNetworks,
      // A camera sampled every few seconds is not stalled between two pictures.
      stallMs: Math.max(config.stallMs, 3_000 / framesPerSecond),
      onStatus: (status) => {
        onStatus(status);
        noteStatus(host, entry, status);
      },
    },
  );
}

/** Logs a change of state and shows it as a metric. */
export function noteStatus(
  host: Host,
  entry: CameraEntry,
  status: { state: LiveState; reason?: string },
): void {
  const { state, reason } = status;
  const atMs = host.nowMs();
  // A courtesy to `pantau status`, never waited for.
  host.cameras
    .putState(entry.cameraId, { state, atMs, ...(reason === undefined ? {} : { reason }) })
    .catch(() => undefined);
  host.metrics.sourceStatus.set({ camera: entry.cameraId }, state === 'live' ? 1 : 0);
  host.log[state === 'live' || state === 'connecting' ? 'info' : 'warn'](
    { camera: entry.cameraId, state, reason },
    'camera state',
  );
}
