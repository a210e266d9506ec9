import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  createStreamHub,
  type Moment,
  STREAM_BUFFER_BYTES,
  type StreamHub,
} from '../../../portal/api/stream-hub.ts';

let hub: StreamHub;
let nowMs: number;
let latest: Map<string, string>;
let reads: number;
let dropped: unknown[];
const opened: PassThrough[] = [];

beforeEach(() => {
  nowMs = 0;
  reads = 0;
  dropped = [];
  latest = new Map([
    ['cam-1', '{"volume":1}'],
    ['cam-2', '{"volume":2}'],
  ]);
  hub = createStreamHub({
    read: async (): Promise<Moment> => {
      reads += 1;
      return { latest: new Map(latest), health: new Map() };
    },
    smallCountBelow: 5,
    clock: () => nowMs,
    most: 2,
    behindMs: 60_000,
    onError: (error) => {
      throw error;
    },
    onDrop: (reason, behindMs) => dropped.push([reason, behindMs]),
  });
});

afterEach(async () => {
  for (const out of opened.splice(0)) out.destroy();
  await hub.close();
});

function reader(cameraId?: string): PassThrough {
  const out = new PassThrough({ highWaterMark: STREAM_BUFFER_BYTES });
  opened.push(out);
  hub.add(out, cameraId);
  return out;
}

async function settled(): Promise<void> {
  for (let i = 0; i < 5; i += 1) await turn();
}

const taken = (out: PassThrough): string => String(out.read() ?? '');
const event = (...cameras: string[]) =>
  `event: latest\ndata: {"observations":[${cameras.join(',')}],"smallCountBelow":5}\n\n`;

it('a reader gets what is, then what changed, and all of it again when it comes again', async () => {
  const first = reader();
  await settled();
  expect(taken(first)).toBe(event('{"volume":1}', '{"volume":2}'));
  latest.set('cam-2', '{"volume":3}');
  hub.renew();
  await settled();
  expect(taken(first)).toBe(event('{"volume":3}'));
  hub.beat();
  await settled();
  expect(taken(first)).toBe(': \n\n');
  first.destroy();
  await settled();
  const again = reader();
  await settled();
  expect(taken(again)).toBe(event('{"volume":1}', '{"volume":3}'));
});

it('many changes at once are read twice at most', async () => {
  reader();
  await settled();
  reads = 0;
  for (let i = 0; i < 50; i += 1) hub.renew();
  await settled();
  expect(reads).toBeLessThanOrEqual(2);
});

it('a slow reader holds one state in memory, gets the newest when it is free, and delays nobody', async () => {
  const [slow, quick] = [reader(), reader()];
  await settled();
  taken(quick);
  const large = (i: number) => `{"i":${i},"text":"${'x'.repeat(STREAM_BUFFER_BYTES)}"}`;
  for (let i = 0; i < 20; i += 1) {
    latest.set('cam-1', large(i));
    hub.renew();
    await settled();
    expect(taken(quick)).toBe(event(large(i)));
  }
  expect(slow.writableLength + slow.readableLength).toBeLessThan(3 * STREAM_BUFFER_BYTES);
  while (slow.readableLength > 0) taken(slow);
  await settled();
  expect(taken(slow)).toBe(event(large(19)));
});

it('who takes nothing for a minute is dropped, and says so in the log', async () => {
  const stuck = reader();
  const quick = reader();
  await settled();
  latest.set('cam-1', `{"text":"${'x'.repeat(2 * STREAM_BUFFER_BYTES)}"}`);
  for (; nowMs <= 75_000 && !stuck.destroyed; nowMs += 15_000) {
    hub.renew();
    await settled();
    taken(quick);
    hub.beat();
  }
  expect(stuck.destroyed).toBe(true);
  expect(quick.destroyed).toBe(false);
  hub.beat();
  expect(dropped).toEqual([['too-slow', 60_000]]);
  await settled();
  expect(hub.isFull()).toBe(false);
});

it('has an end to its readers, and room again when one leaves', async () => {
  const [first] = [reader(), reader()];
  expect(hub.isFull()).toBe(true);
  first.destroy();
  await settled();
  expect(hub.isFull()).toBe(false);
});
