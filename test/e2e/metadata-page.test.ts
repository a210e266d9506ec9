/** The printable metadata in a real browser: wide, on a phone, on paper. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DATA_SETS } from '../../portal/datasets/data-sets.ts';
import { createSqliteStore, openPortalDatabase } from '../../portal/store/sqlite-store.ts';
import { openReadsCity, type ReadsCity } from '../integration/portal-reads-city.ts';
import { startBrowser } from '../support/chromium.ts';
import { complaintsOf, seriousFaults } from './browser.ts';

let folder: string;
let city: ReadsCity;
let base: string;
let browser: Browser;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pantau-metadata-'));
  city = await openReadsCity(createSqliteStore(openPortalDatabase({ file: join(folder, 'portal.db') })));
  base = await city.app.listen({ port: 0, host: '127.0.0.1' });
  browser = await startBrowser();
}, 60_000);

afterAll(async () => {
  await browser.close();
  await city.close();
  rmSync(folder, { recursive: true });
});

it.each(DATA_SETS.map((dataSet) => [dataSet.id, dataSet] as const))(
  'of %s shows every column, fits a phone and prints on A4',
  { timeout: 60_000 },
  async (id, { resources }) => {
    const page = await browser.newPage({ viewport: { width: 390, height: 844 }, bypassCSP: true });
    // This portal's folder of the page has no icon.
    const complaints = complaintsOf(page, [404]);
    await page.goto(`${base}/dataset/${id}/metadata`);
    const sections = page.locator('section.kolom[id]');
    const names = new Set(resources.flatMap(({ columns }) => columns.map(({ name }) => `kolom-${name}`)));
    expect(await sections.evaluateAll((all) => all.map((one) => one.id))).toEqual([...names]);
    const sideways = () =>
      page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    expect(await sideways()).toBe(0);
    expect(await seriousFaults(page)).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 900 });
    expect(await sideways()).toBe(0);
    // The style sheet came: half a line per answer, a whole one for a long definition.
    const cells = page.locator('section.kolom').first().locator('dl > div');
    expect((await cells.first().boundingBox())!.width).toBeLessThan(600);
    const pdf = await page.pdf({ preferCSSPageSize: true });
    const boxes = [...pdf.toString('latin1').matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)];
    expect(boxes.length).toBeGreaterThan(1);
    for (const [, width, height] of boxes) {
      // A4 in points.
      expect([Math.round(Number(width)), Math.round(Number(height))]).toEqual([595, 842]);
    }
    expect(complaints).toEqual([]);
    await page.close();
  },
);
