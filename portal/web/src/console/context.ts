/** What every part of the console needs: the API, who is signed in, the console's texts. */
import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { Role } from '../../../identity/identity-store.ts';
import type { SessionAnswer } from '../../../operate/answers.ts';
import { type Loaded, useLoaded } from '../api/use-loaded.ts';
import type { Language } from '../text/language.ts';
import { useView } from '../view.ts';
import type { ConsoleTexts } from './indonesian.ts';
import { type ConsoleApi, ConsoleError, refusalText } from './request.ts';
import { CONSOLE_TEXTS } from './text.ts';

/** Who is signed in, and how to ask. */
export interface ConsoleView {
  readonly api: ConsoleApi;
  readonly name: string;
  readonly role: Role;
  /** Takes the session that an answer begins or ends. */
  readonly onSession: (session: SessionAnswer) => void;
}

/** Given by `ConsoleGate` to the pages behind it. */
export const ConsoleContext = createContext<ConsoleView | undefined>(undefined);

/** Who is signed in, and how to ask. Only behind the gate. */
export function useConsole(): ConsoleView & { readonly canOperate: boolean } {
  const view = useContext(ConsoleContext);
  if (view === undefined) throw new Error('nobody is signed in');
  return { ...view, canOperate: view.role !== 'viewer' };
}

/** The console's texts in the reader's language. */
export function useConsoleTexts(): ConsoleTexts {
  return CONSOLE_TEXTS[useView().language];
}

/** Texts of one part of the console in the reader's language. */
export function useTexts<T>(texts: Readonly<Record<Language, T>>): T {
  return texts[useView().language];
}

/** An answer of the console's API, asked again after `refreshMs` and after `reload`. */
export function useAnswer<T>(path: string, refreshMs?: number): Loaded<T> & { readonly reload: () => void } {
  const { api } = useConsole();
  const [version, setVersion] = useState(0);
  const loaded = useLoaded<T>({
    key: `${path} ${version}`,
    scope: path,
    load: (signal) => api.get<T>(path, signal),
    ...(refreshMs === undefined ? {} : { refreshMs }),
  });
  return { ...loaded, reload: () => setVersion((last) => last + 1) };
}

/**
 * An answer of the console's API that is to be edited: asked once, and again only by `reload`. What others change
 * meanwhile must not move under the hand; the server refuses an edit of what is old.
 */
export function useEdited<T>(path: string): Loaded<T> & { readonly reload: () => void } {
  const { api } = useConsole();
  const texts = useConsoleTexts();
  const [version, setVersion] = useState(0);
  const [loaded, setLoaded] = useState<Loaded<T>>({});
  useEffect(() => {
    const leaving = new AbortController();
    api.get<T>(path, leaving.signal).then(
      (value) => setLoaded({ value }),
      (error: unknown) => {
        if (leaving.signal.aborted) return;
        const failure = refusalText(texts, error);
        // What was read before stays: the hand is at work on it.
        setLoaded((last) => ({ ...last, failure }));
      },
    );
    return () => leaving.abort();
  }, [path, version]);
  return { ...loaded, reload: () => setVersion((last) => last + 1) };
}

/** Runs what a button or form asks for, one at a time, and keeps what the server refused. */
export function useDeed() {
  const texts = useConsoleTexts();
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<ConsoleError>();
  const run = async (deed: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    setFault(undefined);
    try {
      await deed();
    } catch (error) {
      const isRefused = error instanceof ConsoleError;
      setFault(isRefused ? error : new ConsoleError(0, { code: 'unreachable', message: texts.unreachable }));
    }
    setBusy(false);
  };
  return { isBusy, fault, run: (deed: () => Promise<unknown>) => void run(deed) };
}
