/** Asks the console's API: same origin, session cookie, CSRF token on writes. */
import type { SessionAnswer } from '../../../operate/answers.ts';
import { AnswerError } from '../api/client.ts';
import { inOwnWords } from './fault-text.ts';
import type { ConsoleTexts } from './indonesian.ts';

interface Refusal {
  readonly code?: string;
  readonly message?: string;
  readonly field?: string;
  readonly allowed?: string;
}

/** What the API refused; `field` is the dotted path of what is to be mended. */
export class ConsoleError extends AnswerError {
  readonly code: string;
  readonly field: string | undefined;
  readonly allowed: string | undefined;
  /** When it may be asked again. */
  readonly retryAfterMs: number | undefined;

  constructor(status: number, error: Refusal, retryAfterMs?: number) {
    super(status, error.message ?? String(status));
    this.code = error.code ?? 'unknown';
    this.field = error.field;
    this.allowed = error.allowed;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The API of one session. All methods throw `ConsoleError` for a refusal. */
export interface ConsoleApi {
  get<T>(path: string, signal?: AbortSignal): Promise<T>;
  write<T>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<T>;
  picture(path: string, signal?: AbortSignal): Promise<Blob>;
}

/** Why something was not done, in the reader's language where it is known; the portal's own words follow. */
export function refusalText(texts: ConsoleTexts, error: unknown): string {
  if (!(error instanceof ConsoleError)) return texts.unreachable;
  return inOwnWords(texts, error.code, error.message);
}

/** Whose session the page has, and who hears that it is another one now. */
export interface SessionHolder {
  readonly session: () => SessionAnswer | undefined;
  /** The same person has a new session: signed in anew, or a password changed, in another window. */
  readonly onRenewed: (session: SessionAnswer) => void;
  /** The session of that CSRF token is over. */
  readonly onSignedOut: (csrfToken: string) => void;
}

/** The console's API for the session that `holder` has when it is asked. */
export function createConsoleApi(holder: SessionHolder): ConsoleApi {
  const ask = async (path: string, init: RequestInit): Promise<Response> => {
    const csrfToken = holder.session()?.csrfToken;
    const response = await fetch(`api/v1/${path}`, { cache: 'no-store', ...init });
    if (response.ok) return response;
    if (response.status === 401 && csrfToken !== undefined) holder.onSignedOut(csrfToken);
    const body = (await response.json().catch(() => ({}))) as { error?: Refusal };
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
    const retryAfterMs = Number.isFinite(seconds) ? seconds * 1000 : undefined;
    throw new ConsoleError(response.status, body.error ?? {}, retryAfterMs);
  };
  const send = async (method: string, path: string, body: unknown, csrfToken: string | undefined) => {
    const headers: Record<string, string> = {};
    if (csrfToken !== undefined) headers['x-csrf-token'] = csrfToken;
    if (body !== undefined) headers['content-type'] = 'application/json';
    const response = await ask(path, {
      ...{ method, headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return response.json();
  };
  /** The browser's session now, where it is still the same person's; else this page is signed out. */
  const renewed = async (): Promise<SessionAnswer | undefined> => {
    const before = holder.session();
    const now = (await (await ask('session', {})).json()) as SessionAnswer;
    if (now.user !== null && now.user.name === before?.user?.name) {
      holder.onRenewed(now);
      return now;
    }
    if (before?.csrfToken !== undefined) holder.onSignedOut(before.csrfToken);
    return undefined;
  };
  return {
    get: async (path, signal) => (await ask(path, signal === undefined ? {} : { signal })).json(),
    picture: async (path, signal) => (await ask(path, signal === undefined ? {} : { signal })).blob(),
    write: async (method, path, body) => {
      try {
        return await send(method, path, body, holder.session()?.csrfToken);
      } catch (error) {
        if (!(error instanceof ConsoleError && error.code === 'csrf')) throw error;
        const session = await renewed();
        if (session === undefined) throw error;
        return await send(method, path, body, session.csrfToken);
      }
    },
  };
}

/** Path of one camera's operations. */
export function cameraPath(cameraId: string, part = ''): string {
  return `operate/cameras/${encodeURIComponent(cameraId)}${part}`;
}
