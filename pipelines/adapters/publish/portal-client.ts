/** One batch to the portal over HTTP, and what its answer means for the rows. */
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import { Agent, request } from 'undici';
import { z } from 'zod';
import type { FencedObservation } from '../../domain/observation-key.ts';
import { linkAbort } from '../linked-abort.ts';

/** What became of a batch. */
export type Delivery =
  /** Confirmed by the portal, row for row. */
  | { readonly outcome: 'accepted'; readonly unchanged: number; readonly fenced: number }
  /** The portal will never take this batch as it is: some row of it is wrong, or `isTooLarge`. */
  | { readonly outcome: 'refused'; readonly reason: string; readonly isTooLarge: boolean }
  /** The token is not the portal's. */
  | { readonly outcome: 'unauthorised'; readonly reason: string }
  /** Not now; nothing is wrong with the rows. `isTimeout`: no whole answer in time, so that a smaller batch may fare better. */
  | {
      readonly outcome: 'unavailable';
      readonly reason: string;
      readonly isTimeout: boolean;
      readonly retryAfterMs?: number;
    };

/** Sends batches. */
export interface PortalClient {
  /** Never throws for what the far side does; rejects only when `signal` is aborted. */
  send(records: readonly FencedObservation[], signal: AbortSignal): Promise<Delivery>;
  close(): Promise<void>;
}

/** Which portal, as whom, and how long to wait for it. */
export interface PortalClientOptions {
  /** Base address of the portal, e.g. `http://127.0.0.1:8080`. */
  readonly portalUrl: string;
  readonly token: string;
  /** From the start of the request to the end of the answer, default 10 s. */
  readonly requestTimeoutMs?: number;
  /** Milliseconds since 1970, for a Retry-After that names a date. */
  readonly clock: () => number;
}

/** How long a request may take unless told otherwise. */
export const DEFAULT_TIMEOUT_MS = 10_000;
/** Below it a body goes as it is: a live window's few records gain nothing. 200 records are 150 kB, gzipped 6 kB. */
const GZIP_FROM_BYTES = 8 * 1024;
/** An answer is counts or one refusal; more is not from a portal. */
const MAX_ANSWER_BYTES = 64 * 1024;

/** On zlib's threads; the fastest level, as the records of a batch are much alike. */
const gzipped = promisify(gzip);

const counts = z.object({ accepted: z.int(), unchanged: z.int(), fenced: z.int() });

/** A client on its own connections, which `close` ends. */
export function createPortalClient(options: PortalClientOptions): PortalClient {
  const base = options.portalUrl.endsWith('/') ? options.portalUrl : `${options.portalUrl}/`;
  const url = new URL('api/v1/observations', base);
  const timeoutMs = options.requestTimeoutMs ?? DEFAULT_TIMEOUT_MS;
  const agent = new Agent({
    connections: 1,
    connect: { timeout: timeoutMs },
    maxResponseSize: MAX_ANSWER_BYTES,
  });
  /** False once something on the way to the portal has refused gzip. */
  let isGzipTaken = true;
  const put = async (text: string, signal: AbortSignal) => {
    const isGzip = isGzipTaken && text.length >= GZIP_FROM_BYTES;
    const answer = await request(url, {
      method: 'PUT',
      dispatcher: agent,
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${options.token}`,
        ...(isGzip ? { 'content-encoding': 'gzip' } : {}),
      },
      body: isGzip ? await gzipped(text, { level: constants.Z_BEST_SPEED }) : text,
      signal,
    });
    const { statusCode: status, headers } = answer;
    return { isGzip, status, text: await answer.body.text(), retryAfter: headers['retry-after'] };
  };
  return {
    async send(records, signal) {
      signal.throwIfAborted();
      const deadline = linkAbort(signal);
      const timer = setTimeout(deadline.abort, timeoutMs);
      try {
        const body = JSON.stringify({ records });
        let answer = await put(body, deadline.signal);
        if (answer.isGzip && answer.status === 415) {
          isGzipTaken = false;
          answer = await put(body, deadline.signal);
        }
        const { status, text } = answer;
        const retryAfter = retryAfterMs(answer.retryAfter, options.clock());
        return classify({ status, text, rows: records.length, retryAfter });
      } catch (error) {
        signal.throwIfAborted();
        return deadline.signal.aborted
          ? { outcome: 'unavailable', reason: `no answer within ${timeoutMs} ms`, isTimeout: true }
          : unavailable(reasonOf(error));
      } finally {
        clearTimeout(timer);
        deadline.unlink();
      }
    },
    close: () => agent.destroy(),
  };
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly rows: number;
  readonly retryAfter: number | undefined;
}

/** Statuses that blame the batch itself, in a portal's own words. Others of 4xx blame the address, the token or the moment. */
const BLAMES_ROWS = new Set([400, 409, 422]);

function classify({ status, text, rows, retryAfter }: Answer): Delivery {
  if (status >= 200 && status < 300) return confirmed(text, rows);
  const message = messageOf(text);
  const reason = `the portal answered ${status}: ${message ?? 'no reason given'}`;
  // A proxy says 400 to plain HTTP at its HTTPS port, for one: no row is to blame for that.
  const isPortals = message !== undefined;
  if (BLAMES_ROWS.has(status) && isPortals) return { outcome: 'refused', reason, isTooLarge: false };
  if (status === 413 && (isPortals || rows > 1)) return { outcome: 'refused', reason, isTooLarge: true };
  if (status === 401 || status === 403) return { outcome: 'unauthorised', reason };
  // 408 and 504: the portal, or a proxy before it, gave up waiting.
  const isTimeout = status === 408 || status === 504;
  const wait = retryAfter === undefined ? {} : { retryAfterMs: retryAfter };
  return { outcome: 'unavailable', reason, isTimeout, ...wait };
}

function unavailable(reason: string): Delivery {
  return { outcome: 'unavailable', reason, isTimeout: false };
}

/** A proxy's login page is 200 too: rows count as delivered only when the answer accounts for each of them. */
function confirmed(text: string, rows: number): Delivery {
  const parsed = counts.safeParse(jsonOf(text));
  if (!parsed.success) {
    return unavailable("the answer is not a portal's; is the portal address right?");
  }
  const { accepted, unchanged, fenced } = parsed.data;
  if (accepted + unchanged + fenced === rows) return { outcome: 'accepted', unchanged, fenced };
  return unavailable(`the portal accounted for ${accepted + unchanged + fenced} of ${rows} rows`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const failure = z.object({ error: z.object({ message: z.string() }) });

/** Undefined where it is not a portal that speaks. */
function messageOf(text: string): string | undefined {
  const parsed = failure.safeParse(jsonOf(text));
  return parsed.success ? parsed.data.error.message.slice(0, 300) : undefined;
}

/** Seconds or an HTTP date (RFC 9110 §10.2.3). */
function retryAfterMs(header: string | string[] | undefined, nowMs: number): number | undefined {
  if (typeof header !== 'string') return undefined;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const untilMs = Date.parse(header);
  return Number.isNaN(untilMs) ? undefined : Math.max(0, untilMs - nowMs);
}

/** The URL may hold a user and a password, so undici's messages are not passed on, only their codes. */
function reasonOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return `the portal is not reached (${typeof code === 'string' ? code : 'connection failed'})`;
}
