/** The console's forms in a real browser: people, programs, the site file, cameras, and who is kept out. */
import { readFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ConsoleBrowser, RECORDING, startConsoleBrowser } from './console-browser.ts';

const LINE = { id: 'utara', from: { x: 0.5, y: 0.1 }, to: { x: 0.5, y: 0.9 } };
const CAMERA = { source: { kind: 'recording', path: RECORDING }, lines: [LINE] };

let portal: ConsoleBrowser;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  portal = await startConsoleBrowser();
  await portal.putCamera('taman', { ...CAMERA, name: 'Taman' });
  ({ page, complaints } = await portal.signedIn('sari', 'admin'));
  page.on('dialog', (dialog) => void dialog.accept());
});

afterAll(() => portal?.close());

const button = (name: string, on: Page | Locator = page) => on.getByRole('button', { name, exact: true });
const row = (name: string) => page.getByRole('row', { name });

async function goTo(place: string, on: Page = page): Promise<void> {
  await on.goto(`${portal.address}/#/operator/${place}`);
}

async function signIn(on: Page, name: string, password: string): Promise<void> {
  await on.getByLabel('Nama pengguna').fill(name);
  await on.getByLabel('Kata sandi').fill(password);
  await button('Masuk', on).click();
}

it('adds a user with a password shown once, who signs in; locked out, they are out at once', async () => {
  await goTo('orang');
  await page.getByLabel('Nama pengguna').fill('budi');
  await page.getByLabel('Peran', { exact: true }).selectOption('viewer');
  await button('Tambah pengguna').click();
  const password = await page.getByLabel('Kata sandi awal').inputValue();
  const budi = await portal.window([401]);
  await goTo('kamera', budi.page);
  await signIn(budi.page, 'budi', password);
  await budi.page.getByRole('heading', { name: 'Taman' }).waitFor();
  // A viewer looks only.
  expect(await button('Jeda', budi.page).count()).toBe(0);

  await page.getByLabel('Peran: budi').selectOption('operator');
  await button('Nonaktifkan', row('budi')).click();
  await button('Aktifkan', row('budi')).waitFor();
  await goTo('rekaman', budi.page);
  await budi.page.getByRole('heading', { name: 'Masuk ke konsol' }).waitFor();
  await page.reload();
  await row('budi').waitFor();
  expect(await page.getByLabel('Peran: budi').inputValue()).toBe('operator');
  expect(await page.getByLabel('Kata sandi awal').count()).toBe(0);
  expect(budi.complaints).toEqual([]);
});

it('makes a program’s token with scope and end, shows it once, and revokes it', async () => {
  await goTo('kunci');
  await page.getByLabel('Keterangan').fill('satudata');
  await page.getByLabel('Cakupan').selectOption('operate');
  await page.getByLabel('Berlaku sampai').fill('2099-12-31');
  await button('Buat kunci').click();
  const token = await page.getByLabel('Kunci', { exact: true }).inputValue();
  const asProgram = async () =>
    (await fetch(`${portal.address}/api/v1/operate/site`, { headers: { authorization: `Bearer ${token}` } }))
      .status;
  expect(await asProgram()).toBe(200);
  expect(await row('satudata').textContent()).toContain('operate');
  expect(await row('satudata').textContent()).toContain('23.59');
  await page.reload();
  await button('Cabut', row('satudata')).click();
  await row('satudata').getByText('dicabut').waitFor();
  expect(await page.content()).not.toContain(token);
  expect(await asProgram()).toBe(401);
});

it('exports the site file, and imports it after a look at what would change', async () => {
  await goTo('situs');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Unduh berkas situs' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('pantau-site.json');
  const site = JSON.parse(await readFile(await download.path(), 'utf8'));
  expect(site.cameras).toMatchObject([{ id: 'taman', lines: [{ id: 'utara' }] }]);
  site.cameras[0].name = 'Taman kota';
  site.cameras.push({ ...CAMERA, id: 'alun', name: 'Alun-alun' });
  await choose(site);
  const differences = page.locator('.op-diff');
  expect(await differences.locator('div', { hasText: 'Baru' }).textContent()).toContain('alun');
  expect(await differences.locator('div', { hasText: 'Berubah' }).textContent()).toContain('taman (name)');
  expect(await cameraNames()).toEqual(['Taman']);
  await button('Terapkan').click();
  await page.getByText('Berkas situs diterapkan.').waitFor();
  expect(await cameraNames()).toEqual(['Alun-alun', 'Taman kota']);
});

it('says which field of a site file is wrong, and changes nothing', async () => {
  const before = await portal.operate('site');
  await choose({ version: 1, cameras: [{ ...CAMERA, lines: [{ ...LINE, to: { x: 7, y: 0.9 } }] }] });
  await page.getByText('cameras[0].lines[0].to.x: found 7').waitFor();
  await choose('{ half');
  await page.getByText('Berkas ini bukan JSON.').waitFor();
  expect(await page.locator('.op-diff').count()).toBe(0);
  expect(await portal.operate('site')).toEqual(before);
});

async function choose(site: unknown): Promise<void> {
  const text = typeof site === 'string' ? site : JSON.stringify(site);
  await page
    .getByLabel('Berkas situs (JSON)')
    .setInputFiles({ name: 'situs.json', mimeType: 'application/json', buffer: Buffer.from(text) });
  await page.locator('.op-diff, .op-fault').first().waitFor();
}

async function cameraNames(): Promise<string[]> {
  const { cameras } = await portal.operate<{ cameras: { name: string }[] }>('cameras');
  return cameras.map(({ name }) => name).sort();
}

it('pauses, resumes, edits and removes a camera; a wrong field says what is allowed', async () => {
  await goTo('kamera');
  const card = page.locator('.op-cameras li', { hasText: 'Alun-alun' });
  await button('Jeda', card).click();
  await button('Lanjutkan', card).click();
  await button('Jeda', card).waitFor();
  await page.getByRole('link', { name: 'Ubah: Alun-alun' }).click();
  await page.getByLabel('Lintang').fill('96,99');
  await button('Simpan').click();
  await page.locator('.op-fault', { hasText: '-90' }).first().waitFor();
  await page.getByLabel('Lintang').fill('-6,99');
  await page.getByLabel('Bujur').fill('110,42');
  await button('Simpan').click();
  await card.waitFor();
  expect((await portal.operate<{ camera: object }>('cameras/alun')).camera).toMatchObject({
    location: { lat: -6.99, lon: 110.42 },
    lines: [LINE],
  });
  await button('Hapus', card).click();
  await expect.poll(() => card.count()).toBe(0);
  expect(await cameraNames()).toEqual(['Taman kota']);
});

it('refuses a write that did not come from its own page', async () => {
  const forged = `fetch('api/v1/operate/cameras/taman/pause', { method: 'POST' }).then(({ status }) => status)`;
  expect(await page.evaluate(forged)).toBe(403);
  const [camera] = (await portal.operate<{ cameras: { enabled: boolean }[] }>('cameras')).cameras;
  expect(camera!.enabled).toBe(true);
});

it('keeps who did what', async () => {
  await goTo('catatan');
  await page.getByRole('row', { name: 'camera.remove' }).first().waitFor();
  const deeds = await page.getByRole('row').allTextContents();
  for (const deed of ['user.', 'token.', 'camera.put', 'camera.pause', 'camera.resume', 'camera.remove']) {
    expect(
      deeds.some((text) => text.includes(deed) && text.includes('sari')),
      deed,
    ).toBe(true);
  }
});

it('signs out, and lets nobody guess a password', async () => {
  await button('Keluar').click();
  await page.getByRole('heading', { name: 'Masuk ke konsol' }).waitFor();
  const stranger = await portal.window([401, 429]);
  await stranger.page.goto(`${portal.address}/#/admin-pertama?token=terpakai`);
  await stranger.page.getByText('Tautan sekali pakai ini sudah dipakai').waitFor();
  await goTo('kamera', stranger.page);
  const guess = async (): Promise<number> => {
    const answer = stranger.page.waitForResponse(
      (response) => response.url().endsWith('/session') && response.request().method() === 'POST',
    );
    await signIn(stranger.page, 'sari', 'salah sekali lagi');
    return (await answer).status();
  };
  const answers = [await guess(), await guess(), await guess(), await guess(), await guess(), await guess()];
  expect(answers).toEqual([401, 401, 401, 401, 401, 429]);
  await stranger.page.locator('.op-fault').waitFor();
  expect(await stranger.page.getByRole('heading', { name: 'Masuk ke konsol' }).count()).toBe(1);
  expect(stranger.complaints).toEqual([]);
});

it('complained of nothing but what was refused', () => {
  const refused = (status: number) => expect.stringContaining(`status of ${status} `);
  expect(complaints).toEqual([refused(400), refused(400), refused(403)]);
});
