import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeClip } from '../../fixtures/make-clip.ts';
import { decodeCommand, frameBytes } from '../../pipelines/adapters/decode/ffmpeg-args.ts';
import { assembleArguments } from '../../pipelines/adapters/decode/ffmpeg-command.ts';
import { type PictureEvent, readPictures } from '../../pipelines/adapters/decode/ffmpeg-frames.ts';
import { type ByteSink, openFillingPipe } from '../../pipelines/adapters/decode/filling-pipe.ts';
import { footage } from '../support/footage.ts';
import { clipFolder, FORMAT, never, processesWith } from './decode-recording-support.ts';

const folder = clipFolder();
afterAll(folder.remove);

/** A folder for temporary files of this test's own, as others' tests come and go in the common one. */
let temporary: string;
const before = process.env.TMPDIR;
beforeEach((context) => {
  temporary = join(folder.path, `tmp-${context.task.id}`);
  mkdirSync(temporary);
  process.env.TMPDIR = temporary;
});
afterEach(() => {
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
});

const sha1 = (bytes: Uint8Array) => createHash('sha1').update(bytes).digest('hex');

/** Undefined when it is gone already. */
function modeOf(path: string): number | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? undefined : stat.mode & 0o777;
}

/** Runs a shell command whose stdout is a filling pipe, into `sink`. */
async function run(command: string, sink: (resume: () => void) => ByteSink): Promise<void> {
  const { reader, writer } = await openFillingPipe();
  const child = spawn('/bin/sh', ['-c', command], { stdio: ['ignore', writer, 'inherit'] });
  writer.destroy();
  reader.start(sink(reader.resume));
  await Promise.all([once(child, 'close'), reader.closed]);
}

describe('a filling pipe', () => {
  it('puts every byte in its place, whatever room there is and however often there is none', async () => {
    const expected = Array.from({ length: 200_000 }, (_, i) => `${i + 1}\n`).join('');
    const bytes = Buffer.alloc(expected.length + 1);
    let [at, asked, refused] = [0, 0, 0];
    await run('seq 1 200000', (resume) => ({
      room() {
        asked += 1;
        if (asked % 7 === 0) {
          refused += 1;
          void setImmediate().then(resume);
          return undefined;
        }
        return bytes.subarray(at, at + [1, 13, 4096, 300_000, 70_000][asked % 5]!);
      },
      filled: (length) => (at += length),
    }));
    expect(at).toBe(expected.length);
    expect(refused).toBeGreaterThan(3);
    expect(sha1(bytes.subarray(0, at))).toBe(sha1(Buffer.from(expected)));
  });

  it('holds the writer back while there is no room', async () => {
    const bytes = Buffer.alloc(4_000_000);
    let [at, isOpen] = [0, false];
    let resume = () => {};
    const done = run('head -c 4000000 /dev/zero', (ask) => {
      resume = ask;
      return {
        room: () => (isOpen || at === 0 ? bytes.subarray(at, at + 100_000) : undefined),
        filled: (length) => (at += length),
      };
    });
    await sleep(300);
    expect(at).toBeGreaterThan(0);
    expect(at).toBeLessThanOrEqual(100_000);
    isOpen = true;
    resume();
    await done;
    expect(at).toBe(4_000_000);
  });

  it('stands in a folder that only we may enter, and leaves nothing', async () => {
    const modes = new Set<number | undefined>();
    for (let n = 0; n < 20; n += 1) {
      let isOpening = true;
      const opening = openFillingPipe().finally(() => (isOpening = false));
      while (isOpening) {
        for (const name of readdirSync(temporary)) modes.add(modeOf(join(temporary, name)));
        await setImmediate();
      }
      const { reader, writer } = await opening;
      writer.destroy();
      reader.destroy();
      await reader.closed;
    }
    modes.delete(undefined);
    expect([...modes]).toEqual([0o700]);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('works in a folder whose path is longer than a socket may have', async () => {
    process.env.TMPDIR = join(temporary, 'a'.repeat(90), 'b'.repeat(90));
    mkdirSync(process.env.TMPDIR, { recursive: true });
    let text = '';
    const bytes = Buffer.alloc(100);
    await run('echo here', () => ({
      room: () => bytes,
      filled: (n) => (text += bytes.toString('utf8', 0, n)),
    }));
    expect(text).toBe('here\n');
    expect(readdirSync(process.env.TMPDIR)).toEqual([]);
  });

  it('says which folder it needs', async () => {
    process.env.TMPDIR = '/nowhere';
    await expect(openFillingPipe()).rejects.toMatchObject({
      ...{ code: 'decode-failed', operation: 'open-pipe' },
      message: expect.stringMatching(/\/nowhere.*TMPDIR.*must be writable/) as string,
    });
  });
});

/** A program in ffmpeg's place. */
function fakeFfmpeg(name: string, body: string): string {
  const path = join(folder.path, name);
  writeFileSync(
    path,
    `#!/bin/sh\ncase "$*" in *-version*) echo 'ffmpeg version 5.1'; exit;; esac\n${body}\n`,
  );
  chmodSync(path, 0o755);
  return path;
}

/** Reads to the end and tells what came. */
async function readToEnd(ffmpegPath: string) {
  const seen: string[] = [];
  const pictures = readPictures(
    {
      ...{ input: { kind: 'file', path: '/any' }, format: FORMAT, keyframesOnly: false },
      ...{ backPressure: 'block', tools: { ffmpegPath } },
    },
    never,
  );
  for (;;) {
    const step = await pictures.next();
    if (step.done === true) return { seen, end: step.value };
    if (step.value.kind === 'picture') seen.push(`${step.value.ptsUs} ${sha1(step.value.data)}`);
    step.value.kind === 'picture' && step.value.release();
  }
}

const BYTES = frameBytes(FORMAT);
const BLACK = sha1(Buffer.alloc(BYTES));
const TIMES = `printf 'frame:0 pts:0\\nframe:1 pts:40000\\nframe:2 pts:80000\\n' >&3`;

describe('frames', () => {
  it('are those of ffmpeg, byte for byte, also for a reader that is slow at times', async () => {
    const path = await makeClip('b-frames', folder.path);
    const input = { kind: 'file', path } as const;
    const args = decodeCommand({
      ...{ input, format: FORMAT, keyframesOnly: false, version: { major: 5, minor: 1 } },
    });
    const child = spawn('ffmpeg', assembleArguments(args), { stdio: ['ignore', 'pipe', 'ignore', 'ignore'] });
    const raw: Buffer[] = [];
    child.stdout!.on('data', (chunk: Buffer) => raw.push(chunk));
    await once(child, 'close');

    const hash = createHash('sha1');
    const held: PictureEvent[] = [];
    let count = 0;
    for await (const event of readPictures(
      { input, format: FORMAT, keyframesOnly: false, backPressure: 'block' },
      never,
    )) {
      if (event.kind !== 'picture') throw new Error('a picture was dropped');
      hash.update(event.data);
      held.push(event);
      count += 1;
      if (count % 50 === 0) await sleep(30);
      // Up to five at once, as detectors hold them.
      if (held.length === 5) for (const one of held.splice(0)) one.kind === 'picture' && one.release();
    }
    expect(count).toBe(300);
    expect(hash.digest('hex')).toBe(sha1(Buffer.concat(raw)));
  });

  it('that are cut off at the end are left out', async () => {
    const path = fakeFfmpeg('cut', `${TIMES}; head -c ${Math.round(BYTES * 2.5)} /dev/zero`);
    const { seen, end } = await readToEnd(path);
    expect(seen).toEqual([`0 ${BLACK}`, `40000 ${BLACK}`]);
    expect(end).toMatchObject({ outcome: 'end', exitCode: 0, pictures: 2 });
  });

  it('that are cut off by a kill are left out, and the end has no exit code', async () => {
    const path = fakeFfmpeg('killed', `${TIMES}; head -c ${Math.round(BYTES * 1.5)} /dev/zero; kill -9 $$`);
    const { seen, end } = await readToEnd(path);
    expect(seen).toEqual([`0 ${BLACK}`]);
    expect(end).toMatchObject({ outcome: 'end', pictures: 1 });
    expect(end.exitCode).toBeUndefined();
  });
});

describe('without a free file descriptor', () => {
  const PROGRAM = `
    import { closeSync, openSync } from 'node:fs';
    import { startDecoder } from './pipelines/adapters/decode/ffmpeg-process.ts';
    process.on('unhandledRejection', () => console.log('unhandled'));
    const sink = { room: () => Buffer.alloc(64), filled() {} };
    const start = async () => {
      const child = await startDecoder({ command: 'ffmpeg', args: ['-version'] });
      child.frames.start(sink);
      child.times.start(sink);
      return child.closed;
    };
    await start();
    const taken = [];
    try { for (;;) taken.push(openSync('/dev/null', 'r')); } catch {}
    for (let free = 0; free < Number(process.argv[1]); free += 1) closeSync(taken.pop());
    const outcome = await start().catch((error) => error.code ?? error.name);
    await new Promise((settle) => setTimeout(settle, 50));
    console.log(outcome);
  `;

  // Two descriptors hold the sockets' connections, two are for the child: six are too few for its pipes.
  it('starting a decoder is refused, and nothing is left to crash the process', async () => {
    const program = ['--import', 'tsx', '--input-type=module', '-e', PROGRAM, '6'];
    const child = spawn('prlimit', ['--nofile=80', process.execPath, ...program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    expect((await text(child.stdout)).trim()).toBe('decode-failed');
  }, 60_000);
});

describe('nothing is left', () => {
  it('of 50 sources: no descriptor, no folder, no process', async () => {
    const path = await makeClip('b-frames', folder.path);
    const request = { input: { kind: 'file', path }, format: FORMAT, keyframesOnly: false } as const;
    const openOne = async () => {
      for await (const _ of readPictures({ ...request, backPressure: 'block' }, never)) break;
    };
    await openOne();
    const descriptors = readdirSync('/proc/self/fd').length;
    for (let n = 0; n < 10; n += 1) await Promise.all([1, 2, 3, 4, 5].map(openOne));
    await sleep(50);
    expect(readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(descriptors);
    expect(readdirSync(temporary)).toEqual([]);
    expect(processesWith(path)).toEqual([]);
  });

  it('of 500 frames: memory outside the heap stays as it is', async () => {
    const format = { ...FORMAT, widthPx: 512, heightPx: 384 };
    const seen: number[] = [];
    let count = 0;
    for await (const event of readPictures(
      {
        ...{ input: { kind: 'file', path: footage() }, format, keyframesOnly: false },
        backPressure: 'block',
      },
      never,
    )) {
      if (event.kind === 'picture') event.release();
      count += 1;
      const { arrayBuffers, external } = process.memoryUsage();
      if (count > 100 && count <= 600) seen.push(arrayBuffers, external);
      if (count > 600) break;
    }
    const [buffers, outside] = [0, 1].map((k) => seen.filter((_, i) => i % 2 === k));
    expect(buffers).toHaveLength(500);
    for (const values of [buffers!, outside!]) {
      expect(Math.max(...values) - Math.min(...values)).toBeLessThan(frameBytes(format) / 4);
    }
  });
});
