import { getEventListeners } from 'node:events';
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
import type { FrameFormat, SourceEvent, SourceInfo } from '../../../pipelines/ports.ts';

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

interface RunOptions {
  readonly frozenAfterMs?: number;
  /** What each look finds, the first one being `probe`'s. */
  readonly shapes?: readonly (SourceInfo | ErrorCode)[];
  readonly onLook?: () => void;
  readonly fit?: FrameFormat['fit'];
}

/** Plays one script for each connection, the last one for ever; ends after `maxEvents`. */
async function run(
  scripts: readonly Script[],
  maxEvents: number,
  clock = createClock(),
  { shapes, onLook, fit = 'letterbox', ...options }: RunOptions = {},
) {
  const statuses: LiveStatus[] = [];
  const released: number[] = [];
  /** How many listened to the whole run's end at each connection. */
  const listening: number[] = [];
  const aborter = new AbortController();
  let connections = 0;
  let looks = 0;
  const connector: LiveConnector = {
    lagUs: 0,
    probe: async () => {
      onLook?.();
      const shape = shapes?.[looks++];
      if (shape === undefined) throw new Error('not asked');
      if (typeof shape === 'string') throw new AnalysisError(shape, 'probe', 'no');
      return shape;
    },
    connect: (request) => {
      const script = scripts[Math.min(connections, scripts.length - 1)]!;
      connections += 1;
      listening.push(getEventListeners(aborter.signal, 'abort').length);
      return script(request);
    },
  };
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
  const format = { widthPx: 1, heightPx: 1, pixelFormat: 'rgb24', fit, padValue: 0 } as const;
  const events: SourceEvent[] = [];
  const frames = source.frames({ format, framesPerSecond: 1, keyframesOnly: false }, aborter.signal);
  for (;;) {
    const next = await frames.next();
    if (next.done === true) return { events, statuses, connections, listening, released, end: next.value };
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
  it('lost a hundred times, no connection is left with what lives as long as the camera', async () => {
    const clock = createClock();
    // biome-ignore lint/correctness/useYield: a connection that never gives anything
    const lost: Script = async function* () {
      clock.pass(2);
      throw new AnalysisError('source-unreachable', 'test', 'no');
    };
    const { connections, listening } = await run([lost], 100, clock);
    expect(connections).toBe(100);
    expect(new Set(listening)).toEqual(new Set([1]));
  });
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

  describe('the shape of a camera that comes back', () => {
    const WIDE = { widthPx: 1920, heightPx: 1080 };
    const OTHER = { widthPx: 1280, heightPx: 960 };
    const onePicture = (clock: ReturnType<typeof createClock>): Script =>
      async function* () {
        clock.pass(1);
        yield frame(clock.nowUs());
        clock.pass(1);
        return { outcome: 'loss', detail: 'closed' };
      };

    it('is asked for, and another one is the end; its rate stays known', async () => {
      const clock = createClock();
      const shapes = [
        { ...WIDE, framesPerSecond: 25 },
        { widthPx: 1280, heightPx: 720 },
        { widthPx: 1920, heightPx: 1088 },
        OTHER,
      ];
      const { events, connections, end } = await run([onePicture(clock)], 100, clock, { shapes });
      expect(connections).toBe(3);
      expect(end).toEqual({ outcome: 'reshaped', info: { ...OTHER, framesPerSecond: 25 } });
      expect(text(events)).toEqual(['source-down 0-1', 'frame 1', 'frame 3', 'frame 5']);
    });

    it('is not asked for where frames are stretched', async () => {
      const clock = createClock();
      const options = { shapes: [WIDE], fit: 'stretch' } as const;
      const { connections, end } = await run([onePicture(clock)], 4, clock, options);
      expect(connections).toBe(3);
      expect(end).toEqual({ outcome: 'abort' });
    });

    it('is asked for once before several tries: a camera of one session is still held by the look', async () => {
      const clock = createClock();
      let isHeld = false;
      const ofOneSession: Script = (request) => {
        if (!isHeld) return onePicture(clock)(request);
        isHeld = false;
        return failing('source-unreachable')(request);
      };
      const { events, connections, end } = await run([ofOneSession], 100, clock, {
        shapes: [WIDE, WIDE, WIDE, OTHER],
        onLook: () => {
          isHeld = true;
        },
      });
      expect(connections).toBe(6);
      expect(text(events)).toEqual(['source-down 0-1', 'frame 1', 'frame 3', 'frame 5']);
      expect(end).toMatchObject({ outcome: 'reshaped' });
    });

    it.each([
      ['no picture came for two minutes', { outcome: 'loss', detail: 'no first picture' }, 70, 2],
      ['its pictures changed', { outcome: 'reshaped', detail: 'its pictures changed' }, 1, 1],
    ] as const)('is asked for again where %s', async (_when, ending, seconds, tries) => {
      const clock = createClock();
      // biome-ignore lint/correctness/useYield: a connection that never gives anything
      const blind: Script = async function* () {
        clock.pass(seconds);
        return ending;
      };
      const { connections, end } = await run([blind], 100, clock, { shapes: [WIDE, OTHER] });
      expect(connections).toBe(tries);
      expect(end).toEqual({ outcome: 'reshaped', info: OTHER });
    });

    it('is asked for again soon where no picture came to look at: that is no refusal', async () => {
      const clock = createClock();
      const shapes = [WIDE, 'source-no-video-stream', OTHER] as const;
      const { statuses, connections, end } = await run([onePicture(clock)], 100, clock, { shapes });
      expect(statuses.map(({ state }) => state)).toEqual([
        ...['connecting', 'live', 'unreachable', 'connecting', 'unreachable', 'connecting'],
      ]);
      expect(connections).toBe(1);
      expect(end).toMatchObject({ outcome: 'reshaped' });
    });

    it('is looked at no longer than anybody wants to know', async () => {
      const clock = createClock();
      const looks: AbortSignal[] = [];
      const source = createLiveSource({
        connector: {
          lagUs: 0,
          probe: async (signal) => {
            looks.push(signal);
            if (looks.length === 1) return WIDE;
            const timer = setInterval(() => clock.pass(1), 3);
            return await untilAborted(signal).finally(() => clearInterval(timer));
          },
          connect: onePicture(clock),
        },
        ...{ clock, reconnect: { firstMs: 1 }, random: () => 1, gapIntervalMs: 5 },
      });
      const { signal } = new AbortController();
      await source.probe(signal);
      const size = { widthPx: 1, heightPx: 1 };
      const format = { ...size, pixelFormat: 'rgb24', fit: 'letterbox', padValue: 0 } as const;
      const frames = source.frames({ format, framesPerSecond: 1, keyframesOnly: false }, signal);
      while (looks.length < 2) await frames.next();
      await frames.next();
      await frames.return({ outcome: 'abort' });
      expect(looks[1]?.aborted).toBe(true);
    });
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
