/** The dashboard in a real browser, on a real portal with three weeks of a small city. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import type { FastifyInstance } from 'fastify';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createPortal } from '../../portal/api/portal.ts';
import { createSqliteStore, openPortalDatabase } from '../../portal/store/sqlite-store.ts';
import type { PortalStore } from '../../portal/store/store.ts';
import { startBrowser } from '../support/chromium.ts';
import { buildPage, complaintsOf, seriousFaults } from './browser.ts';
import { CITY_REGISTER, fillCity, seeLittle } from './dashboard-city.ts';

/** Saturday, 10:07 in Semarang. */
const NOW_MS = Date.parse('2026-01-31T03:07:00Z');
const DAYS = 22;
/** The operators' page needs the console's routes: `console.test.ts`. */
const PAGES = ['peta', 'lalu-lintas', 'keramaian', 'data', 'mutu', 'tentang'];
const FIRST_VIEW_BYTES = 300 * 1024;

type Row = Record<string, string | number | boolean | null>;

let folder: string;
let browser: Browser;
let store: PortalStore;
let app: FastifyInstance;
let address: string;
let page: Page;
let nowMs = NOW_MS;
/** What the page complained about; must stay empty. */
let complaints: string[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pantau-dashboard-'));
  await buildPage(join(folder, 'web'));
  store = createSqliteStore(openPortalDatabase({ file: join(folder, 'portal.sqlite') }));
  await fillCity(store, NOW_MS, DAYS);
  app = portalOn(store);
  address = await app.listen({ host: '127.0.0.1', port: 0 });
  browser = await startBrowser();
});

afterAll(async () => {
  await browser?.close();
  await app?.close();
  await store?.close();
  rmSync(folder, { recursive: true });
});

afterEach(async () => {
  await page?.context().close();
});

function portalOn(of: PortalStore): FastifyInstance {
  return createPortal({
    store: of,
    register: of === store ? CITY_REGISTER : { cameras: () => [] },
    publishToken: 'a-token-of-the-tests',
    webDir: join(folder, 'web'),
    clock: () => nowMs,
    watchMs: 100,
    map: { base: BORDER },
  });
}

const BORDER = JSON.stringify({
  type: 'Feature',
  geometry: {
    type: 'LineString',
    coordinates: [
      [110.4, -7],
      [110.43, -6.98],
      [110.45, -6.99],
    ],
  },
});

interface Opening {
  readonly width?: number;
  readonly height?: number;
  readonly at?: string;
  /** With its question mark. */
  readonly query?: string;
}

async function open(hash: string, options: Opening = {}): Promise<void> {
  const { width = 1280, height = 900, at = address, query = '' } = options;
  const context = await browser.newContext({ viewport: { width, height } });
  page = await context.newPage();
  await page.clock.setFixedTime(nowMs);
  complaints = complaintsOf(page);
  await page.goto(`${at}/${query}#/${hash}`);
}

async function series(query: Record<string, string>): Promise<Row[]> {
  const answer = await fetch(`${address}/api/v1/series?${new URLSearchParams({ limit: '10000', ...query })}`);
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { rows: Row[] }).rows;
}

/** Cells of the table of windows, newest first. */
async function tableRows(): Promise<string[][]> {
  await page.waitForSelector('.slots tbody tr');
  const more = page.locator('.more');
  if ((await more.count()) > 0) await more.click();
  return page.$$eval('.slots tbody tr', (rows) =>
    rows.map((row) => [...row.children].map((cell) => (cell.textContent ?? '').trim())),
  );
}

const readout = () => page.locator('.readout b').first().textContent();

const DAY = {
  from: new Date(NOW_MS - 7 * 60_000 - 86_400_000).toISOString(),
  to: new Date(NOW_MS).toISOString(),
};

/** Both directions' vehicles by window, oldest first; null where nothing was counted. */
async function volumes(cameraId: string): Promise<(number | null)[]> {
  const rows = await series({ level: '15m', kind: 'flow', cameraId, lineId: 'utama', ...DAY });
  const sums = new Map<unknown, number | null>();
  for (const { window_start, volume } of rows) {
    const before = sums.get(window_start) ?? null;
    sums.set(window_start, volume === null ? before : (before ?? 0) + Number(volume));
  }
  return [...sums.values()];
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const boxesOf = (selector: string): Promise<Box[]> =>
  page.$$eval(selector, (elements) =>
    elements.map((element) => {
      const { left, right, top, bottom } = element.getBoundingClientRect();
      return { left, right, top, bottom };
    }),
  );

const isOver = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

describe('the traffic page', () => {
  it('shows the numbers that the API gives, in table and chart, and gaps as gaps', async () => {
    await open('lalu-lintas?camera=tugu-muda&lang=en');
    const rows = await tableRows();
    const expected = (await volumes('tugu-muda')).reverse();
    expect(rows).toHaveLength(96);
    expect(rows.map((cells) => cells[2]!.replaceAll(',', ''))).toEqual(
      expected.map((volume) => (volume === null ? '–' : String(volume))),
    );
    expect(expected.filter((volume) => volume === null)).toHaveLength(5);
    const gap = rows[expected.indexOf(null)]!;
    expect(gap[1]).toBe('0%camera down');
    // The chart tells the same window by window: its last one is the table's first.
    await page.locator('.main-card .plot').focus();
    await page.keyboard.press('End');
    await expect.poll(readout).toBe(rows[0]![2]);
    await page.keyboard.press('Home');
    await expect.poll(readout).toBe(rows.at(-1)![2]);
    expect(complaints).toEqual([]);
  });

  it('draws columns as high as what was counted, and none where nothing was', async () => {
    await open('lalu-lintas?camera=tugu-muda');
    await page.waitForSelector('.main-card .plot canvas');
    const expected = await volumes('tugu-muda');
    const most = Math.max(...expected.map((volume) => volume ?? 0));
    await expect.poll(async () => Math.max(...(await columnHeights(96)))).toBeGreaterThan(100);
    const heights = await columnHeights(96);
    const pixelsEach = Math.max(...heights) / most;
    // Two pixels for the edges of a column, which are drawn soft.
    const wrong = expected.flatMap((volume, index) => {
      const height = heights[index]!;
      const isRight =
        volume === null ? height === 0 : height > 0 && Math.abs(height - volume * pixelsEach) <= 2;
      return isRight ? [] : [{ index, volume, height }];
    });
    expect(wrong).toEqual([]);
  });

  it('shades what was not seen, and splits the vehicles by class as the API does', async () => {
    await open('lalu-lintas?camera=tugu-muda&lang=en');
    await tableRows();
    const strip = await page.$$eval('.coverage-strip rect', (runs) =>
      runs.flatMap((run) => Array(Number(run.getAttribute('width'))).fill(run.getAttribute('class'))),
    );
    const seen = await volumes('tugu-muda');
    expect(strip.map((state) => state === 'gap')).toEqual(seen.map((volume) => volume === null));
    const rows = await series({ level: '15m', kind: 'flow', cameraId: 'tugu-muda', lineId: 'utama', ...DAY });
    const shown = await page.locator('.class-legend b').allTextContents();
    const columns = ['count_motorcycle', 'count_car', 'count_bus', 'count_truck', 'count_bicycle'];
    const totals = columns.map((column) => rows.reduce((sum, row) => sum + Number(row[column] ?? 0), 0));
    expect(totals.every((total) => total > 0)).toBe(true);
    expect(shown.map((text) => Number(text.replaceAll(',', '')))).toEqual(totals);
  });

  it('compares with the week before over the windows that both have', async () => {
    await open('lalu-lintas?camera=simpang-lima&range=7d&compare=7d&lang=en');
    const week = 7 * 86_400_000;
    const hours = { level: '1h', kind: 'flow', cameraId: 'simpang-lima', lineId: 'utama' };
    const toMs = Math.floor(NOW_MS / 3_600_000) * 3_600_000;
    const range = (end: number) => ({
      from: new Date(end - week).toISOString(),
      to: new Date(end).toISOString(),
    });
    const total = (rows: readonly Row[]) => rows.reduce((sum, { volume }) => sum + Number(volume), 0);
    const now = await series({ ...hours, ...range(toMs) });
    const before = await series({ ...hours, ...range(toMs - week) });
    const share = Math.round(Math.abs(total(now) / total(before) - 1) * 100);
    const note = page.locator('.comparison-note');
    await expect.poll(() => note.textContent()).toContain('over the 168 windows');
    expect(await note.textContent()).toContain(share === 0 ? 'same as' : `${share}%`);
  });

  it('shows in the weekly pattern the means of the API’s hours, the darkest where it is highest', async () => {
    await open('lalu-lintas?camera=simpang-lima&lang=en');
    await page.waitForSelector('.heat td .unseen');
    const cells = await page.$$eval('.heat tbody tr', (rows) =>
      rows.map((row) => [...row.querySelectorAll('td')].map((cell) => [cell.title, cell.className])),
    );
    const rows = await series({
      ...{ level: '1h', kind: 'flow', cameraId: 'simpang-lima', lineId: 'utama' },
      from: new Date(NOW_MS - DAYS * 86_400_000).toISOString(),
      to: new Date(NOW_MS).toISOString(),
    });
    // Monday, 07:00 to 08:00 in Semarang is midnight to one in London.
    const mondays = rows.filter(({ window_start: start, coverage }) => {
      const at = new Date(String(start));
      return at.getUTCDay() === 1 && at.getUTCHours() === 0 && coverage === 1;
    });
    const weeks = new Set(mondays.map(({ window_start: start }) => start)).size;
    const mean = mondays.reduce((sum, { volume }) => sum + Number(volume), 0) / weeks;
    expect(cells[0]![7]![0]).toBe(`${Math.round(mean).toLocaleString('en')} (n = ${weeks})`);
    const numbers = cells.flat().map(([title]) => Number.parseInt(title!.replaceAll(',', ''), 10));
    const highest = numbers.indexOf(Math.max(...numbers.filter((value) => !Number.isNaN(value))));
    expect(cells.flat()[highest]![1]).toBe('shade-8');
  });

  it('compares with the day before over the windows that both have', async () => {
    await open('lalu-lintas?camera=simpang-lima&range=24h&compare=1d&lang=en');
    const day = 86_400_000;
    const quarters = async (endMs: number) => {
      const range = { from: new Date(endMs - day).toISOString(), to: new Date(endMs).toISOString() };
      const rows = await series({
        ...{ level: '15m', kind: 'flow', cameraId: 'simpang-lima', lineId: 'utama', ...range },
      });
      return rows.reduce((sum, { volume }) => sum + Number(volume), 0);
    };
    const endMs = Math.floor(NOW_MS / 900_000) * 900_000;
    const share = Math.round(Math.abs((await quarters(endMs)) / (await quarters(endMs - day)) - 1) * 100);
    const note = page.locator('.comparison-note');
    await expect.poll(() => note.textContent()).toContain('over the 96 windows');
    expect(await note.textContent()).toContain(share === 0 ? 'same as' : `${share}%`);
  });

  it('puts the cameras of one road together', async () => {
    await open('lalu-lintas?camera=balai-kota&place=road%3AJl.+Pemuda&range=24h&lang=en');
    const rows = await tableRows();
    const grouped = await series({ level: '15m', kind: 'flow', road: 'Jl. Pemuda', groupBy: 'road', ...DAY });
    expect(rows[0]![2]!.replaceAll(',', '')).toBe(String(grouped.at(-1)!['volume']));
    expect(complaints).toEqual([]);
  });

  it('gives the link as well as the file, with the very rows it shows', async () => {
    await open('lalu-lintas?camera=simpang-lima');
    const link = await page.getByRole('textbox', { name: 'Tautan' }).inputValue();
    const href = await page.getByRole('link', { name: 'Unduh CSV' }).getAttribute('href');
    expect(new URL(href!, `${address}/`).href).toBe(link);
    const csv = await (await fetch(link)).text();
    expect(csv.trimEnd().split('\r\n')).toHaveLength(1 + 2 * 96);
    const parquet = await page.getByRole('link', { name: 'Unduh PARQUET' }).getAttribute('href');
    const bytes = new Uint8Array(await (await fetch(new URL(parquet!, `${address}/`))).arrayBuffer());
    expect(String.fromCharCode(...bytes.slice(0, 4))).toBe('PAR1');
  });

  it('gives a line for DuckDB that needs no name ending in .parquet', async () => {
    await open('lalu-lintas?camera=simpang-lima');
    await page.getByText('duckdb', { exact: true }).click();
    const line = await page.getByRole('textbox', { name: 'duckdb' }).inputValue();
    const sql = /^duckdb -c "(.*)"$/.exec(line)?.[1] ?? '';
    const url = /'(http[^']+)'/.exec(sql)?.[1] ?? '';
    const file = join(folder, 'series?format=parquet');
    writeFileSync(file, Buffer.from(await (await fetch(url)).arrayBuffer()));
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const found = await connection.runAndReadAll(`select count(*)::int n from (${sql.replace(url, file)})`);
    expect(found.getRowsJS()).toEqual([[2 * 96]]);
    connection.closeSync();
    instance.closeSync();
  });

  it('explains a measure with the words of the dictionary', async () => {
    await open('lalu-lintas?camera=simpang-lima');
    await page.getByRole('button', { name: 'Definisi: DJ' }).click();
    expect(await page.locator('.term-text:visible').textContent()).toContain('derajat_kejenuhan');
  });
});

describe('the crowd page', () => {
  it('shows withheld numbers as withheld, never as zero', async () => {
    await open('keramaian?camera=balai-kota&lang=en');
    const rows = await tableRows();
    const served = await series({
      level: '15m',
      kind: 'presence',
      cameraId: 'balai-kota',
      zoneId: 'plaza',
      ...DAY,
    });
    const hidden = served.map(({ suppressed }) => String(suppressed).includes('peoplePresent')).reverse();
    expect(hidden.filter(Boolean).length).toBeGreaterThan(5);
    const isWithheld = ([, , mean]: readonly string[]) =>
      mean === 'suppressed' || mean === 'not released yet';
    expect(rows.map(isWithheld)).toEqual(hidden);
    expect(await page.locator('.rule').textContent()).toContain('1–4');
    expect(complaints).toEqual([]);
  });

  it('grades density with Fruin letters', async () => {
    await open('keramaian?camera=kota-lama&measure=peopleDensity');
    await page.locator('.main-card .plot').focus();
    await page.keyboard.press('Home');
    const [first] = await series({ level: '15m', kind: 'presence', cameraId: 'kota-lama', ...DAY });
    await expect.poll(() => page.locator('.readout .level').textContent()).toBe(first!['fruin_level']);
  });
});

describe('the map', () => {
  it('marks cameras by letter, reachable by keyboard, and lists the same beside it', async () => {
    await open('peta');
    await page.waitForSelector('.camera-mark');
    expect(await page.locator('.camera-mark').count()).toBe(5);
    expect(await page.locator('.camera-item').count()).toBe(6);
    await page.waitForSelector('.map path.base');
    // The sixth stands at a road, but nobody has surveyed it.
    const unsurveyed = page.locator('.camera-item', { hasText: 'Kaligawe' });
    expect(await unsurveyed.textContent()).toContain('Jl. Kaligawe Raya · ');
    const state = await (await fetch(`${address}/api/v1/state.geojson`)).json();
    const letters = (state as { features: { properties: Record<string, string> }[] }).features.map(
      ({ properties }) => properties['levelOfService'],
    );
    const marked = await page.locator('.camera-mark').allTextContents();
    expect(marked.every((letter) => letters.includes(letter) || letter === '–')).toBe(true);
    const [marks, labels] = [await boxesOf('.camera-mark'), await boxesOf('.region-label span')];
    expect(labels).toHaveLength(4);
    expect(labels.filter((label) => marks.some((mark) => isOver(mark, label)))).toEqual([]);
    await page.getByRole('button', { name: 'Perbesar', exact: true }).waitFor();
    await page
      .getByRole('button', { name: /^Simpang Lima: / })
      .first()
      .focus();
    await page.keyboard.press('Enter');
    await page.waitForSelector('.camera-item.chosen');
    expect(page.url()).toContain('camera=simpang-lima');
    expect(complaints).toEqual([]);
  });

  it('is live: a new window arrives without asking', async () => {
    await open('peta?lang=en');
    await page.locator('.link-state.live').waitFor();
    const seen = page.locator('.camera-item', { hasText: 'Simpang Lima' }).locator('.fresh');
    expect(await seen.textContent()).toBe('10:00');
    nowMs += 900_000;
    await fillCity(store, nowMs, 1 / 96);
    await expect.poll(() => seen.textContent(), { timeout: 15_000 }).toBe('10:15');
    nowMs = NOW_MS;
  });

  it('says so when the data are old', async () => {
    nowMs = NOW_MS + 3 * 3_600_000;
    await open('peta?lang=en');
    // The sixth has been down: no data is told from old data.
    await expect.poll(() => page.locator('.camera-figure .stale').count()).toBe(5);
    expect(await page.locator('.tile-value').first().textContent()).toContain('0/6');
    const notes = await page.locator('.tile-note').allTextContents();
    expect(notes.slice(1)).toEqual(['no recent data', 'no recent data']);
    expect(await page.locator('.camera-figure', { hasText: 'no recent data' }).count()).toBe(5);
    await expect.poll(() => page.getByRole('button', { name: /: no recent data$/ }).count()).toBe(5);
    nowMs = NOW_MS;
  });

  it('tells no level and no rate of what was hardly seen', async () => {
    // Not before the window that arrived live.
    nowMs = NOW_MS + 900_000;
    await seeLittle(store, 'balai-kota', nowMs);
    await open('peta?lang=en');
    const figure = page.locator('.camera-item', { hasText: 'Balai Kota' }).locator('.camera-figure');
    await expect.poll(() => figure.textContent()).toContain('not enough data · coverage 1%');
    const mark = page.getByRole('button', { name: /^Balai Kota: not enough data, coverage 1%/ });
    expect(await mark.textContent()).toBe('?');
    await page.goto(`${address}/#/lalu-lintas?camera=balai-kota&lang=en`);
    await page.waitForSelector('.latest li');
    const [volume, rate] = await page.locator('.latest .tile-value').allTextContents();
    expect(volume).toMatch(/^ *[1-9][0-9]* /);
    expect(rate).toContain('not enough data');
    expect(complaints).toEqual([]);
    nowMs = NOW_MS;
  });
});

describe('the whole page', () => {
  it('is Indonesian first and English by a switch that stays', async () => {
    await open('lalu-lintas?camera=simpang-lima');
    await page.waitForSelector('.slots tbody tr');
    expect(await page.locator('html').getAttribute('lang')).toBe('id');
    expect(await page.title()).toBe('Lalu lintas · Pantau');
    await page.getByRole('button', { name: 'English' }).click();
    await page.waitForSelector('html[lang=en]');
    await page.reload();
    await page.getByText('Weekly pattern').waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    await page.getByRole('link', { name: 'Quality' }).click();
    const codes = page.locator('.indicators code');
    await codes.first().waitFor();
    expect(await codes.allTextContents()).toContain('ISO 37122 10.4 (cameras, planned)');
  });

  it('names the camera that a link asks for in vain', async () => {
    await open('lalu-lintas?camera=sudah-dihapus');
    await page.getByText('Kamera "sudah-dihapus" tidak ada').waitFor();
    expect(complaints).toEqual([]);
  });

  it('says so when its next page cannot be fetched, and goes on by itself once it can', async () => {
    await open('peta');
    await page.waitForSelector('.camera-item');
    await page.context().setOffline(true);
    await page.evaluate('location.hash = "#/mutu"');
    await page.getByText('Portal tidak dapat dihubungi').waitFor();
    await page.context().setOffline(false);
    await page.getByRole('heading', { name: 'Mutu data' }).waitFor();
  });

  it.each(PAGES)('fits a phone and has no serious fault for assistive technology: %s', async (name) => {
    await open(name, { width: 360, height: 780 });
    await page.waitForSelector('main h1');
    await page.waitForLoadState('load');
    if (name === 'lalu-lintas' || name === 'keramaian') await page.waitForSelector('.slots tbody tr');
    if (name === 'peta') await page.waitForSelector('.camera-mark');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    expect(await seriousFaults(page)).toEqual([]);
    // Its words are longer.
    await page.getByRole('button', { name: 'English' }).click();
    await page.locator('html[lang=en]').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await seriousFaults(page, { rules: ['color-contrast'] })).toEqual([]);
    for (const wider of [600, 820, 1024, 1920, 3840]) {
      await page.setViewportSize({ width: wider, height: 900 });
      expect([wider, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([wider, wider]);
    }
    expect(complaints).toEqual([]);
  });

  it.each([
    [1920, 1080],
    [3840, 2160],
  ])('fills a wall screen of %i × %i, with nothing to scroll or to press', async (width, height) => {
    await open('peta', { width, height, query: '?wall=1' });
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.waitForSelector('.camera-mark');
    const size = 'document.documentElement';
    expect(await page.evaluate(`[${size}.scrollWidth, ${size}.scrollHeight]`)).toEqual([width, height]);
    expect(await page.locator('.pages:visible, .settings:visible, .segments:visible').count()).toBe(0);
    const items = await boxesOf('.camera-item');
    expect(items).toHaveLength(6);
    expect(items.filter(({ bottom }) => bottom > height)).toEqual([]);
    const [map] = await boxesOf('.map');
    expect(map!.right - map!.left).toBeGreaterThan(width / 2);
    expect(map!.bottom - map!.top).toBeGreaterThan(height / 2);
    expect(await seriousFaults(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('weighs at most 300 KB compressed at first view, map and all', async () => {
    const bodies: Promise<Buffer>[] = [];
    const context = await browser.newContext();
    page = await context.newPage();
    page.on('response', (response) => {
      if (!new URL(response.url()).pathname.startsWith('/api/')) bodies.push(response.body());
    });
    await page.goto(`${address}/`);
    await page.waitForSelector('.camera-mark');
    const bytes = (await Promise.all(bodies)).map((body) => gzipSync(body).length);
    expect(bytes.length).toBeGreaterThan(3);
    expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThan(FIRST_VIEW_BYTES);
  });

  it('says what to do when there is no data', async () => {
    const empty = createSqliteStore(openPortalDatabase({ file: join(folder, 'empty.sqlite') }));
    const other = portalOn(empty);
    await open('peta', { at: await other.listen({ host: '127.0.0.1', port: 0 }) });
    await page.waitForSelector('.empty');
    expect(await page.locator('.empty').textContent()).toContain('npx pantau enqueue');
    await page.close();
    await other.close();
    await empty.close();
  });
});

/** For each window of the main chart the height of its column in pixels, left of the middle, where whiskers stand. */
function columnHeights(count: number): Promise<number[]> {
  return page
    .locator('.main-card .plot canvas')
    .first()
    .evaluate((element: unknown, windows) => {
      interface Pixels {
        readonly data: Uint8ClampedArray;
      }
      const board = element as {
        width: number;
        height: number;
        getContext(kind: '2d'): { getImageData(x: number, y: number, w: number, h: number): Pixels };
      };
      const [left, right, bottom] = [44, board.width - 26, board.height - 28];
      const column = (right - left) / windows;
      return Array.from({ length: windows }, (_, index) => {
        const x = Math.round(left + column * (index + 0.3));
        const { data } = board.getContext('2d').getImageData(x, 0, 1, bottom);
        const isColoured = (y: number) => Math.abs(data[4 * y]! - data[4 * y + 2]!) > 40;
        // The lowest pixels are the zero line's.
        let y = bottom - 3;
        while (y > 0 && isColoured(y)) y -= 1;
        return y === bottom - 3 ? 0 : bottom - y;
      });
    }, count);
}
