import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FleetEvent } from '../../pipelines/adapters/detect/child-fleet.ts';
import {
  createDetectorPool,
  type DetectorPool,
  type DetectorPoolOptions,
  type OpenDetector,
} from '../../pipelines/adapters/detect/detector-pool.ts';
import type { FrameTiming } from '../../pipelines/adapters/detect/frame-dispatch.ts';
import { intersectionOverUnion } from '../../pipelines/domain/geometry.ts';
import type { Detection } from '../../pipelines/domain/types.ts';
import { needsShared } from '../support/footage.ts';
import {
  centernetOnFootage,
  detectDirectly,
  frameOf,
  picture,
  withInput,
  yoloxOnFootage,
} from './detect-scene.ts';

let pools: DetectorPool[] = [];
let centernet: OpenDetector;
let street: Buffer;

beforeAll(async () => {
  centernet = await centernetOnFootage('simpang-1');
  street = await picture({ widthPx: 512, heightPx: 384, pixelFormat: 'rgb24', fit: 'stretch', padValue: 0 });
});

afterEach(async () => {
  await Promise.all(pools.map((pool) => pool.close()));
  pools = [];
});

function poolOf(options: DetectorPoolOptions): DetectorPool {
  const pool = createDetectorPool(options);
  pools.push(pool);
  return pool;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until(condition: () => boolean, what: string): Promise<void> {
  for (let attempt = 0; attempt < 1500; attempt += 1) {
    if (condition()) return;
    await delay(20);
  }
  throw new Error(`still waiting for: ${what}`);
}

function people(detections: readonly Detection[]): readonly Detection[] {
  return detections.filter(({ roadUserClass, score }) => roadUserClass === 'person' && score >= 0.4);
}

describe('detections', () => {
  it('are those of a direct session.run, twice over', async () => {
    const detector = await poolOf({ size: 2 }).open(centernet);
    expect(detector.format).toMatchObject({
      widthPx: 512,
      heightPx: 384,
      pixelFormat: 'rgb24',
      fit: 'stretch',
    });
    const direct = await detectDirectly(centernet, street);
    const [first, second] = await Promise.all([
      detector.detect(frameOf(street)),
      detector.detect(frameOf(street)),
    ]);
    expect(first).toEqual(direct);
    expect(second).toEqual(direct);
    // PETS09-S2L1's truth has 5 people at 10 s.
    expect(people(first).length).toBeGreaterThanOrEqual(4);
    expect(people(first).length).toBeLessThanOrEqual(7);
  });

  it('of YOLOX are those of a direct session.run, and agree with CenterNet', async (context) => {
    const yolox = await yoloxOnFootage('simpang-1', needsShared(context, 'models/yolox_nano.onnx'));
    const detector = await poolOf({ size: 1 }).open(yolox);
    const letterboxed = await picture(detector.format);
    const found = await detector.detect(frameOf(letterboxed));
    expect(found).toEqual(await detectDirectly(yolox, letterboxed));
    const other = people(await detectDirectly(centernet, street));
    const agreed = people(found).filter((one) =>
      other.some(({ box }) => intersectionOverUnion(box, one.box) > 0.5),
    );
    expect(agreed.length).toBeGreaterThanOrEqual(3);
  });

  it('are refused for a frame of another size', async () => {
    const detector = await poolOf({ size: 1 }).open(centernet);
    await expect(detector.detect(frameOf(street.subarray(1)))).rejects.toThrow(
      /589823 bytes, expected 589824/,
    );
  });
});

describe('a child that dies', () => {
  it('loses no frame: kill -9 in mid-run', async () => {
    const events: FleetEvent[] = [];
    const pool = poolOf({ size: 2, onEvent: (event) => events.push(event) });
    const detector = await pool.open(centernet);
    await until(() => pool.stats().ready === 2, 'two children');
    const expected = await detector.detect(frameOf(street));
    const under = Array.from({ length: 24 }, (_, index) => detector.detect(frameOf(street, index)));
    await under[4];
    process.kill(pool.stats().pids[0]!, 'SIGKILL');
    expect(await Promise.all(under)).toEqual(under.map(() => expected));
    await until(() => pool.stats().ready === 2, 'the replacement');
    expect(pool.stats()).toMatchObject({ waiting: 0, underWay: 0, frames: 25, restarts: 1 });
    expect(events).toContainEqual(
      expect.objectContaining({ kind: 'child-lost', detail: expect.stringMatching(/SIGKILL/) }),
    );
  });

  it('gives a frame up after two deaths, and only that frame', async () => {
    let ready = 0;
    // The second child is stopped before it gets the frame, so that the frame cannot be done before the kill.
    const onEvent = ({ kind, pid }: FleetEvent): void => {
      if (kind === 'child-ready') ready += 1;
      if (kind === 'child-ready' && ready === 2) process.kill(pid!, 'SIGSTOP');
    };
    const pool = poolOf({ size: 1, onEvent });
    const detector = await pool.open(centernet);
    process.kill(pool.stats().pids[0]!, 'SIGSTOP');
    const [poison, innocent] = [detector.detect(frameOf(street)), detector.detect(frameOf(street))];
    const outcome = poison.then(
      () => 'detected',
      (error: { code: string }) => error.code,
    );
    process.kill(pool.stats().pids[0]!, 'SIGKILL');
    await until(() => pool.stats().restarts === 1 && pool.stats().underWay === 2, 'the second try');
    process.kill(pool.stats().pids[0]!, 'SIGKILL');
    expect(await outcome).toBe('detector-lost');
    expect(people(await innocent).length).toBeGreaterThan(3);
  });

  it('cannot load a model whose file has gone: the frames say so, the pool lives on', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pantau-detect-'));
    const modelPath = join(folder, 'model.onnx');
    await copyFile(centernet.modelPath, modelPath);
    const pool = poolOf({ size: 1 });
    const doomed = await pool.open({ ...centernet, modelPath });
    const good = await pool.open(centernet);
    await rm(folder, { recursive: true });
    process.kill(pool.stats().pids[0]!, 'SIGKILL');
    await expect(doomed.detect(frameOf(street))).rejects.toMatchObject({ code: 'model-missing' });
    expect(people(await good.detect(frameOf(street))).length).toBeGreaterThan(3);
    await expect(doomed.detect(frameOf(street))).rejects.toMatchObject({ code: 'model-missing' });
  });

  it('is killed when it hangs, and its frames go on', async () => {
    const pool = poolOf({ size: 1, answerDeadlineMs: 6000 });
    const detector = await pool.open(centernet);
    const [hung] = pool.stats().pids;
    process.kill(hung!, 'SIGSTOP');
    expect(people(await detector.detect(frameOf(street))).length).toBeGreaterThan(3);
    expect(isAlive(hung!)).toBe(false);
  });

  it('is retired without losing a frame when it holds too much', async () => {
    const pool = poolOf({ size: 1, recycle: { residentMiB: 1, minAgeMs: 0 } });
    const detector = await pool.open(centernet);
    const [first] = pool.stats().pids;
    while (pool.stats().recycled === 0) await detector.detect(frameOf(street));
    const more = await Promise.all([1, 2, 3, 4].map((index) => detector.detect(frameOf(street, index))));
    expect(more.every((found) => people(found).length > 3)).toBe(true);
    expect(pool.stats().restarts).toBe(0);
    await until(() => !isAlive(first!), 'the retired child to end');
  });
});

describe('a bad model', () => {
  let folder: string;
  let pool: DetectorPool;
  beforeAll(() => {
    pool = createDetectorPool({ size: 1 });
    return () => pool.close();
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pantau-detect-'));
    return () => rm(folder, { recursive: true });
  });

  /** A file of these bytes, and a card that knows its digest. */
  async function fake(bytes: Uint8Array): Promise<OpenDetector> {
    const modelPath = join(folder, 'model.onnx');
    await writeFile(modelPath, bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { ...centernet, modelPath, card: { ...centernet.card, sha256 } };
  }

  it.each([
    [
      'no file',
      async () => ({ ...centernet, modelPath: join(folder, 'none.onnx') }),
      'model-missing',
      /none\.onnx \(ENOENT\)/,
    ],
    [
      'another digest',
      async () => ({ ...(await fake(Buffer.from('x'))), card: centernet.card }),
      'model-invalid',
      /has sha256/,
    ],
    [
      'random bytes',
      () => fake(Buffer.alloc(5000, 0xa7)),
      'model-invalid',
      /not a model ONNX Runtime can load/,
    ],
    ['an empty file', () => fake(Buffer.alloc(0)), 'model-invalid', /not a model ONNX Runtime can load/],
    [
      'half a model',
      () => fake(readFileSync(centernet.modelPath).subarray(0, 4_000_000)),
      'model-invalid',
      /can load/,
    ],
    [
      'another input',
      async () => ({ ...centernet, card: withInput(centernet.card, { name: 'images' }) }),
      'model-invalid',
      /has inputs image; its card expects only images/,
    ],
    [
      'another type',
      async () => ({ ...centernet, card: withInput(centernet.card, { dtype: 'float32' }) }),
      'model-invalid',
      /takes uint8 at image; its card says float32/,
    ],
    [
      'another layout',
      async () => ({ ...centernet, card: withInput(centernet.card, { layout: 'NCHW' }) }),
      'model-invalid',
      /fails on a 512×384 picture/,
    ],
    [
      'another output',
      async () => ({
        ...centernet,
        card: { ...centernet.card, output: { ...centernet.card.output, names: ['grid'] } },
      }),
      'model-invalid',
      /expects grid/,
    ],
    [
      'outputs in another order',
      async () => ({
        ...centernet,
        card: {
          ...centernet.card,
          output: { ...centernet.card.output, names: ['boxes', 'scores', 'classes'] },
        },
      }),
      'model-invalid',
      /expected \[K\]/,
    ],
  ] as [string, () => Promise<OpenDetector>, string, RegExp][])(
    'is refused, and the pool lives on: %s',
    async (_name, make, code, message) => {
      const good = await pool.open(centernet);
      const { pids } = pool.stats();
      await expect(pool.open(await make())).rejects.toMatchObject({
        code,
        message: expect.stringMatching(message),
      });
      expect(people(await good.detect(frameOf(street))).length).toBeGreaterThan(3);
      expect(pool.stats().pids).toEqual(pids);
    },
  );
});

describe('sharing', () => {
  it('serves another camera next, however many frames one has queued', async () => {
    const served: string[] = [];
    const pool = poolOf({ size: 1, onFrame: (frame: FrameTiming) => served.push(frame.cameraId) });
    const [deep, live] = await Promise.all([
      pool.open({ ...centernet, cameraId: 'arsip', priority: 'recording' }),
      pool.open({ ...centernet, cameraId: 'langsung' }),
    ]);
    const queued = Array.from({ length: 50 }, (_, index) => deep.detect(frameOf(street, index)));
    await queued[3];
    const before = served.length;
    await live.detect(frameOf(street));
    // Two frames may already be with the child.
    expect(served.slice(before).indexOf('langsung')).toBeLessThanOrEqual(2);
    await deep.close();
    const outcomes = await Promise.allSettled(queued);
    const lost = outcomes.filter((one) => one.status === 'rejected');
    expect(lost.length).toBeGreaterThan(30);
    expect(lost.every((one) => (one.reason as { code: string }).code === 'detector-lost')).toBe(true);
    expect(pool.stats().waiting).toBe(0);
  });

  it('keeps cameras of other sizes apart, also after a restart', async () => {
    const pool = poolOf({ size: 1 });
    const wide = await pool.open({ ...centernet, cameraId: 'lebar', widthPx: 1920, heightPx: 1080 });
    const normal = await pool.open(centernet);
    const wideStreet = await picture(wide.format);
    const [a, b] = [await wide.detect(frameOf(wideStreet)), await normal.detect(frameOf(street))];
    process.kill(pool.stats().pids[0]!, 'SIGKILL');
    expect(await wide.detect(frameOf(wideStreet))).toEqual(a);
    expect(await normal.detect(frameOf(street))).toEqual(b);
    expect(a).not.toEqual(b);
    await wide.close();
    await expect(wide.detect(frameOf(wideStreet))).rejects.toMatchObject({ code: 'detector-lost' });
    expect(await normal.detect(frameOf(street))).toEqual(b);
  });
});

describe('the end', () => {
  it('leaves no process, no file and no frame unsettled', async () => {
    const pool = poolOf({ size: 2 });
    const detector = await pool.open(centernet);
    await until(() => pool.stats().ready === 2, 'two children');
    const { pids } = pool.stats();
    const under = Array.from({ length: 12 }, (_, index) => detector.detect(frameOf(street, index)));
    const outcomes = Promise.allSettled(under);
    await pool.close();
    expect((await outcomes).map(({ status }) => status)).toHaveLength(12);
    expect(pids).toHaveLength(2);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(readdirSync('/dev/shm').filter((name) => name.startsWith('pantau-'))).toEqual([]);
    await expect(pool.open(centernet)).rejects.toMatchObject({ code: 'detector-lost' });
  });

  it('tells what is wrong when there is no memory for pictures', async () => {
    const events: FleetEvent[] = [];
    const pool = poolOf({
      size: 1,
      frameMemoryDirectory: '/nonexistent',
      onEvent: (event) => events.push(event),
    });
    await expect(pool.open(centernet)).rejects.toMatchObject({
      code: 'detector-lost',
      message: expect.stringMatching(/cannot make frame memory in \/nonexistent \(ENOENT\)/),
    });
    expect(events.length).toBeGreaterThan(0);
  });

  it('comes to the children when their parent is killed', async () => {
    const script = `
      const { createDetectorPool } = await import(${JSON.stringify(new URL('../../pipelines/adapters/detect/detector-pool.ts', import.meta.url).href)});
      const pool = createDetectorPool({ size: 2 });
      const detector = await pool.open(${JSON.stringify(centernet)});
      while (pool.stats().ready < 2) await new Promise((resolve) => setTimeout(resolve, 20));
      console.log(pool.stats().pids.join());
      const data = Buffer.alloc(512 * 384 * 3);
      for (;;) await Promise.all([1, 2, 3, 4].map(() => detector.detect({ capturedAtUs: 0, data, release() {} })));
    `;
    const parent = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pids = line.toString().trim().split(',').map(Number);
    expect(pids).toHaveLength(2);
    const titles = pids.map((pid) =>
      execFileSync('ps', ['-o', 'args=', '-p', String(pid)])
        .toString()
        .trim(),
    );
    expect(titles).toEqual(['pantau-detector', 'pantau-detector']);
    parent.kill('SIGKILL');
    await until(() => !pids.some(isAlive), 'the children to end');
  });
});
