/** Language, appearance and size: choices of this reader, kept in this browser. */
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import type { Choices } from './route.ts';
import type { Language } from './text/language.ts';

export const THEMES = ['auto', 'light', 'dark'] as const;
/** `auto` follows the system. */
export type Theme = (typeof THEMES)[number];

const LANGUAGE_KEY = 'pantau-language';
const THEME_KEY = 'pantau-theme';

/** What the page reads and how it is changed. */
export interface Settings {
  readonly language: Language;
  readonly setLanguage: (language: Language) => void;
  readonly theme: Theme;
  readonly setTheme: (theme: Theme) => void;
  /** Light or dark as it is drawn now; charts are redrawn when it changes. */
  readonly isDark: boolean;
}

/** Reads the reader's settings and keeps `<html>` in step; `lang` in the address goes before what is kept. */
export function useSettings(choices: Choices): Settings {
  const [language, setLanguage] = useState<Language>(() => languageOf(localStorage.getItem(LANGUAGE_KEY)));
  const [theme, setTheme] = useState<Theme>(() => themeOf(localStorage.getItem(THEME_KEY)));
  const isDarkSystem = useSystemDark();
  useEffect(() => {
    if (choices['lang'] !== undefined) setLanguage(languageOf(choices['lang']));
  }, [choices['lang']]);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const isDark = theme === 'auto' ? isDarkSystem : theme === 'dark';
  // Before the charts' effects, which read their colours off the page.
  useLayoutEffect(() => {
    document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light';
  }, [isDark]);
  return {
    language,
    setLanguage: (next) => {
      localStorage.setItem(LANGUAGE_KEY, next);
      setLanguage(next);
    },
    theme,
    setTheme: (next) => {
      localStorage.setItem(THEME_KEY, next);
      setTheme(next);
    },
    isDark,
  };
}

/** Marks `<html>` for a wall screen when the address says `?wall=1`. */
export function markWallScreen(): boolean {
  const isWall = new URLSearchParams(location.search).get('wall') === '1';
  document.documentElement.classList.toggle('wall', isWall);
  return isWall;
}

function languageOf(text: string | null | undefined): Language {
  return text === 'en' ? 'en' : 'id';
}

function themeOf(text: string | null): Theme {
  return THEMES.find((theme) => theme === text) ?? 'auto';
}

function useSystemDark(): boolean {
  const [query] = useState(() => matchMedia('(prefers-color-scheme: dark)'));
  const [isDark, setDark] = useState(query.matches);
  useEffect(() => {
    const onChange = () => setDark(query.matches);
    query.addEventListener('change', onChange);
    return () => query.removeEventListener('change', onChange);
  }, [query]);
  return isDark;
}
