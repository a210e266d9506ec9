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
    hset(_key: string, index: string, timeline: Buffer, field: string, method: string) {
      hash.set(index, timeline).set(field, Buffer.from(method));
      return transaction;
    },
    expire: () => transaction,
    exec: async () => [],
  };
  return {
    multi: () => transaction,
    hmgetBuffer: async (_key: string, ...fields: string[]) => fields.map((field) => hash.get(field) ?? null),
    del: async () => hash.clear(),
    time: async () => [1, 0],
  } as unknown as Redis;
}

/** Two segments that saw nothing, kept by these methods, and counted. */
async function count(methods: readonly string[]) {
  const file = footage();
  const { plan } = await openRecording({ path: file, startUs: START_US }, AbortSignal.timeout(10_000));
  const redis = memoryRedis();
  const detections = createDetectionStore(redis, 'p');
  for (const [index, method] of methods.entries())
    await detections.put('rec', index, { method, timeline: encodeTimeline([]) });
  const published: Observation[] = [];
  const entry = {
    definition,
    windowSeconds: WINDOW_SECONDS,
    siteVersion: siteVersion(definition, WINDOW_SECONDS),
  };
  const host = {
    ...{ redis, detections, metrics: createMetrics() },
    config: { mediaRoot: path.dirname(file) },
    cameras: { get: async () => entry },
    modelOf: async () => ({ card: CARD }),
    sinkFor: () => ({
      publish: async (records: readonly Observation[]) => void published.push(...records),
      flush: async () => undefined,
      close: async () => undefined,
    }),
  } as unknown as Host;
  const data: RecordingJob = {
    ...{ cameraId: 'cam', file: path.basename(file), fingerprint: plan.fingerprint, startUs: START_US },
    ...{ siteVersion: entry.siteVersion, segmentWindows: 1, segments: methods.length },
    step: 'count',
  };
  const steps: string[] = [];
  const job = {
    id: 'rec',
    updateData: async ({ step }: RecordingJob) => void steps.push(step),
  } as unknown as Job;
  const result = countRecording(host, data, job, new AbortController().signal);
  const fault = await result.then(
    () => undefined,
    (error: Error) => error.message,
  );
  return { fault, steps, published };
}

describe('segments kept from before an upgrade', () => {
  const now = detectionMethod(definition, CARD);

  it('are counted when the method is the same', async () => {
    const { fault, steps, published } = await count([now, now]);
    expect(fault).toBeUndefined();
    expect(steps).toEqual([]);
    expect(published).not.toEqual([]);
  });

  it.each([
    ['version of the program', now.replace(/^pipeline \S+/, 'pipeline 0.0.1,')],
    ['model', detectionMethod(definition, { ...CARD, sha256: '1'.repeat(64) })],
  ])('are planned again, not counted, when they were detected by another %s', async (_what, other) => {
    expect(other).not.toBe(now);
    const { fault, steps, published } = await count([other, now]);
    expect(fault).toContain('made by another method');
    expect(steps).toEqual(['plan']);
    expect(published).toEqual([]);
  });
});
