/** The two languages of the console. */
import type { Language } from '../text/language.ts';
import { ENGLISH } from './english.ts';
import { type ConsoleTexts, INDONESIAN } from './indonesian.ts';

export const CONSOLE_TEXTS: Readonly<Record<Language, ConsoleTexts>> = { id: INDONESIAN, en: ENGLISH };

/** Texts of one part of the console, side by side; what one language has, the other has too. */
export function bilingual<T>(id: T, en: NoInfer<T>): Readonly<Record<Language, T>> {
  return { id, en };
}
