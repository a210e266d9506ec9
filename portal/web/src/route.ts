/** What the page shows lives in its address, so that a link shows the same to somebody else. Pure. */
/** Every page, in the order of the navigation; the first is the home page. */
export const PAGES = ['peta', 'lalu-lintas', 'keramaian', 'data', 'mutu', 'tentang', 'operator'] as const;
export type Page = (typeof PAGES)[number];

/** Page of the link that the first start prints (`workers/operations/first-link.ts`). */
const FIRST_ADMIN = 'admin-pertama';

/** Choices of the reader by name; what is absent is the default. */
export type Choices = Readonly<Record<string, string>>;

/** One address of the page. */
export interface Route {
  readonly page: Page;
  /** Rest of the path below the page, for pages that have parts; empty or starting with `/`. */
  readonly rest: string;
  readonly choices: Choices;
}

/** `#/lalu-lintas?camera=a` and the like; what is not known is the home page. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [name = '', ...parts] = path.split('/');
  const choices = Object.fromEntries(new URLSearchParams(query));
  // The one-time link of the first start is a place of the console.
  if (name === FIRST_ADMIN) return { page: 'operator', rest: `/${name}`, choices };
  const page = PAGES.find((known) => known === name);
  return page === undefined
    ? { page: PAGES[0], rest: '', choices }
    : { page, rest: parts.length === 0 ? '' : `/${parts.join('/')}`, choices };
}

/** Address of a page below the portal's root, whatever prefix that has. */
export function hrefOf(page: Page, choices: Readonly<Record<string, string | undefined>> = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(choices)) if (value !== undefined) query.set(name, value);
  const text = query.toString();
  return text === '' ? `#/${page}` : `#/${page}?${text}`;
}
