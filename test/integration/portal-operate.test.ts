/** The console on real Redis, register and queues: cameras, site file, pictures, counters, recordings, dead letters. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { perClass } from '../../pipelines/domain/classes.ts';
import { parseSite } from '../../pipelines/site-file.ts';
import { wholePicture } from '../../workers/cli/camera.ts';
import { wantedKey } from '../../workers/cluster/counters-channel.ts';
import { createLiveCounters } from '../../workers/live/live-counters.ts';
import { type ConsoleApp, PREFIX, startConsoleApp } from '../support/console-app.ts';
import { type HttpCamera, startHttpCamera } from '../support/fake-camera-http.ts';

const SECRET = 'rahasia-sekali';
const HIDDEN_PATH = 'jalur-tersembunyi';
const RTSP = `rtsp://admin:${SECRET}@127.0.0.9:554/${HIDDEN_PATH}?token=${SECRET}`;

let portal: ConsoleApp;
let operator: Record<string, string>;
let webcam: HttpCamera;

beforeAll(async () => {
  portal = await startConsoleApp();
  operator = await portal.bearer('operate');
  webcam = await startHttpCamera();
  const jpeg = await sharp({ create: { width: 640, height: 360, channels: 3, background: '#36a' } })
    .jpeg()
    .toBuffer();
  webcam.on('/gambar.jpg', (_request, response) => {
    response.writeHead(200, { 'content-type': 'image/jpeg' }).end(jpeg);
  });
});
afterAll(async () => {
  await webcam.close();
  await portal.close();
});

const send = (method: 'GET' | 'PUT' | 'POST' | 'DELETE', url: string, payload?: object) =>
  portal.ask({
    ...{ method, url: `/api/v1/operate${url}`, headers: operator },
    ...(payload === undefined ? {} : { payload }),
  });
const camera = (more: object = {}) => ({ source: { kind: 'rtsp', url: RTSP }, ...wholePicture, ...more });
const put = (id: string, body: object) => send('PUT', `/cameras/${id}`, body);
const lastDeed = async () => (await portal.store.identities.audit({ limit: 1 }))[0];

describe('a camera', () => {
  it('is added with its address sealed, and shown without it', async () => {
    const added = await put('simpang-5', { camera: camera({ name: 'Simpang Lima' }) });
    expect([added.statusCode, added.json().outcome]).toEqual([201, 'added']);
    expect(await lastDeed()).toMatchObject({ action: 'camera.put', target: 'simpang-5' });
    const { cameras } = (await send('GET', '/cameras')).json();
    expect(cameras).toContainEqual(
      expect.objectContaining({
        ...{ cameraId: 'simpang-5', enabled: true, sourceKind: 'rtsp', name: 'Simpang Lima' },
        sourceShown: 'rtsp://127.0.0.9:554/***',
        health: expect.objectContaining({ state: 'no-data' }),
        zones: [expect.objectContaining({ id: 'seluruh-gambar', polygon: expect.any(Array) })],
      }),
    );
  });

  it('keeps its source when an edit leaves it out or sends it back hidden; the audit log names what changed', async () => {
    const { camera: shown, revision } = (await send('GET', '/cameras/simpang-5')).json();
    expect(shown.source).toEqual({ kind: 'rtsp', url: 'rtsp://127.0.0.9:554/***' });
    const [line] = shown.lines;
    const moved = { ...shown, lines: [{ ...line, from: { x: 0.4, y: 0 } }] };
    const first = await put('simpang-5', { camera: moved, revision });
    expect(first.json()).toMatchObject({ outcome: 'changed', fields: ['lines.tengah'] });
    expect(await lastDeed()).toMatchObject({ action: 'camera.put', detail: 'lines.tengah' });
    const { source: _left, ...bare } = moved;
    const second = await put('simpang-5', { camera: { ...bare, name: 'Simpang 5' } });
    expect(second.json().fields).toEqual(['name']);
    expect(portal.register.get('simpang-5')?.sourceShown).toContain('127.0.0.9');
    const same = await put('simpang-5', { camera: { ...bare, name: 'Simpang 5' } });
    expect(same.json()).toMatchObject({ outcome: 'unchanged', revision: second.json().revision });
  });

  it('is not overwritten by an edit of an older revision', async () => {
    const { camera: shown, revision } = (await send('GET', '/cameras/simpang-5')).json();
    await put('simpang-5', { camera: { ...shown, name: 'Lebih baru' }, revision });
    const late = await put('simpang-5', { camera: { ...shown, name: 'Terlambat' }, revision });
    expect([late.statusCode, late.json().error.field]).toEqual([409, 'revision']);
    expect(portal.register.get('simpang-5')?.definition.name).toBe('Lebih baru');
  });

  it('is not overwritten by a new camera that is given its id', async () => {
    const before = portal.register.get('simpang-5');
    const answer = await put('simpang-5', { camera: camera(), revision: 0 });
    expect([answer.statusCode, answer.json().error]).toMatchObject([
      409,
      { code: 'camera-exists', field: 'id' },
    ]);
    expect(portal.register.get('simpang-5')).toEqual(before);
    expect((await put('sungguh-baru', { camera: camera(), revision: 0 })).statusCode).toBe(201);
    await send('DELETE', '/cameras/sungguh-baru');
  });

  it.each([
    [
      'a line outside the picture',
      { lines: [{ id: 'a', from: { x: 2, y: 0 }, to: { x: 0, y: 1 } }] },
      { field: 'lines[0].from.x', found: '2', allowed: expect.stringContaining('from 0 to 1') },
    ],
    [
      'nothing to count',
      { lines: [], zones: [] },
      { field: 'camera', found: expect.stringContaining('neither') },
    ],
    ['an unknown key', { zonez: [] }, { field: 'camera', allowed: expect.stringContaining('zones') }],
    ['another id', { id: 'lain' }, { field: 'id', allowed: expect.stringContaining('baru') }],
    ['a private network', { source: { kind: 'rtsp', url: 'rtsp://u:p@10.9.8.7/1' } }, { field: 'source' }],
    ['a metadata address', { source: { kind: 'hls', url: 'http://169.254.169.254/x' } }, { field: 'source' }],
    ['a file elsewhere', { source: { kind: 'recording', path: '../../etc/passwd' } }, { field: 'source' }],
    [
      'a model nobody knows',
      { model: 'yolo99' },
      {
        ...{ code: 'model-unknown', field: 'model' },
        message: expect.stringMatching(/"yolo99".*centernet-mobilenetv3, yolox-nano/),
      },
    ],
    ['a model by its path', { model: '/etc/model.json' }, { code: 'model-unknown', field: 'model' }],
    ['a hidden address of nobody', { source: { kind: 'rtsp', url: 'rtsp://x/***' } }, { field: 'source' }],
  ])('with %s is refused by its field', async (_name, fault, error) => {
    const answer = await put('baru', { camera: camera(fault) });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().error).toMatchObject(error);
    expect(answer.body).not.toContain('u:p');
    expect(portal.register.get('baru')).toBeUndefined();
  });

  it('nested deeper than any site file is refused, not a fault of the portal', async () => {
    const deep = `{"camera":{"groups":${'['.repeat(20_000)}${']'.repeat(20_000)}}}`;
    const answer = await portal.ask({
      ...{ method: 'PUT', url: '/api/v1/operate/cameras/baru', payload: deep },
      headers: { ...operator, 'content-type': 'application/json' },
    });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().error).toMatchObject({ code: 'site-invalid', field: 'camera' });
  });

  it.each([
    ['PUT', 'operate/cameras/dalam', (value: string) => `{"camera":{"id":${value}}}`],
    ['PUT', 'operate/cameras/dalam', (value: string) => `{"camera":{"lines":${value}}}`],
    ['PUT', 'operate/cameras/dalam', (value: string) => `{"camera":${value},"revision":${value}}`],
    ['PUT', 'operate/site', (value: string) => `{"cameras":[{"id":${value}},null]}`],
    ['POST', 'operate/recordings', (value: string) => `{"cameraId":${value}}`],
    ['POST', 'session', (value: string) => `{"name":${value},"password":${value}}`],
  ] as const)('nobody means is refused: %s %s', async (method, url, bodyOf) => {
    for (const value of [`${'['.repeat(10_000)}${']'.repeat(10_000)}`, '{"toString":1,"valueOf":1}']) {
      const headers = { ...operator, 'content-type': 'application/json' };
      const answer = await portal.ask({ method, url: `/api/v1/${url}`, headers, payload: bodyOf(value) });
      expect([value.slice(0, 9), answer.statusCode]).toEqual([value.slice(0, 9), 400]);
    }
  });

  it('is paused, resumed, removed', async () => {
    await put('sementara', { camera: camera() });
    expect((await send('POST', '/cameras/sementara/pause')).json()).toMatchObject({ enabled: false });
    expect(portal.register.get('sementara')?.enabled).toBe(false);
    expect((await send('POST', '/cameras/sementara/resume')).statusCode).toBe(200);
    expect((await send('DELETE', '/cameras/sementara')).statusCode).toBe(200);
    const none = await send('DELETE', '/cameras/sementara');
    expect([none.statusCode, none.json().error]).toMatchObject([
      404,
      { code: 'camera-unknown', field: 'id' },
    ]);
  });
});

describe('the site file', () => {
  it('comes out without addresses and goes in again as no change', async () => {
    const site = (await send('GET', '/site')).json();
    const back = await send('PUT', '/site?dryRun=1', site);
    expect(back.json()).toMatchObject({ dryRun: true, added: [], changed: [], unchanged: ['simpang-5'] });
  });

  it('tells what it would do, and does it when told to', async () => {
    const site = (await send('GET', '/site')).json();
    const [five] = site.cameras;
    const next = {
      ...site,
      privacy: { smallCountBelow: 7 },
      cameras: [
        { ...five, groups: ['vehicles'] },
        { id: 'pemuda', ...camera() },
      ],
    };
    const plan = (await send('PUT', '/site?dryRun=1', next)).json();
    expect(plan).toMatchObject({ added: ['pemuda'], smallCountBelow: { to: 7 } });
    expect(plan.changed).toEqual([{ cameraId: 'simpang-5', fields: ['groups'] }]);
    expect(portal.register.get('pemuda')).toBeUndefined();
    await send('PUT', '/site', next);
    expect(portal.register.get('pemuda')?.sourceKind).toBe('rtsp');
    expect(portal.register.smallCountBelow()).toBe(7);
    const without = { ...next, cameras: [next.cameras[0]] };
    expect((await send('PUT', '/site', without)).json().removed).toEqual([]);
    expect((await send('PUT', '/site?replace=1', without)).json().removed).toEqual(['pemuda']);
    expect(portal.register.get('pemuda')).toBeUndefined();
  });

  it('with a model nobody knows is refused whole, unless the camera is registered with it', async () => {
    const withModel = (model: string) => ({ cameras: [{ id: 'uji-model', ...camera({ model }) }] });
    const answer = await send('PUT', '/site', withModel('yolo99'));
    expect(answer.json().error).toMatchObject({ code: 'model-unknown', field: 'model' });
    expect(portal.register.get('uji-model')).toBeUndefined();
    const [own] = parseSite(JSON.stringify(withModel('model-sendiri')), 'uji').cameras;
    portal.register.put(own!, 60);
    const again = await send('PUT', '/site', withModel('model-sendiri'));
    expect(again.json()).toMatchObject({ unchanged: ['uji-model'] });
    portal.register.remove('uji-model');
  });

  it('with a fault is refused whole, by path', async () => {
    const broken = { version: 1, cameras: [{ id: 'x', ...camera({ zones: [{ id: 'z', polygon: [] }] }) }] };
    const answer = await send('PUT', '/site', broken);
    expect(answer.json().error).toMatchObject({ field: 'cameras[0].zones[0].polygon' });
    expect(portal.register.get('x')).toBeUndefined();
  });
});

describe('a picture', () => {
  it('is taken from the source, for this asker only, seldom, and leaves nothing behind', async () => {
    const source = { kind: 'snapshot', url: `${webcam.origin}/gambar.jpg` };
    await put('taman', { camera: camera({ source }) });
    const before = readdirSync(portal.folder, { recursive: true }).sort();
    const [one, two] = await Promise.all([
      send('GET', '/cameras/taman/snapshot'),
      send('GET', '/cameras/taman/snapshot'),
    ]);
    expect([one.statusCode, one.headers['content-type']]).toEqual([200, 'image/jpeg']);
    expect(one.headers['cache-control']).toBe('no-store');
    expect(two.rawPayload.equals(one.rawPayload)).toBe(true);
    expect(await sharp(one.rawPayload).metadata()).toMatchObject({ width: 640, height: 360 });
    const soon = await send('GET', '/cameras/taman/snapshot');
    expect([soon.statusCode, Number(soon.headers['retry-after']) > 0]).toEqual([429, true]);
    expect(await lastDeed()).toMatchObject({ action: 'camera.look', target: 'taman' });
    expect(readdirSync(portal.folder, { recursive: true }).sort()).toEqual(before);
  });

  it('of a camera that is away says why, without its address', async () => {
    const url = `http://admin:${SECRET}@127.0.0.1:9/${HIDDEN_PATH}.jpg`;
    await put('mati', { camera: camera({ source: { kind: 'snapshot', url } }) });
    const answer = await send('GET', '/cameras/mati/snapshot');
    expect([answer.statusCode, answer.json().error.code]).toEqual([502, 'source-unreachable']);
    expect(answer.body).not.toMatch(new RegExp(`${SECRET}|${HIDDEN_PATH}`));
    expect((await send('GET', '/cameras/tidak-ada/snapshot')).statusCode).toBe(404);
  });
});

describe('live counters', () => {
  it('come while somebody listens, from the listener’s own zero, and nobody counts otherwise', async () => {
    const address = await portal.app.listen({ host: '127.0.0.1', port: 0 });
    const counters = createLiveCounters({
      ...{ redis: portal.redis, prefix: PREFIX, cameraId: 'simpang-5', lineIds: ['tengah'] },
      nowMs: Date.now,
    });
    const crossing = {
      lineId: 'tengah',
      direction: 'in',
      roadUserClass: 'motorcycle',
      capturedAtUs: 1,
    } as const;
    const present = perClass((name) => (name === 'person' ? 3 : name === 'car' ? 2 : 0));
    const zones = [{ zoneId: 'seluruh-gambar', present, entered: present, left: present }];
    let passages = 0;
    const worker = setInterval(() => {
      passages += 1;
      counters.see({ crossings: [crossing], zones });
      counters.tick();
    }, 100);
    try {
      const abort = new AbortController();
      const response = await fetch(`${address}/api/v1/operate/cameras/simpang-5/live`, {
        ...{ headers: operator, signal: abort.signal },
      });
      expect(response.headers.get('content-type')).toContain('text/event-stream');
      const [idle, first, second] = await readEvents(response, 3);
      // No lease is active: no worker process runs here.
      expect(idle?.event).toBe('idle');
      expect(first).toMatchObject({
        event: 'counters',
        data: {
          lines: [{ lineId: 'tengah', in: {}, out: {} }],
          zones: [{ zoneId: 'seluruh-gambar', people: 3, vehicles: 2 }],
        },
      });
      const [line] = (second!.data as { lines: { in: { motorcycle: number } }[] }).lines;
      const { motorcycle } = line!.in;
      expect(motorcycle).toBeGreaterThan(0);
      expect(motorcycle).toBeLessThan(passages);
      expect(Object.keys(second!.data as object).sort()).toEqual(['at', 'lines', 'zones']);
      expect(await portal.redis.pttl(wantedKey(PREFIX, 'simpang-5'))).toBeGreaterThan(0);
      abort.abort();
    } finally {
      clearInterval(worker);
    }
    await expect
      .poll(() => portal.redis.pubsub('NUMSUB', `${PREFIX}:counters:simpang-5`))
      .toEqual([`${PREFIX}:counters:simpang-5`, 0]);
    await portal.redis.del(wantedKey(PREFIX, 'simpang-5'));
  });
});

async function readEvents(response: Response, count: number) {
  const events: { event: string; data: unknown }[] = [];
  let text = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const match = /^event: (\w+)\ndata: (.*)$/m.exec(block);
      if (match !== null) events.push({ event: match[1]!, data: JSON.parse(match[2]!) });
    }
    if (events.length >= count) return events;
  }
  throw new Error(`the stream ended after ${events.length} events`);
}

describe('recordings and jobs', () => {
  it('a file below the media root is listed and queued once', async () => {
    const file = path.join(portal.mediaRoot, 'pagi.mp4');
    const input = ['-f', 'lavfi', '-i', 'testsrc=size=128x96:rate=5:duration=2'];
    execFileSync('ffmpeg', ['-v', 'error', ...input, file]);
    const wish = { cameraId: 'simpang-5', file: 'pagi.mp4', start: '2026-11-21T06:00:00+07:00' };
    const queued = await send('POST', '/recordings', wish);
    expect([queued.statusCode, queued.json().isNew]).toEqual([202, true]);
    expect((await send('POST', '/recordings', wish)).json()).toMatchObject({
      id: queued.json().id,
      isNew: false,
    });
    const { media, jobs } = (await send('GET', '/recordings')).json();
    expect(media).toEqual([expect.objectContaining({ file: 'pagi.mp4', bytes: expect.any(Number) })]);
    expect(jobs).toEqual([
      expect.objectContaining({
        cameraId: 'simpang-5',
        file: 'pagi.mp4',
        state: 'waiting',
        progress: 0,
        total: 0,
        recordedFrom: '2026-11-20T23:00:00.000Z',
      }),
    ]);
  });

  it.each([
    ['a file elsewhere', { file: '../portal.db' }, 'source-refused'],
    ['a file elsewhere that is not there: nobody learns which', { file: '../../etc/x' }, 'source-refused'],
    ['no such file', { file: 'siang.mp4' }, 'source-missing'],
    ['a start without offset', { start: 'kemarin' }, 'time-unknown'],
    ['no such camera', { cameraId: 'tidak-ada' }, 'camera-unknown'],
  ])('%s is refused', async (_name, change, code) => {
    const wish = { cameraId: 'simpang-5', file: 'pagi.mp4', start: '2026-11-21T06:00:00+07:00', ...change };
    const answer = await send('POST', '/recordings', wish);
    expect([answer.statusCode, answer.json().error.code]).toEqual([400, code]);
  });

  it('dead letters are shown with their reason, run again, thrown away', async () => {
    for (const id of ['mati-1', 'mati-2']) await fail(id, `cannot open rtsp://a:${SECRET}@10.0.0.1/x`);
    const { jobs } = (await send('GET', '/dead-letters')).json();
    expect(jobs).toContainEqual(
      expect.objectContaining({ queue: 'segments', id: 'mati-1', name: 'segment', cameraId: 'simpang-5' }),
    );
    expect((await send('POST', '/dead-letters/segments/mati-1/retry')).statusCode).toBe(200);
    expect(await portal.queues.byName.segments.getJobState('mati-1')).toBe('waiting');
    expect((await send('POST', '/dead-letters/segments/mati-1/retry')).statusCode).toBe(404);
    expect((await send('DELETE', '/dead-letters/segments/mati-2')).statusCode).toBe(200);
    expect((await send('DELETE', '/dead-letters/lain/mati-2')).statusCode).toBe(404);
    expect((await send('GET', '/dead-letters')).json().jobs).toEqual([]);
    await fail('mati-3', `cannot open rtsp://a:${SECRET}@10.0.0.1/x`);
  });

  /** A job in the dead letter, as a worker would leave it. */
  async function fail(id: string, reason: string): Promise<void> {
    const { segments } = portal.queues.byName;
    await segments.add('segment', { cameraId: 'simpang-5' }, { jobId: id });
    const key = `${PREFIX}:segments`;
    await portal.redis.lrem(`${key}:wait`, 0, id);
    await portal.redis.hset(`${key}:${id}`, { failedReason: reason, finishedOn: String(Date.now()) });
    await portal.redis.zadd(`${key}:failed`, Date.now(), id);
  }
});

describe('the queue view', () => {
  it('is for looking: its own policy, nobody else’s typeface, no button that works', async () => {
    const viewer = await portal.signIn('lihat', 'viewer');
    const look = (url: string, method: 'GET' | 'PUT' = 'GET') =>
      portal.ask({ method, url, headers: { cookie: viewer.cookie, 'x-csrf-token': viewer.csrf } });
    const page = await look('/operate/queues/');
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('Pantau: antrean');
    expect(page.body).not.toContain('googleapis');
    expect(page.headers['content-security-policy']).toContain("script-src 'self';");
    expect(page.body).not.toMatch(/<script(?![^>]*(src=|application\/json))/);
    const [script] = /static\/js\/[\w.-]+\.js/.exec(page.body) ?? [];
    expect((await look(`/operate/queues/${script}`)).statusCode).toBe(200);
    const queues = await look('/operate/queues/api/queues?activeQueue=segments&status=failed&page=1');
    expect(queues.json().queues.every((queue: { readOnlyMode: boolean }) => queue.readOnlyMode)).toBe(true);
    const pause = await look('/operate/queues/api/queues/segments/pause', 'PUT');
    expect(pause.statusCode).toBeGreaterThanOrEqual(400);
    expect(await portal.queues.byName.segments.isPaused()).toBe(false);
  });

  it('leads a browser without a session to the console, and tells a program what is missing', async () => {
    const visit = (url: string, accept: string) => portal.ask({ method: 'GET', url, headers: { accept } });
    const html = 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8';
    const places: [string, string][] = [
      ['/operate/queues', 'http://x/prefix/#/operator/gagal'],
      ['/operate/queues/', 'http://x/prefix/#/operator/gagal'],
      ['/operate/queues/queue/segments?status=failed', 'http://x/prefix/#/operator/gagal'],
    ];
    for (const [url, target] of places) {
      const answer = await visit(url, html);
      expect([url, answer.statusCode, answer.headers['www-authenticate']]).toEqual([url, 303, undefined]);
      expect(new URL(answer.headers.location!, `http://x/prefix${url}`).href).toBe(target);
    }
    const asked = await visit('/operate/queues/api/queues', 'application/json, text/plain, */*');
    expect([asked.statusCode, asked.json().error.code]).toEqual([401, 'unauthorised']);
  });
});

describe('whatever is asked', () => {
  it('no answer holds a camera’s address or credential', { timeout: 60_000 }, async () => {
    const admin = await portal.bearer('admin');
    const values: Record<string, string> = {
      ...{ id: 'simpang-5', name: 'lihat', queueName: 'segments', jobId: 'mati-3' },
    };
    const fill = (url: string) => url.replace(/:(\w+)/g, (_all, name: string) => values[name] ?? 'x');
    const seen: string[] = [];
    for (const { method, url } of portal.routes) {
      // Streams have their own test; other wildcards are files of the page.
      if (method !== 'GET' || url.endsWith('/live') || url.endsWith('/stream') || url.includes('*')) continue;
      if (url.endsWith('/snapshot')) continue;
      const answer = await portal.ask({ method, url: fill(url), headers: admin });
      if (answer.statusCode === 200) seen.push(url);
      expect([url, answer.body.includes(SECRET), answer.body.includes(HIDDEN_PATH)]).toEqual([
        url,
        false,
        false,
      ]);
    }
    expect(seen).toEqual(
      expect.arrayContaining([
        ...['/api/v1/operate/cameras', '/api/v1/operate/cameras/:id', '/api/v1/operate/site'],
        ...['/api/v1/operate/dead-letters', '/api/v1/operate/system', '/api/v1/audit', '/api/v1/cameras'],
        '/operate/queues/api/queues/:queueName/:jobId',
      ]),
    );
  });
});
