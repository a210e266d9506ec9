import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  modelFigures,
  type RateRuns,
  writeModelFigures,
} from '../../../bench/accuracy/report/model-figures.ts';
import { ACCURACY_FOLDER, findFigures, loadFigures, readFigures } from '../../../models/accuracy-figures.ts';
import { builtInCardDir, loadCards } from '../../../models/registry.ts';
import type { AnalysisError } from '../../../pipelines/errors.ts';
import { PIPELINE_VERSION } from '../../../pipelines/version.ts';

const CARD = { id: 'model-x', sha256: 'ab'.repeat(32) };
const SOURCE = {
  ...{ date: '2026-01-31', commit: 'abc1234', pipelineVersion: '1.0.0' },
  ...{ machine: 'm', node: 'n', command: 'x' },
};
const ERROR = { samples: 90, meanTruth: 5, mae: 0.5, bias: 0.25, rmse: 3, exactShare: 0.5 };

function runs(missed: readonly number[]): RateRuns {
  return {
    scene: { id: 'pets09-s2l1', windowSeconds: 15, seconds: 79.5 },
    framesPerSecond: 5,
    runs: missed.map((one, shift) => ({
      ...{ sceneId: 'pets09-s2l1', modelId: 'model-x', framesPerSecond: 5, framesAnalysed: 90 },
      presence: [
        {
          zoneId: 'z',
          group: 'people',
          perFrame: { ...ERROR, maeInterval: { low: shift, high: 9 } },
          perWindow: { ...ERROR, samples: 5 - shift, rmse: shift === 0 ? 1 : 7 },
        },
        { zoneId: 'z', group: 'vehicles', perFrame: { ...ERROR, meanTruth: 0 } },
      ],
      crossings: (['people', 'person', 'vehicles'] as const).map((roadUsers) => ({
        ...{ lineId: 'l', direction: 'in', roadUsers, counted: 0, matched: 0, overCounted: 0 },
        ...(roadUsers === 'vehicles' ? { truth: 0, missed: 0 } : { truth: 14, missed: one }),
      })),
    })),
  };
}

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'pantau-figures-'));
});
afterEach(() => rm(root, { recursive: true }));

describe('figures of a model', () => {
  it('are means over the runs; groups nobody of which was there have no row', () => {
    const { crossings, presence } = modelFigures(CARD, [runs([0, 3])], SOURCE);
    expect(crossings).toEqual([
      {
        group: 'people',
        framesPerSecond: 5,
        sceneId: 'pets09-s2l1',
        runs: 2,
        truth: 14,
        missed: 1.5,
        overCounted: 0,
      },
    ]);
    // Root of the mean of 1² and 7²; the interval is the unshifted run's; 4 windows are fewer than 7 blocks of 10 s.
    expect(presence).toMatchObject([
      {
        group: 'people',
        zoneId: 'z',
        runs: 2,
        perFrame: { maeInterval: { low: 0 } },
        perWindow: { rmse: 5 },
        independent: 4,
      },
    ]);
  });

  it('can be read again, and measuring the same again gives the same basis', async () => {
    const written = modelFigures(CARD, [runs([1])], SOURCE);
    expect(await writeModelFigures(root, [written])).toEqual([`${ACCURACY_FOLDER}/model-x.json`]);
    const folder = path.join(root, ACCURACY_FOLDER);
    const found = await findFigures(CARD, folder);
    expect(found).toMatchObject(written);
    await writeModelFigures(root, [{ ...written, date: '2026-02-01', commit: 'fffffff' }]);
    expect((await findFigures(CARD, folder))?.basis).toBe(found?.basis);
    await writeModelFigures(root, [modelFigures(CARD, [runs([2])], SOURCE)]);
    expect((await findFigures(CARD, folder))?.basis).not.toBe(found?.basis);
    expect(await findFigures({ ...CARD, sha256: 'cd'.repeat(32) }, folder)).toBeUndefined();
    expect(await loadFigures(path.join(root, 'none'))).toEqual({ figures: [], faults: [] });
  });

  it('a scene without conditions is refused: nobody would know what the figures stand for', () => {
    const unknown = { ...runs([0]), scene: { id: 'new', windowSeconds: 15, seconds: 60 } };
    expect(() => modelFigures(CARD, [unknown], SOURCE)).toThrow('scene-notes.ts');
  });
});

describe('a damaged file of figures', () => {
  it.each([
    { change: { modelSha256: 'x' }, told: 'modelSha256: found "x", allowed: 64 lower-case hex digits' },
    { change: { scenes: [] }, told: 'scenes: found []' },
    { change: { extra: 1 }, told: 'Unrecognized key: "extra"' },
  ])('is refused with field, found and allowed: $told', async ({ change, told }) => {
    const file = path.join(root, 'x.json');
    await writeFile(file, JSON.stringify({ ...modelFigures(CARD, [runs([1])], SOURCE), ...change }));
    await expect(readFigures(file)).rejects.toMatchObject({
      code: 'model-invalid',
      message: expect.stringMatching(new RegExp(`x\\.json.*${told.replaceAll(/[[\]"]/g, '\\$&')}`)) as string,
    });
  });

  it('takes no other with it, and is told', async () => {
    const folder = path.join(root, 'mixed');
    await mkdir(folder, { recursive: true });
    const written = modelFigures(CARD, [runs([1])], SOURCE);
    await writeFile(path.join(folder, 'a-damaged.json'), '{');
    await writeFile(path.join(folder, 'model-x.json'), JSON.stringify(written));
    const { figures, faults } = await loadFigures(folder);
    expect(figures).toMatchObject([written]);
    expect(faults.map(({ message }) => message)).toMatchObject([
      expect.stringMatching(/a-damaged\.json is not a file of accuracy figures/),
    ]);
    const told: AnalysisError[] = [];
    expect(await findFigures(CARD, folder, (fault) => told.push(fault))).toMatchObject(written);
    expect(told).toEqual(faults);
  });

  it('more missed than true, or no JSON at all, is refused too', async () => {
    const file = path.join(root, 'x.json');
    const { crossings, ...rest } = modelFigures(CARD, [runs([1])], SOURCE);
    await writeFile(file, JSON.stringify({ ...rest, crossings: [{ ...crossings[0], missed: 15 }] }));
    await expect(readFigures(file)).rejects.toThrow('crossings.0.missed: found 15, allowed: at most truth');
    await writeFile(file, '{');
    await expect(readFigures(file)).rejects.toThrow('is not a file of accuracy figures');
  });
});

describe('the figures that come with Pantau', () => {
  it('are of the models and the counting that come with it: else run npm run accuracy', async () => {
    const cards = new Map((await loadCards([builtInCardDir()])).map((card) => [card.id, card.sha256]));
    const { figures, faults } = await loadFigures();
    expect(faults).toEqual([]);
    expect(figures.map(({ modelId }) => modelId)).toContain('centernet-mobilenetv3');
    for (const { modelId, modelSha256, pipelineVersion } of figures) {
      expect([modelId, modelSha256]).toEqual([modelId, cards.get(modelId)]);
      expect([modelId, pipelineVersion]).toEqual([modelId, PIPELINE_VERSION]);
    }
  });

  it('ship with the image, which copies the folder of the cards whole', async () => {
    const dockerfile = await readFile(path.resolve(import.meta.dirname, '../../../Dockerfile'), 'utf8');
    expect(dockerfile).toMatch(/cp -a [^\n]*\bmodels\b/);
  });
});
