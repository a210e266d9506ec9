/** Models brought into their folder from an npm package, a file and over HTTP, with everything that can go wrong. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ModelCard } from '../../models/card.ts';
import { fetchModel, listModels, verifyModels } from '../../models/commands.ts';
import { encodeModel } from '../../models/onnx/proto.ts';
import { packageRoot } from '../../models/package-root.ts';
import { builtInCardDir } from '../../models/registry.ts';
import { type EnsureModelOptions, ensureModel, type ModelProgress } from '../../models/store.ts';
import { verifyModel } from '../../models/verify.ts';
import { sha256Of, tinyCard, tinyModel } from '../unit/models/tiny-onnx.ts';

/** A valid file of 200 kB, so that a transfer can break in the middle. */
const BYTES = (() => {
  const model = tinyModel();
  const weight = { name: 'w', dims: [50_000], dataType: 1, rawData: new Uint8Array(200_000).fill(7) };
  return Buffer.from(encodeModel({ ...model, graph: { ...model.graph, initializer: [weight] } }));
})();

let dir: string;
let modelDir: string;
let progress: ModelProgress[];
let servers: Server[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'pantau-models-'));
  modelDir = join(dir, 'models');
  progress = [];
  servers = [];
});
afterEach(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
  rmSync(dir, { recursive: true });
});

function options(over: Partial<EnsureModelOptions> = {}): EnsureModelOptions {
  const onProgress = (step: ModelProgress) => progress.push(step);
  return { modelDir, packageRoot: packageRoot(), allowLicences: [], onProgress, retryDelayMs: 1, ...over };
}

function fileCard(content: Uint8Array = BYTES, over: Partial<ModelCard> = {}): ModelCard {
  const path = join(dir, 'source.onnx');
  writeFileSync(path, content);
  return tinyCard(BYTES, { source: { kind: 'file', path }, ...over });
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

async function serve(handler: Handler): Promise<string> {
  const server = createServer(handler);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/model.onnx`;
}

/** Where a Range request starts; undefined without one. */
function rangeStart(request: IncomingMessage): number | undefined {
  const match = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
  return match ? Number(match[1]) : undefined;
}

/** Answers like a static file server: 206 for a Range, 416 past the end. */
const withRange: Handler = (request, response) => {
  const start = rangeStart(request);
  if (start === undefined) response.writeHead(200, { 'content-length': BYTES.length }).end(BYTES);
  else if (start >= BYTES.length)
    response.writeHead(416, { 'content-range': `bytes */${BYTES.length}` }).end();
  else {
    const range = `bytes ${start}-${BYTES.length - 1}/${BYTES.length}`;
    response.writeHead(206, { 'content-range': range }).end(BYTES.subarray(start));
  }
};

const card = tinyCard(BYTES);
const final = () => join(modelDir, 'tiny.onnx');
const files = () => readdirSync(modelDir).sort();

describe('from a file', () => {
  it('copies, verifies, and is content with what is there the next time', async () => {
    const source = fileCard();
    expect(await ensureModel(source, options())).toBe(final());
    expect(readFileSync(final()).equals(BYTES)).toBe(true);
    rmSync(join(dir, 'source.onnx'));
    expect(await ensureModel(source, options())).toBe(final());
    expect(files()).toEqual(['tiny.onnx']);
  });

  it('--from takes a path or a file: URL instead of the place of the card', async () => {
    fileCard();
    const elsewhere = tinyCard(BYTES, { source: { kind: 'https', url: 'https://unreachable.invalid/x' } });
    await ensureModel(elsewhere, options({ from: pathToFileURL(join(dir, 'source.onnx')).href }));
    rmSync(final());
    await ensureModel(elsewhere, options({ from: join(dir, 'source.onnx') }));
    expect(files()).toEqual(['tiny.onnx']);
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['another file', Buffer.from('something else'), /has the sha256 [0-9a-f]{64}.*the card says/],
    ['a truncated file', BYTES.subarray(0, 100_000), /100000 bytes/],
    ['an empty file', Buffer.alloc(0), /0 bytes/],
  ])('leaves nothing behind for %s', async (_name, content, message) => {
    await expect(ensureModel(fileCard(content), options())).rejects.toThrow(message);
    await expect(ensureModel(fileCard(content), options())).rejects.toMatchObject({ code: 'model-invalid' });
    expect(files()).toEqual([]);
  });

  it('refuses a directory and a file that is not there', async () => {
    await expect(ensureModel(card, options({ from: dir }))).rejects.toMatchObject({ code: 'model-invalid' });
    const missing = ensureModel(card, options({ from: join(dir, 'no.onnx') }));
    await expect(missing).rejects.toMatchObject({ code: 'model-missing' });
  });

  it('refuses a file above the size cap unread', async () => {
    const huge = join(dir, 'huge.onnx');
    writeFileSync(huge, '');
    truncateSync(huge, 600 * 1024 * 1024); // sparse: no bytes on disk
    await expect(ensureModel(card, options({ from: huge }))).rejects.toThrow(/629145600 bytes, at most/);
  });

  it('replaces a damaged file under the final name, and verifyModel only tells', async () => {
    const source = fileCard();
    await ensureModel(source, options());
    writeFileSync(final(), BYTES.subarray(0, 10));
    await expect(verifyModel(final(), source)).rejects.toMatchObject({ code: 'model-invalid' });
    expect(readFileSync(final())).toHaveLength(10);
    await ensureModel(source, options());
    expect(progress.map(({ phase }) => phase)).toEqual(['copy', 'discard-damaged', 'copy']);
    await expect(verifyModel(final(), source)).resolves.toMatchObject({ sha256: card.sha256 });
  });

  it("never removes a user's own file that lies in the model folder under the very name", async () => {
    mkdirSync(modelDir);
    writeFileSync(final(), BYTES);
    const own = tinyCard(BYTES, { source: { kind: 'file', path: final() } });
    expect(await ensureModel(own, options())).toBe(final());
    writeFileSync(final(), 'changed since');
    await expect(ensureModel(own, options())).rejects.toMatchObject({ code: 'model-invalid' });
    expect(readFileSync(final(), 'utf8')).toBe('changed since');
  });

  it('an AGPL model is refused even when its file is there, and runs when allowed by name', async () => {
    const agpl = fileCard(BYTES, { licence: 'AGPL-3.0-only' });
    await ensureModel(agpl, options({ allowLicences: ['tiny'] }));
    await expect(ensureModel(agpl, options())).rejects.toMatchObject({ code: 'model-licence' });
  });
});

describe('over HTTP', () => {
  it('downloads, telling how far it is', async () => {
    const url = await serve(withRange);
    await ensureModel(card, options({ from: url }));
    expect(readFileSync(final()).equals(BYTES)).toBe(true);
    expect(files()).toEqual(['tiny.onnx']);
    expect(progress.findLast(({ phase }) => phase === 'download')).toMatchObject({
      bytes: BYTES.length,
      totalBytes: BYTES.length,
    });
  });

  it('continues where a transfer broke', async () => {
    const starts: (number | undefined)[] = [];
    const url = await serve((request, response) => {
      starts.push(rangeStart(request));
      if (starts.length > 1) return withRange(request, response);
      response.writeHead(200, { 'content-length': BYTES.length });
      response.write(BYTES.subarray(0, 120_000), () => setTimeout(() => response.destroy(), 50));
    });
    await ensureModel(card, options({ from: url }));
    expect(starts).toEqual([undefined, 120_000]);
    expect(readFileSync(final()).equals(BYTES)).toBe(true);
  });

  it('starts anew at a server that knows no Range', async () => {
    let requests = 0;
    const url = await serve((_request, response) => {
      requests += 1;
      response.writeHead(200, { 'content-length': BYTES.length });
      if (requests > 1) response.end(BYTES);
      else response.write(BYTES.subarray(0, 50_000), () => setTimeout(() => response.destroy(), 50));
    });
    await ensureModel(card, options({ from: url }));
    expect(requests).toBe(2);
    expect(readFileSync(final()).equals(BYTES)).toBe(true);
  });

  it('keeps the part when every attempt breaks; the next fetch continues it', async () => {
    const broken = await serve((request, response) => {
      const start = rangeStart(request) ?? 0;
      response.writeHead(start ? 206 : 200, {
        'content-length': BYTES.length - start,
        'content-range': `bytes ${start}-${BYTES.length - 1}/${BYTES.length}`,
      });
      response.write(BYTES.subarray(start, start + 10_000), () => setTimeout(() => response.destroy(), 50));
    });
    await expect(ensureModel(card, options({ from: broken }))).rejects.toMatchObject({
      code: 'model-fetch-failed',
      retryable: true,
      message: expect.stringContaining('40000 bytes are kept'),
    });
    expect(files()).toEqual(['tiny.onnx.part']);

    const starts: (number | undefined)[] = [];
    const whole = await serve((request, response) => {
      starts.push(rangeStart(request));
      withRange(request, response);
    });
    await ensureModel(card, options({ from: whole }));
    expect(starts).toEqual([40_000]);
    expect(files()).toEqual(['tiny.onnx']);
  });

  it('a part that is already whole is only verified', async () => {
    const url = await serve(withRange);
    await ensureModel(card, options({ from: url }));
    rmSync(final());
    writeFileSync(`${final()}.part`, BYTES);
    await ensureModel(card, options({ from: url }));
    expect(files()).toEqual(['tiny.onnx']);
  });

  it('a part of some older version is thrown away and fetched once more', async () => {
    const url = await serve(withRange);
    await ensureModel(card, options({ from: url }));
    rmSync(final());
    writeFileSync(`${final()}.part`, Buffer.alloc(1_000, 1));
    await ensureModel(card, options({ from: url }));
    expect(readFileSync(final()).equals(BYTES)).toBe(true);
  });

  it('removes bytes of a wrong sha256 and names both', async () => {
    const url = await serve((_request, response) => response.end('<html>not found</html>'));
    const wrong = sha256Of(Buffer.from('<html>not found</html>'));
    const fetched = ensureModel(card, options({ from: url }));
    await expect(fetched).rejects.toMatchObject({ code: 'model-invalid' });
    await expect(fetched).rejects.toThrow(new RegExp(`${wrong}.*${card.sha256}`));
    expect(files()).toEqual([]);
  });

  it.each([
    [404, 1, 'gives up at once'],
    [503, 4, 'tries again'],
  ])('%d: %d requests (%s)', async (status, expected) => {
    let requests = 0;
    const url = await serve((_request, response) => {
      requests += 1;
      response.writeHead(status).end();
    });
    await expect(ensureModel(card, options({ from: url }))).rejects.toThrow(`answered ${status}`);
    expect(requests).toBe(expected);
    expect(existsSync(final())).toBe(false);
  });

  it('follows a redirect, but not to plain http elsewhere, and not for ever', async () => {
    const target = await serve(withRange);
    const good = await serve((_request, response) => response.writeHead(302, { location: target }).end());
    await ensureModel(card, options({ from: good }));
    rmSync(final());

    const evil = await serve((_request, response) =>
      response.writeHead(302, { location: 'http://169.254.169.254/latest?token=secret' }).end(),
    );
    const refused = ensureModel(card, options({ from: evil }));
    await expect(refused).rejects.toThrow(
      'http://169.254.169.254/latest: models are fetched over https only',
    );

    const loop = await serve((_request, response) => response.writeHead(302, { location: '/again' }).end());
    await expect(ensureModel(card, options({ from: loop }))).rejects.toThrow(/more than 5 redirects/);
  });

  it('never repeats a password of the URL', async () => {
    const from = 'https://user:hunter2@example.invalid/m.onnx?sig=hunter3';
    const error = await ensureModel(card, options({ from })).catch((reason: Error) => reason);
    expect(error).toMatchObject({ code: 'model-fetch-failed' });
    expect(String(error)).not.toMatch(/hunter/);
  });

  it('an abort ends it at once and keeps the part', async () => {
    const abort = new AbortController();
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': BYTES.length });
      response.write(BYTES.subarray(0, 30_000), () => setTimeout(() => abort.abort(), 50));
    });
    await expect(ensureModel(card, options({ from: url, signal: abort.signal }))).rejects.toThrow(/abort/i);
    expect(files()).toEqual(['tiny.onnx.part']);
    expect(readFileSync(`${final()}.part`)).toHaveLength(30_000);
  });

  it('many at once download once', async () => {
    let requests = 0;
    const url = await serve((request, response) => {
      requests += 1;
      setTimeout(() => withRange(request, response), 50);
    });
    const paths = await Promise.all([1, 2, 3].map(() => ensureModel(card, options({ from: url }))));
    expect(paths).toEqual([final(), final(), final()]);
    expect(requests).toBe(1);
    expect(files()).toEqual(['tiny.onnx']);
  });
});

function npmCard(name: string, paths: string[]): ModelCard {
  return tinyCard(BYTES, {
    source: { kind: 'npm', package: name, files: paths, converter: 'centernet' },
  });
}

describe('from an npm package', () => {
  it('builds the default model, listed and verified', async () => {
    const folders = { cardDirs: [builtInCardDir()], modelDir };
    expect((await listModels(folders)).map(({ id, state }) => [id, state])).toEqual([
      ['centernet-mobilenetv3', 'absent'],
      ['yolox-nano', 'absent'],
    ]);
    const fetched = await fetchModel('centernet-mobilenetv3', { ...options(), ...folders });
    expect(fetched.sha256).toBe(sha256Of(readFileSync(fetched.path)));
    expect(await verifyModels([], folders)).toEqual([
      { id: 'centernet-mobilenetv3', path: fetched.path, isValid: true },
    ]);

    truncateSync(fetched.path, 1_000_000);
    expect((await listModels(folders))[0]?.state).toBe('damaged');
    const [row] = await verifyModels(['centernet-mobilenetv3'], folders);
    expect(row).toMatchObject({ isValid: false, fault: expect.stringContaining('1000000 bytes') });
  });

  it('says what to do when the package is not installed', async () => {
    const missing = ensureModel(npmCard('@nobody/nothing', ['a', 'b']), options());
    await expect(missing).rejects.toThrow(/@nobody\/nothing is not installed below .*: run npm ci/);
  });

  it('a package with other files is a clear error', async () => {
    const files = ['models/blazeface.json', 'models/blazeface.bin'];
    const other = ensureModel(npmCard('@vladmandic/human', files), options());
    await expect(other).rejects.toMatchObject({ code: 'model-invalid' });
    await expect(other).rejects.toThrow(/tiny can't be built from @vladmandic\/human: /);
  });
});
