/** Zones, lines and calibration drawn by mouse on a camera's picture, in a real browser. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Calibration, CountingLine, IgnoreArea, Zone } from '../../pipelines/domain/site.ts';
import { PASSWORD } from '../support/console-app.ts';
import { type Place, pull, tap } from './browser.ts';
import { type ConsoleBrowser, RECORDING, startConsoleBrowser } from './console-browser.ts';

const CAMERA = 'taman';
/** A quarter of the picture in its upper left. */
const SQUARE: readonly Place[] = [
  [0.1, 0.1],
  [0.4, 0.1],
  [0.4, 0.5],
  [0.1, 0.5],
];

let portal: ConsoleBrowser;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  portal = await startConsoleBrowser();
  await portal.putCamera(CAMERA, {
    name: 'Taman',
    source: { kind: 'recording', path: RECORDING },
    lines: [{ id: 'utara', from: { x: 0.9, y: 0.1 }, to: { x: 0.9, y: 0.9 } }],
  });
  // 429: the picture of the same camera again within five seconds, for which the page waits; 401: the session that ends.
  ({ page, complaints } = await portal.signedIn('sari', 'operator', [401, 429]));
  await page.goto(`${portal.address}/#/operator/kamera/${CAMERA}/gambar`);
  await page.locator('.op-picture image').waitFor();
});

afterAll(() => portal?.close());

interface Drawn {
  readonly lines: readonly CountingLine[];
  readonly zones: readonly Zone[];
  readonly ignore?: readonly IgnoreArea[];
  readonly calibration?: Calibration;
}

const saved = async (): Promise<Drawn> =>
  (await portal.operate<{ camera: Drawn }>(`cameras/${CAMERA}`)).camera;

/** Corners as pairs. */
const placesOf = (zone: Zone | IgnoreArea | undefined): Place[] =>
  (zone?.polygon ?? []).map(({ x, y }) => [x, y]);

const button = (name: string, on: Page = page) => on.getByRole('button', { name, exact: true });
const tool = (name: string) => button(name).click();
const corner = (number: number, shape: string) => button(`Titik ${number} dari ${shape}`);

async function save(): Promise<void> {
  await button('Simpan').click();
  await page.getByText('Tersimpan.').waitFor();
}

it('draws a zone corner by corner, closed by its first, and puts the next one exactly on a corner of it', async () => {
  await tool('Zona');
  await tap(page, [...SQUARE, SQUARE[0]!]);
  await page.getByLabel('Nama', { exact: true }).fill('Rumput');
  await tool('Zona');
  // Some pixels beside the corner: the hand is put on it.
  await tap(page, [
    [0.404, 0.506],
    [0.7, 0.5],
    [0.7, 0.8],
  ]);
  await page.keyboard.press('Enter');
  await save();
  const { zones } = await saved();
  expect(zones.map(({ id, name }) => [id, name])).toEqual([
    ['zona-1', 'Rumput'],
    ['zona-2', undefined],
  ]);
  for (const [index, place] of placesOf(zones[0]).entries()) {
    expect(place[0]).toBeCloseTo(SQUARE[index]![0], 2);
    expect(place[1]).toBeCloseTo(SQUARE[index]![1], 2);
  }
  expect(zones[1]!.polygon[0]).toEqual(zones[0]!.polygon[2]);
});

it('drags a corner, takes it back, does it again; pulls a new corner out of an edge', async () => {
  await button('Zona Rumput').click();
  await pull(page, [0.1, 0.1], [0.2, 0.2]);
  await button('↶ Urungkan').click();
  expect(await button('Simpan').isDisabled()).toBe(true);
  await button('↷ Ulangi').click();
  await button('Zona Rumput').click();
  // The middle of the right edge.
  await pull(page, [0.4, 0.3], [0.5, 0.3]);
  await save();
  const places = placesOf((await saved()).zones[0]);
  expect(places).toHaveLength(5);
  expect(places[0]![0]).toBeCloseTo(0.2, 2);
  expect(places[2]![0]).toBeCloseTo(0.5, 2);
});

it('removes a corner by the key, a shape by its button, and turns a line’s direction', async () => {
  await button('Zona Rumput').click();
  await corner(3, 'Rumput').focus();
  await page.keyboard.press('Delete');
  await button('Zona zona-2').click();
  await button('Hapus bentuk').click();
  await button('Garis utara').click();
  await button('Balik arah').click();
  await save();
  const { zones, lines } = await saved();
  expect(zones.map(({ id, polygon }) => [id, polygon.length])).toEqual([['zona-1', 4]]);
  expect(lines[0]).toMatchObject({ id: 'utara', from: { x: 0.9, y: 0.9 }, to: { x: 0.9, y: 0.1 } });
});

it('says what is wrong with a shape and does not save it', async () => {
  await tool('Zona');
  await tap(page, [
    [0.5, 0.6],
    [0.8, 0.9],
    [0.8, 0.6],
    [0.5, 0.9],
  ]);
  await button('Tutup zona').click();
  await page.getByText('sisinya saling memotong').waitFor();
  expect(await button('Simpan').isDisabled()).toBe(true);
  await button('↶ Urungkan').click();
});

it('draws an area to ignore inside the zone, for people only, and takes it away again', async () => {
  await tool('Abaikan');
  await tap(page, [
    [0.22, 0.25],
    [0.3, 0.25],
    [0.3, 0.4],
  ]);
  await button('Tutup area').click();
  await page.getByLabel('Nama', { exact: true }).fill('Baliho');
  await page.getByLabel('Semua jenis diabaikan').uncheck();
  await save();
  const { ignore = [], zones } = await saved();
  expect(ignore).toMatchObject([{ id: 'abai-1', name: 'Baliho', classes: ['person'] }]);
  expect(placesOf(ignore[0])[1]![0]).toBeCloseTo(0.3, 2);
  expect(zones).toHaveLength(1);
  await button('Diabaikan Baliho').click();
  await button('Hapus bentuk').click();
  await save();
  expect(await saved()).not.toHaveProperty('ignore');
});

it('has a line’s road graded by the table its series began under, by default without a word of it', async () => {
  const table = page.getByLabel('Tabel tingkat pelayanan');
  await button('Garis utara').click();
  await page.getByText('Data jalan (smp, kapasitas)').click();
  await page.getByLabel('Isi data jalan').check();
  await table.selectOption('KM-14-2006');
  await save();
  expect((await saved()).lines[0]!.road).toMatchObject({ levelOfServiceTable: 'KM-14-2006' });
  await table.selectOption('VC-Indonesia');
  await save();
  expect((await saved()).lines[0]!.road).toEqual({ type: '2/2-TT', lanes: 1 });
});

it('calibrates by four points of known places', async () => {
  await tool('Kalibrasi 4 titik');
  await tap(page, [
    [0.15, 0.95],
    [0.75, 0.95],
    [0.6, 0.55],
    [0.3, 0.55],
  ]);
  await page.getByLabel('x titik 2 dalam meter').fill('8');
  await page.getByLabel('x titik 3 dalam meter').fill('8');
  await page.getByLabel('x titik 3 dalam meter').blur();
  await save();
  const { calibration } = await saved();
  expect(calibration).toMatchObject({
    kind: 'points',
    points: [
      { groundM: { x: 0, y: 0 } },
      { groundM: { x: 8, y: 0 } },
      { groundM: { x: 8, y: 10 } },
      { groundM: { x: 0, y: 10 } },
    ],
  });
  const answer = await fetch(`${portal.address}/api/v1/cameras/${CAMERA}`);
  const open = (await answer.json()) as { calibrated: boolean; zones: { groundAreaM2?: number }[] };
  expect(open.calibrated).toBe(true);
});

it('asks before what is not saved is left', async () => {
  await button('Garis utara').click();
  await page.getByLabel('Nama', { exact: true }).fill('Utara');
  page.once('dialog', (dialog) => void dialog.dismiss());
  await page.getByRole('link', { name: 'Ubah', exact: true }).click();
  expect(page.url()).toContain('/gambar');
  // The way back of the browser is no link.
  const asked = page.waitForEvent('dialog');
  await page.evaluate('location.hash = "#/operator/rekaman"');
  await (await asked).dismiss();
  await expect.poll(() => page.url()).toContain('/gambar');
  expect(await page.getByLabel('Nama', { exact: true }).inputValue()).toBe('Utara');
  await save();
  expect(await page.getByText('Tersimpan.').count()).toBe(1);
});

it('refuses what was drawn on a camera that somebody else changed meanwhile, and loses neither', async () => {
  const other = await portal.signedIn('budi', 'operator', [429]);
  await other.page.goto(page.url());
  await other.page.locator('.op-picture image').waitFor();
  await other.page.getByRole('button', { name: 'Zona Rumput' }).click();
  await other.page.getByLabel('Nama', { exact: true }).fill('Rumput Budi');
  await button('Simpan', other.page).click();
  await other.page.getByText('Tersimpan.').waitFor();

  // As when the tab comes to the front again.
  await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
  await button('Zona Rumput').click();
  await page.getByLabel('Nama', { exact: true }).fill('Rumput Sari');
  await button('Simpan').click();
  await page.getByText('kamera sudah diubah orang lain').waitFor();
  expect(await button('Zona Rumput Sari').count()).toBe(1);
  expect((await saved()).zones[0]!.name).toBe('Rumput Budi');
  expect(other.complaints).toEqual([]);
});

it('saves the own drawing over the other one only when asked to', async () => {
  await button('Simpan punya saya sebagai gantinya').click();
  await page.getByText('Tersimpan.').waitFor();
  expect((await saved()).zones[0]!.name).toBe('Rumput Sari');
});

it('keeps what is drawn while the session is over, and the live counters come back with it', async () => {
  await button('Mulai').click();
  await button('Zona Rumput Sari').click();
  await page.getByLabel('Nama', { exact: true }).fill('Rumput lagi');
  await portal.portal.store.identities.deleteSessionsOf('sari');
  await button('Simpan').click();
  await page.getByText('Sesi berakhir').waitFor();
  expect(await button('Simpan').isVisible()).toBe(false);
  await page.getByLabel('Nama pengguna').fill('sari');
  await page.getByLabel('Kata sandi').fill(PASSWORD);
  await button('Masuk').click();
  await save();
  expect((await saved()).zones[0]!.name).toBe('Rumput lagi');
  await page.getByText('Kamera ini sedang tidak dihitung').waitFor();
  expect(await button('Berhenti').getAttribute('aria-pressed')).toBe('true');
});

it('complained of nothing but the refusal', () => {
  expect(complaints).toEqual([expect.stringContaining('409')]);
});
