/** A camera that is shifted, blurred or blackened for a while: its recording through decode, guard and a stub detector. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRecordingSource } from '../../pipelines/adapters/decode/recording-source.ts';
import { recordedReference } from '../../pipelines/adapters/guard/recorded-reference.ts';
import { detectTimeline } from '../../pipelines/analyze.ts';
import { createCounting } from '../../pipelines/domain/counting.ts';
import type { SceneChange } from '../../pipelines/domain/guard/scene-watch.ts';
import { cutSegments } from '../../pipelines/domain/segments.ts';
import { encodeTimeline } from '../../pipelines/domain/timeline-codec.ts';
import type { TimelineEvent } from '../../pipelines/domain/types.ts';
import type { Detector } from '../../pipelines/ports.ts';
import { footage } from '../support/footage.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'pantau-guard-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** 3.3 s after a full minute, so that the recording begins inside a window. */
const START_US = 1_795_219_203_300_000;
const WINDOW_S = 15;
const LENGTH_S = 60;
const { signal } = new AbortController();

/** The middle of each clip, from 20 s to 42 s. */
const FROM_S = 20;
const TO_S = 42;
const MIDDLE = `between(t,${FROM_S},${TO_S})`;
const CLIPS = {
  unmoved: 'crop=iw*0.9:ih:0:0',
  shifted: `crop=iw*0.9:ih:x='if(${MIDDLE},iw*0.1,0)':y=0`,
  blurred: `crop=iw*0.9:ih:0:0,gblur=sigma=12:enable='${MIDDLE}'`,
  blackened: `crop=iw*0.9:ih:0:0,drawbox=t=fill:color=black:enable='${MIDDLE}'`,
  dimmed: `crop=iw*0.9:ih:0:0,lutyuv=y=val*0.3:enable='${MIDDLE}'`,
} as const;
type Clip = keyof typeof CLIPS;

const fileOf = (clip: Clip) => path.join(folder, `${clip}.mp4`);
let sceneReference = '';

beforeAll(async () => {
  const thin = path.join(folder, 'thin.mkv');
  const made = ['-t', `${LENGTH_S}`, '-vf', 'fps=5,scale=320:240', '-c:v', 'ffv1'];
  execFileSync('ffmpeg', ['-v', 'error', '-i', footage(), ...made, thin]);
  for (const [clip, filter] of Object.entries(CLIPS)) {
    const encoded = [
      '-vf',
      filter,
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-g',
      '25',
      fileOf(clip as Clip),
    ];
    execFileSync('ffmpeg', ['-v', 'error', '-i', thin, ...encoded]);
  }
  const source = createRecordingSource({ path: fileOf('unmoved'), startUs: 0 });
  sceneReference = await recordedReference(source, signal);
});

/** Finds the same person in every picture, and counts how often it was asked. */
function stubDetector() {
  let asked = 0;
  const detector: Detector = {
    ...{ modelId: 'stub', modelSha256: '0'.repeat(64), concurrency: 2 },
    format: { widthPx: 256, heightPx: 256, pixelFormat: 'bgr24', fit: 'letterbox', padValue: 114 },
    detect: () => {
      asked += 1;
      const box = { left: 0.4, top: 0.4, right: 0.5, bottom: 0.6 };
      return Promise.resolve([{ roadUserClass: 'person', score: 0.9, box }]);
    },
    close: () => Promise.resolve(),
  };
  return { detector, asked: () => asked };
}

interface Run {
  readonly part?: { readonly fromUs: number; readonly toUs: number };
  readonly isGuarded?: boolean;
}

async function events(clip: Clip, { part, isGuarded = true }: Run = {}) {
  const source = createRecordingSource({ path: fileOf(clip), startUs: START_US, part });
  const changes: SceneChange[] = [];
  const { detector, asked } = stubDetector();
  const timeline = detectTimeline({
    ...{ source, detector, dropWhenBusy: false, signal },
    request: { format: detector.format, framesPerSecond: 4, keyframesOnly: false },
    scene: {
      ...{ sceneReference: isGuarded ? sceneReference : undefined, windowSeconds: WINDOW_S },
      info: await source.probe(signal),
      onChange: (change) => changes.push(change),
    },
  });
  const all: TimelineEvent[] = [];
  for await (const event of timeline) all.push(event);
  return { all, changes, asked: asked() };
}

function recordsOf(all: readonly TimelineEvent[]) {
  const whole = [0, 1].flatMap((y) => [0, 1].map((x) => ({ x: y === 0 ? x : 1 - x, y })));
  const counting = createCounting({
    site: {
      cameraId: 'k',
      lines: [],
      zones: [{ id: 'z', polygon: whole }],
      groups: ['people'],
      windowSeconds: WINDOW_S,
    },
    ...{ framesPerSecond: 4, sourceFramesPerSecond: 5, thresholds: { score: 0.4, lowScore: 0.1 } },
    lineage: {
      ...{
        modelId: 'stub',
        modelSha256: '0',
        siteVersion: '0',
        pipelineVersion: '0',
        framesPerSecond: 4,
        jobId: 'j',
      },
    },
    from: { startUs: START_US, reason: 'outside-recording' },
  });
  const toUs = START_US + LENGTH_S * 1_000_000;
  return [
    ...all.flatMap((event) => counting.push(event)),
    ...counting.finish({ toUs, reason: 'outside-recording' }),
  ];
}

const seconds = (us: number) => (us - START_US) / 1e6;
const isFrame = (event: TimelineEvent) => event.kind === 'frame';

describe('the guard on a recording', () => {
  it.each(['unmoved', 'dimmed'] as const)('leaves one that is only %s as it is', async (clip) => {
    const guarded = await events(clip);
    expect(guarded.all).toEqual((await events(clip, { isGuarded: false })).all);
    expect(guarded.all.filter(isFrame).length).toBe(guarded.all.length);
    expect(guarded.changes).toEqual([]);
  });

  it.each([
    ['shifted', 'moved'],
    ['blurred', 'covered'],
    ['blackened', 'covered'],
  ] as const)('suspends one that is %s, and goes on afterwards', async (clip, state) => {
    const { all, changes, asked } = await events(clip);
    const frames = all
      .filter(isFrame)
      .map((event) => seconds(event.kind === 'frame' ? event.capturedAtUs : 0));
    const gaps = all.filter((event) => event.kind === 'gap');
    expect(frames.filter((s) => s >= FROM_S && s < TO_S)).toEqual([]);
    // A judgement each second before, and five seconds of patience afterwards.
    expect(frames.filter((s) => s < FROM_S - 1).length).toBe(4 * (FROM_S - 1));
    expect(frames.filter((s) => s >= TO_S + 6).length).toBe(4 * (LENGTH_S - TO_S - 6));
    expect(new Set(gaps.map(({ reason }) => reason))).toEqual(new Set(['camera-moved']));
    expect(asked).toBeLessThan(all.length - 40);
    expect(changes.map((change) => change.state)).toEqual([state, 'same']);
    expect(Math.abs(seconds(changes[0]!.sinceUs) - FROM_S)).toBeLessThanOrEqual(1);
    if (state === 'moved') expect(Math.abs(changes[0]!.shift!.x + 1 / 9)).toBeLessThan(0.02);
  });

  it('the records say why nothing was counted', async () => {
    const records = recordsOf((await events('blackened')).all);
    const told = records.map(({ coverage, status, reasons }) => ({ coverage, status, reasons }));
    // Windows end at 11.7, 26.7, 41.7 and 56.7 s of the recording.
    expect(told.map(({ status }) => status)).toEqual([
      'partial',
      'partial',
      'disrupted',
      'partial',
      'partial',
    ]);
    expect(told[1]?.reasons).toEqual(['camera-moved']);
    expect(told[1]?.coverage).toBeGreaterThan(0.48);
    expect(told[1]?.coverage).toBeLessThan(0.57);
    expect(told[2]).toEqual({ coverage: 0, status: 'disrupted', reasons: ['camera-moved'] });
    expect(records[2]).not.toHaveProperty('peoplePresent');
    expect(told[3]?.reasons).toEqual(['camera-moved']);
  });

  it.each([1, 2, 3])('is the same in segments of %d windows', async (segmentWindows) => {
    const endUs = START_US + LENGTH_S * 1_000_000;
    const parts = cutSegments({ startUs: START_US, endUs, windowSeconds: WINDOW_S, segmentWindows });
    expect(parts.length).toBeGreaterThan(1);
    for (const clip of ['shifted', 'blackened'] as const) {
      const { all: whole } = await events(clip);
      const joined: TimelineEvent[] = [];
      for (const { startUs: fromUs, endUs: toUs } of parts)
        joined.push(...(await events(clip, { part: { fromUs, toUs } })).all);
      expect(joined).toEqual(whole);
      expect(Buffer.from(encodeTimeline(joined)).equals(encodeTimeline(whole))).toBe(true);
      expect(recordsOf(joined)).toEqual(recordsOf(whole));
    }
  });
});
