/** Watches whether what is stored changed: live streams, the catalogue's dates and the answers' stand on it. */
import type { ServiceStore } from '../store/store.ts';

/** The instant of the last change is kept in the store under this name, so that a restart does not forget it. */
const CHANGE_SUBJECT = 'data-change';
/** How often the instant is written down at most. */
const NOTE_MS = 60_000;

/** What the watch stands on. */
export interface ChangeWatchOptions {
  readonly version: () => Promise<string>;
  /** What else answers depend on: another text whenever it changes (the register, measures that are due). */
  readonly circumstances: () => string;
  readonly service: Pick<ServiceStore, 'noteAlive' | 'lastAliveUs'>;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** How often the store is asked, milliseconds; one row is read. */
  readonly everyMs: number;
  readonly onError: (error: unknown) => void;
}

/** A running watch. */
export interface ChangeWatch {
  /** When records last changed, milliseconds since 1970; undefined when nothing was ever stored. */
  changedAtMs(): number | undefined;
  /**
   * When answers may last have become others, milliseconds since 1970: with the records or the circumstances, and at the
   * latest when this process began, which may know more or have other settings than the one before.
   */
  answersChangedAtMs(): number;
  /** Called after every change that is seen, several changes at once; the answer ends it. */
  subscribe(listener: () => void): () => void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A watch that is not started yet. */
export function createChangeWatch(options: ChangeWatchOptions): ChangeWatch {
  const { version, circumstances, service, clock, everyMs, onError } = options;
  const listeners = new Set<() => void>();
  let known: string | undefined;
  let knownCircumstances: string | undefined;
  let changedAtMs: number | undefined;
  let answersChangedAtMs = clock();
  let notedAtMs: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  let looking = Promise.resolve();

  const look = async () => {
    const found = await version();
    const around = circumstances();
    // The first look tells no change: the store may be older than this process.
    if (found !== known && (known !== undefined || changedAtMs === undefined)) changedAtMs = clock();
    if (found !== known || around !== knownCircumstances) {
      answersChangedAtMs = clock();
      known = found;
      knownCircumstances = around;
      for (const listener of listeners) listener();
    }
    if (changedAtMs === undefined || changedAtMs === notedAtMs) return;
    if (notedAtMs === undefined || clock() - notedAtMs >= NOTE_MS) await note();
  };
  const note = async () => {
    if (changedAtMs === undefined) return;
    notedAtMs = changedAtMs;
    await service.noteAlive(CHANGE_SUBJECT, changedAtMs * 1000);
  };
  const again = () => {
    timer = setTimeout(() => {
      looking = look().catch(onError).then(again);
    }, everyMs).unref();
  };
  return {
    changedAtMs: () => changedAtMs,
    answersChangedAtMs: () => answersChangedAtMs,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async start() {
      try {
        const lastUs = await service.lastAliveUs(CHANGE_SUBJECT);
        changedAtMs = lastUs === undefined ? undefined : Math.floor(lastUs / 1000);
        notedAtMs = changedAtMs;
        await look();
      } catch (error) {
        onError(error);
      }
      again();
    },
    async stop() {
      await looking;
      clearTimeout(timer);
      if (changedAtMs !== notedAtMs) await note();
    },
  };
}
