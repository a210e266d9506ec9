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
let page: string;
let compared: string;

beforeAll(async () => {
  footage();
  folder = await mkdtemp(path.join(tmpdir(), 'pantau-bench-test-'));
  const json = path.join(folder, 'bench.json');
  const files = { markdown: path.join(folder, 'bench.md'), html: path.join(folder, 'bench.html') };
  const command = ['--import', 'tsx', path.join(root, 'bench/run.ts'), '--smoke'];
  const bench = async (...words: readonly string[]): Promise<string> =>
    (await run(process.execPath, [...command, ...words], { cwd: root })).stdout;
  const scenarios = ['stages', 'analyze', 'baselines'].flatMap((name) => ['--scenario', name]);
  shown = await bench(...scenarios, '--json', json, '--markdown', files.markdown, '--html', files.html);
  result = JSON.parse(await readFile(json, 'utf8')) as BenchResult;
  markdown = await readFile(files.markdown, 'utf8');
  page = await readFile(files.html, 'utf8');
  compared = await bench('--scenario', 'stages', '--compare', json);
}, 240_000);

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
    expect(frames.get('baseline-node-jpeg')).toBe(frames.get(product ?? ''));
    expect(frames.get('baseline-node-png')).toBe(frames.get(product ?? ''));
    expect(ratios.every(({ median }) => Number.isFinite(median) && median > 0)).toBe(true);
  });

  it('sees the same people in every program, where the truth is here', () => {
    const people = scenario('baselines').subjects.filter(({ quality }) => quality !== undefined);
    if (people.length === 0) expect(result.skipped.join()).toContain('count error');
    for (const { name, quality } of people) expect(quality?.presenceMae, name).toBeLessThan(2);
  });

  it('times every stage beside the reference', () => {
    const { stages = [] } = scenario('stages');
    expect(stages.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['read output', 'suppress 50', 'track 150', 'count 10', 'aggregate', 'decode']),
    );
    for (const { name, nsPerOperation, bytesPerOperation, speedRounds } of stages) {
      expect(nsPerOperation.median, name).toBeGreaterThan(10);
      expect(nsPerOperation.median, name).toBeLessThan(1e8);
      expect(bytesPerOperation, name).toBeGreaterThanOrEqual(0);
      expect(speedRounds, name).toHaveLength(1);
    }
  });

  it('compares with an older run, and judges nothing by one round', () => {
    expect(compared).toContain('too few rounds');
    expect(compared).toMatch(/0 better, 0 worse/);
  });

  it('draws the page', () => {
    expect(page).toMatch(/^<!doctype html>/);
    expect(page.match(/<svg /g)?.length).toBeGreaterThanOrEqual(5);
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
