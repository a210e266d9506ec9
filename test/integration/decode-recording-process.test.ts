import { execFileSync, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { makeClip } from '../../fixtures/make-clip.ts';
import { type PictureRequest, readPictures } from '../../pipelines/adapters/decode/ffmpeg-frames.ts';
import { startProcess } from '../../pipelines/adapters/decode/ffmpeg-process.ts';
import { createRecordingSource } from '../../pipelines/adapters/decode/recording-source.ts';
import { childrenWith, clipFolder, FORMAT, never, processesWith, until } from './decode-recording-support.ts';

const folder = clipFolder();
afterAll(folder.remove);

/** Frames of 1.2 MB: a few fill the pipe, so that ffmpeg waits for us instead of being done at once. */
const LARGE = { ...FORMAT, widthPx: 720, heightPx: 576 };

async function request(changes: Partial<PictureRequest> = {}): Promise<PictureRequest & { path: string }> {
  const path = await makeClip('b-frames', folder.path);
  return {
    ...{ path, input: { kind: 'file', path }, format: LARGE, keyframesOnly: false, backPressure: 'block' },
    ...changes,
  };
}

async function fifo(name: string): Promise<string> {
  const path = join(folder.path, name);
  execFileSync('mkfifo', [path]);
  return path;
}

describe('no process is left', () => {
  it('after the reader returns in mid-stream', async () => {
    const { path, ...rest } = await request();
    for await (const event of readPictures(rest, never)) {
      expect(event.kind).toBe('picture');
      expect(processesWith(path)).toHaveLength(1);
      break;
    }
    expect(processesWith(path)).toEqual([]);
  });

  it('after the reader throws', async () => {
    const { path, ...rest } = await request();
    const reading = async () => {
      for await (const _ of readPictures(rest, never)) throw new Error('the detector broke');
    };
    await expect(reading()).rejects.toThrow('the detector broke');
    expect(processesWith(path)).toEqual([]);
  });

  it('after an abort, which is neither an end nor a loss', async () => {
    const path = await makeClip('b-frames', folder.path);
    const stop = new AbortController();
    const frames = createRecordingSource({ path, startUs: 0 }).frames(
      { format: LARGE, framesPerSecond: 25, keyframesOnly: false },
      stop.signal,
    );
    expect((await frames.next()).done).toBe(false);
    stop.abort();
    expect(await frames.next()).toEqual({ done: true, value: { outcome: 'abort' } });
    expect(processesWith(path)).toEqual([]);
  });

  it('after an abort while waiting for a picture that never comes', async () => {
    const path = await fifo('abort-me');
    const stop = new AbortController();
    const pictures = readPictures(
      (await request({ input: { kind: 'file', path } })) as PictureRequest,
      stop.signal,
    );
    const next = pictures.next();
    await until(() => processesWith(path).length > 0, 'ffmpeg started');
    stop.abort();
    expect(await next).toMatchObject({ done: true, value: { outcome: 'abort', pictures: 0 } });
    expect(processesWith(path)).toEqual([]);
  });

  it('after this process was killed with -9, though ffmpeg writes nothing', async () => {
    const path = await fifo('orphan-me');
    const parent = spawn(
      process.execPath,
      [
        ...['--import', 'tsx', '--input-type=module', '-e'],
        `import { readPictures } from './pipelines/adapters/decode/ffmpeg-frames.ts';
         const format = { widthPx: 64, heightPx: 64, pixelFormat: 'rgb24', fit: 'stretch', padValue: 0 };
         const input = { kind: 'file', path: ${JSON.stringify(path)} };
         await readPictures({ input, format, keyframesOnly: false, backPressure: 'newest' }, new AbortController().signal).next();`,
      ],
      { stdio: 'ignore' },
    );
    const children = () => processesWith(path).filter((pid) => pid !== parent.pid);
    await until(() => children().length === 1, 'ffmpeg started');
    // Let setpriv and prlimit have become ffmpeg before its parent goes.
    await until(() => readFileSync(`/proc/${children()[0]}/comm`, 'utf8').trim() === 'ffmpeg', 'ffmpeg runs');
    parent.kill('SIGKILL');
    await until(() => children().length === 0, 'ffmpeg gone with its parent');
  });
});

describe('watchdog', () => {
  it('kills a source that never delivers', async () => {
    const path = await fifo('never');
    const limits = { input: { kind: 'file', path }, firstPictureMs: 300 } as const;
    const pictures = readPictures(await request(limits), never);
    expect(await pictures.next()).toMatchObject({ done: true, value: { outcome: 'stall', pictures: 0 } });
    expect(processesWith(path)).toEqual([]);
  });

  it('kills a frozen decoder, which does not even answer TERM, and calls it a loss', async () => {
    const path = await makeClip('b-frames', folder.path);
    const source = createRecordingSource({ path, startUs: 0, stallMs: 500 });
    const frames = source.frames({ format: LARGE, framesPerSecond: 25, keyframesOnly: false }, never);
    await frames.next();
    for (const pid of processesWith(path)) process.kill(pid, 'SIGSTOP');
    const seen: string[] = [];
    for (;;) {
      const step = await frames.next();
      if (step.done === true) {
        expect(step.value).toMatchObject({ outcome: 'loss', reason: 'decode-stall' });
        break;
      }
      seen.push(step.value.kind);
      if (step.value.kind === 'frame') step.value.frame.release();
    }
    expect(seen.at(-1)).toBe('gap');
    expect(processesWith(path)).toEqual([]);
  });
});

describe('back-pressure', () => {
  it('block: a slow reader slows ffmpeg down, loses nothing and holds little memory', async () => {
    const { path, ...rest } = await request({ stallMs: 3_000 });
    let count = 0;
    let most = 0;
    const before = process.memoryUsage().arrayBuffers;
    for await (const event of readPictures(rest, never)) {
      if (event.kind !== 'picture') throw new Error('a picture was dropped');
      count += 1;
      // Longer than the watchdog's limit: waiting for us is no stall.
      if (count === 5) await sleep(4_500);
      if (count === 6) expect(processesWith(path), 'ffmpeg waits').toHaveLength(1);
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
      event.release();
    }
    expect(count).toBe(300);
    // Two or three buffers of 1.2 MB and chunks of 64 KiB, of 373 MB that went through.
    expect(most).toBeLessThan(40 * 1024 ** 2);
  });

  it('newest: ffmpeg is never held back, and every picture is either delivered or told as dropped', async () => {
    const { path: _path, ...rest } = await request({ backPressure: 'newest', format: FORMAT });
    let [seen, dropped, lastUs] = [0, 0, -1];
    const pictures = readPictures(rest, never);
    for (;;) {
      const step = await pictures.next();
      if (step.done === true) {
        expect(step.value).toMatchObject({ outcome: 'end', exitCode: 0, drops: dropped });
        break;
      }
      const event = step.value;
      if (event.kind === 'drop') {
        dropped += event.count;
        expect(event.fromPtsUs).toBeGreaterThan(lastUs);
        expect(event.toPtsUs).toBeGreaterThanOrEqual(event.fromPtsUs);
        lastUs = event.toPtsUs;
      } else {
        seen += 1;
        expect(event.ptsUs).toBeGreaterThan(lastUs);
        lastUs = event.ptsUs;
        event.release();
        await sleep(100);
      }
    }
    expect(seen + dropped).toBe(300);
    expect(dropped).toBeGreaterThan(0);
    expect(lastUs).toBe(11_960_000);
  });
});

describe('words of ffmpeg', () => {
  it('carry no password, though ffmpeg prints the whole address', async () => {
    const url = 'rtsp://admin:hunter22@127.0.0.1:1/live';
    const input = { kind: 'rtsp', url, transport: 'tcp', timeoutMs: 1000 } as const;
    const caught = await readPictures(await request({ input, secrets: ['hunter22'] }), never)
      .next()
      .catch((error: unknown) => error);
    expect(caught).toMatchObject({ code: 'source-unreachable' });
    expect(String(caught)).toContain('127.0.0.1');
    expect(String(caught)).not.toMatch(/hunter22|admin/);
  });

  it('are kept as the last 100 lines', async () => {
    const child = await startProcess({
      command: 'ffmpeg',
      tools: { ffmpegPath: '/bin/sh' },
      args: ['-c', 'for i in $(seq 1 500); do echo "[error] rtsp://u:p@cam/$i" >&2; done'],
    });
    child.stdout.resume();
    expect(await child.closed).toEqual({ code: 0, signal: null });
    expect(child.stderrTail()).toHaveLength(100);
    expect(child.stderrTail().at(-1)).toBe('[error] rtsp://***@cam/500');
    expect(child.errorLines()).toBe(500);
  });

  it('get none of our environment to repeat', async () => {
    process.env.PANTAU_TEST_SECRET = 'hunter22';
    const child = await startProcess({ command: 'ffmpeg', tools: { ffmpegPath: '/usr/bin/env' }, args: [] });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    await child.closed;
    delete process.env.PANTAU_TEST_SECRET;
    expect(text).toContain('LC_ALL=C');
    expect(text).not.toContain('hunter22');
  });
});

describe('stdin', () => {
  it('is fed by the caller, whose fault is thrown', async () => {
    const bytes = readFileSync(await makeClip('late-start', folder.path));
    const input = { kind: 'stdin', demuxer: 'mpegts' } as const;
    const times: number[] = [];
    const feed = async (stdin: NodeJS.WritableStream) => {
      stdin.write(bytes);
    };
    for await (const event of readPictures(await request({ input, feed, format: FORMAT }), never)) {
      if (event.kind !== 'picture') continue;
      times.push(event.ptsUs);
      event.release();
    }
    expect(times.length).toBeGreaterThan(250);
    expect(times.at(-1)).toBe(95_013_360_000);
    const broken = () => Promise.reject(new Error('playlist gone'));
    await expect(readPictures(await request({ input, feed: broken }), never).next()).rejects.toThrow(
      'playlist gone',
    );
    expect(childrenWith('pipe:0')).toEqual([]);
  });
});

describe('privacy', () => {
  it('a reading leaves no new file anywhere a decoder could put one', async () => {
    const list = () =>
      [folder.path, tmpdir(), process.cwd()].flatMap((place) =>
        readdirSync(place).map((name) => join(place, name)),
      );
    const path = await makeClip('b-frames', folder.path);
    const before = new Set(list());
    const source = createRecordingSource({ path, startUs: 0 });
    for await (const event of source.frames(
      { format: FORMAT, framesPerSecond: 25, keyframesOnly: false },
      never,
    )) {
      if (event.kind === 'frame') event.frame.release();
    }
    const images = list().filter(
      (name) => !before.has(name) && /\.(?:jpe?g|png|bmp|ppm|raw|rgb|yuv|mp4|h264)$/i.test(name),
    );
    expect(images).toEqual([]);
  });
});
