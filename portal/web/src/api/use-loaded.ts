/** Loads what the page shows and keeps it fresh. */
import { useEffect, useState } from 'preact/hooks';
import { AnswerError } from './client.ts';

/** The last good value stays on the page while a newer one is awaited or fails. */
export interface Loaded<T> {
  readonly value?: T;
  /** Why the last request failed: the portal's words for a refusal, empty when it could not be reached. */
  readonly failure?: string;
}

/** What to load, and how often again; an unchanged answer costs an empty 304. */
export interface LoadOptions<T> {
  /** Loads anew when it changes; undefined loads nothing. */
  readonly key: string | undefined;
  readonly load: (signal: AbortSignal) => Promise<T>;
  readonly refreshMs?: number;
  /** While this stays the same, the old value is shown until that of a new key is there; the key where it is absent. */
  readonly scope?: string | undefined;
}

/** Loads for a key, and again after `refreshMs` (default one minute) while the page is visible. */
export function useLoaded<T>(options: LoadOptions<T>): Loaded<T> {
  const { key, load, refreshMs = 60_000, scope = key } = options;
  const [state, setState] = useState<Loaded<T> & { scope?: string | undefined }>({});
  useEffect(() => {
    if (key === undefined) return;
    const leaving = new AbortController();
    const refresh = async () => {
      if (document.hidden) return;
      try {
        setState({ value: await load(leaving.signal), scope });
      } catch (error) {
        if (leaving.signal.aborted) return;
        const failure = error instanceof AnswerError ? error.message : '';
        setState((last) => (last.scope === scope ? { ...last, failure } : { scope, failure }));
      }
    };
    void refresh();
    const timer = setInterval(() => void refresh(), refreshMs);
    document.addEventListener('visibilitychange', refresh);
    return () => {
      leaving.abort();
      clearInterval(timer);
      document.removeEventListener('visibilitychange', refresh);
    };
  }, [key, scope, refreshMs]);
  return key !== undefined && state.scope === scope ? state : {};
}
