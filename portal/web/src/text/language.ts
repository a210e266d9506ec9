/** The two languages of the page. */
import { ENGLISH } from './english.ts';
import { INDONESIAN, type Texts } from './indonesian.ts';

export type { Texts };

export type Language = 'id' | 'en';

export const TEXTS: Readonly<Record<Language, Texts>> = { id: INDONESIAN, en: ENGLISH };
