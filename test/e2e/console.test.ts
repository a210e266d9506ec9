/** The operators' console in a real browser, on a real portal with register, queues and Redis. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ConsoleApp, PASSWORD, startConsoleApp } from '../support/console-app.ts';

/** Debian's Chromium; the flags keep it from calling its maker through a closed network. */
const CHROMIUM = {
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
};
const webDir = join(tmpdir(), `pantau-console-web-${process.pid}`);
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let portal: ConsoleApp;
let browser: Browser;
let page: Page;
let address: string;
const complaints: string[] = [];

beforeAll(async () => {
  const root = resolve(import.meta.dirname, '../../portal/web');
  await build({
    root,
    configFile: join(root, 'vite.config.ts'),
    logLevel: 'error',
    build: { outDir: webDir, emptyOutDir: true },
  });
  portal = await startConsoleApp({ publicDir: webDir });
  const clip = join(portal.mediaRoot, 'pagi.mp4');
  const pictures = ['-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=10:duration=1'];
  execFileSync('ffmpeg', ['-nostdin', '-loglevel', 'error', ...pictures, '-pix_fmt', 'yuv420p', clip]);
  address = await portal.app.listen({ host: '127.0.0.1', port: 0 });
  browser = await chromium.launch(CHROMIUM);
  page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  page.setDefaultTimeout(10_000);
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
});

afterAll(async () => {
  await browser?.close();
  await portal?.close();
  execFileSync('rm', ['-rf', webDir]);
});

/** Of the console itself; the frame around it is the dashboard's. */
async function seriousFaults(): Promise<string[]> {
  await page.evaluate(axeSource);
  const { violations } = (await page.evaluate("axe.run('main')")) as {
    violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
  };
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

/** Pulls from one place of the picture to another, both as shares of it. */
async function pull(from: readonly [number, number], to: readonly [number, number]): Promise<void> {
  const box = (await page.locator('.op-picture').boundingBox())!;
  const at = ([x, y]: readonly [number, number]) => [box.x + x * box.width, box.y + y * box.height] as const;
  await page.mouse.move(...at(from));
  await page.mouse.down();
  await page.mouse.move(...at([(from[0] + to[0]) / 2, (from[1] + to[1]) / 2]));
  await page.mouse.move(...at(to));
  await page.mouse.up();
}

interface SiteLine {
  readonly id: string;
  readonly name?: string;
  readonly from: { x: number; y: number };
  readonly to: { x: number; y: number };
}

async function savedCamera(): Promise<{ lines: SiteLine[]; zones: { id: string }[] }> {
  const site = (await (
    await fetch(`${address}/api/v1/operate/site`, { headers: await portal.bearer('operate') })
  ).json()) as { cameras: { lines: SiteLine[]; zones: { id: string }[] }[] };
  return site.cameras[0]!;
}

it('signs the first admin in by the one-time link', async () => {
  await page.goto(`${address}/#/admin-pertama?token=${portal.oneTimeToken}`);
  await page.getByLabel('Nama pengguna').fill('sari');
  await page.getByLabel('Kata sandi').fill(PASSWORD);
  expect(await seriousFaults()).toEqual([]);
  await page.getByRole('button', { name: 'Buat admin' }).click();
  await page.getByRole('heading', { name: 'Kamera', exact: true }).waitFor();
  expect(page.url()).not.toContain(portal.oneTimeToken);
});

it('adds a camera, shows its picture, and saves a line drawn by mouse where it was drawn', async () => {
  await page.getByRole('link', { name: 'Tambah kamera' }).click();
  await page.getByLabel('Kode kamera (id)').fill('simpang-5');
  await page.getByLabel('Nama', { exact: true }).fill('Simpang Lima');
  await page.getByLabel('Jenis').selectOption('recording');
  await page.getByLabel('Berkas di folder media').fill('pagi.mp4');
  await page.getByRole('button', { name: 'Tambah, lalu gambar' }).click();
  await page.locator('.op-picture image').waitFor();

  await page.getByRole('button', { name: 'Garis', exact: true }).click();
  await pull([0.25, 0.4], [0.75, 0.6]);
  await page.getByLabel('Nama arah masuk (panah)').fill('ke selatan');
  expect(await seriousFaults()).toEqual([]);
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
  await pull([0.25, 0.4], [0.3, 0.5]);
  const first = page.getByRole('button', { name: 'Titik 1 dari garis-1' });
  await first.focus();
  await page.keyboard.press('Shift+ArrowRight');
  await page.getByRole('button', { name: 'Simpan' }).click();
  await expect.poll(async () => (await savedCamera()).lines[0]!.from.x).toBeCloseTo(0.31, 2);
  expect((await savedCamera()).lines[0]!.from.y).toBeCloseTo(0.5, 2);

  await page.getByRole('button', { name: 'Garis', exact: true }).click();
  await pull([0.1, 0.8], [0.9, 0.8]);
  await page.getByText('garis-2').first().waitFor();
  await page.getByRole('button', { name: 'Urungkan' }).click();
  await expect.poll(() => page.getByText('garis-2').count()).toBe(0);
});

it('says that a recording is not counted live', async () => {
  await page.getByRole('button', { name: 'Mulai' }).click();
  await page.getByText('Kamera ini sedang tidak dihitung').waitFor();
  await page.getByRole('button', { name: 'Berhenti' }).click();
});

it.each(['kamera', 'kamera/+', 'rekaman', 'gagal', 'situs', 'penerbit', 'orang', 'kunci', 'catatan'])(
  'fits a phone and has no serious fault for assistive technology: %s',
  async (place) => {
    await page.setViewportSize({ width: 360, height: 780 });
    await page.goto(`${address}/#/operator/${place}`);
    await page.locator('.op-page h1').waitFor();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await seriousFaults()).toEqual([]);
    }
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
  },
);

it('speaks English, signs out, and complained of nothing', async () => {
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in to the console' }).waitFor();
  expect(complaints).toEqual([]);
});
