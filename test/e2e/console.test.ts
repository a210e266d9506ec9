/** The operators' console in a real browser, on a real portal with register, queues and Redis. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PLACES } from '../../portal/web/src/console/places.ts';
import { PASSWORD } from '../support/console-app.ts';
import { pull, seriousFaults } from './browser.ts';
import { type ConsoleBrowser, RECORDING, startConsoleBrowser } from './console-browser.ts';

let portal: ConsoleBrowser;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  portal = await startConsoleBrowser();
  // 429: the picture of the same camera again within five seconds, for which the page waits.
  ({ page, complaints } = await portal.window([429]));
});

afterAll(() => portal?.close());

interface SiteLine {
  readonly id: string;
  readonly name?: string;
  readonly from: { x: number; y: number };
  readonly to: { x: number; y: number };
}

async function savedCamera(): Promise<{ lines: SiteLine[]; zones: { id: string }[] }> {
  const { cameras } = await portal.operate<{ cameras: { lines: SiteLine[]; zones: { id: string }[] }[] }>(
    'site',
  );
  return cameras[0]!;
}

it('signs the first admin in by the one-time link', async () => {
  await page.goto(`${portal.address}/#/admin-pertama?token=${portal.portal.oneTimeToken}`);
  await page.getByLabel('Nama pengguna').fill('sari');
  await page.getByLabel('Kata sandi').fill(PASSWORD);
  expect(await seriousFaults(page, { selector: 'main' })).toEqual([]);
  await page.getByRole('button', { name: 'Buat admin' }).click();
  await page.getByRole('heading', { name: 'Kamera', exact: true }).waitFor();
  expect(page.url()).not.toContain(portal.portal.oneTimeToken);
});

it('adds a camera, shows its picture, and saves a line drawn by mouse where it was drawn', async () => {
  await page.getByRole('link', { name: 'Tambah kamera' }).click();
  await page.getByLabel('Kode kamera (id)').fill('simpang-5');
  await page.getByLabel('Nama', { exact: true }).fill('Simpang Lima');
  await page.getByLabel('Jenis').selectOption('recording');
  await page.getByLabel('Berkas di folder media').fill(RECORDING);
  await page.getByRole('button', { name: 'Tambah, lalu gambar' }).click();
  await page.locator('.op-picture image').waitFor();

  await page.getByRole('button', { name: 'Garis', exact: true }).click();
  await pull(page, [0.25, 0.4], [0.75, 0.6]);
  await page.getByLabel('Nama arah masuk (panah)').fill('ke selatan');
  expect(await seriousFaults(page, { selector: 'main' })).toEqual([]);
  await page.getByRole('button', { name: 'Simpan' }).click();
  await page.getByText('Tersimpan.').waitFor();

  const { lines, zones } = await savedCamera();
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({ id: 'garis-1', directionNames: { in: 'ke selatan' } });
  const { from, to } = lines[0]!;
  const wanted = [0.25, 0.4, 0.75, 0.6];
  for (const [index, value] of [from.x, from.y, to.x, to.y].entries()) {
    expect(value).toBeCloseTo(wanted[index]!, 2);
  }
  expect(zones.map(({ id }) => id)).toEqual(['seluruh-gambar']);
});

it('moves a corner by mouse and by keys, and takes it back', async () => {
  await page.getByRole('button', { name: 'Garis garis-1' }).click();
  await pull(page, [0.25, 0.4], [0.3, 0.5]);
  const first = page.getByRole('button', { name: 'Titik 1 dari garis-1' });
  await first.focus();
  await page.keyboard.press('Shift+ArrowRight');
  await page.getByRole('button', { name: 'Simpan' }).click();
  await expect.poll(async () => (await savedCamera()).lines[0]!.from.x).toBeCloseTo(0.31, 2);
  expect((await savedCamera()).lines[0]!.from.y).toBeCloseTo(0.5, 2);

  await page.getByRole('button', { name: 'Garis', exact: true }).click();
  await pull(page, [0.1, 0.8], [0.9, 0.8]);
  await page.getByText('garis-2').first().waitFor();
  await page.getByRole('button', { name: 'Urungkan' }).click();
  await expect.poll(() => page.getByText('garis-2').count()).toBe(0);
});

it('says that a recording is not counted live', async () => {
  await page.getByRole('button', { name: 'Mulai' }).click();
  await page.getByText('Kamera ini sedang tidak dihitung').waitFor();
  await page.getByRole('button', { name: 'Berhenti' }).click();
});

it.each([...PLACES, 'kamera/+', 'kamera/simpang-5/ubah', 'kamera/simpang-5/gambar'])(
  'fits a phone and has no serious fault for assistive technology, in both languages: %s',
  async (place) => {
    await page.setViewportSize({ width: 360, height: 780 });
    for (const [language, colorScheme] of [
      ['en', 'dark'],
      ['id', 'light'],
    ] as const) {
      await page.goto(`${portal.address}/#/operator/${place}?lang=${language}`);
      await page.locator(`html[lang=${language}]`).waitFor();
      await page.locator('.op-page h1, .op-draw h1').waitFor();
      await page.emulateMedia({ colorScheme });
      expect(await seriousFaults(page, { selector: 'main' })).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    }
  },
);

it('signs out in English, and complained of nothing', async () => {
  await page.goto(`${portal.address}/#/operator/kamera?lang=id`);
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in to the console' }).waitFor();
  expect(await seriousFaults(page, { selector: 'main' })).toEqual([]);
  expect(complaints).toEqual([]);
});
