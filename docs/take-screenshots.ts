/**
 * Takes the pictures of the dashboard that README and docs show, from the portal of `npm run demo` once its charts are
 * filled:
 *   npx tsx docs/take-screenshots.ts http://127.0.0.1:8080
 * and, with somebody who may sign in (`pantau user add`), those of the console too:
 *   npx tsx docs/take-screenshots.ts http://127.0.0.1:8080 NAME PASSWORD-FILE
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { startBrowser } from '../test/support/chromium.ts';

interface View {
  /** Name of the picture below `docs/images/`. */
  readonly name: string;
  /** What follows the portal's address. */
  readonly route: string;
  readonly width: number;
  readonly height: number;
  readonly colorScheme: 'light' | 'dark';
  /** Shown when everything is drawn. */
  readonly drawn: string;
}

/** The demo's cameras with hours of data. */
const CROWD = 'camera=pets09-s2l1-diulang';
const TRAFFIC = 'camera=junction-diulang';

const DESKTOP = { width: 1366, height: 900, colorScheme: 'light' } as const;
const PHONE = { width: 390, height: 844, colorScheme: 'dark' } as const;

/** The main views; what is not in the address is the page's own choice. */
const VIEWS: readonly View[] = [
  { ...DESKTOP, name: 'dashboard', route: '#/peta', drawn: '.camera-item' },
  { ...DESKTOP, name: 'dashboard-traffic', route: `#/lalu-lintas?${TRAFFIC}`, drawn: '.slots tbody tr' },
  { ...DESKTOP, name: 'dashboard-crowd', route: `#/keramaian?${CROWD}`, drawn: '.slots tbody tr' },
  { ...DESKTOP, name: 'dashboard-quality', route: '#/mutu', drawn: '.shares li' },
  { ...PHONE, name: 'dashboard-phone', route: `#/lalu-lintas?${TRAFFIC}`, drawn: '.slots tbody tr' },
  {
    name: 'dashboard-wall',
    route: '?wall=1#/peta',
    width: 1920,
    height: 1080,
    colorScheme: 'dark',
    drawn: '.camera-item',
  },
];

/** What operators see; not the drawing board, whose picture shows people and number plates. */
const CONSOLE: readonly View[] = [
  { ...DESKTOP, name: 'console-cameras', route: '#/operator/kamera', drawn: 'h2' },
];

/** Charts and map draw a moment after their numbers are there. */
const DRAWING_MS = 1500;

async function take(context: BrowserContext, portal: string, view: View): Promise<void> {
  const { name, route, width, height, colorScheme, drawn } = view;
  const page = await context.newPage();
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme });
  await page.goto(`${portal}/${route}`);
  await page.waitForSelector(drawn);
  await page.waitForTimeout(DRAWING_MS);
  await page.screenshot({ path: path.join(import.meta.dirname, 'images', `${name}.png`) });
  await page.close();
}

async function signIn(
  context: BrowserContext,
  portal: string,
  [name, file]: readonly string[],
): Promise<void> {
  const page = await context.newPage();
  await page.goto(`${portal}/#/operator/kamera`);
  await page.getByLabel('Nama pengguna').fill(name ?? '');
  await page.getByLabel('Kata sandi').fill(readFileSync(file ?? '', 'utf8').trim());
  await page.getByRole('button', { name: 'Masuk', exact: true }).click();
  await page.getByRole('heading', { level: 2 }).first().waitFor();
  await page.close();
}

const [address, ...person] = process.argv.slice(2);
if (address === undefined || person.length === 1) {
  throw new Error('usage: npx tsx docs/take-screenshots.ts ADDRESS [NAME PASSWORD-FILE]');
}
const portal = address.replace(/\/$/, '');

const browser = await startBrowser();
const context = await browser.newContext({ deviceScaleFactor: 1 });
for (const view of VIEWS) await take(context, portal, view);
if (person.length > 0) {
  await signIn(context, portal, person);
  for (const view of CONSOLE) await take(context, portal, view);
}
await browser.close();
