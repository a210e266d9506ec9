/** One batch to the portal over HTTP, and what its answer means for the rows. */
import { Agent, request } from 'undici';
import { z } from 'zod';
import type { FencedObservation } from '../../domain/observation-key.ts';

/** What became of a batch. */
export type Delivery =
  /** Confirmed by the portal, row for row. */
  | { readonly outcome: 'accepted'; readonly unchanged: number; readonly fenced: number }
  /** The portal will never take this batch as it is: some row of it is wrong, or it is too large. */
  | { readonly outcome: 'refused'; readonly reason: string }
  /** The token is not the portal's. */
  | { readonly outcome: 'unauthorised'; readonly reason: string }
  /** Not now; nothing is wrong with the rows. */
  | { readonly outcome: 'unavailable'; readonly reason: string; readonly retryAfterMs?: number };

/** Sends batches. */
export interface PortalClient {
  /** Never throws for what the far side does; rejects only when `signal` is aborted. */
  send(records: readonly FencedObservation[], signal: AbortSignal): Promise<Delivery>;
  close(): Promise<void>;
}

export interface PortalClientOptions {
  /** Base address of the portal, e.g. `http://127.0.0.1:8080`. */
  readonly portalUrl: string;
  readonly token: string;
  /** From the start of the request to the end of the answer, default 10 s. */
  readonly requestTimeoutMs?: number;
  /** Milliseconds since 1970, for a Retry-After that names a date. */
  readonly clock: () => number;
}

const DEFAULT_TIMEOUT_MS = 10_000;
/** An answer is counts or one refusal; more is not from a portal. */
const MAX_ANSWER_BYTES = 64 * 1024;

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
  return {
    async send(records, signal) {
      signal.throwIfAborted();
      // By hand, not AbortSignal.any: that one keeps every call alive as long as `signal` lives.
      const deadline = new AbortController();
      const giveUp = () => deadline.abort();
      const timer = setTimeout(giveUp, timeoutMs);
      signal.addEventListener('abort', giveUp);
      try {
        const answer = await request(url, {
          method: 'PUT',
          dispatcher: agent,
          headers: { 'content-type': 'application/json', authorization: `Bearer ${options.token}` },
          body: JSON.stringify({ records }),
          signal: deadline.signal,
        });
        const text = await answer.body.text();
        const retryAfter = retryAfterMs(answer.headers['retry-after'], options.clock());
        return classify({ status: answer.statusCode, text, rows: records.length, retryAfter });
      } catch (error) {
        signal.throwIfAborted();
        const reason = deadline.signal.aborted ? `no answer within ${timeoutMs} ms` : reasonOf(error);
        return { outcome: 'unavailable', reason };
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
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

/** Statuses that blame the batch itself. Others of 4xx blame the address, the token or the moment. */
const BLAMES_ROWS = new Set([400, 409, 413, 422]);

function classify({ status, text, rows, retryAfter }: Answer): Delivery {
  if (status >= 200 && status < 300) return confirmed(text, rows);
  const reason = `the portal answered ${status}: ${messageOf(text)}`;
  if (BLAMES_ROWS.has(status)) return { outcome: 'refused', reason };
  if (status === 401 || status === 403) return { outcome: 'unauthorised', reason };
  return {
    outcome: 'unavailable',
    reason,
    ...(retryAfter === undefined ? {} : { retryAfterMs: retryAfter }),
  };
}

/** A proxy's login page is 200 too: rows count as delivered only when the answer accounts for each of them. */
function confirmed(text: string, rows: number): Delivery {
  const parsed = counts.safeParse(jsonOf(text));
  if (!parsed.success) {
    return { outcome: 'unavailable', reason: "the answer is not a portal's; is the portal address right?" };
  }
  const { accepted, unchanged, fenced } = parsed.data;
  if (accepted + unchanged + fenced === rows) return { outcome: 'accepted', unchanged, fenced };
  return {
    outcome: 'unavailable',
    reason: `the portal accounted for ${accepted + unchanged + fenced} of ${rows} rows`,
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const failure = z.object({ error: z.object({ message: z.string() }) });

function messageOf(text: string): string {
  const parsed = failure.safeParse(jsonOf(text));
  return parsed.success ? parsed.data.error.message.slice(0, 300) : 'no reason given';
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
