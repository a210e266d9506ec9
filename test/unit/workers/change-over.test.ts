import { describe, expect, it } from 'vitest';
import { createCounting } from '../../../pipelines/domain/counting.ts';
import type { CameraEntry } from '../../../workers/cluster/cameras.ts';
import type { Host } from '../../../workers/host.ts';
import { leaseStart } from '../../../workers/live/begin-counting.ts';
import { msUntilBothBegin } from '../../../workers/live/change-over.ts';
import { createClockWatch } from '../../../workers/live/clock-watch.ts';
import { LINEAGE, SITE } from '../aggregate/builders.ts';

const SEVEN = Date.UTC(2026, 0, 5, 7);
const MINUTE = 60_000;

it.each([
  ['the same length: the next window', [60, 60], 3.5 * MINUTE, 4 * MINUTE],
  ['to longer windows: where one of them begins', [60, 300], 3.5 * MINUTE, 5 * MINUTE],
  ['to shorter windows: where the longer one ends', [300, 60], 3.5 * MINUTE, 5 * MINUTE],
  ['lengths that do not divide each other', [400, 900], MINUTE, 60 * MINUTE],
  ['at a boundary: the next one, as this window has begun', [60, 300], 0, 5 * MINUTE],
] as const)('%s', (_name, lengths, afterMs, expectedMs) => {
  expect(msUntilBothBegin(SEVEN + afterMs, lengths)).toBe(expectedMs - afterMs);
});

describe('a lease begins', () => {
  /** The checkpoint of a camera that was watched from 07:00 to `untilMinute`, left in order or by a crash. */
  function watched(windowMinutes: number, untilMinute: number, isInOrder: boolean) {
    const counting = createCounting({
      site: { ...SITE, windowSeconds: windowMinutes * 60 },
      framesPerSecond: 1,
      thresholds: { score: 0.4, lowScore: 0.2 },
      lineage: LINEAGE,
      from: { startUs: SEVEN * 1_000, reason: 'paused' },
    });
    const toUs = (SEVEN + untilMinute * MINUTE) * 1_000;
    counting.push({ kind: 'gap', fromUs: SEVEN * 1_000, toUs, reason: 'source-down' });
    if (isInOrder) counting.finish({ reason: 'paused' });
    return { fence: 1, siteVersion: LINEAGE.siteVersion, counting: counting.checkpoint() };
  }
  async function begin(windowMinutes: number, nowMinute: number, saved: ReturnType<typeof watched>) {
    const host = {
      nowMs: () => SEVEN + nowMinute * MINUTE,
      checkpoints: { get: async () => saved },
      cameras: { takePausedSince: async () => undefined },
    } as unknown as Host;
    const entry = { windowSeconds: windowMinutes * 60, siteVersion: 'another' } as CameraEntry;
    const { from } = await leaseStart(host, entry);
    if (!('startUs' in from)) throw new Error('no start');
    return { minute: ((from.startUs ?? 0) / 1_000 - SEVEN) / MINUTE, reason: from.reason };
  }

  it.each([
    {
      why: 'paused in 15 minutes, now 1: after the record that is there',
      old: 15,
      now: 1,
      at: 9,
      expected: 15,
    },
    {
      why: 'paused in 1 minute, now 15: where none of the minutes is any more',
      old: 1,
      now: 15,
      at: 9,
      expected: 15,
    },
    { why: 'lengths that do not divide each other', old: 15, now: 10, at: 9, expected: 20 },
    { why: 'after the record: at once', old: 15, now: 1, at: 16.5, expected: 16.5 },
    { why: 'the same length: at once, as its record is written anew', old: 15, now: 15, at: 9, expected: 9 },
    {
      why: 'a crash in 15 minutes, of which there is no record: at once',
      old: 15,
      now: 1,
      at: 9,
      crash: true,
      expected: 9,
    },
    {
      why: 'a crash in 1 minute, now 15: after the records',
      old: 1,
      now: 15,
      at: 9,
      crash: true,
      expected: 15,
    },
  ])('$why', async ({ old, now, at, crash = false, expected }) => {
    expect(await begin(now, at, watched(old, 7.5, !crash))).toEqual({ minute: expected, reason: 'paused' });
  });

  it('now, when the clock was set back since the checkpoint by more than clocks of workers differ', async () => {
    const saved = watched(1, 60, true);
    expect(await begin(1, 0, saved)).toEqual({ minute: 0, reason: 'worker-down' });
    expect(await begin(1, 58, saved)).toEqual({ minute: 58, reason: 'paused' });
  });
});

it('tells a wall clock that was set back, not one that was set forward, jitters or was read late', () => {
  const clocks = { wallMs: 0, steadyMs: 0 };
  const isSetBack = createClockWatch({ nowMs: () => clocks.wallMs, steadyMs: () => clocks.steadyMs });
  const pass = (wallMs: number, steadyMs: number) => {
    clocks.wallMs += wallMs;
    clocks.steadyMs += steadyMs;
    return isSetBack();
  };
  expect([pass(3_000, 3_000), pass(86_400_000, 3_000), pass(1_500, 3_000)]).toEqual([false, false, false]);
  expect([pass(-3_597_000, 3_000), pass(3_000, 3_000), pass(600, 3_000)]).toEqual([true, false, true]);
});
