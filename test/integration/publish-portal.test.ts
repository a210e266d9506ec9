import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOutbox, type Outbox, type OutboxLevel } from '../../pipelines/adapters/publish/outbox.ts';
import {
  createPortalPublisher,
  type PortalPublisher,
  type PublisherHooks,
} from '../../pipelines/adapters/publish/portal-publisher.ts';
import { createPortalSink } from '../../pipelines/adapters/publish/portal-sink.ts';
import type { Observation } from '../../pipelines/domain/types.ts';
import { createPortal } from '../../portal/api/portal.ts';
import { createSqliteStore, openPortalDatabase } from '../../portal/store/sqlite-store.ts';
import type { PortalStore } from '../../portal/store/store.ts';
import { SAMPLE_START_MS, sampleFlow } from '../unit/portal/sample-observations.ts';

const TOKEN = 'a-token-of-the-tests-0123456789';

/** Does something to a request and its answer; returning true means the portal shall answer as usual. */
type Fault = (request: FastifyRequest, reply: FastifyReply) => boolean;

let folder: string;
let store: PortalStore;
let app: FastifyInstance;
let portalUrl: string;
let outbox: Outbox;
/** Faults of the next requests, in order; then the portal is well. */
let faults: Fault[];
let attempts: number;
let opened: PortalPublisher[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pantau-publish-'));
  store = createSqliteStore(openPortalDatabase({ file: join(folder, 'portal.sqlite') }));
  faults = [];
  attempts = 0;
  opened = [];
  app = createPortal({ store, publishToken: TOKEN, webDir: folder, clock: () => SAMPLE_START_MS });
  app.addHook('preHandler', async (request, reply) => {
    attempts += 1;
    const fault = faults.shift();
    if (fault !== undefined && !fault(request, reply)) return reply;
  });
  portalUrl = await app.listen({ host: '127.0.0.1', port: 0 });
  outbox = createOutbox({ file: join(folder, 'outbox.sqlite'), clock: Date.now });
});

afterEach(async () => {
  await Promise.all(opened.map((publisher) => publisher.close()));
  outbox.close();
  app.server.closeAllConnections();
  await app.close();
  await store.close();
  rmSync(folder, { recursive: true });
});

interface Wanted {
  token?: string;
  url?: string;
  hooks?: PublisherHooks;
  id?: string;
  clock?: () => number;
  requestTimeoutMs?: number;
}

function publisher(options: Wanted = {}) {
  const made = createPortalPublisher({
    outbox,
    portalUrl: options.url ?? portalUrl,
    token: options.token ?? TOKEN,
    publisherId: options.id ?? 'publisher-1',
    clock: options.clock ?? Date.now,
    random: () => 0.5,
    requestTimeoutMs: options.requestTimeoutMs ?? 300,
    batchWaitMs: 20,
    backoff: { initialMs: 10, maxMs: 40, breakerFailures: 1000, breakerPauseMs: 0 },
    hooks: options.hooks ?? {},
  });
  opened.push(made);
  return made;
}

function sink(of: PortalPublisher, fence = 1, sinkId = 'sink-1') {
  return createPortalSink({ outbox, publisher: of, fence, sinkId, pollMs: 5 });
}

const minutes = (count: number) =>
  Array.from({ length: count }, (_, minute) => sampleFlow(minute, { people: 1 }));
const stored = async () => (await store.observations({}, { limit: 10_000 })).observations;
const soon = () => AbortSignal.timeout(20_000);

const answers =
  (status: number, headers: Record<string, string> = {}): Fault =>
  (_request, reply) => {
    void reply
      .code(status)
      .headers(headers)
      .send({ error: { code: 'test', message: `fault ${status}` } });
    return false;
  };
/** What stands before the portal answers in its stead. */
const proxyAnswers =
  (status: number): Fault =>
  (_request, reply) => {
    void reply.code(status).type('text/html').send('<html><center>nginx</center></html>');
    return false;
  };
/** The portal stores the batch, but the connection is reset before its answer. */
const resetsBeforeAnswer: Fault = (request, reply) => {
  reply.raw.writeHead = () => {
    request.raw.socket.resetAndDestroy();
    return reply.raw;
  };
  return true;
};
const hangs: Fault = (_request, reply) => {
  reply.hijack();
  return false;
};

describe('portal sink', () => {
  it('sends larger batches while a backlog waits and the portal keeps up, gzipped and in order', async () => {
    const sizes: number[] = [];
    const sent: { encoding: unknown; from: string }[] = [];
    const notes: Fault = ({ headers, body }) => {
      const { records } = body as { records: { observation: Observation }[] };
      const { cameraId, windowStart } = records[0]!.observation;
      sent.push({ encoding: headers['content-encoding'], from: `${windowStart} ${cameraId}` });
      return true;
    };
    faults = Array.from({ length: 5 }, () => notes);
    const backlog = minutes(801).flatMap((record) =>
      ['cam-1', 'cam-2', 'cam-3'].map((cameraId) => ({ ...record, cameraId })),
    );
    // A clock that stands still: every answer is quick.
    const quick = { clock: () => 0, requestTimeoutMs: 20_000 };
    const target = sink(publisher({ ...quick, hooks: { onDelivered: ({ rows }) => sizes.push(rows) } }));
    await target.publish(backlog);
    await target.flush(soon());
    expect(await stored()).toEqual(backlog);
    expect(sizes).toEqual([200, 400, 800, 1000, 3]);
    expect(sent.map(({ encoding }) => encoding)).toEqual(['gzip', 'gzip', 'gzip', 'gzip', undefined]);
    const firsts = sent.map(({ from }) => from);
    expect(firsts).toEqual(firsts.toSorted());
    expect(outbox.level()).toMatchObject({ rows: 0, bytes: 0 });
  });

  it('sends a batch again at half its size after no answer in time, none lost and none twice', async () => {
    const sizes: number[] = [];
    faults = [hangs];
    const target = sink(
      publisher({ clock: () => 0, hooks: { onDelivered: ({ rows }) => sizes.push(rows) } }),
    );
    await target.publish(minutes(250));
    await target.flush(soon());
    expect(await stored()).toEqual(minutes(250));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(100);
    expect(sizes.reduce((sum, rows) => sum + rows, 0)).toBe(250);
  });

  it('goes on without gzip where something on the way refuses it', async () => {
    const encodings: unknown[] = [];
    faults = Array.from({ length: 3 }, () => (request, reply) => {
      const encoding = request.headers['content-encoding'];
      encodings.push(encoding);
      return encoding === undefined || answers(415)(request, reply);
    });
    const target = sink(publisher());
    await target.publish(minutes(250));
    await target.flush(soon());
    expect(await stored()).toEqual(minutes(250));
    expect(encodings).toEqual(['gzip', undefined, undefined]);
    expect(outbox.level().deadLetters).toBe(0);
  });

  it('has nothing to flush when nothing was published', async () => {
    await expect(sink(publisher()).flush(soon())).resolves.toBeUndefined();
  });

  it.each<{ name: string; fault: Fault; reason: RegExp }>([
    { name: '500', fault: answers(500), reason: /500/ },
    { name: '503', fault: answers(503), reason: /503/ },
    { name: '404 (a wrong path is not the rows’ fault)', fault: answers(404), reason: /404/ },
    { name: '400 of a proxy', fault: proxyAnswers(400), reason: /400: no reason given/ },
    { name: '302 (not followed)', fault: answers(302, { location: 'http://127.0.0.1:1/' }), reason: /302/ },
    { name: '200 of something that is no portal', fault: answers(200), reason: /not a portal/ },
    { name: 'a reset before the answer', fault: resetsBeforeAnswer, reason: /not reached/ },
    { name: 'a hang', fault: hangs, reason: /no answer within 300 ms/ },
  ])('sends again after $name, still one row each', async ({ fault, reason }) => {
    const pauses: string[] = [];
    faults = [fault, fault];
    const target = sink(publisher({ hooks: { onPause: (pause) => pauses.push(pause.reason) } }));
    await target.publish(minutes(3));
    await target.flush(soon());
    expect(await stored()).toEqual(minutes(3));
    expect(pauses).toHaveLength(2);
    expect(pauses[0]).toMatch(reason);
    expect(outbox.level().deadLetters).toBe(0);
  });

  it('waits as long as a 429 asks', async () => {
    const waits: number[] = [];
    faults = [answers(429, { 'retry-after': '1' })];
    const target = sink(publisher({ hooks: { onPause: ({ waitMs }) => waits.push(waitMs) } }));
    await target.publish(minutes(1));
    await target.flush(soon());
    expect(waits).toEqual([1000]);
    expect(await stored()).toHaveLength(1);
  });

  it('buries one bad row with its reason and delivers the rest', async () => {
    const bad = { ...sampleFlow(99), cameraId: 'cam-bad', coverage: 7 } as Observation;
    const refused: string[] = [];
    const target = sink(publisher({ hooks: { onRefused: (_row, reason) => refused.push(reason) } }));
    await target.publish([...minutes(20), bad, ...minutes(40).slice(20)]);
    await expect(target.flush(soon())).rejects.toMatchObject({
      code: 'publish-refused',
      message: expect.stringContaining('coverage'),
    });
    expect(await stored()).toHaveLength(40);
    expect(refused).toHaveLength(1);
    expect(outbox.deadLetters(10)).toMatchObject([{ observation: { cameraId: 'cam-bad' }, fence: 1 }]);
    expect(outbox.level().rows).toBe(0);
    await expect(target.flush(soon())).resolves.toBeUndefined();
  });

  it('halves a batch that is too large', async () => {
    faults = [answers(413)];
    const target = sink(publisher());
    await target.publish(minutes(10));
    await target.flush(soon());
    expect(await stored()).toHaveLength(10);
    expect(attempts).toBe(3);
  });

  it('keeps a row that is too large for a proxy alone, whatever that one was asked', async () => {
    faults = Array<Fault>(8).fill(proxyAnswers(413));
    const target = sink(publisher());
    await target.publish(minutes(3));
    await target.flush(soon());
    expect(await stored()).toEqual(minutes(3));
    expect(outbox.level().deadLetters).toBe(0);
  });

  it('keeps its rows under a wrong token, says so, and never shows the token', async () => {
    const reasons: string[] = [];
    const wrong = publisher({
      token: 'the-wrong-token-0123456789',
      hooks: { onPause: ({ reason, isUnauthorised }) => isUnauthorised && reasons.push(reason) },
    });
    const target = sink(wrong);
    await target.publish(minutes(2));
    await expect(target.flush(AbortSignal.timeout(300))).rejects.toThrow();
    expect(wrong.state()).toMatchObject({ status: 'unauthorised' });
    expect(reasons.join()).toMatch(/401/);
    expect(reasons.join()).not.toContain('the-wrong-token');
    expect(outbox.level()).toMatchObject({ rows: 2, deadLetters: 0 });
    await wrong.close();
    const right = sink(publisher({ id: 'publisher-2' }), 1, 'sink-2');
    await right.publish(minutes(3));
    await target.flush(soon());
    await right.flush(soon());
    expect(await stored()).toHaveLength(3);
  });

  it('delivers when a portal that was down comes up', async () => {
    const port = await freePort();
    const target = sink(publisher({ url: `http://127.0.0.1:${port}` }));
    await target.publish(minutes(2));
    await expect(target.flush(AbortSignal.timeout(200))).rejects.toThrow();
    const late = createPortal({ store, publishToken: TOKEN, webDir: folder, clock: () => SAMPLE_START_MS });
    await late.listen({ host: '127.0.0.1', port });
    await target.flush(soon());
    expect(await stored()).toHaveLength(2);
    await late.close();
  });

  it('asks an outbox that fails less and less often, and goes on when it is well', async () => {
    const waits: number[] = [];
    const { claim } = outbox;
    outbox.claim = (...wanted) => {
      if (waits.length < 4) throw new Error('the disk is full');
      return claim(...wanted);
    };
    const target = sink(publisher({ hooks: { onFault: (_error, waitMs) => waits.push(waitMs) } }));
    await target.publish(minutes(2));
    await target.flush(soon());
    expect(waits).toEqual([10, 20, 40, 40]);
    expect(await stored()).toHaveLength(2);
  });

  it('lets several publishers drain one outbox without harm', async () => {
    const publishers = [1, 2, 3].map((n) => publisher({ id: `publisher-${n}` }));
    const sinks = publishers.map((each, n) => sink(each, 1, `sink-${n}`));
    await Promise.all(sinks.map((each) => each.publish(minutes(300))));
    await Promise.all(sinks.map((each) => each.flush(soon())));
    expect(await stored()).toEqual(minutes(300));
  });

  it('sends the fence beside the record: an ousted writer changes nothing', async () => {
    const shared = publisher();
    const successor = sink(shared, 20, 'successor');
    await successor.publish([sampleFlow(0, { people: 8 })]);
    await successor.flush(soon());
    const ousted = sink(shared, 10, 'ousted');
    await ousted.publish([sampleFlow(0, { people: 2 })]);
    await ousted.flush(soon());
    expect(await stored()).toEqual([sampleFlow(0, { people: 8 })]);
  });
});

describe('outbox', () => {
  const row = (minute: number, people: number, fence = 1) => ({
    fence,
    observation: sampleFlow(minute, { people }),
  });

  it('keeps the newest content of a key, and never a lower fence', () => {
    outbox.add([row(0, 1, 5), row(0, 2, 5), row(0, 3, 4)], 'a');
    expect(outbox.claim('p', 10, 1000)).toMatchObject([{ fence: 5, observation: { peopleVolume: 2 } }]);
  });

  it('does not lose a content that replaces a row under way', () => {
    outbox.add([row(0, 1)], 'a');
    const underWay = outbox.claim('p', 10, 60_000);
    outbox.add([row(0, 2)], 'a');
    expect(outbox.claim('q', 10, 60_000)).toEqual([]);
    outbox.confirm(underWay);
    expect(outbox.claim('q', 10, 60_000)).toMatchObject([{ observation: { peopleVolume: 2 } }]);
  });

  it('gives a dead publisher’s rows to another one after the claim', () => {
    let nowMs = 1000;
    const timed = createOutbox({ file: join(folder, 'timed.sqlite'), clock: () => nowMs });
    timed.add([row(0, 1)], 'a');
    expect(timed.claim('dead', 10, 500)).toHaveLength(1);
    nowMs = 1499;
    expect(timed.claim('heir', 10, 500)).toHaveLength(0);
    nowMs = 1500;
    expect(timed.claim('heir', 10, 500)).toHaveLength(1);
    timed.close();
  });

  it('alarms at 80 %, refuses whole batches beyond 100 %, and recovers', () => {
    const size = Buffer.byteLength(JSON.stringify(row(10, 1).observation));
    const levels: OutboxLevel[] = [];
    const small = createOutbox({
      file: join(folder, 'small.sqlite'),
      clock: Date.now,
      maxBytes: size * 10,
      onAlarm: (level) => levels.push(level),
    });
    small.add(
      minutes(7).map((observation) => ({ fence: 1, observation })),
      'a',
    );
    expect(levels).toEqual([]);
    small.add([row(7, 1), row(8, 1)], 'a');
    expect(levels).toMatchObject([{ isAlarmed: true, rows: 9 }]);
    expect(() => small.add([row(20, 1), row(21, 1), row(22, 1)], 'a')).toThrow(
      expect.objectContaining({ code: 'store-failed', message: expect.stringContaining('is full') }),
    );
    expect(small.level().rows).toBe(9);
    small.confirm(small.claim('p', 100, 1000));
    expect(levels).toMatchObject([{ isAlarmed: true }, { isAlarmed: false, rows: 0, bytes: 0 }]);
    small.close();
  });

  it('has every row that add() returned for after kill -9', { timeout: 60_000 }, async () => {
    const file = join(folder, 'killed.sqlite');
    const writer = startWriter(file);
    const added = await linesOf(writer, 30);
    writer.kill('SIGKILL');
    await once(writer, 'exit');
    const reopened = createOutbox({ file, clock: Date.now });
    const minutesKept = reopened.claim('p', 10_000, 1000).map(({ observation }) => observation.windowStart);
    expect(added.length).toBeGreaterThanOrEqual(30);
    expect(minutesKept).toEqual(expect.arrayContaining(added));
    expect(reopened.level().rows).toBe(minutesKept.length);
    reopened.close();
  });
});

/** A process that adds one row after the other and prints the window of each that is durable. */
function startWriter(file: string): ChildProcess {
  const script = `
    const { createOutbox } = await import('./pipelines/adapters/publish/outbox.ts');
    const { sampleFlow } = await import('./test/unit/portal/sample-observations.ts');
    const outbox = createOutbox({ file: process.argv[1], clock: Date.now });
    for (let minute = 0; ; minute += 1) {
      const observation = sampleFlow(minute);
      outbox.add([{ fence: 1, observation }], 'writer');
      process.stdout.write(observation.windowStart + '\\n');
    }`;
  return spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function linesOf(writer: ChildProcess, wanted: number): Promise<string[]> {
  let text = '';
  for await (const chunk of writer.stdout!) {
    text += String(chunk);
    const whole = text.slice(0, text.lastIndexOf('\n')).split('\n');
    if (whole.length >= wanted) return whole;
  }
  throw new Error('the writer ended by itself');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

it('on a full disk takes nothing in, yet gives away what waits, and takes in again where that was', ({
  skip,
}) => {
  const script = join(import.meta.dirname, '../support/outbox-on-full-disk.ts');
  const inSmallDisk = 'mount -t tmpfs -o size=80m tmpfs "$0" || exit 77; exec "$@"';
  // Mounts of a namespace of its own, which need no root and end with the process.
  const done = spawnSync(
    'unshare',
    [
      ...['--user', '--map-root-user', '--mount', 'sh', '-c', inSmallDisk, folder],
      ...[process.execPath, '--import', 'tsx', script, folder],
    ],
    { encoding: 'utf8', timeout: 60_000 },
  );
  // Some containers forbid it: told as not run, never as passed.
  const isForbidden = done.status === 77 || (done.status === 1 && /^unshare: /m.test(done.stderr));
  skip(isForbidden, `a disk of its own needs unshare and mount: ${done.stderr}`);
  expect(done.status, done.stderr).toBe(0);
  const seen = JSON.parse(done.stdout);
  expect(seen).toMatchObject({
    before: { taken: 2_000 },
    onFull: { fault: expect.stringContaining('the disk is full') },
    whileAway: { fault: expect.stringContaining('What waits is sent') },
    inFreedRoom: { taken: 500 },
    afterwards: { taken: 4_000 },
    sentAtLast: 4_500,
    waiting: 0,
  });
  expect(seen.sent).toBe(2_000 + seen.onFull.taken + seen.whileAway.taken);
  const [before, released, again] = seen.reserve;
  expect([released, again]).toEqual([0, before]);
});
