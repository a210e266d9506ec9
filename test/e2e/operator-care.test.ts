/** What operators look after in a real browser: a camera's own data, their account, publishers, system, queues. */
import { writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Publishing } from '../../portal/publishers/publishing.ts';
import { createLogger } from '../../workers/logger.ts';
import { publicRegister } from '../../workers/operations/public-register.ts';
import { startConfiguredPublishing } from '../../workers/publishing.ts';
import { PASSWORD } from '../support/console-app.ts';
import { SAMPLE_START_MS, sampleFlow } from '../unit/portal/sample-observations.ts';
import { seriousFaults } from './browser.ts';
import { type ConsoleBrowser, RECORDING, startConsoleBrowser } from './console-browser.ts';

const PREFIX = '/pantau';
const LINE = { id: 'utara', from: { x: 0.2, y: 0.5 }, to: { x: 0.8, y: 0.5 } };
const NEW_PASSWORD = 'simpang lima malam hari';

let portal: ConsoleBrowser;
let publishing: Publishing;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  portal = await startConsoleBrowser({
    publicUrl: `https://data.example.go.id${PREFIX}/`,
    publishers: ({ store, register, folder }) => {
      const publishersFile = path.join(folder, 'publishers.json');
      // Nothing listens on the discard port.
      const broker = { kind: 'ngsi-ld', id: 'broker', url: 'http://127.0.0.1:9/x', everySeconds: 1 };
      const publishers = [broker];
      writeFileSync(publishersFile, JSON.stringify({ portalUrl: 'https://example.go.id', publishers }));
      publishing = startConfiguredPublishing({
        config: { dataDir: folder, publishersFile, publishSecrets: {} },
        ...{ store, register: publicRegister(register), figures: [], smallCountBelow: 0 },
        log: createLogger({ level: 'silent', name: 'test' }),
      })!;
      return publishing;
    },
  });
  await portal.putCamera('simpang', { source: { kind: 'recording', path: RECORDING }, lines: [LINE] });
  // 400 and 403: the wrong hour and the wrong password that are tried.
  ({ page, complaints } = await portal.signedIn('sari', 'admin', [400, 403]));
});

afterAll(async () => {
  await publishing?.close();
  await portal?.close();
});

const button = (name: string, on: Page | Locator = page) => on.getByRole('button', { name, exact: true });
const goTo = (place: string) => page.goto(`${portal.address}/#/operator/${place}`);
const registered = () => portal.portal.register.get('simpang')?.definition;

it('edits what is not drawn: model, hours, notice, motion gate, class of road', async () => {
  await goTo('kamera/simpang/ubah');
  await page.getByLabel('Kelas jalan').fill('arteri primer');
  await page.getByLabel('Panjang jalan (m)').fill('850');
  await page.getByLabel('Lewati gambar tanpa gerak').uncheck();
  await page.getByLabel('Model pengenal').selectOption('yolox-nano');
  await page.getByLabel('Hanya pada jam tertentu').check();
  await page.getByLabel('Dari (HH:MM)').fill('25:00');
  await page.getByLabel('Tujuan pengolahan').fill('Kepadatan lalu lintas');
  await page.getByLabel('Papan pemberitahuan').selectOption('yes');
  await button('Simpan').click();
  await page.getByText('Isiannya belum benar. (Yang diizinkan: a time of day').waitFor();
  await page.getByLabel('Dari (HH:MM)').fill('05:00');
  await button('Simpan').click();
  await page.getByRole('heading', { name: 'Kamera', exact: true }).waitFor();
  expect(registered()).toMatchObject({
    ...{ roadClass: 'arteri primer', roadLengthM: 850, model: 'yolox-nano' },
    operatingHours: { from: '05:00', to: '23:00', timeZone: 'Asia/Jakarta' },
    notice: { purpose: 'Kepadatan lalu lintas', hasSignage: true },
    sampling: { motionGate: false },
  });
}, 60_000);

it('takes the road of a line with decimals as they are typed, and tells its capacity', async () => {
  await goTo('kamera/simpang/gambar');
  await page.getByRole('button', { name: 'Garis utara' }).click();
  await page.getByText('Data jalan (smp, kapasitas)').click();
  await page.getByLabel('Isi data jalan').check();
  await page.getByLabel('Tipe jalan').selectOption('4/2-T');
  await page.getByLabel('Lajur searah').fill('2');
  await page.getByLabel('Lebar lajur (m)').pressSequentially('3,5');
  await page.getByText('belum lengkap').waitFor();
  await page.getByLabel('Kelas hambatan samping').selectOption('S');
  await page.getByLabel('Tepi jalan').selectOption('kerb');
  await page.getByLabel('Jarak kereb').fill('1');
  await page.getByLabel('Penduduk kota').fill('1,7');
  // 1700 × 2 lanes × 1.00 × 0.93 × 1.00 (PKJI 2023 tables 4-1 to 4-7).
  await page.getByText('3.162 smp/jam').waitFor();
  expect(await page.getByLabel('Lebar lajur (m)').inputValue()).toBe('3,5');
  expect(await seriousFaults(page, { selector: 'main' })).toEqual([]);
  await button('Simpan').click();
  await page.getByText('Tersimpan.').waitFor();
  expect(registered()?.lines[0]?.road).toMatchObject({ type: '4/2-T', lanes: 2, laneWidthM: 3.5 });
}, 60_000);

it('changes the own password, which puts other browsers out, and only those', async () => {
  const other = await portal.signedIn('sari', 'admin', [401]);
  // Another window of the same browser, opened under the session that ends below.
  const beside = await page.context().newPage();
  await beside.goto(`${portal.address}/#/operator/kamera`);
  await button('Jeda', beside).waitFor();
  await goTo('akun');
  await page.getByLabel('Kata sandi sekarang').fill('bukan ini kata sandinya');
  await page.getByLabel('Kata sandi baru', { exact: true }).fill(NEW_PASSWORD);
  await page.getByLabel('Kata sandi baru, sekali lagi').fill(`${NEW_PASSWORD}!`);
  await button('Ganti kata sandi').click();
  await page.getByText('Kedua kata sandi baru tidak sama.').waitFor();
  await page.getByLabel('Kata sandi baru, sekali lagi').fill(NEW_PASSWORD);
  await button('Ganti kata sandi').click();
  await page.getByText('kata sandi sekarang salah').waitFor();
  await page.getByLabel('Kata sandi sekarang').fill(PASSWORD);
  await button('Ganti kata sandi').click();
  await page.getByText('Kata sandi diganti').waitFor();
  await other.page.goto(`${portal.address}/#/operator/kamera`);
  await other.page.getByRole('heading', { name: 'Masuk ke konsol' }).waitFor();
  await button('Keluarkan peramban lain').click();
  await page.getByText('Peramban lain sudah dikeluarkan.', { exact: true }).waitFor();
  await goTo('kamera');
  await page.getByRole('link', { name: 'Ubah: simpang' }).waitFor();
  await button('Jeda', beside).click();
  await button('Lanjutkan', beside).click();
  await button('Jeda', beside).waitFor();
  await beside.close();
}, 60_000);

it('shows a publisher that fails with its reason and next try, and lets it try now', async () => {
  const minutes = Array.from({ length: 15 }, (_, minute) => sampleFlow(minute));
  await portal.portal.store.upsert(minutes.map((observation) => ({ observation, fence: 1 })));
  await portal.portal.store.rollUp({ nowUs: (SAMPLE_START_MS + 86_400_000) * 1000, limit: 1000 });
  publishing.wake();
  await goTo('penerbit');
  await page.getByText('is not reached').waitFor();
  await page.getByText('Percobaan berikutnya').waitFor();
  const [before] = await publishing.status();
  await button('Coba sekarang: broker').click();
  await expect.poll(async () => (await publishing.status())[0]!.failures).toBeGreaterThan(before!.failures);
}, 60_000);

it('shows the system, and narrows the audit log down, also as CSV', async () => {
  await goTo('sistem');
  await page.getByRole('row', { name: 'yolox-nano' }).waitFor();
  await page.getByText('Tidak ada pekerja yang terhubung.').waitFor();
  await goTo('catatan');
  await page.getByLabel('Oleh').fill('sari');
  await page.getByLabel('Tindakan').selectOption('publisher');
  await button('Saring').click();
  await expect.poll(() => page.getByRole('row').count()).toBe(2);
  const csv = await page.getByRole('link', { name: 'Unduh CSV' }).getAttribute('href');
  const text = await page.evaluate(`fetch(${JSON.stringify(csv)}).then((answer) => answer.text())`);
  expect(String(text).trimEnd().split('\r\n')).toEqual([
    'at,actor,action,target,detail',
    expect.stringContaining(',sari,publisher.try,broker,'),
  ]);
}, 60_000);

it('shows the queues below the prefix of a proxy, deep links too', async () => {
  const proxy = await startProxy(portal.address);
  const outside = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}${PREFIX}`;
  for (const place of ['/operate/queues/', '/operate/queues/queue/segments']) {
    await page.goto(`${outside}${place}`);
    await page.getByRole('link', { name: 'recordings' }).first().waitFor();
  }
  // Who has no session any more comes to the sign-in page, and from there back to the link.
  const stranger = await page.context().browser()!.newContext();
  const visit = await stranger.newPage();
  await visit.goto(`${outside}/operate/queues/queue/segments`);
  await visit.getByRole('heading', { name: 'Masuk ke konsol' }).waitFor();
  expect(visit.url()).toBe(`${outside}/#/operator/gagal`);
  await stranger.close();
  proxy.closeAllConnections();
  proxy.close();
  expect(complaints).toEqual([]);
}, 60_000);

/** Takes the prefix off, as nginx does with `location /pantau/ { proxy_pass http://portal/; }`. */
async function startProxy(address: string): Promise<Server> {
  const { hostname, port } = new URL(address);
  const server = createServer((asked, answer) => {
    const { url = '', method, headers } = asked;
    if (!url.startsWith(`${PREFIX}/`)) {
      answer.writeHead(404).end();
      return;
    }
    const inner = request({ hostname, port, method, headers, path: url.slice(PREFIX.length) }, (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
    });
    asked.pipe(inner);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
