/** Who listens to live changes: each gets what is new to it, at its own pace, in bounded memory. */
import type { PassThrough } from 'node:stream';

/** Events of the moment: data of each camera by event. */
export interface Moment {
  readonly latest: ReadonlyMap<string, string>;
  readonly health: ReadonlyMap<string, string>;
}

/** Bounds of the streams. */
export interface StreamLimits {
  /** Streams at once, default 200; a city's wall screens and offices are far fewer. */
  readonly most?: number;
  /** Streams at once of one address (of IPv6 one /64 network), default 50; this machine's own are not counted. */
  readonly mostOfOne?: number;
  /** Silence is broken by a comment so often, milliseconds, default 15,000. */
  readonly heartbeatMs?: number;
  /** A reader that takes nothing for so long is dropped, milliseconds, default 60,000; it may come again. */
  readonly behindMs?: number;
}

/** A reader that has not taken this much is behind: it gets the newest state when it is free again. */
export const STREAM_BUFFER_BYTES = 64 * 1024;

/** What a hub stands on. */
export interface StreamHubOptions extends Required<Pick<StreamLimits, 'most' | 'behindMs'>> {
  readonly read: () => Promise<Moment>;
  readonly smallCountBelow: number;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly onError: (error: unknown) => void;
  /** Told why a reader was dropped. */
  readonly onDrop: (reason: 'too-slow', behindMs: number) => void;
}

/** The readers. */
export interface StreamHub {
  readonly isFull: () => boolean;
  /** Adds a reader, of one camera or of all; what is now is its first event, also when it comes again. */
  readonly add: (out: PassThrough, cameraId?: string) => void;
  /** Something changed. */
  readonly renew: () => void;
  /** A heartbeat: shows readers that the portal is there, and the portal who no longer reads. */
  readonly beat: () => void;
  /** Ends every stream. */
  readonly close: () => Promise<void>;
}

interface Client {
  readonly cameraId: string | undefined;
  readonly out: PassThrough;
  /** What was sent last, by event and camera. */
  readonly sent: Map<string, string>;
  /** Since when it takes nothing. */
  behindSinceMs?: number;
}

/** A hub without readers. */
export function createStreamHub(options: StreamHubOptions): StreamHub {
  const { read, most, clock, behindMs } = options;
  const clients = new Set<Client>();
  let reading: Promise<void> | undefined;
  let isStale = false;

  const sendAll = async () => {
    if (clients.size === 0) return;
    const moment = await read();
    for (const client of clients) if (isReady(client)) sendChanges(client, moment, options.smallCountBelow);
  };
  const isReady = (client: Client) => {
    const { out } = client;
    if (!out.writableNeedDrain) return !out.destroyed && !out.writableEnded;
    client.behindSinceMs ??= clock();
    return false;
  };
  // One read at a time serves every reader; what changes meanwhile is read once more after it.
  const renew = () => {
    if (reading !== undefined) {
      isStale = true;
      return;
    }
    reading = sendAll()
      .catch(options.onError)
      .finally(() => {
        reading = undefined;
        if (!isStale) return;
        isStale = false;
        renew();
      });
  };
  const dropWhenStuck = (client: Client) => {
    const silentMs = clock() - (client.behindSinceMs ?? clock());
    if (silentMs < behindMs || client.out.destroyed) return;
    options.onDrop('too-slow', silentMs);
    client.out.destroy();
  };
  return {
    isFull: () => clients.size >= most,
    add(out, cameraId) {
      const client: Client = { cameraId, out, sent: new Map() };
      clients.add(client);
      out.once('close', () => clients.delete(client));
      out.on('drain', () => {
        delete client.behindSinceMs;
        renew();
      });
      renew();
    },
    renew,
    beat() {
      for (const client of clients) {
        if (isReady(client)) client.out.write(': \n\n');
        else dropWhenStuck(client);
      }
      // Health is a matter of time as well.
      renew();
    },
    async close() {
      for (const { out } of clients) out.end();
      await reading;
    },
  };
}

/** Sends a reader what is new to it since its last event, all cameras in one event. */
function sendChanges(client: Client, moment: Moment, smallCountBelow: number): void {
  const changed = (event: 'latest' | 'health') => {
    const news: string[] = [];
    for (const [cameraId, text] of moment[event]) {
      if (client.cameraId !== undefined && client.cameraId !== cameraId) continue;
      const key = `${event} ${cameraId}`;
      if (client.sent.get(key) === text) continue;
      client.sent.set(key, text);
      news.push(text);
    }
    return news.join(',');
  };
  const latest = changed('latest');
  const health = changed('health');
  if (latest !== '') {
    client.out.write(
      `event: latest\ndata: {"observations":[${latest}],"smallCountBelow":${smallCountBelow}}\n\n`,
    );
  }
  if (health !== '') client.out.write(`event: health\ndata: {"cameras":[${health}]}\n\n`);
}
