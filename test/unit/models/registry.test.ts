import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { builtInCardDir, DEFAULT_MODEL_ID, findCard, loadCards, readCard } from '../../../models/registry.ts';
import { ROAD_USER_CLASSES } from '../../../pipelines/domain/classes.ts';
import { tinyBytes, tinyCard } from './tiny-onnx.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'pantau-cards-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

const card = tinyCard(tinyBytes());

function write(name: string, content: unknown): string {
  const path = join(dir, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

describe('the cards Pantau brings', () => {
  it('are valid, and every class that is counted has its label', async () => {
    const cards = await loadCards([builtInCardDir()]);
    expect(cards.map(({ id }) => id)).toEqual([DEFAULT_MODEL_ID, 'yolox-nano']);
    for (const { labels } of cards) {
      expect(labels).toHaveLength(80);
      expect(labels).toEqual(expect.arrayContaining([...ROAD_USER_CLASSES]));
      // COCO's own order, which the classes output of both networks means.
      expect(ROAD_USER_CLASSES.map((name) => labels.indexOf(name))).toEqual([0, 1, 3, 2, 5, 7]);
    }
  });
});

describe('readCard', () => {
  it.each<[string, unknown, RegExp]>([
    ['no JSON', 'nonsense', /not a model card/],
    ['an empty file', '', /not a model card/],
    ['no object', '[]', /card: /],
    ['an id with a slash', { ...card, id: '../evil' }, /id: expected lower-case/],
    [
      'an upper-case sha256',
      { ...card, sha256: card.sha256.toUpperCase() },
      /sha256: expected 64 lower-case/,
    ],
    ['no sha256', { ...card, sha256: undefined }, /sha256: /],
    ['an unknown key', { ...card, extra: 1 }, /extra/],
    ['an unknown source', { ...card, source: { kind: 'ftp', url: 'ftp://x' } }, /source/],
    ['plain http', { ...card, source: { kind: 'https', url: 'http://example.org/m.onnx' } }, /source.url/],
    ['an unknown decoder', { ...card, output: { decoder: 'ssd', names: ['o'] } }, /output.decoder/],
    ['a threshold above 1', { ...card, thresholds: { ...card.thresholds, score: 40 } }, /thresholds.score/],
    [
      'lowScore above score',
      { ...card, thresholds: { ...card.thresholds, lowScore: 0.5 } },
      /lowScore: 0.5 is above/,
    ],
    ['no counted class', { ...card, labels: ['orang', 'mobil'] }, /allowed names are person, bicycle/],
    [
      'too few outputs',
      { ...card, output: { decoder: 'centernet-topk', names: ['a', 'b'] } },
      /reads 3 outputs/,
    ],
    ['too many outputs', { ...card, output: { decoder: 'yolox', names: ['a', 'b'] } }, /reads 1 outputs/],
    [
      'a picture of no size',
      { ...card, input: { ...card.input, size: { kind: 'fixed', widthPx: 0, heightPx: 1 } } },
      /widthPx/,
    ],
    [
      'a size between the grids of yolox',
      { ...card, input: { ...card.input, size: { kind: 'aspect', longSidePx: 416, multipleOfPx: 16 } } },
      /multipleOfPx: found 16.*multiple of 32/,
    ],
  ])('refuses %s', async (_name, content, message) => {
    const path = write('bad.json', content);
    await expect(readCard(path)).rejects.toThrow(message);
    await expect(readCard(path)).rejects.toMatchObject({ code: 'model-invalid' });
  });

  it('refuses a file that is far too long for a card, unread', async () => {
    const path = write('long.json', `"${'x'.repeat(300_000)}"`);
    await expect(readCard(path)).rejects.toThrow(/300002 bytes/);
  });

  it('tells every fault at once', async () => {
    const path = write('bad.json', { ...card, id: 'A', licence: 3 });
    await expect(readCard(path)).rejects.toThrow(/id: .*; licence: /);
  });

  it('makes a relative source absolute, seen from the card', async () => {
    expect((await readCard(write('a.json', card))).source).toEqual({
      kind: 'file',
      path: join(dir, 'tiny.onnx'),
    });
    const url = { ...card, source: { kind: 'file', path: 'file:///srv/my%20model.onnx' } };
    expect((await readCard(write('b.json', url))).source).toEqual({
      kind: 'file',
      path: '/srv/my model.onnx',
    });
  });
});

describe('loadCards', () => {
  it('refuses one id given twice', async () => {
    write('a.json', card);
    write('b.json', card);
    await expect(loadCards([dir])).rejects.toThrow(/b\.json: another card already has the id tiny/);
  });

  it('says which folder is missing', async () => {
    await expect(loadCards([join(dir, 'no')])).rejects.toMatchObject({ code: 'config-invalid' });
  });
});

describe('findCard', () => {
  it('by id', async () => {
    write('a.json', card);
    expect((await findCard('tiny', [dir])).id).toBe('tiny');
  });

  it('an unknown id lists the known ones', async () => {
    write('a.json', card);
    await expect(findCard('tinny', [dir])).rejects.toThrow(/"tinny"; known ids: tiny/);
    await expect(findCard('tinny', [dir])).rejects.toMatchObject({ code: 'model-unknown' });
  });

  it('by the path of a card', async () => {
    expect((await findCard(write('mine.json', card), [])).id).toBe('tiny');
    await expect(findCard(join(dir, 'no.json'), [])).rejects.toMatchObject({ code: 'model-missing' });
  });

  it('by an ONNX file with its card beside it: that file is the source, whatever the card says', async () => {
    const onnx = write('mine.onnx', 'x');
    write('mine.json', { ...card, source: { kind: 'https', url: 'https://example.org/other.onnx' } });
    expect((await findCard(onnx, [])).source).toEqual({ kind: 'file', path: onnx });
  });

  it('an ONNX file without a card says what is needed', async () => {
    const onnx = write('bare.onnx', 'x');
    await expect(findCard(onnx, [])).rejects.toThrow(/bare\.json does not exist.*Write a card beside it/);
    await expect(findCard(onnx, [])).rejects.toMatchObject({ code: 'model-missing' });
  });

  it('an ONNX file that is not there', async () => {
    await expect(findCard(join(dir, 'no.onnx'), [])).rejects.toThrow(/no\.onnx does not exist$/);
  });
});
