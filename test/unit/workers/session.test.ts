import { describe, expect, it } from 'vitest';
import { checkpointReach } from '../../../pipelines/domain/aggregate/checkpoint.ts';
import type { Observation } from '../../../pipelines/domain/types.ts';
import { AnalysisError } from '../../../pipelines/errors.ts';
import { parseSite, siteVersion } from '../../../pipelines/site-file.ts';
import { wholePicture } from '../../../workers/cli/camera.ts';
import type { CameraEntry } from '../../../workers/cluster/cameras.ts';
import type { Host } from '../../../workers/host.ts';
import type { LeaseCheckpoint } from '../../../workers/live/checkpoint-store.ts';
import { runSession, type SessionStop } from '../../../workers/live/session.ts';
import { createLogger } from '../../../workers/logger.ts';
import { createMetrics } from '../../../workers/metrics.ts';

const WINDOW_SECONDS = 60;
const TEN = Date.UTC(2026, 0, 5, 10);
const at = (seconds: number) => TEN + seconds * 1_000;

const source = { kind: 'snapshot', url: 'http://127.0.0.1:1/x.jpg' };
const [definition] = parseSite(
  JSON.stringify({
    version: 1,
    windowSeconds: WINDOW_SECONDS,
    cameras: [{ id: 'cam', source, ...wholePicture }],
  }),
  'test',
).cameras;

const ENTRY: CameraEntry = {
  cameraId: 'cam',
  revision: 1,
  enabled: true,
  windowSeconds: WINDOW_SECONDS,
  definition: definition!,
  siteVersion: siteVersion(definition!, WINDOW_SECONDS),
  sourceKind: 'snapshot',
  sourceShown: source.url,
  sourceSealed: 'sealed',
};

interface Faults {
  /** Called at each publication; a throw is the outbox's. */
  readonly onPublish?: (records: readonly Observation[], stop: (why: SessionStop) => void) => void;
  /** Called at each checkpoint; a throw is Redis'. */
  readonly onCheckpoint?: (stop: (why: SessionStop) => void) => void;
  readonly onDown?: (stop: (why: SessionStop) => void) => void;
}

/** A session from 10:00:10 of a camera that never answers; when it is found down the clock goes to `nowS`. */
async function session(nowS: number, faults: Faults) {
  const abort = new AbortController();
  const stop = (why: SessionStop): void => abort.abort(why);
  const published: Observation[] = [];
  const saved: LeaseCheckpoint[] = [];
  let nowMs = at(10);
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
    secrets: { open: () => source.url },
    nowMs: () => nowMs,
    cameras: {
      takePausedSince: async () => undefined,
      async putState() {
        nowMs = at(nowS);
        faults.onDown?.(stop);
      },
    },
    checkpoints: {
      get: async () => undefined,
      async put(_id: string, checkpoint: LeaseCheckpoint) {
        faults.onCheckpoint?.(stop);
        saved.push(checkpoint);
        return true;
      },
    },
    modelOf: async () => ({
      card: { id: 'test', sha256: '0'.repeat(64), thresholds: { score: 0.4, lowScore: 0.2 } },
    }),
    sinkFor: () => ({
      async publish(records: readonly Observation[]) {
        faults.onPublish?.(records, stop);
        published.push(...records);
      },
      flush: async () => undefined,
      close: async () => undefined,
    }),
  } as unknown as Host;
  const why = await runSession(host, ENTRY, 1, abort.signal);
  const reach = checkpointReach(saved.at(-1)?.counting.aggregator);
  return { why, reach, windows: [...new Set(published.map(({ windowStart }) => windowStart.slice(14, 19)))] };
}

describe('a session that ends', () => {
  it('because its lock was lost while Redis was full leaves what it published meanwhile to the next holder', async () => {
    let isFull = true;
    const { why, reach, windows } = await session(210, {
      onCheckpoint(stop) {
        if (!isFull) return;
        isFull = false;
        stop('lost');
        throw new Error('OOM command not allowed');
      },
    });
    expect(why).toBe('lost');
    expect(windows).toEqual(['00:00', '01:00', '02:00']);
    expect(reach).toMatchObject({ openSinceUs: at(180) * 1_000, knownUntilUs: at(210) * 1_000 });
  });

  it('on SIGTERM with a full outbox hands the camera back with the sums of the open window', async () => {
    const full = new AnalysisError('store-failed', 'outbox-add', 'the outbox is full');
    const { why, reach } = await session(40, {
      onDown: (stop) => stop('draining'),
      onPublish: () => {
        throw full;
      },
    });
    expect(why).toBe('draining');
    // Not as if that window had a record.
    expect(reach).toMatchObject({ openSinceUs: at(0) * 1_000, publishedUntilUs: at(0) * 1_000 });
  });

  it('on SIGTERM while Redis is full tries once more before it gives the camera back', async () => {
    let refused = 0;
    const { why, reach } = await session(40, {
      onDown: (stop) => stop('draining'),
      onCheckpoint() {
        // The regular one and the first of the last ones.
        if (refused++ < 2) throw new Error('OOM command not allowed');
      },
    });
    expect(why).toBe('draining');
    expect(reach).toMatchObject({ openSinceUs: at(0) * 1_000, knownUntilUs: at(40) * 1_000 });
  });

  it('for a new definition leaves the window that has just begun to it', async () => {
    let isFull = true;
    const { reach, windows } = await session(120.4, {
      onPublish: (_records, stop) => stop('changed'),
      onCheckpoint() {
        if (!isFull) return;
        isFull = false;
        throw new Error('OOM command not allowed');
      },
    });
    expect(windows).toEqual(['00:00', '01:00']);
    // A new name only: the next session goes on from here.
    expect(reach).toMatchObject({ openSinceUs: at(120) * 1_000, knownUntilUs: at(120.4) * 1_000 });
  });

  it('because the clock was set back leaves no checkpoint for which the next one would have to wait', async () => {
    const { reach, windows } = await session(-3_600, { onDown: (stop) => stop('clock-set-back') });
    expect(windows).toEqual(['00:00']);
    expect(reach).toBeUndefined();
  });
});
