/** The motion gate behind a real decoder: what noise, light and one far walker do to it, and that counts stay the same. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDetectorPool } from '../../pipelines/adapters/detect/detector-pool.ts';
import { detectTimeline } from '../../pipelines/analyze.ts';
import { createCounting } from '../../pipelines/domain/counting.ts';
import { cutSegments } from '../../pipelines/domain/segments.ts';
import { encodeTimeline } from '../../pipelines/domain/timeline-codec.ts';
import type { Detection, TimelineEvent } from '../../pipelines/domain/types.ts';
import type { Detector, FrameRequest } from '../../pipelines/ports.ts';
import { openRecording } from '../../pipelines/recording.ts';
import { footage } from '../support/footage.ts';
import { centernetOnFootage, FOOTAGE_SIZE } from './detect-scene.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'pantau-gate-'));
const fileOf = (name: string): string => path.join(folder, `${name}.mp4`);
const { signal } = new AbortController();
const WINDOW_S = 10;
const LENGTH_S = 20;

/** A sensor's noise and a camera's usual encoding, over one picture of the footage that stands. */
const HOLD = 'trim=end_frame=1,loop=loop=-1:size=1,setpts=N/10/TB';
const NOISE = 'noise=alls=6:allf=t,format=yuv420p';
/** 6 by 14 pixels of the picture the network sees, walking one of those pixels in each fifth of a second. */
const WALKER = 'color=0x383838:s=9x21:r=10[w];[0:v]';
const CLIPS = {
  still: ['-vf', `${HOLD},${NOISE}`],
  dawn: ['-vf', `${HOLD},eq=brightness='0.02*t':eval=frame,${NOISE}`],
  walker: ['-filter_complex', `${WALKER}${HOLD}[b];[b][w]overlay=x=100+7.5*t:y=300,${NOISE}`],
  'stop-and-go': ['-vf', `trim=end_frame=60,setpts=N/10/TB,tpad=stop_mode=clone:stop_duration=14,${NOISE}`],
} as const;
type Clip = keyof typeof CLIPS;

beforeAll(() => {
  const encoded = ['-t', `${LENGTH_S}`, '-c:v', 'libx264', '-preset', 'veryfast', '-crf', '25', '-g', '20'];
  for (const [clip, filter] of Object.entries(CLIPS))
    execFileSync('ffmpeg', ['-v', 'error', '-i', footage(), ...filter, ...encoded, fileOf(clip)]);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const FORMAT = { widthPx: 512, heightPx: 384, pixelFormat: 'rgb24', fit: 'stretch', padValue: 0 } as const;
const STANDING: Detection = {
  roadUserClass: 'person',
  score: 0.9,
  box: { left: 0.4, top: 0.4, right: 0.45, bottom: 0.6 },
};

interface Seen {
  readonly events: readonly TimelineEvent[];
  readonly inferredUs: readonly number[];
}

/** Runs one part of a clip through decode and gate. */
async function look(
  clip: Clip,
  detector: Detector,
  options: { isGated?: boolean; framesPerSecond?: number; part?: { fromUs: number; toUs: number } } = {},
): Promise<Seen> {
  const { isGated = true, framesPerSecond = 5, part } = options;
  const { source } = await openRecording(
    { path: fileOf(clip), startUs: 0, ...(part === undefined ? {} : { part }) },
    signal,
  );
  const inferredUs: number[] = [];
  const noting: Detector = {
    ...detector,
    detect: (frame) => {
      inferredUs.push(frame.capturedAtUs);
      return detector.detect(frame);
    },
  };
  const request: FrameRequest = { format: detector.format, framesPerSecond, keyframesOnly: false };
  const events: TimelineEvent[] = [];
  const motionGate = isGated ? { windowSeconds: WINDOW_S, score: 0.4 } : undefined;
  const run = { source, request, detector: noting, dropWhenBusy: false, motionGate, signal };
  for await (const event of detectTimeline(run)) events.push(event);
  return { events, inferredUs };
}

/** Finds the same in every picture, so that only the gate decides. */
const steady: Detector = {
  ...{ modelId: 'm', modelSha256: '0'.repeat(64), concurrency: 4, format: FORMAT },
  detect: () => Promise.resolve([STANDING]),
  close: () => Promise.resolve(),
};

/** The most pictures in a row that were answered without a look. */
function longestGated({ events, inferredUs }: Seen): number {
  let longest = 0;
  let row = 0;
  for (const event of events) {
    row = event.kind === 'frame' && inferredUs.includes(event.capturedAtUs) ? 0 : row + 1;
    longest = Math.max(longest, row);
  }
  return longest;
}

describe('the gate alone', () => {
  it('answers nine in ten pictures of a still scene, over noise and keyframes', async () => {
    const { events, inferredUs } = await look('still', steady);
    expect(events).toHaveLength(LENGTH_S * 5);
    expect(inferredUs.length).toBeLessThanOrEqual(events.length / 10);
  });
  it('never holds one far, slow walker for longer than one picture', async () => {
    const seen = await look('walker', steady);
    expect(seen.events).toHaveLength(LENGTH_S * 5);
    expect(longestGated(seen)).toBeLessThanOrEqual(1);
  });
  it('looks again and again while the light changes slowly', async () => {
    const still = await look('still', steady);
    const dawn = await look('dawn', steady);
    expect(dawn.inferredUs.length).toBeGreaterThan(2 * still.inferredUs.length);
  });
  it('gives byte by byte the same for parts as for the whole', async () => {
    const whole = await look('stop-and-go', steady);
    const times = { startUs: 0, endUs: LENGTH_S * 1e6, windowSeconds: WINDOW_S, segmentWindows: 1 };
    const parts: Seen[] = [];
    for (const { startUs, endUs } of cutSegments(times))
      parts.push(await look('stop-and-go', steady, { part: { fromUs: startUs, toUs: endUs } }));
    expect(parts.flatMap(({ inferredUs }) => inferredUs)).toEqual(whole.inferredUs);
    expect(encodeTimeline(parts.flatMap(({ events }) => events))).toEqual(encodeTimeline(whole.events));
  });
});

describe('with the default model', () => {
  it('counts the same with and without the gate while people walk, stop, and stand', async () => {
    const pool = createDetectorPool({ size: 1 });
    try {
      const { card, ...bound } = await centernetOnFootage('gate');
      const detector = await pool.open({ card, ...bound, ...FOOTAGE_SIZE, priority: 'recording' });
      const without = await look('stop-and-go', detector, { isGated: false });
      const withGate = await look('stop-and-go', detector);
      expect(recordsOf(withGate.events, card.thresholds)).toEqual(recordsOf(without.events, card.thresholds));
      expect(without.inferredUs).toHaveLength(LENGTH_S * 5);
      // While people walk every picture is looked at; once they stand, at most one in two.
      expect(withGate.inferredUs.filter((us) => us < 5.9e6)).toEqual(
        without.inferredUs.filter((us) => us < 5.9e6),
      );
      expect(withGate.inferredUs.filter((us) => us >= 7e6).length).toBeLessThan(33);
    } finally {
      await pool.close();
    }
  }, 60_000);
});

function recordsOf(events: readonly TimelineEvent[], thresholds: { score: number; lowScore: number }) {
  const whole = [
    { x: 0, y: 0 },
    { x: 1, y: 0 },
    { x: 1, y: 1 },
    { x: 0, y: 1 },
  ];
  const line = { id: 'line', from: { x: 0.45, y: 0.1 }, to: { x: 0.45, y: 1 } };
  const counting = createCounting({
    site: {
      ...{ cameraId: 'gate', zones: [{ id: 'all', polygon: whole }], lines: [line] },
      ...{ groups: ['people', 'vehicles'], windowSeconds: WINDOW_S },
    },
    framesPerSecond: 5,
    thresholds,
    lineage: {
      ...{ modelId: 'm', modelSha256: '0'.repeat(64), siteVersion: 'v', pipelineVersion: 'p', jobId: 'j' },
      framesPerSecond: 5,
    },
    from: { startUs: 0, reason: 'outside-recording' },
  });
  const closed = events.flatMap((event) => [...counting.push(event)]);
  return [...closed, ...counting.finish({ toUs: LENGTH_S * 1e6, reason: 'outside-recording' })];
}
