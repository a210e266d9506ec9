/** Hands the counters that workers say on Redis to who listens at the portal, each from their own zero. */
import type { Redis } from 'ioredis';
import type { LiveCounters, LiveEvent } from '../../portal/operate/operations.ts';
import {
  type CountersMessage,
  countersChannel,
  readCounters,
  WANTED_MS,
  wantedKey,
} from '../cluster/counters-channel.ts';

const RENEW_MS = WANTED_MS / 3;

export interface LiveRelayOptions {
  /** For commands; the relay opens one more connection for listening when the first listener comes. */
  readonly redis: Redis;
  readonly prefix: string;
  /** True while a worker holds the camera. */
  readonly isHeld: (cameraId: string) => Promise<boolean>;
}

/** Asks for nothing until somebody listens. */
export function createLiveRelay(options: LiveRelayOptions) {
  const { redis, prefix, isHeld } = options;
  const channels = createChannels(redis);

  return {
    /** Until `signal` is aborted; says `idle` at once and whenever the camera ceases to be held. */
    async *listen(cameraId: string, signal: AbortSignal): AsyncGenerator<LiveEvent, void, void> {
      const inbox = createInbox(signal);
      const channel = countersChannel(prefix, cameraId);
      await channels.add(channel, inbox.put);
      const rebase = createRebase();
      let renewedAtMs = 0;
      let isIdle = false;
      try {
        while (!signal.aborted) {
          if (Date.now() - renewedAtMs >= RENEW_MS) {
            renewedAtMs = Date.now();
            await redis.set(wantedKey(prefix, cameraId), '1', 'PX', WANTED_MS);
            const wasIdle = isIdle;
            isIdle = !(await isHeld(cameraId));
            if (isIdle && !wasIdle) yield { kind: 'idle' };
          }
          const text = await inbox.take(RENEW_MS);
          const message = text === undefined ? undefined : readCounters(text);
          if (message !== undefined) yield { kind: 'counters', counters: rebase(message) };
        }
      } finally {
        await channels.remove(channel, inbox.put);
      }
    },
    close: channels.close,
  };
}

type Take = (text: string) => void;

/** One subscribing connection for all listeners. */
function createChannels(redis: Redis) {
  const takers = new Map<string, Set<Take>>();
  let subscriber: Redis | undefined;
  const connect = (): Redis => {
    const fresh = redis.duplicate();
    fresh.on('error', () => undefined);
    fresh.on('message', (channel: string, text: string) => {
      for (const take of takers.get(channel) ?? []) take(text);
    });
    return fresh;
  };
  return {
    async add(channel: string, take: Take): Promise<void> {
      subscriber ??= connect();
      const known = takers.get(channel) ?? new Set();
      takers.set(channel, known.add(take));
      if (known.size === 1) await subscriber.subscribe(channel);
    },
    async remove(channel: string, take: Take): Promise<void> {
      const known = takers.get(channel);
      known?.delete(take);
      if (known === undefined || known.size > 0) return;
      takers.delete(channel);
      await subscriber?.unsubscribe(channel).catch(() => undefined);
    },
    close(): void {
      subscriber?.disconnect();
    },
  };
}

/** Only the newest message waits: who reads slowly misses some, and the sums are right all the same. */
function createInbox(signal: AbortSignal) {
  let newest: string | undefined;
  let wake: () => void = () => undefined;
  signal.addEventListener('abort', () => wake(), { once: true });
  return {
    put(text: string): void {
      newest = text;
      wake();
    },
    /** The newest message, or undefined when none comes in time. */
    async take(ms: number): Promise<string | undefined> {
      if (newest === undefined && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      const text = newest;
      newest = undefined;
      return text;
    },
  };
}

/** The worker counts for all listeners; each sees what passed since they came. */
function createRebase(): (message: CountersMessage) => LiveCounters {
  // `null` once another worker, or the same after a silence, began at zero by itself.
  let zero: CountersMessage | null | undefined;
  let sinceMs: number | undefined;
  return (message) => {
    if (zero === undefined) zero = message;
    else if (sinceMs !== message.sinceMs) zero = null;
    sinceMs = message.sinceMs;
    const lines = message.lines.map(({ lineId, in: into, out }) => {
      const before = zero?.lines.find((line) => line.lineId === lineId);
      return { lineId, in: minus(into, before?.in), out: minus(out, before?.out) };
    });
    return { at: new Date(message.atMs).toISOString(), lines, zones: message.zones };
  };
}

function minus(now: Readonly<Record<string, number>>, zero: Readonly<Record<string, number>> = {}) {
  const rest = Object.entries(now).map(([name, count]) => [name, count - (zero[name] ?? 0)] as const);
  return Object.fromEntries(rest.filter(([, count]) => count > 0));
}
