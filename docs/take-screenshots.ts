/**
 * Takes the pictures of the dashboard that README and docs show, from the portal of `npm run demo` once its charts are
 * filled:
 *   npx tsx docs/take-screenshots.ts http://127.0.0.1:8080
 */
import path from 'node:path';
import { type Browser, chromium } from 'playwright-core';

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

/** Charts and map draw a moment after their numbers are there. */
const DRAWING_MS = 1500;

async function take(browser: Browser, portal: string, view: View): Promise<void> {
  const { name, route, width, height, colorScheme, drawn } = view;
  const page = await browser.newPage({ viewport: { width, height }, colorScheme, deviceScaleFactor: 1 });
  await page.goto(`${portal}/${route}`);
  await page.waitForSelector(drawn);
  await page.waitForTimeout(DRAWING_MS);
  await page.screenshot({ path: path.join(import.meta.dirname, 'images', `${name}.png`) });
  await page.close();
}

const address = process.argv[2]?.replace(/\/$/, '');
if (address === undefined) throw new Error('usage: npx tsx docs/take-screenshots.ts ADDRESS');

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
});
for (const view of VIEWS) await take(browser, address, view);
await browser.close();
