/** What every part of the console needs: the API, who is signed in, the console's texts. */
import { createContext } from 'preact';
import { useContext, useState } from 'preact/hooks';
import { type Loaded, useLoaded } from '../api/use-loaded.ts';
import { useView } from '../view.ts';
import type { Role } from './answers.ts';
import type { ConsoleTexts } from './indonesian.ts';
import { type ConsoleApi, ConsoleError } from './request.ts';
import { CONSOLE_TEXTS } from './text.ts';

/** Who is signed in, and how to ask. */
export interface ConsoleView {
  readonly api: ConsoleApi;
  readonly name: string;
  readonly role: Role;
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
