import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Observation } from '../../pipelines/domain/types.ts';
import { createPortal } from '../../portal/api/portal.ts';
import { createSqliteStore, openPortalDatabase } from '../../portal/store/sqlite-store.ts';
import type { ObservationStore } from '../../portal/store/store.ts';
import { sampleFlow, sampleGap, samplePresence } from '../unit/portal/sample-observations.ts';

/** Debian's Chromium; the flags keep it from calling its maker through a closed network. */
const CHROMIUM = {
  executablePath: '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};

let folder: string;
let browser: Browser;
let store: ObservationStore;
let app: FastifyInstance;
let address: string;
let page: Page;
/** What the page complained about; must stay empty. */
let complaints: string[];

/** Twelve minutes: numbers, a gap of two with a reason, one without a record. */
function records(cameraId: string): Observation[] {
  return Array.from({ length: 12 }, (_, minute): Observation[] => {
    if (minute === 4 || minute === 5) return [sampleGap(minute, cameraId)];
    if (minute === 8) return [];
    return [
      samplePresence(minute, { cameraId, mean: minute + 0.5, max: minute + 3, cars: minute }),
      sampleFlow(minute, { cameraId, people: minute, cars: 2 * minute }),
      sampleFlow(minute, { cameraId, people: 1, direction: 'out' }),
    ];
  }).flat();
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pantau-page-'));
  const root = resolve(import.meta.dirname, '../../portal/web');
  await build({
    root,
    configFile: join(root, 'vite.config.ts'),
    logLevel: 'error',
    build: { outDir: join(folder, 'web') },
  });
  browser = await chromium.launch(CHROMIUM);
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

beforeEach(async () => {
  store = createSqliteStore(openPortalDatabase({ file: join(folder, 'portal.sqlite') }));
  app = createPortal({
    store,
    publishToken: 'a-token-of-the-tests',
    webDir: join(folder, 'web'),
    clock: Date.now,
    smallCountBelow: 0,
  });
  address = await app.listen({ host: '127.0.0.1', port: 0 });
});

afterEach(async () => {
  await page?.close();
  await app.close();
  await store.close();
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(folder, `portal.sqlite${suffix}`), { force: true });
});

async function seed(...cameraIds: string[]): Promise<void> {
  const batch = cameraIds.flatMap(records).map((observation) => ({ fence: 1, observation }));
  await store.upsert(batch);
}

async function open(hash = '', width = 1280): Promise<void> {
  page = await browser.newPage({ viewport: { width, height: 900 } });
  complaints = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`${address}/#${hash}`);
}

/** Cells of the table, newest window first. */
async function tableRows(): Promise<string[][]> {
  await page.waitForSelector('tbody tr');
  return page.$$eval('tbody tr', (rows) =>
    rows.map((row) => [...row.children].map((cell) => (cell.textContent ?? '').trim())),
  );
}

const when = () => page.locator('.card').first().locator('.when').textContent();
const figures = (card: number) => page.locator('.card').nth(card).locator('.figure b').allTextContents();

describe('the page', () => {
  it('shows the numbers the API gives, in table and charts, and gaps as gaps', async () => {
    await seed('cam-1');
    await open('lang=en');
    const rows = await tableRows();
    expect(rows).toHaveLength(12);
    // 05:11 UTC is 12:11 in Semarang.
    expect(rows[0]).toEqual(['12:11', '100%', '11.5', '14', '11.0', '11', '11', '1', '22', '0']);
    const blank = Array(8).fill('–');
    expect(rows[3]).toEqual(['12:08', '0%no record', ...blank]);
    expect(rows[6]).toEqual(['12:05', '0%camera down', ...blank]);
    // Range: means of the nine seen minutes 0–3, 6, 7, 9–11; totals of crossings.
    expect(await figures(0)).toEqual(['5.9', '14']);
    expect(await figures(2)).toEqual(['49', '9']);
    expect(await figures(3)).toEqual(['98', '0']);
    expect(complaints).toEqual([]);
  });

  it('reads a chart window by window with the arrow keys', async () => {
    await seed('cam-1');
    await open('lang=en');
    await page.locator('.plot').first().focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => figures(0)).toEqual(['0.5', '3']);
    for (let minute = 1; minute <= 4; minute += 1) {
      await page.keyboard.press('ArrowRight');
      await expect.poll(when).toContain(`12:0${minute}–`);
    }
    expect(await figures(0)).toEqual(['–', '–']);
    expect(await when()).toContain('12:04–12:05, gap');
    expect(complaints).toEqual([]);
  });

  it('draws no column where nothing was seen', async () => {
    await seed('cam-1');
    await open();
    await page.waitForSelector('.plot canvas');
    // Just above the zero line: the middle of each of the twelve windows.
    const isColoured = () =>
      page
        .locator('.plot canvas')
        .first()
        .evaluate((canvas: unknown) => {
          interface Pixels {
            readonly data: Uint8ClampedArray;
          }
          const board = canvas as {
            width: number;
            height: number;
            getContext(kind: '2d'): { getImageData(x: number, y: number, w: number, h: number): Pixels };
          };
          const [left, right, y] = [36, board.width - 18, board.height - 28 - 4];
          const column = (right - left) / 12;
          return Array.from({ length: 12 }, (_, index) => {
            const [red, , blue] = board
              .getContext('2d')
              .getImageData(left + column * (index + 0.5), y, 1, 1).data;
            return Math.abs(red! - blue!) > 40;
          });
        });
    await expect
      .poll(isColoured)
      .toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map((i) => ![4, 5, 8].includes(i)));
  });

  it('is Indonesian first and English by a switch that stays', async () => {
    await seed('cam-1');
    await open();
    await page.waitForSelector('tbody tr');
    expect(await page.locator('html').getAttribute('lang')).toBe('id');
    expect(await page.locator('.card h3').first().textContent()).toContain('Orang hadir');
    expect((await tableRows())[0]!.slice(0, 3)).toEqual(['12.11', '100%', '11,5']);
    await page.getByRole('button', { name: 'English' }).click();
    await page.waitForSelector('html[lang=en]');
    await page.goto(address);
    await page.getByText('People present').first().waitFor();
    expect(complaints).toEqual([]);
  });

  it('changes camera, and a recording of long ago shows its own hours', async () => {
    await seed('cam-1', 'cam-2');
    await open();
    await page.getByRole('button', { name: /cam-2/ }).click();
    await page.waitForFunction("document.querySelector('main h2').textContent === 'cam-2'");
    expect(await page.locator('.title p').textContent()).toBe('Sab, 31 Jan 2026, 12.00 – 12.12 WIB');
    expect(page.url()).toContain('camera=cam-2');
    expect(await tableRows()).toHaveLength(12);
  });

  it('links the very rows it shows as CSV', async () => {
    await seed('cam-1');
    await open();
    const href = await page.getByRole('link', { name: 'Unduh CSV' }).getAttribute('href');
    const csv = await (await fetch(new URL(href!, address))).text();
    expect(csv.trimEnd().split('\r\n')).toHaveLength(1 + records('cam-1').length);
  });

  it('fits a phone', async () => {
    await seed('cam-1', 'cam-2', 'cam-3');
    await open('camera=cam-3', 390);
    await page.waitForSelector('tbody tr');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    const chart = await page.locator('.plot').first().boundingBox();
    expect(chart!.width).toBeGreaterThan(300);
    expect(complaints).toEqual([]);
  });

  it('says what to do when there is no data, and fills by itself', async () => {
    await open();
    expect(await page.locator('.empty').textContent()).toContain('npx pantau enqueue');
    await seed('cam-1');
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    expect(await tableRows()).toHaveLength(12);
    expect(complaints).toEqual([]);
  });

  it('shows withheld numbers as withheld', async () => {
    await app.close();
    app = createPortal({
      store,
      publishToken: 'a-token-of-the-tests',
      webDir: join(folder, 'web'),
      clock: Date.now,
    });
    address = await app.listen({ host: '127.0.0.1', port: 0 });
    await seed('cam-1');
    await open('lang=en');
    const rows = await tableRows();
    expect(rows[11]).toEqual(['12:00', '100%suppressed', '–', '–', '0.0', '0', '0', '–', '0', '0']);
    expect(await page.locator('.rule').textContent()).toContain('1–4');
  });
});
