import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type ClipName, makeClip } from '../../fixtures/make-clip.ts';
import { probeRecording } from '../../pipelines/adapters/decode/probe.ts';
import {
  createRecordingSource,
  recordingFingerprint,
} from '../../pipelines/adapters/decode/recording-source.ts';
import { clipFolder, FORMAT, never, START_US } from './decode-recording-support.ts';

const folder = clipFolder();
afterAll(folder.remove);

describe('what a recording is', () => {
  const sound: [ClipName, object][] = [
    [
      'b-frames',
      {
        widthPx: 160,
        heightPx: 120,
        framesPerSecond: 25,
        startPtsUs: 0,
        durationUs: 12_000_000,
        codec: 'h264',
      },
    ],
    ['late-start', { startPtsUs: 95_001_400_000, durationUs: 12_000_000, timeBase: '1/90000' }],
    ['rotated', { widthPx: 120, heightPx: 160 }],
    ['no-timestamps', { hasTimestamps: false, framesPerSecond: 20, startPtsUs: 0 }],
    ['with-audio', { createdAt: '2026-11-01T03:04:05.000Z', codec: 'h264' }],
    ['hevc', { codec: 'hevc' }],
    ['8k', { widthPx: 7680, heightPx: 4320 }],
    ['truncated-avi', { durationUs: 12_000_000 }],
  ];
  it.each(sound)('%s', async (name, expected) => {
    const path = await makeClip(name, folder.path);
    expect(await probeRecording({ path }, never)).toMatchObject(expected);
  });

  it('has the same fingerprint under another name, and another one after a change', async () => {
    const path = await makeClip('b-frames', folder.path);
    const link = join(folder.path, 'the same.mp4');
    symlinkSync(path, link);
    const print = await recordingFingerprint(path);
    expect(print).toMatch(/^[0-9a-f]{64}$/);
    expect(await recordingFingerprint(link)).toBe(print);
    expect(await recordingFingerprint(await makeClip('truncated', folder.path))).not.toBe(print);
  });

  it('is looked at once while the file stays what it is', async () => {
    const path = join(folder.path, 'grows.mp4');
    copyFileSync(await makeClip('b-frames', folder.path), path);
    const first = await probeRecording({ path }, never);
    expect(await probeRecording({ path }, never)).toBe(first);
    utimesSync(path, 1, 1);
    const second = await probeRecording({ path }, never);
    expect(second).not.toBe(first);
    expect(second).toEqual(first);
  });

  it('describes itself', async () => {
    const path = await makeClip('b-frames', folder.path);
    const source = createRecordingSource({ path, startUs: START_US });
    expect(await source.describe(never)).toMatchObject({ startUs: START_US, endUs: START_US + 12_000_000 });
    expect(await source.probe(never)).toMatchObject({ widthPx: 160, heightPx: 120, framesPerSecond: 25 });
  });
});

describe('what is refused', () => {
  const clips: [ClipName, code: string, says: RegExp][] = [
    ['empty', 'source-empty', /0 bytes/],
    ['not-video', 'source-not-video', /no video was found/],
    ['audio-only', 'source-no-video-stream', /only audio \(aac\)/],
    ['wav', 'source-not-video', /format is not one of/],
    ['one-pixel', 'source-too-small', /1×1/],
    ['pixel-bomb', 'source-too-large', /16000x16000/],
    ['rare-codec', 'source-refused', /codec ffv1/],
    ['playlist', 'source-refused', /an HLS playlist/],
    ['concat', 'source-refused', /an ffconcat list/],
  ];
  it.each(clips)('%s: %s', async (name, code, message) => {
    const path = await makeClip(name, folder.path);
    const caught = await probeRecording({ path }, never).catch((error: unknown) => error);
    expect(caught).toMatchObject({ name: 'AnalysisError', code, operation: 'probe' });
    expect(String(caught)).toMatch(message);
    // frames() gives the same answer as probe().
    const frames = createRecordingSource({ path, startUs: 0 }).frames(
      { format: FORMAT, framesPerSecond: 5, keyframesOnly: false },
      never,
    );
    await expect(frames.next()).rejects.toMatchObject({ code });
  });

  it('a fifo, a directory, a missing file, addresses', async () => {
    const fifo = join(folder.path, 'a-pipe');
    execFileSync('mkfifo', [fifo]);
    const rows: [path: string, code: string, says: RegExp][] = [
      [fifo, 'source-refused', /a pipe/],
      [folder.path, 'source-refused', /a directory/],
      ['/dev/zero', 'source-refused', /a device/],
      [join(folder.path, 'nowhere.mp4'), 'source-missing', /ENOENT/],
      ['http://10.0.0.1/a.mp4', 'source-refused', /address \(http:\)/],
      ['rtsp://u:hunter22@10.0.0.1/a', 'source-refused', /address \(rtsp:\)/],
      ['concat:/etc/passwd', 'source-refused', /address \(concat:\)/],
      ['file:/etc/passwd', 'source-refused', /address \(file:\)/],
      ['pipe:0', 'source-refused', /address \(pipe:\)/],
      ['-version', 'source-refused', /an option/],
    ];
    for (const [path, code, message] of rows) {
      const caught = await probeRecording({ path }, never).catch((error: unknown) => error);
      expect(caught, path).toMatchObject({ code });
      expect(String(caught)).toMatch(message);
      expect(String(caught)).not.toContain('hunter22');
    }
  });

  it('a file outside the media folder, also through a link or dots', async () => {
    const outside = await makeClip('b-frames', folder.path);
    const mediaRoot = join(folder.path, 'media');
    mkdirSync(mediaRoot);
    const inside = await makeClip('hevc', mediaRoot);
    const link = join(mediaRoot, 'link.mp4');
    symlinkSync(outside, link);
    for (const path of [outside, link, `${mediaRoot}/../b-frames.mp4`, mediaRoot]) {
      await expect(probeRecording({ path, mediaRoot }, never), path).rejects.toMatchObject({
        code: 'source-refused',
      });
    }
    await expect(probeRecording({ path: inside, mediaRoot }, never)).resolves.toMatchObject({
      codec: 'hevc',
    });
    await expect(probeRecording({ path: inside, mediaRoot: '/no/such' }, never)).rejects.toMatchObject({
      code: 'source-refused',
    });
  });

  it('a pixel bomb, in less memory than one of its pictures', async () => {
    const path = await makeClip('pixel-bomb', folder.path);
    // 16000 × 16000 in yuv420p is 384 MB on top of what the program and its libraries map.
    const tools = { memoryLimitBytes: 640 * 1024 ** 2 };
    await expect(probeRecording({ path, tools }, never)).rejects.toMatchObject({ code: 'source-too-large' });
    const sane = await makeClip('b-frames', folder.path);
    await expect(probeRecording({ path: sane, tools }, never)).resolves.toMatchObject({ codec: 'h264' });
  });

  it("ffmpeg that isn't there, saying how to install it", async () => {
    const path = await makeClip('b-frames', folder.path);
    for (const tools of [{ ffprobePath: '/no/such/ffprobe' }, { ffprobePath: 'no-such-ffprobe' }]) {
      const caught = await probeRecording({ path, tools }, never).catch((error: unknown) => error);
      expect(caught).toMatchObject({ code: 'ffmpeg-missing' });
      expect(String(caught)).toContain('apt-get install ffmpeg');
    }
  });
});
