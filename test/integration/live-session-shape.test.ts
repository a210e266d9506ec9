/** A held camera that was configured anew while it was away. */
import { expect, it } from 'vitest';
import type { Detector, SourceInfo } from '../../pipelines/ports.ts';
import { parseSite, siteVersion } from '../../pipelines/site-file.ts';
import { wholePicture } from '../../workers/cli/camera.ts';
import type { CameraEntry } from '../../workers/cluster/cameras.ts';
import type { Host } from '../../workers/host.ts';
import { runSession } from '../../workers/live/session.ts';
import { createLogger } from '../../workers/logger.ts';
import { createMetrics } from '../../workers/metrics.ts';
import { jpegOf, startHttpCamera } from '../support/fake-camera-http.ts';

const WINDOW_SECONDS = 60;
const BLUE = { r: 10, g: 10, b: 250 };

it('opens its detector for the shape of the pictures that come, and goes on counting', async () => {
  const camera = await startHttpCamera();
  let picture = await jpegOf(BLUE, { width: 64, height: 48 });
  camera.on('/x.jpg', (_request, response) => response.end(picture));
  const url = `${camera.origin}/x.jpg`;
  const source = { kind: 'snapshot', url };
  const cameras = [
    { id: 'cam', source, ...wholePicture, sampling: { framesPerSecond: 5, motionGate: false } },
  ];
  const site = JSON.stringify({ version: 1, windowSeconds: WINDOW_SECONDS, cameras });
  const definition = parseSite(site, 'test').cameras[0]!;
  const stop = new AbortController();
  /** Shape of each detector that was opened, and how many pictures it was given. */
  const opened: { shape: string; pictures: number }[] = [];

  const open = async ({ widthPx, heightPx }: SourceInfo): Promise<Detector> => {
    const own = { shape: `${widthPx}×${heightPx}`, pictures: 0 };
    opened.push(own);
    return {
      ...{ modelId: 'test', modelSha256: '', concurrency: 1, close: async () => undefined },
      format: { widthPx: 64, heightPx: 64, pixelFormat: 'rgb24', fit: 'letterbox', padValue: 0 },
      async detect() {
        own.pictures += 1;
        if (own.pictures === 2 && opened.length === 1)
          picture = await jpegOf(BLUE, { width: 64, height: 36 });
        if (own.pictures === 2 && opened.length === 2) stop.abort('draining');
        return [];
      },
    };
  };
  const host = {
    config: {
      prefix: 'p',
      checkpointMs: 5_000,
      stallMs: 1_000,
      cameraHosts: [],
      cameraNetworks: ['127.0.0.0/8'],
    },
    log: createLogger({ level: 'silent', name: 'test' }),
    metrics: createMetrics(),
    redis: { exists: async () => 0 },
    secrets: { open: () => url },
    nowMs: Date.now,
    cameras: { takePausedSince: async () => undefined, putState: async () => undefined },
    checkpoints: { get: async () => undefined, put: async () => true },
    modelOf: async () => ({
      card: { id: 'test', sha256: '0'.repeat(64), thresholds: { score: 0.4, lowScore: 0.2 } },
      open,
    }),
    sinkFor: () => ({
      publish: async () => undefined,
      flush: async () => undefined,
      close: async () => undefined,
    }),
  } as unknown as Host;
  const entry: CameraEntry = {
    ...{ cameraId: 'cam', revision: 1, enabled: true, windowSeconds: WINDOW_SECONDS, definition },
    siteVersion: siteVersion(definition, WINDOW_SECONDS),
    sourceKind: 'snapshot',
    ...{ sourceShown: url, sourceSealed: 'sealed' },
  };
  expect(await runSession(host, entry, 1, stop.signal)).toBe('draining');
  expect(opened.map(({ shape }) => shape)).toEqual(['64×48', '64×36']);
  await camera.close();
});
