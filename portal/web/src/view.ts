/** What every part of the page needs: language, texts, formats, colours, dictionary. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { DictionaryEntry } from './api/answers.ts';
import { createFormat, type Format } from './text/format.ts';
import { type Language, TEXTS, type Texts } from './text/language.ts';

/** The reader's view. */
export interface View {
  readonly language: Language;
  readonly texts: Texts;
  readonly format: Format;
  readonly isDark: boolean;
  /** Published columns by the raw column they show; empty until it is loaded. */
  readonly dictionary: ReadonlyMap<string, DictionaryEntry>;
}

/** Given by `App` to everything below it. */
export const ViewContext = createContext<View>({
  language: 'id',
  texts: TEXTS.id,
  format: createFormat('id'),
  isDark: false,
  dictionary: new Map(),
});

/** The reader's view. */
export function useView(): View {
  return useContext(ViewContext);
}
