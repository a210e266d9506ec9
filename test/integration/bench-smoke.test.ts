/** The benchmark works and its ratios are possible; how fast this machine is, it does not judge. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BenchResult } from '../../bench/result.ts';
import { footage } from '../support/footage.ts';

const root = path.resolve(import.meta.dirname, '../..');
const run = promisify(execFile);
let folder: string;
let result: BenchResult;
let shown: string;
let markdown: string;

beforeAll(async () => {
  footage();
  folder = await mkdtemp(path.join(tmpdir(), 'pantau-bench-test-'));
  const json = path.join(folder, 'bench.json');
  const summary = path.join(folder, 'bench.md');
  const scenarios = ['--scenario', 'analyze', '--scenario', 'baselines'];
  const command = ['--import', 'tsx', path.join(root, 'bench/run.ts'), '--smoke', ...scenarios];
  const ran = await run(process.execPath, [...command, '--json', json, '--markdown', summary], { cwd: root });
  shown = ran.stdout;
  result = JSON.parse(await readFile(json, 'utf8')) as BenchResult;
  markdown = await readFile(summary, 'utf8');
}, 120_000);

afterAll(async () => {
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

const scenario = (name: string) => {
  const found = result.scenarios.find((one) => one.name.startsWith(name));
  if (found === undefined) throw new Error(`no scenario ${name} in the result`);
  return found;
};

describe('npm run bench -- --smoke', () => {
  it('says what it was measured on', () => {
    const { machine } = result;
    expect(machine.cores).toBeGreaterThan(0);
    expect(machine.onnxruntime).toMatch(/^\d+\.\d+/);
    expect(machine.ffmpeg).toMatch(/\d/);
    expect(machine.loadBefore).toHaveLength(3);
  });

  it('measures the ceiling and the product in the same rounds', () => {
    const names = scenario('analyze').subjects.map(({ name }) => name);
    expect(names).toContain('ceiling');
    expect(names.some((name) => name.startsWith('analyze-'))).toBe(true);
    for (const { name, slices } of scenario('analyze').subjects) {
      for (const slice of slices) {
        expect(slice.frames, name).toBeGreaterThan(20);
        expect(slice.framesPerSecond, name).toBeGreaterThan(0);
        expect(slice.cpu?.total, name).toBeGreaterThan(0);
      }
    }
  });

  it('gives possible ratios to the ceiling', () => {
    const ratio = scenario('analyze').ratios.find(({ name }) => name.endsWith('/ ceiling'));
    expect(ratio).toBeDefined();
    // One short round beside other work: the bounds catch a wrong unit or a broken clock, not a slow day.
    expect(ratio?.median).toBeGreaterThan(0.05);
    expect(ratio?.median).toBeLessThan(1.5);
  });

  it('runs the straightforward baseline on the same pictures', () => {
    const { subjects, ratios } = scenario('baselines');
    const frames = new Map(subjects.map(({ name, slices }) => [name, slices[0]?.frames]));
    const [product] = [...frames.keys()].filter((name) => name.startsWith('analyze-'));
    expect(frames.get('baseline-node')).toBe(frames.get(product ?? ''));
    expect(ratios.every(({ median }) => Number.isFinite(median) && median > 0)).toBe(true);
  });

  it('prints a table and what was not measured, and writes the same as Markdown', () => {
    expect(shown).toContain('frames/s');
    for (const what of result.skipped) {
      expect(shown).toContain(what);
      expect(markdown).toContain(what);
    }
    expect(markdown).toContain('| subject | frames/s |');
  });
});
