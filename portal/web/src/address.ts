/** What the page shows lives in its address, so that a link shows the same to somebody else. */
import { useEffect, useState } from 'preact/hooks';
import type { Language } from './text.ts';

/** Choices of the reader; what is absent is the default. */
export interface Choices {
  readonly camera?: string;
  readonly hours: number;
  /** End of the range in ms; absent: the newest data. */
  readonly end?: number;
  readonly zone?: string;
  readonly line?: string;
  readonly lang: Language;
}

export const HOURS = [1, 3, 12, 24] as const;
const DEFAULT_HOURS = 3;
const LANGUAGE_KEY = 'pantau-language';

/** The choices of the address and a function that changes some of them; undefined takes one back. */
export function useChoices() {
  const [choices, setChoices] = useState(read);
  useEffect(() => {
    const onChange = () => setChoices(read());
    addEventListener('hashchange', onChange);
    return () => removeEventListener('hashchange', onChange);
  }, []);
  const change = (part: { [K in keyof Choices]?: Choices[K] | undefined }) => {
    if (part.lang !== undefined) localStorage.setItem(LANGUAGE_KEY, part.lang);
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries({ ...read(), ...part })) {
      if (value !== undefined) parameters.set(name, String(value));
    }
    location.hash = parameters.toString();
  };
  return [choices, change] as const;
}

function read(): Choices {
  const parameters = new URLSearchParams(location.hash.slice(1));
  const text = (name: 'camera' | 'zone' | 'line') => {
    const value = parameters.get(name);
    return value === null ? {} : { [name]: value };
  };
  const hours = Number(parameters.get('hours'));
  const end = Number(parameters.get('end'));
  const lang = parameters.get('lang') ?? localStorage.getItem(LANGUAGE_KEY);
  return {
    ...text('camera'),
    ...text('zone'),
    ...text('line'),
    hours: (HOURS as readonly number[]).includes(hours) ? hours : DEFAULT_HOURS,
    ...(end > 0 ? { end } : {}),
    lang: lang === 'en' ? 'en' : 'id',
  };
}
