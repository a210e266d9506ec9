/**
 * An operator's first hour in a real browser, with real processes behind it: a camera added by the form, a counting
 * line drawn on its picture, counted live and published; a recording queued, failed, and run again.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { FlowObservation } from '../../pipelines/domain/types.ts';
import { startBrowser } from '../support/chromium.ts';
import { startTestCluster, type TestCluster, waitFor } from '../support/cluster.ts';
import { PASSWORD } from '../support/console-app.ts';
import { footage } from '../support/footage.ts';
import { type RtspServer, startRtspServer } from '../support/rtsp-server.ts';
import { complaintsOf, pull } from './browser.ts';

const CAMERA = 'pets-1';
const CAMERA_PASSWORD = 'rahasia-Dishub-77';
/** The line of DESIGN.md's truth, (384,120) to (384,500) in 768×576, as shares of the picture. */
const LINE = { from: [0.5, 120 / 576], to: [0.5, 500 / 576] } as const;
/** A guard against hanging: people cross about each three seconds. */
const PATIENCE = { timeout: 120_000, interval: 250 };

let camera: RtspServer;
let cluster: TestCluster;
let browser: Browser;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  [camera, cluster, browser] = await Promise.all([
    startRtspServer({
      file: footage(),
      auth: { scheme: 'digest', user: 'operator', password: CAMERA_PASSWORD },
    }),
    startTestCluster(),
    startBrowser(),
  ]);
  const media = join(cluster.dataDir, 'media');
  mkdirSync(media, { recursive: true });
  const cut = ['-t', '4', '-c:v', 'libx264', '-preset', 'ultrafast', join(media, 'pagi.mp4')];
  execFileSync('ffmpeg', ['-nostdin', '-loglevel', 'error', '-i', footage(), ...cut]);
  const added = await cluster.run(['user', 'add', 'sari', '--role', 'operator'], `${PASSWORD}\n`);
  expect(added.code, added.stderr).toBe(0);
  page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  page.setDefaultTimeout(60_000);
  // 400: a start that is no instant; 429: the same camera's picture again within five seconds.
  complaints = complaintsOf(page, [400, 429]);
});

afterAll(async () => {
  await browser?.close();
  await cluster?.stop();
  await camera?.close();
});

const goTo = (place: string) => page.goto(`${cluster.portalUrl}/#/${place}`);

it('signs in and adds a camera by the form; its picture is there to draw on', async () => {
  await goTo('operator');
  await page.getByLabel('Nama pengguna').fill('sari');
  await page.getByLabel('Kata sandi').fill(PASSWORD);
  await page.getByRole('button', { name: 'Masuk' }).click();
  await page.getByRole('link', { name: 'Tambah kamera' }).click();
  await page.getByLabel('Kode kamera (id)').fill(CAMERA);
  await page.getByLabel('Nama', { exact: true }).fill('Pelataran');
  await page
    .getByLabel('Alamat (URL)')
    .fill(camera.url.replace('rtsp://', `rtsp://operator:${CAMERA_PASSWORD}@`));
  await page.getByLabel('Panjang jendela (detik)').fill('10');
  await page.getByRole('button', { name: 'Tambah, lalu gambar' }).click();
  await page.locator('.op-picture image').waitFor();
  const shape = await page.locator('.op-picture').getAttribute('viewBox');
  expect(shape).toBe('0 0 768 576');
});

it('pauses the camera, draws a line on its picture and saves it', async () => {
  await page.getByRole('link', { name: '← Kamera' }).click();
  await page.getByRole('button', { name: 'Jeda' }).click();
  await page.getByRole('button', { name: 'Lanjutkan' }).waitFor();
  await page.getByRole('link', { name: 'Gambar: Pelataran' }).click();
  await page.locator('.op-picture image').waitFor();
  await page.getByRole('button', { name: 'Garis', exact: true }).click();
  await pull(page, LINE.from, LINE.to);
  await page.getByLabel('Nama arah masuk (panah)').fill('ke barat');
  await page.getByRole('button', { name: 'Simpan' }).click();
  await page.getByText('Tersimpan.').waitFor();
});

it('queues a recording by the form; it waits for a worker', async () => {
  await goTo('operator/rekaman');
  await page.getByLabel('Mulai rekaman').fill('kemarin');
  await page.getByRole('button', { name: 'Antrekan' }).click();
  await page.locator('.op-field .op-fault').waitFor();
  await page.getByLabel('Mulai rekaman').fill('2026-01-05T07:00:00+07:00');
  await page.getByRole('button', { name: 'Antrekan' }).click();
  await page.getByRole('row', { name: 'pagi.mp4' }).getByText('menunggu').waitFor();
  // Gone before a worker comes: see below.
  renameSync(join(cluster.dataDir, 'media', 'pagi.mp4'), join(cluster.dataDir, 'media', 'besok.mp4'));
});

it('counts live over the line in the browser, and publishes the same numbers', async () => {
  // Listening before the camera runs: then nobody crosses unseen, and the sums have to be equal.
  await goTo(`operator/kamera/${CAMERA}/gambar`);
  await page.getByRole('button', { name: 'Mulai' }).click();
  await page.getByText('Kamera ini sedang tidak dihitung').waitFor();
  await cluster.startWorker();
  const list = await page.context().newPage();
  await list.goto(`${cluster.portalUrl}/#/operator/kamera`);
  await list.getByRole('button', { name: 'Lanjutkan' }).click();
  await list.getByText('dihitung oleh').waitFor({ timeout: PATIENCE.timeout });
  await list.close();
  await page.getByText('Menghitung', { exact: true }).waitFor({ timeout: PATIENCE.timeout });

  const crossed = async () => total(await livePassages());
  await expect.poll(crossed, PATIENCE).toBeGreaterThanOrEqual(1);
  const some = await crossed();
  await expect.poll(crossed, PATIENCE).toBeGreaterThanOrEqual(some + 2);

  // The camera goes away, so both come to an end: what was seen is counted, what comes after is a gap.
  await camera.refuse(true);
  const endedAtMs = Date.now();
  await waitFor('a window after the camera ended', async () =>
    (await flows()).some(
      ({ windowStart, coverage }) => Date.parse(windowStart) > endedAtMs && coverage === 0,
    ),
  );
  const published = passagesOf(await flows());
  expect(total(published)).toBeGreaterThanOrEqual(3);
  await expect.poll(livePassages, PATIENCE).toEqual(published);
});

it('shows the public the same numbers on the dashboard', async () => {
  const place = `camera=${CAMERA}&place=line:garis-1&measure=peopleVolume&range=3h&level=1m`;
  await goTo(`keramaian?${place}`);
  await page.waitForSelector('.slots tbody tr');
  const published = (await flows()).reduce((sum, flow) => sum + (flow.peopleVolume ?? 0), 0);
  expect(published).toBeGreaterThan(0);
  await expect.poll(shownPeople).toBe(published);
  expect(await page.getByText('ke barat').count()).toBeGreaterThan(0);
});

it('shows why a recording failed, runs it again, and shows its progress to the end', async () => {
  await goTo('operator/gagal');
  const letter = page.locator('.op-cameras li', { hasText: 'recordings' });
  await letter.getByText('Berkas atau sumbernya tidak ada.').waitFor({ timeout: PATIENCE.timeout });
  renameSync(join(cluster.dataDir, 'media', 'besok.mp4'), join(cluster.dataDir, 'media', 'pagi.mp4'));
  await letter.getByRole('button', { name: 'Coba lagi' }).click();
  await page.getByText('Tidak ada pekerjaan gagal.').waitFor();
  await goTo('operator/rekaman');
  const row = page.getByRole('row', { name: 'pagi.mp4' });
  await row.getByText('selesai').waitFor({ timeout: PATIENCE.timeout });
  await expect.poll(() => row.locator('progress').getAttribute('value')).toBe('1');
  expect(await row.textContent()).toContain('1/1');
});

it('complained of nothing, and has written the camera’s password nowhere', async () => {
  expect(complaints).toEqual([]);
  expect(cluster.logs()).not.toContain(CAMERA_PASSWORD);
});

async function flows(): Promise<FlowObservation[]> {
  const records = await cluster.observations(`&kind=flow&cameraId=${CAMERA}`);
  return records.filter((record) => record.kind === 'flow');
}

interface Passages {
  readonly in: number;
  readonly out: number;
}

const total = (passages: Passages): number => passages.in + passages.out;

/** People over the line in the windows that the dashboard's table lists. */
async function shownPeople(): Promise<number> {
  const more = page.locator('.more');
  if ((await more.count()) > 0) await more.click();
  const texts = await page.locator('.slots tbody tr td:nth-child(3)').allTextContents();
  return texts.reduce((sum, text) => sum + (Number(text) || 0), 0);
}

/** What the operator reads beside the picture. */
async function livePassages(): Promise<Passages> {
  const cells = await page.locator('.op-live tr', { hasText: 'garis-1' }).locator('td').allTextContents();
  return { in: Number(cells[0]), out: Number(cells[1]) };
}

/** Everybody and everything published as having crossed. */
function passagesOf(records: readonly FlowObservation[]): Passages {
  const sums = { in: 0, out: 0 };
  for (const { direction, count } of records) {
    for (const crossed of Object.values(count ?? {})) sums[direction] += crossed;
  }
  return sums;
}
