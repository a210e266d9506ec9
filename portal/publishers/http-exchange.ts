/** One HTTP request and its whole answer, or why there is none. Shared by the publishers. */
import { Agent, request } from 'undici';
import { type Problem, problem } from './publisher.ts';

/** An answer that came whole. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly retryAfterMs?: number;
}

/** What is sent. */
export interface Sending {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends requests one after the other. */
export interface Exchange {
  /** Never throws for what the far side does; rejects only when `signal` is aborted. */
  post(sending: Sending, signal: AbortSignal): Promise<Answer | Problem>;
  close(): Promise<void>;
}

/** How requests are sent. */
export interface ExchangeOptions {
  /** From the start of the request to the end of the answer. */
  readonly timeoutMs: number;
  /** Milliseconds since 1970, for a Retry-After that names a date. */
  readonly clock: () => number;
}

/** Answers to a batch are lists of ids or reasons; CKAN also sends the whole batch back. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

/** An exchange on one connection of its own, which `close` ends. */
export function createExchange({ timeoutMs, clock }: ExchangeOptions): Exchange {
  const agent = new Agent({
    connections: 1,
    pipelining: 1,
    connect: { timeout: Math.min(timeoutMs, 30_000) },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxResponseSize: MAX_ANSWER_BYTES,
  });
  return {
    async post({ url, headers, body }, signal) {
      signal.throwIfAborted();
      // By hand, not AbortSignal.any: that one keeps every call alive as long as `signal` lives.
      const deadline = new AbortController();
      const giveUp = () => deadline.abort();
      const timer = setTimeout(giveUp, timeoutMs);
      signal.addEventListener('abort', giveUp);
      try {
        const answer = await request(url, {
          method: 'POST',
          dispatcher: agent,
          headers,
          body,
          signal: deadline.signal,
        });
        const text = await answer.body.text();
        const retryAfter = retryAfterMs(answer.headers['retry-after'], clock());
        return {
          status: answer.statusCode,
          text,
          ...(retryAfter === undefined ? {} : { retryAfterMs: retryAfter }),
        };
      } catch (error) {
        signal.throwIfAborted();
        return deadline.signal.aborted || isTimeout(error)
          ? problem('timeout', `${url.host} gave no whole answer within ${timeoutMs} ms`)
          : problem('connection', `${url.host} is not reached (${codeOf(error)})`);
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
      }
    },
    close: () => agent.destroy(),
  };
}

/** Problems that every HTTP API shares; undefined where the status is the caller's matter. */
export function commonProblem({ status, retryAfterMs: wait }: Answer, host: string): Problem | undefined {
  const said = `${host} answered ${status}`;
  if (status === 401 || status === 403) {
    return problem('unauthorised', `${said}: the token is missing, wrong or may not do this`);
  }
  if (status === 429) return problem('rate-limited', `${said}: too many requests`, wait);
  if (status === 408 || status >= 500) return problem('server-error', said, wait);
  if (status >= 300 && status < 400) {
    return problem(
      'misconfigured',
      `${said}: it moved elsewhere; redirects are not followed, give the final address`,
    );
  }
  return undefined;
}

/** The text as JSON; undefined where it is none, half of one included. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Seconds or an HTTP date (RFC 9110 §10.2.3). */
function retryAfterMs(header: string | string[] | undefined, nowMs: number): number | undefined {
  if (typeof header !== 'string') return undefined;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const untilMs = Date.parse(header);
  return Number.isNaN(untilMs) ? undefined : Math.max(0, untilMs - nowMs);
}

function isTimeout(error: unknown): boolean {
  return /TIMEOUT/.test(codeOf(error));
}

/** undici's messages may hold the address with its credentials, so only its codes are passed on. */
function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'connection failed';
}
