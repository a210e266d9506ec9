/** Keeps the state of the city fresh: told by the portal's event stream, asked for regularly where there is none. */
import { useEffect, useState } from 'preact/hooks';
import type { Camera, StateCollection } from '../api/answers.ts';
import { fetchCameras, fetchState } from '../api/client.ts';

const POLL_MS = 20_000;
/** Cameras end their windows together: one request answers for all of them. */
const GATHER_MS = 1500;

/** The last known state and how it is kept fresh. */
export interface City {
  readonly cameras?: readonly Camera[];
  readonly states?: StateCollection;
  /** When the portal last answered. */
  readonly heardMs?: number;
  readonly link: 'live' | 'polled' | 'offline';
}

/** The state of the city while the page is shown. */
export function useCity(): City {
  const [city, setCity] = useState<City>({ link: 'polled' });
  useEffect(() => {
    const leaving = new AbortController();
    let isStreaming = false;
    let gathering: ReturnType<typeof setTimeout> | undefined;
    const load = async () => {
      gathering = undefined;
      try {
        const [cameras, states] = await Promise.all([
          fetchCameras(leaving.signal),
          fetchState(leaving.signal),
        ]);
        setCity({ cameras, states, heardMs: Date.now(), link: isStreaming ? 'live' : 'polled' });
      } catch {
        if (!leaving.signal.aborted) setCity((last) => ({ ...last, link: 'offline' }));
      }
    };
    const soon = () => {
      gathering ??= setTimeout(() => void load(), GATHER_MS);
    };
    const poll = () => {
      if (!document.hidden) void load();
    };
    const stopStream = openStream({
      onEvent: soon,
      onState: (isOpen) => {
        isStreaming = isOpen;
        setCity((last) => (last.link === 'offline' ? last : { ...last, link: isOpen ? 'live' : 'polled' }));
      },
    });
    void load();
    const timer = setInterval(poll, POLL_MS);
    document.addEventListener('visibilitychange', poll);
    return () => {
      leaving.abort();
      stopStream();
      clearInterval(timer);
      clearTimeout(gathering);
      document.removeEventListener('visibilitychange', poll);
    };
  }, []);
  return city;
}

/** After a refusal (too many streams, a portal that starts) a browser does not come again by itself. */
const REOPEN_MS = 30_000;

/** Listens to the portal; the browser connects again by itself after a break. Returns how to stop. */
function openStream(on: { onEvent: () => void; onState: (isOpen: boolean) => void }): () => void {
  let stream: EventSource;
  let reopening: ReturnType<typeof setTimeout> | undefined;
  const connect = () => {
    stream = new EventSource('api/v1/stream');
    stream.addEventListener('open', () => on.onState(true));
    stream.addEventListener('error', () => {
      on.onState(false);
      if (stream.readyState === EventSource.CLOSED) reopening = setTimeout(connect, REOPEN_MS);
    });
    stream.addEventListener('latest', on.onEvent);
    stream.addEventListener('health', on.onEvent);
  };
  connect();
  return () => {
    clearTimeout(reopening);
    stream.close();
  };
}

/** The time, again every half minute: what was fresh grows stale while nobody touches the page. */
export function useNow(): number {
  const [nowMs, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
}
