/** The whole way: measured figures beside the model, loaded by `pantau analyze`, in the records, through the portal's door. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadFigures } from '../../models/accuracy-figures.ts';
import { DEFAULT_MODEL_ID } from '../../models/registry.ts';
import { withUncertainty } from '../../pipelines/domain/accuracy/record-uncertainty.ts';
import type { Observation } from '../../pipelines/domain/types.ts';
import { observationSchema } from '../../portal/api/observation-schema.ts';
import { footage } from '../support/footage.ts';

const root = path.resolve(import.meta.dirname, '../..');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pantau-figures-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Records of the pedestrians' footage with the default model, and what the terminal told. */
function analyzed(framesPerSecond: string, ...more: string[]): { records: Observation[]; told: string } {
  const out = path.join(folder, `${framesPerSecond}.ndjson`);
  const site = path.join(root, 'fixtures/sites/pets09.json');
  const words = [
    'analyze',
    footage(),
    '--site',
    site,
    '--fps',
    framesPerSecond,
    '--quiet',
    '--out',
    out,
    ...more,
  ];
  const done = spawnSync(
    process.execPath,
    ['--import', 'tsx', path.join(root, 'workers/cli/main.ts'), ...words],
    {
      cwd: root,
      encoding: 'utf8',
      env: {
        ...process.env,
        PANTAU_DATA_DIR: folder,
        PANTAU_MODEL_DIR: path.join(root, 'var', 'models'),
      },
    },
  );
  if (done.status !== 0) throw new Error(done.stderr);
  const lines = readFileSync(out, 'utf8').trimEnd().split('\n');
  return { records: lines.map((line) => JSON.parse(line) as Observation), told: done.stderr };
}

describe('records of a recording', () => {
  it('carry the uncertainty that anybody can compute again from the record and the published figures', async () => {
    const figures = (await loadFigures()).figures.find(({ modelId }) => modelId === DEFAULT_MODEL_ID);
    const { records, told } = analyzed('0.5', '--explain');
    expect(records.length).toBeGreaterThan(3);
    for (const record of records) {
      const { uncertainty, ...bare } = record;
      expect(uncertainty?.basis).toBe(figures?.basis);
      expect(withUncertainty(bare as Observation, figures)).toEqual(record);
      expect(observationSchema.parse(record)).toEqual(record);
    }
    expect(told).toContain('pantau: 0.5 gambar/detik · pictures per second (--fps)');
    expect(told).toContain('rule: 5 pictures/s: crossings at 2.5 own sizes per second');
  });

  it('carry none at a rate that nothing measured can be compared with', () => {
    const site = JSON.parse(readFileSync(path.join(root, 'fixtures/sites/pets09.json'), 'utf8'));
    site.cameras[0].traffic = { speedSizesPerSecond: 8 };
    const fast = path.join(folder, 'fast.json');
    writeFileSync(fast, JSON.stringify(site));
    const { records, told } = analyzed('0.05', '--explain', '--site', fast);
    for (const record of records) expect(record).not.toHaveProperty('uncertainty');
    expect(told).toContain('rule: 10 pictures/s: crossings at 8 own sizes per second; at most');
  });
});
