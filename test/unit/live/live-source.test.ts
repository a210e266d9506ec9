import { describe, expect, it } from 'vitest';
import type {
  ConnectionEnd,
  ConnectionEvent,
  ConnectRequest,
  LiveConnector,
} from '../../../pipelines/adapters/decode/live-connection.ts';
import { judgeFailure, reconnectDelayMs } from '../../../pipelines/adapters/decode/live-reconnect.ts';
import { createLiveSource, type LiveStatus } from '../../../pipelines/adapters/decode/live-source.ts';
import { createLiveTimeline } from '../../../pipelines/adapters/decode/live-timeline.ts';
import { AnalysisError, type ErrorCode } from '../../../pipelines/errors.ts';
import type { SourceEvent, SourceInfo } from '../../../pipelines/ports.ts';

const T0 = 1_800_000_000_000_000;
const S = 1_000_000;

type Script = (request: ConnectRequest) => AsyncGenerator<ConnectionEvent, ConnectionEnd, void>;

/** A clock that only the scripts move. */
function createClock() {
  let us = T0;
  return {
    nowUs: () => us,
    pass: (seconds: number): void => {
      us += seconds * S;
    },
  };
}

/** Plays one script for each connection, the last one for ever; ends after `maxEvents`. */
async function run(
  scripts: readonly Script[],
  maxEvents: number,
  clock = createClock(),
  { shapes, ...options }: { frozenAfterMs?: number; shapes?: readonly SourceInfo[] } = {},
) {
  const statuses: LiveStatus[] = [];
  const released: number[] = [];
  let connections = 0;
  let looks = 0;
  const connector: LiveConnector = {
    lagUs: 0,
    probe: async () => {
      const shape = shapes?.[looks++];
      if (shape === undefined) throw new Error('not asked');
      return shape;
    },
    connect: (request) => {
      const script = scripts[Math.min(connections, scripts.length - 1)]!;
      connections += 1;
      return script(request);
    },
  };
  const aborter = new AbortController();
  const source = createLiveSource({
    connector,
    clock,
    reconnect: { firstMs: 1, maxMs: 4, authFailedMs: 30 },
    random: () => 1,
    gapIntervalMs: 5,
    ...options,
    onStatus: (status) => statuses.push(status),
    secrets: ['geheim!!'],
  });
  if (shapes !== undefined) await source.probe(aborter.signal);
  const format = { widthPx: 1, heightPx: 1, pixelFormat: 'rgb24', fit: 'stretch', padValue: 0 } as const;
  const events: SourceEvent[] = [];
  const frames = source.frames({ format, framesPerSecond: 1, keyframesOnly: false }, aborter.signal);
  for (;;) {
    const next = await frames.next();
    if (next.done === true) return { events, statuses, connections, released, end: next.value };
    events.push(next.value);
    if (events.length >= maxEvents) aborter.abort();
  }
}

const frame = (capturedAtUs: number, release: () => void = () => undefined): ConnectionEvent => ({
  kind: 'frame',
  frame: { capturedAtUs, data: Buffer.alloc(3), release },
});
const text = (events: readonly SourceEvent[]): string[] =>
  events.map((event) =>
    event.kind === 'frame'
      ? `frame ${(event.frame.capturedAtUs - T0) / S}`
      : `${event.reason} ${(event.fromUs - T0) / S}-${(event.toUs - T0) / S}`,
  );
const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason));
  });
const failing = (code: ErrorCode, message = 'no'): Script =>
  // biome-ignore lint/correctness/useYield: a connection that never gives anything
  async function* () {
    throw new AnalysisError(code, 'test', message);
  };

describe('createLiveSource', () => {
  it('a connection lost and found again: the gap begins where the last frame’s second ends', async () => {
    const clock = createClock();
    const first: Script = async function* () {
      clock.pass(2);
      yield frame(T0 + 2 * S);
      clock.pass(1);
      yield frame(T0 + 3 * S);
      clock.pass(4);
      return { outcome: 'loss', detail: 'closed' };
    };
    const second: Script = async function* (request) {
      clock.pass(1);
      yield frame(T0 + 8 * S);
      await untilAborted(request.signal);
      return { outcome: 'abort', detail: '' };
    };
    const { events, statuses, end } = await run([first, second], 6, clock);
    expect(text(events)).toEqual([
      'source-down 0-2',
      'frame 2',
      'frame 3',
      'source-down 4-7',
      'source-down 7-8',
      'frame 8',
    ]);
    expect(statuses.map(({ state }) => state)).toEqual([
      'connecting',
      'live',
      'unreachable',
      'connecting',
      'live',
    ]);
    expect(end).toEqual({ outcome: 'abort' });
  });

  it('a stall is a decode-stall up to its discovery', async () => {
    const clock = createClock();
    const stalling: Script = async function* () {
      yield frame(clock.nowUs());
      clock.pass(10);
      return { outcome: 'stall', detail: 'silent' };
    };
    const { events, statuses } = await run([stalling], 2, clock);
    expect(text(events)).toEqual(['frame 0', 'decode-stall 1-10']);
    expect(statuses.map(({ state }) => state).slice(0, 3)).toEqual(['connecting', 'live', 'stalled']);
  });

  it('a picture that stands is a decode-stall until it changes, also over a reconnect', async () => {
    const clock = createClock();
    const standing: Script = async function* () {
      for (let second = 0; second < 4; second += 1) {
        yield frame(clock.nowUs());
        clock.pass(1);
      }
      return { outcome: 'loss', detail: 'closed' };
    };
    const movesAgain: Script = async function* (request) {
      for (const level of [0, 0, 9]) {
        const capturedAtUs = clock.nowUs();
        yield {
          kind: 'frame',
          frame: { capturedAtUs, data: Buffer.alloc(3, level), release: () => undefined },
        };
        clock.pass(1);
      }
      await untilAborted(request.signal);
      return { outcome: 'abort', detail: '' };
    };
    const { events, statuses } = await run([standing, movesAgain], 7, clock, { frozenAfterMs: 3_000 });
    expect(text(events)).toEqual([
      'frame 0',
      'frame 1',
      'frame 2',
      'source-down 3-4',
      'decode-stall 4-5',
      'decode-stall 5-6',
      'frame 6',
    ]);
    expect(statuses.map(({ state }) => state)).toEqual([
      'connecting',
      'live',
      'stalled',
      'unreachable',
      'connecting',
      'live',
      'stalled',
      'live',
    ]);
  });

  it('asks a camera that comes back for its shape, and ends where that is another one', async () => {
    const clock = createClock();
    const short: Script = async function* () {
      clock.pass(1);
      yield frame(clock.nowUs());
      clock.pass(1);
      return { outcome: 'loss', detail: 'closed' };
    };
    const shapes = [
      { widthPx: 1920, heightPx: 1080 },
      { widthPx: 1280, heightPx: 720 },
      { widthPx: 1920, heightPx: 1088 },
      { widthPx: 1280, heightPx: 960 },
    ];
    const { events, connections, end } = await run([short], 100, clock, { shapes });
    expect(connections).toBe(3);
    expect(end).toEqual({ outcome: 'reshaped', info: shapes[3] });
    expect(text(events)).toEqual(['source-down 0-1', 'frame 1', 'frame 3', 'frame 5']);
  });

  it('says once a second that nothing comes while it connects', async () => {
    const clock = createClock();
    const silent: Script = async function* (request) {
      const timer = setInterval(() => clock.pass(1), 3);
      await untilAborted(request.signal).finally(() => clearInterval(timer));
      return { outcome: 'abort', detail: '' };
    };
    const { events, connections } = await run([silent], 5, clock);
    expect(connections).toBe(1);
    expect(events.every((event) => event.kind === 'gap' && event.reason === 'source-down')).toBe(true);
    events.slice(1).forEach((event, index) => {
      const before = events[index]!;
      expect(event.kind === 'gap' && before.kind === 'gap' && event.fromUs === before.toUs).toBe(true);
    });
  });

  it('drops and releases frames of time that was reported already', async () => {
    const clock = createClock();
    const released: string[] = [];
    const backwards: Script = async function* (request) {
      yield frame(T0 + 5 * S, () => released.push('5'));
      yield frame(T0 + 5 * S, () => released.push('5 again'));
      yield frame(T0 + 3 * S, () => released.push('3'));
      yield { kind: 'gap', fromUs: T0 + 6 * S, toUs: T0 + 9 * S, reason: 'backlog' };
      yield frame(T0 + 8 * S, () => released.push('8'));
      yield frame(T0 + 9 * S);
      await untilAborted(request.signal);
      return { outcome: 'abort', detail: '' };
    };
    const { events } = await run([backwards], 4, clock);
    expect(text(events)).toEqual(['source-down 0-5', 'frame 5', 'backlog 6-9', 'frame 9']);
    expect(released).toEqual(['5 again', '3', '8']);
  });

  it('waits long after a refused password and hides it', async () => {
    const clock = createClock();
    const started = Date.now();
    const refusing: Script = (request) => {
      clock.pass(1);
      return failing('source-auth-failed', 'rtsp://admin:geheim!!@camera and geheim!! alone')(request);
    };
    const { statuses, connections } = await run([refusing], 8, clock);
    const tries = Math.floor((Date.now() - started) / 25) + 2;
    expect(connections).toBeLessThanOrEqual(tries);
    expect(JSON.stringify(statuses)).not.toContain('geheim');
    expect(statuses[1]).toMatchObject({ state: 'auth-failed', reason: 'rtsp://***@camera and *** alone' });
  });

  it('throws on what no reconnect mends', async () => {
    await expect(run([failing('ffmpeg-missing')], 5)).rejects.toMatchObject({ code: 'ffmpeg-missing' });
    const broken: Script = () => {
      throw new TypeError('our own fault');
    };
    await expect(run([broken], 5)).rejects.toThrow('our own fault');
  });
});

describe('reconnectDelayMs', () => {
  const policy = { firstMs: 1_000, maxMs: 60_000, authFailedMs: 300_000, healthyMs: 60_000 };
  it.each([
    // failures, random, wait
    [1, 1, 1_000],
    [2, 1, 2_000],
    [6, 1, 32_000],
    [7, 1, 60_000],
    [5_000, 1, 60_000],
    [7, 0.5, 30_000],
    // full jitter, but never at once
    [7, 0, 100],
  ])('after %i failures at %d', (failures, random, expected) => {
    expect(reconnectDelayMs(policy, failures, random)).toBe(expected);
  });
});

describe('judgeFailure', () => {
  it.each([
    ['source-auth-failed', 'auth-failed'],
    ['source-refused', 'refused'],
    ['source-not-video', 'refused'],
    ['source-missing', 'unreachable'],
    ['source-unreachable', 'unreachable'],
    ['decode-failed', 'unreachable'],
    ['ffmpeg-missing', undefined],
  ] as const)('%s', (code, state) => {
    expect(judgeFailure(new AnalysisError(code, 'test', 'no'))?.state).toBe(state);
  });
});

describe('createLiveTimeline', () => {
  it('holds back gaps by the lag of the source, and reports nothing before the run', () => {
    const timeline = createLiveTimeline({ startUs: T0, intervalUs: S, lagUs: 30 * S });
    expect(timeline.gap(T0 - 10 * S, 'source-down')).toEqual([]);
    // an HLS camera's first picture is older than the run
    expect(timeline.accepts(T0 - 12 * S)).toBe(true);
    expect(timeline.frame(T0 - 12 * S, T0 + S)).toEqual([]);
    expect(timeline.gap(T0 + 5 * S, 'source-down')).toEqual([
      { kind: 'gap', fromUs: T0, toUs: T0 + 5 * S, reason: 'source-down' },
    ]);
    expect(timeline.accepts(T0 + 4 * S)).toBe(false);
    expect(timeline.accepts(T0 + 5 * S)).toBe(true);
  });

  it('measures a lag that is longer than announced', () => {
    const timeline = createLiveTimeline({ startUs: T0, intervalUs: S, lagUs: 0 });
    timeline.frame(T0 + S, T0 + 8 * S);
    expect(timeline.lagUs()).toBe(7 * S);
  });
});
