/** A recording whose segments were detected before and after an upgrade. */

import path from 'node:path';
import type { Job } from 'bullmq';
import type { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { encodeTimeline } from '../../pipelines/domain/timeline-codec.ts';
import type { Observation } from '../../pipelines/domain/types.ts';
import { detectionMethod, openRecording } from '../../pipelines/recording.ts';
import { parseSite, siteVersion } from '../../pipelines/site-file.ts';
import { wholePicture } from '../../workers/cli/camera.ts';
import type { RecordingJob } from '../../workers/cluster/jobs.ts';
import type { Host } from '../../workers/host.ts';
import { createMetrics } from '../../workers/metrics.ts';
import { countRecording } from '../../workers/recording/count-recording.ts';
import { createDetectionStore } from '../../workers/recording/detection-store.ts';
import { planRecording } from '../../workers/recording/plan-recording.ts';
import { footage } from '../support/footage.ts';

const START_US = Date.UTC(2026, 0, 5, 10) * 1_000;
const WINDOW_SECONDS = 60;
const CARD = { id: 'test', sha256: '0'.repeat(64), thresholds: { score: 0.4, lowScore: 0.2 } };
const site = { version: 1, windowSeconds: WINDOW_SECONDS, cameras: [{ id: 'cam', ...wholePicture }] };
const definition = parseSite(JSON.stringify(site), 'test').cameras[0]!;

/** The few commands that the store of detections uses. */
function memoryRedis(): Redis {
  const hash = new Map<string, Buffer>();
  const transaction = {
    hset(_key: string, field: string, timeline: Buffer) {
      hash.set(field, timeline);
      return transaction;
    },
    expire: () => transaction,
    exec: async () => [],
  };
  return {
    multi: () => transaction,
    hgetBuffer: async (_key: string, field: string) => hash.get(field) ?? null,
    hexists: async (_key: string, field: string) => Number(hash.has(field)),
    hkeys: async () => [...hash.keys()],
    del: async () => hash.clear(),
    time: async () => [1, 0],
  } as unknown as Redis;
}

interface Staged {
  /** What each segment, that saw nothing, was detected by. */
  readonly methods: readonly string[];
  readonly step: RecordingJob['step'];
  readonly windowSeconds?: number;
}

/** A job of the footage in segments of one window, and the host around it. */
async function stage({ methods, step, windowSeconds = WINDOW_SECONDS }: Staged) {
  const file = footage();
  const { plan } = await openRecording({ path: file, startUs: START_US }, AbortSignal.timeout(10_000));
  const redis = memoryRedis();
  const detections = createDetectionStore(redis, 'p');
  for (const [index, method] of methods.entries())
    await detections.put('rec', index, { method, timeline: encodeTimeline([]) });
  const seen = { published: [] as Observation[], steps: [] as string[], told: [] as string[] };
  const entry = { definition, windowSeconds, siteVersion: siteVersion(definition, windowSeconds) };
  const host = {
    ...{ redis, detections, metrics: createMetrics(), log: { warn: () => undefined } },
    config: { mediaRoot: path.dirname(file) },
    cameras: { get: async () => entry },
    modelOf: async () => ({ card: CARD }),
    queues: { byName: { segments: { getJob: async () => undefined, addBulk: async () => [] } } },
    sinkFor: () => ({
      publish: async (records: readonly Observation[]) => void seen.published.push(...records),
      flush: async () => undefined,
      close: async () => undefined,
    }),
  } as unknown as Host;
  const data: RecordingJob = {
    ...{ cameraId: 'cam', file: path.basename(file), fingerprint: plan.fingerprint, startUs: START_US },
    ...{ siteVersion: entry.siteVersion, segmentWindows: 1, segments: methods.length, step },
  };
  const job = {
    id: 'rec',
    updateData: async ({ step }: RecordingJob) => void seen.steps.push(step),
    log: async (line: string) => void seen.told.push(line),
  } as unknown as Job;
  return { host, data, job, seen, redis };
}

async function count({ host, data, job, seen }: Awaited<ReturnType<typeof stage>>) {
  const fault = await countRecording(host, data, job, new AbortController().signal).then(
    () => undefined,
    (error: Error) => error.message,
  );
  return { fault, ...seen };
}

describe('segments kept from before an upgrade', () => {
  const now = detectionMethod(definition, CARD);

  it('are counted when the method is the same', async () => {
    const { fault, steps, published } = await count(await stage({ methods: [now, now], step: 'count' }));
    expect(fault).toBeUndefined();
    expect(steps).toEqual([]);
    expect(published).not.toEqual([]);
  });

  it.each([
    ['version of the program', now.replace(/^pipeline \S+/, 'pipeline 0.0.1,')],
    ['model', detectionMethod(definition, { ...CARD, sha256: '1'.repeat(64) })],
  ])('are planned again, not counted, when they were detected by another %s', async (_what, other) => {
    expect(other).not.toBe(now);
    const { fault, steps, published } = await count(await stage({ methods: [other, now], step: 'count' }));
    expect(fault).toContain('made by another method');
    expect(steps).toEqual(['plan']);
    expect(published).toEqual([]);
  });

  it('are counted though a program of before that noted no method wrote its own beside them', async () => {
    const staged = await stage({ methods: [now, now], step: 'count' });
    await staged.redis.multi().hset('p:detections:rec', '0', Buffer.from('of before')).exec();
    const { fault, published } = await count(staged);
    expect(fault).toBeUndefined();
    expect(published).not.toEqual([]);
  });

  it('are named in the job when they are detected again, the first ones of many', async () => {
    const methods = ['of before', now, ...Array.from({ length: 22 }, () => 'of before')];
    const { host, data, job, seen } = await stage({ methods, step: 'plan', windowSeconds: 3 });
    await planRecording(host, data, job, AbortSignal.timeout(10_000));
    expect(seen.told).toEqual([
      `segments 0, ${Array.from({ length: 19 }, (_, i) => i + 2).join(', ')}, … and 3 more are detected again: ` +
        `they were detected by of before, and now it is ${now}`,
    ]);
    expect(seen.steps).toEqual(['count']);
  });
});
