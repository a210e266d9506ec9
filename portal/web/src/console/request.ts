/** Asks the console's API: same origin, session cookie, CSRF token on writes. */
import { AnswerError } from '../api/client.ts';

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

/** `onSignedOut` is called when the session is over. */
export function createConsoleApi(csrfToken: string | undefined, onSignedOut: () => void): ConsoleApi {
  const ask = async (path: string, init: RequestInit): Promise<Response> => {
    const response = await fetch(`api/v1/${path}`, { cache: 'no-store', ...init });
    if (response.ok) return response;
    if (response.status === 401 && csrfToken !== undefined) onSignedOut();
    const body = (await response.json().catch(() => ({}))) as { error?: Refusal };
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
    const retryAfterMs = Number.isFinite(seconds) ? seconds * 1000 : undefined;
    throw new ConsoleError(response.status, body.error ?? {}, retryAfterMs);
  };
  return {
    get: async (path, signal) => (await ask(path, signal === undefined ? {} : { signal })).json(),
    picture: async (path, signal) => (await ask(path, signal === undefined ? {} : { signal })).blob(),
    write: async (method, path, body) => {
      const headers: Record<string, string> = {};
      if (csrfToken !== undefined) headers['x-csrf-token'] = csrfToken;
      if (body !== undefined) headers['content-type'] = 'application/json';
      const response = await ask(path, {
        ...{ method, headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return response.json();
    },
  };
}

/** Path of one camera's operations. */
export function cameraPath(cameraId: string, part = ''): string {
  return `operate/cameras/${encodeURIComponent(cameraId)}${part}`;
}
