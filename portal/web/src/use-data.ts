/** Loads what the page shows and keeps it fresh. */
import { useEffect, useState } from 'preact/hooks';

/** How often the page asks again; an unchanged answer costs an empty 304. */
const REFRESH_MS = 15_000;

/** The last good value stays on the page while a newer one is awaited or fails. */
export interface Loaded<T> {
  readonly value?: T;
  readonly isFailed: boolean;
}

/** Loads for `key`, again every quarter minute while the page is visible; undefined loads nothing. */
export function useLoaded<T>(key: string | undefined, load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [state, setState] = useState<Loaded<T> & { key?: string }>({ isFailed: false });
  useEffect(() => {
    if (key === undefined) return;
    const leaving = new AbortController();
    const refresh = async () => {
      if (document.hidden) return;
      try {
        const value = await load(leaving.signal);
        setState({ value, key, isFailed: false });
      } catch {
        if (!leaving.signal.aborted) setState((last) => ({ ...last, isFailed: true }));
      }
    };
    void refresh();
    const timer = setInterval(() => void refresh(), REFRESH_MS);
    document.addEventListener('visibilitychange', refresh);
    return () => {
      leaving.abort();
      clearInterval(timer);
      document.removeEventListener('visibilitychange', refresh);
    };
  }, [key]);
  return state.key === key ? state : { isFailed: state.isFailed };
}
