/** A camera whose packets keep coming: a standing picture is a gap, a still scene with a living sensor is not. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createSource } from '../../pipelines/adapters/decode/live-camera.ts';
import { runningFfmpegs } from '../support/child-processes.ts';
import { footage } from '../support/footage.ts';
import { collect, framesOf, gapsOf, isOrderly, type LiveCollection } from '../support/live-collect.ts';
import { type RtspServer, startRtspServer } from '../support/rtsp-server.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'pantau-frozen-'));
const standing = path.join(folder, 'standing.mkv');
const still = path.join(folder, 'still.mkv');
let camera: RtspServer | undefined;
let collection: LiveCollection | undefined;

/** 20 s of one picture at 10 pictures/s, longer than the test looks, so that its noise never comes twice. */
beforeAll(() => {
  const input = ['-v', 'error', '-i', footage(), '-frames:v', '200'];
  const hold = 'trim=end_frame=1,loop=loop=-1:size=1,setpts=N/10/TB,scale=320:240';
  for (const [file, filter] of [
    [standing, hold],
    [still, `${hold},noise=alls=2:allf=t`],
  ] as const)
    execFileSync('ffmpeg', [...input, '-vf', filter, '-c:v', 'ffv1', file]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(async () => {
  await collection?.stop();
  await camera?.close();
  expect(runningFfmpegs()).toEqual([]);
});

async function watch(file: string) {
  camera = await startRtspServer({ file });
  const states: string[] = [];
  const source = createSource(
    { kind: 'rtsp', url: camera.url },
    // Three keyframe intervals of this camera.
    { allowedNetworks: ['127.0.0.0/8'], frozenAfterMs: 3_000, onStatus: ({ state }) => states.push(state) },
  );
  collection = collect(source);
  return { collection, states };
}

it('turns a standing picture into a decode-stall, although packets keep coming', async () => {
  const { collection, states } = await watch(standing);
  await collection.until((events) => gapsOf(events).filter(isStall).length >= 5);
  const frames = framesOf(collection.events);
  const lastedUs = frames.at(-1)!.capturedAtUs - frames[0]!.capturedAtUs;
  expect(lastedUs).toBeGreaterThan(2_500_000);
  expect(isOrderly(collection.events)).toBe(true);
  expect(states).toEqual(['connecting', 'live', 'stalled']);
  expect(gapsOf(collection.events).filter(isStall)[0]!.fromUs).toBeLessThanOrEqual(
    frames.at(-1)!.capturedAtUs + 200_000,
  );
});

it('leaves a still scene with the noise of a sensor alone', async () => {
  const { collection, states } = await watch(still);
  await collection.until((events) => framesOf(events).length >= 45);
  expect(gapsOf(collection.events).filter(isStall)).toEqual([]);
  expect(states).toEqual(['connecting', 'live']);
});

function isStall({ reason }: { readonly reason: string }): boolean {
  return reason === 'decode-stall';
}
