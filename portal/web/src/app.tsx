/** The page: one router, one frame around every page. */
import type { ComponentType } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { DictionaryEntry } from './api/answers.ts';
import { fetchDictionary } from './api/client.ts';
import { useLoaded } from './api/use-loaded.ts';
import { MapPage } from './pages/map-page.tsx';
import type { PageProps } from './pages/page-props.ts';
import { hrefOf, PAGES, type Page, type Route } from './route.ts';
import { markWallScreen, type Settings, THEMES, type Theme, useSettings } from './settings.ts';
import { createFormat } from './text/format.ts';
import { TEXTS } from './text/language.ts';
import { useRoute } from './use-route.ts';
import { useView, ViewContext } from './view.ts';

type PageView = ComponentType<PageProps>;

/** The home page comes with the first script; charts and the rest when they are asked for. */
const LATER: Readonly<Record<Exclude<Page, 'peta'>, () => Promise<PageView>>> = {
  'lalu-lintas': async () => (await import('./pages/series-page.tsx')).TrafficPage,
  keramaian: async () => (await import('./pages/series-page.tsx')).CrowdPage,
  data: async () => (await import('./pages/data-page.tsx')).DataPage,
  mutu: async () => (await import('./pages/quality-page.tsx')).QualityPage,
  tentang: async () => (await import('./pages/about-page.tsx')).AboutPage,
  operator: async () => (await import('./pages/operator-page.tsx')).OperatorPage,
};

const HOUR_MS = 3_600_000;
const TRY_AGAIN_MS = 5_000;

export function App() {
  const [route, change] = useRoute();
  const settings = useSettings(route.choices);
  const [isWall] = useState(markWallScreen);
  const { language, isDark } = settings;
  const dictionary = useLoaded({ key: 'dictionary', load: fetchDictionary, refreshMs: HOUR_MS });
  const view = useMemo(
    () => ({
      language,
      texts: TEXTS[language],
      format: createFormat(language),
      isDark,
      dictionary: byRawColumn(dictionary.value ?? []),
    }),
    [language, isDark, dictionary.value],
  );
  const { texts } = view;
  useEffect(() => {
    document.title = `${texts.pages[route.page]} · Pantau`;
  }, [texts, route.page]);
  return (
    <ViewContext.Provider value={view}>
      <button type="button" class="skip" onClick={focusContent}>
        {texts.skip}
      </button>
      <TopBar route={route} settings={settings} />
      <main id="content" tabIndex={-1}>
        <RoutedPage route={route} change={change} isWall={isWall} />
      </main>
      <footer class="foot">{texts.privacy}</footer>
    </ViewContext.Provider>
  );
}

/** The first column that shows a raw column explains it. */
function byRawColumn(entries: readonly DictionaryEntry[]): Map<string, DictionaryEntry> {
  const known = new Map<string, DictionaryEntry>();
  for (const entry of entries) {
    if (entry.rawColumn !== undefined && !known.has(entry.rawColumn)) known.set(entry.rawColumn, entry);
  }
  return known;
}

/** The address belongs to the router, so this is no link to an anchor. */
function focusContent() {
  document.getElementById('content')?.focus();
}

function RoutedPage(props: PageProps) {
  const { page } = props.route;
  const { texts } = useView();
  const [loaded, setLoaded] = useState<{ page: Page; View: PageView | 'missing' }>();
  useEffect(() => {
    if (page === 'peta') return;
    let isLeft = false;
    let waiting: ReturnType<typeof setInterval> | undefined;
    LATER[page]().then(
      (View) => {
        if (!isLeft) setLoaded({ page, View });
      },
      () => {
        if (isLeft) return;
        setLoaded({ page, View: 'missing' });
        waiting = setInterval(() => void beginAnew(), TRY_AGAIN_MS);
      },
    );
    return () => {
      isLeft = true;
      clearInterval(waiting);
    };
  }, [page]);
  if (page === 'peta') return <MapPage {...props} />;
  if (loaded?.page !== page) return <p class="loading">{texts.loading}</p>;
  if (loaded.View === 'missing') return <p class="notice">{texts.failed}</p>;
  return <loaded.View {...props} key={page} />;
}

/**
 * Once the portal answers: a script that could not be fetched is asked for anew by a new document only, and after an
 * update of the portal only a new document knows its name.
 */
async function beginAnew(): Promise<void> {
  const answer = await fetch('./', { cache: 'no-store' }).catch(() => undefined);
  if (answer?.ok === true) location.reload();
}

function TopBar({ route, settings }: { route: Route; settings: Settings }) {
  const { texts, language } = useView();
  const other = language === 'id' ? 'en' : 'id';
  return (
    <header class="top">
      <a class="brand" href={hrefOf('peta')}>
        <img src="./icon.svg" alt="" width={30} height={30} />
        <span>
          <b>Pantau</b>
          <small>{texts.tagline}</small>
        </span>
      </a>
      <nav class="pages" aria-label={texts.navigation}>
        <ul>
          {PAGES.map((page) => (
            <li key={page} class={page === 'operator' ? 'aside' : ''}>
              <a href={hrefOf(page)} aria-current={page === route.page ? 'page' : undefined}>
                {texts.pages[page]}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div class="settings">
        <label>
          <span class="unseen">{texts.theme}</span>
          <select
            value={settings.theme}
            onChange={(event) => settings.setTheme(event.currentTarget.value as Theme)}
          >
            {THEMES.map((theme) => (
              <option key={theme} value={theme}>
                {texts.themes[theme]}
              </option>
            ))}
          </select>
        </label>
        <button type="button" class="language" lang={other} onClick={() => settings.setLanguage(other)}>
          {texts.otherLanguage}
        </button>
      </div>
    </header>
  );
}
