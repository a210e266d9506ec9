import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { ByteSink, FillingReader } from '../../../pipelines/adapters/decode/filling-pipe.ts';
import { createFramePool } from '../../../pipelines/adapters/decode/frame-pool.ts';
import {
  type BackPressure,
  createPictureInbox,
  MOST_AHEAD,
} from '../../../pipelines/adapters/decode/picture-inbox.ts';
import { createPictureClock } from '../../../pipelines/adapters/decode/pts-channel.ts';

const FRAME = 4;

/** A pipe in memory: bytes wait in it while the sink has no room. */
function fakePipe() {
  let sink: ByteSink | undefined;
  let waiting = Buffer.alloc(0);
  let end = () => {};
  const resume = () => {
    while (waiting.length > 0) {
      const room = sink?.room();
      if (room === undefined) return;
      const length = waiting.copy(room);
      waiting = waiting.subarray(length);
      sink!.filled(length);
    }
  };
  const reader: FillingReader = {
    ...{ resume, closed: new Promise<void>((resolve) => (end = resolve)), destroy: () => end() },
    start(target) {
      sink = target;
      resume();
    },
  };
  const write = (bytes: string | Buffer) => {
    waiting = Buffer.concat([waiting, Buffer.from(bytes)]);
    resume();
  };
  return { reader, write, end: () => end(), waitingBytes: () => waiting.length };
}

function open(backPressure: BackPressure, capacity = 3, endsAtRestart = false) {
  const [stdout, side] = [fakePipe(), fakePipe()];
  const inbox = createPictureInbox({
    ...{ frames: stdout.reader, times: side.reader, frameBytes: FRAME, backPressure, endsAtRestart },
    pool: createFramePool({ byteLength: FRAME, capacity }),
    clock: createPictureClock({ intervalUs: 1, backwardJumpUs: Number.POSITIVE_INFINITY }),
    onPicture: () => {},
    nowUs: () => 0,
  });
  const time = (n: number) => side.write(`frame:${n} pts:${n * 10} pts_time:0\npantau=1\n`);
  const frame = (n: number) => stdout.write(Buffer.alloc(FRAME, n));
  const settle = async () => {
    for (let turn = 0; turn < 5; turn += 1) await setImmediate();
  };
  return { inbox, stdout, side, time, frame, settle };
}

/** Takes one event and says what it was: `pts:byte` of a picture, `drop count from-to` of drops. */
function next(inbox: ReturnType<typeof open>['inbox'], keep = false): string | undefined {
  const event = inbox.take();
  if (event === undefined) return undefined;
  if (event.kind === 'drop') return `drop ${event.count} ${event.fromPtsUs}-${event.toPtsUs}`;
  const said = `${event.ptsUs}:${event.data[0]}`;
  if (!keep) event.release();
  return said;
}

/** Takes until nothing comes any more. */
async function allOf({
  inbox,
  settle,
}: Pick<ReturnType<typeof open>, 'inbox' | 'settle'>): Promise<string[]> {
  const seen: string[] = [];
  for (let event = next(inbox); event !== undefined; event = next(inbox)) {
    seen.push(event);
    await settle();
  }
  return seen;
}

describe('picture inbox', () => {
  it('pairs frames with times that ran ahead', async () => {
    const { inbox, time, frame, settle } = open('block');
    for (const n of [0, 1, 2, 3]) time(n);
    for (const n of [0, 1, 2]) frame(n);
    await settle();
    expect(await allOf({ inbox, settle })).toEqual(['0:0', '10:1', '20:2']);
  });

  it('keeps a whole frame until its time comes', async () => {
    const { inbox, time, frame, settle } = open('block');
    frame(0);
    await settle();
    expect(next(inbox)).toBeUndefined();
    expect(inbox.isEmpty()).toBe(false);
    expect(inbox.isHeldByReader()).toBe(false);
    time(0);
    await settle();
    expect(next(inbox)).toBe('0:0');
    expect(inbox.isEmpty()).toBe(true);
  });

  it.each([
    [true, ['0:0', '10:1']],
    [false, ['0:0', '10:1', '20:2', '30:3']],
  ])('gives pictures of another size than the first: not when it ends there (%s)', async (ends, expected) => {
    const { inbox, side, time, frame, settle } = open('block', 5, ends);
    for (const n of [0, 1]) time(n);
    side.write('frame:0 pts:20 pts_time:0\nframe:1 pts:30 pts_time:0\n');
    for (const n of [0, 1, 2, 3]) frame(n);
    await settle();
    expect(await allOf({ inbox, settle })).toEqual(expected);
    expect(inbox.isRestarted()).toBe(true);
  });

  it('joins frames from chunks of any size', async () => {
    const { inbox, stdout, time, settle } = open('newest', 20);
    const bytes = Buffer.concat([0, 1, 2, 3, 4, 5].map((n) => Buffer.alloc(FRAME, n)));
    for (const n of [0, 1, 2, 3, 4, 5]) time(n);
    const seen: (string | undefined)[] = [];
    for (const [from, to] of [
      [0, 1],
      [1, 3],
      [3, 5],
      [5, 11],
      [11, 12],
      [12, 24],
    ] as const) {
      stdout.write(bytes.subarray(from, to));
      await settle();
      for (let event = next(inbox); event !== undefined; event = next(inbox)) seen.push(event);
    }
    expect(seen).toEqual(['0:0', '10:1', '20:2', 'drop 2 30-40', '50:5']);
  });

  it('block: lets ffmpeg work some pictures ahead, wakes it when few are left, and loses none', async () => {
    const { inbox, stdout, time, frame, settle } = open('block', 2 * MOST_AHEAD);
    const count = 3 * MOST_AHEAD;
    for (let n = 0; n < count; n += 1) {
      time(n);
      frame(n);
    }
    await settle();
    // One more than wait came in whole and has nowhere to go.
    const unread = [count - MOST_AHEAD - 1];
    expect(inbox.isHeldByReader()).toBe(true);
    expect(stdout.waitingBytes()).toBe(unread[0]! * FRAME);
    const seen: (string | undefined)[] = [];
    for (let n = 0; n < count; n += 1) {
      seen.push(next(inbox));
      await settle();
      if (stdout.waitingBytes() / FRAME !== unread.at(-1)) unread.push(stdout.waitingBytes() / FRAME);
    }
    expect(seen).toEqual(Array.from({ length: count }, (_, n) => `${n * 10}:${n}`));
    expect(unread).toEqual([31, 17, 3, 0]);
    expect(inbox.counts).toEqual({ pictures: count, drops: 0, repeats: 0 });
  });

  it('block: waits when every buffer is with the reader, until one is released', async () => {
    const { inbox, time, frame, settle } = open('block', 2);
    for (const n of [0, 1, 2]) {
      time(n);
      frame(n);
    }
    await settle();
    const held = inbox.take();
    expect(next(inbox, true)).toBe('10:1');
    await settle();
    expect(inbox.take()).toBeUndefined();
    expect(inbox.isHeldByReader()).toBe(true);
    if (held?.kind === 'picture') held.release();
    await settle();
    expect(next(inbox)).toBe('20:2');
  });

  it('newest: always reads on, keeps the newest, and says what was dropped', async () => {
    const { inbox, stdout, time, frame, settle } = open('newest');
    for (let n = 0; n < 50; n += 1) {
      time(n);
      frame(n);
    }
    await settle();
    expect(stdout.waitingBytes()).toBe(0);
    expect([next(inbox), next(inbox), next(inbox)]).toEqual(['drop 49 0-480', '490:49', undefined]);
  });

  it('newest: drops, and never waits, when every buffer is with the reader', async () => {
    const { inbox, time, frame, settle } = open('newest', 1);
    time(0);
    frame(0);
    await settle();
    expect(next(inbox, true)).toBe('0:0');
    time(1);
    frame(1);
    await settle();
    expect([next(inbox), next(inbox)]).toEqual(['drop 1 10-10', undefined]);
  });

  it('drops a picture whose time does not grow', async () => {
    const { inbox, side, time, frame, settle } = open('block');
    time(5);
    side.write('frame:6 pts:50 pts_time:0\n');
    time(7);
    for (const n of [5, 6, 7]) frame(n);
    await settle();
    expect(await allOf({ inbox, settle })).toEqual(['50:5', '70:7']);
    expect(inbox.counts.repeats).toBe(1);
  });

  it('forgets a frame whose time never came', async () => {
    const { inbox, side, frame, settle } = open('block');
    frame(0);
    await settle();
    side.end();
    await settle();
    expect(inbox.take()).toBeUndefined();
    expect(inbox.isEmpty()).toBe(true);
  });

  it('reuses buffers and survives a second release', async () => {
    const { inbox, time, frame, settle } = open('block', 2);
    const buffers = new Set<Buffer>();
    for (let n = 0; n < 10; n += 1) {
      time(n);
      frame(n);
      await settle();
      const event = inbox.take();
      if (event?.kind !== 'picture') throw new Error('no picture');
      buffers.add(event.data);
      event.release();
      event.release();
    }
    expect(buffers.size).toBeLessThanOrEqual(2);
  });
});
