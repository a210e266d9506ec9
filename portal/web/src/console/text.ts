/** The two languages of the console. */
import type { Language } from '../text/language.ts';
import { ENGLISH } from './english.ts';
import { type ConsoleTexts, INDONESIAN } from './indonesian.ts';

export const CONSOLE_TEXTS: Readonly<Record<Language, ConsoleTexts>> = { id: INDONESIAN, en: ENGLISH };
