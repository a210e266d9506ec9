import { describe, expect, it } from 'vitest';
import { compareResults, comparisonText } from '../../../bench/report/compare.ts';
import { parseResult } from '../../../bench/report/read-result.ts';
import { RESULT_VERSION } from '../../../bench/result.ts';
import { runResult } from './run-result.ts';

const CEILING = [100, 98, 102, 101, 99];
const scaled = (factor: number, jitter = 0.005): number[] =>
  CEILING.map((rate, round) => rate * factor * (1 + jitter * (round - 2)));
const verdictOf = (name: string, ...[old, now]: Parameters<typeof compareResults>) =>
  compareResults(old, now).figures.find((figure) => figure.name === name)?.verdict;
const RATIO = 'analyze: analyze-2 / ceiling';
const before = runResult({ rates: scaled(0.8), ceiling: CEILING });

describe('comparing two runs', () => {
  it('calls a share of the ceiling that grew better, one that fell worse', () => {
    const faster = runResult({ rates: scaled(0.9), ceiling: CEILING });
    expect(verdictOf(RATIO, before, faster)).toBe('better');
    expect(verdictOf(RATIO, faster, before)).toBe('worse');
    const change = compareResults(before, faster).figures.find(({ name }) => name === RATIO)?.change;
    expect(change?.factor).toBeCloseTo(1.125, 3);
    expect(change?.low).toBeGreaterThan(1);
  });

  it('calls what the rounds of one run differ by noise', () => {
    const wide = runResult({ rates: scaled(0.84, 0.1), ceiling: CEILING });
    expect(verdictOf(RATIO, before, wide)).toBe('noise');
  });

  it('calls a sure change of one per cent noise: two runs of one build differ by more', () => {
    const barely = runResult({ rates: scaled(0.808, 0.0001), ceiling: CEILING });
    const steady = runResult({ rates: scaled(0.8, 0.0001), ceiling: CEILING });
    expect(verdictOf(RATIO, steady, barely)).toBe('noise');
  });

  it('takes a machine of half the speed for no regression', () => {
    const halves = (values: readonly number[]) => values.map((value) => value / 2);
    const slow = runResult(
      { rates: halves(scaled(0.8)), ceiling: halves(CEILING) },
      { machine: { processor: 'A slower processor' } },
    );
    expect(verdictOf(RATIO, before, slow)).toBe('noise');
    expect(comparisonText(compareResults(before, slow))).toContain('another machine');
  });

  it('judges figures in plain units on the same machine only', () => {
    const withMemory = (value: number, processor: string) => {
      const memory = { name: 'memory', value, unit: 'MiB', better: 'lower' as const };
      const rounds = [value, value + 1, value - 1];
      return runResult(
        { rates: CEILING, ceiling: CEILING },
        { machine: { processor }, scenario: { figures: [{ ...memory, rounds }] } },
      );
    };
    const name = 'analyze: memory';
    expect(verdictOf(name, withMemory(200, 'one'), withMemory(150, 'one'))).toBe('better');
    expect(verdictOf(name, withMemory(150, 'one'), withMemory(200, 'one'))).toBe('worse');
    expect(verdictOf(name, withMemory(200, 'one'), withMemory(150, 'two'))).toBe('another machine');
  });

  it('says which subject only one of the runs has', () => {
    const other = runResult({ subject: 'analyze-4', rates: CEILING, ceiling: CEILING });
    expect(verdictOf(RATIO, before, other)).toBe('only before');
    expect(verdictOf('analyze: analyze-4 / ceiling', before, other)).toBe('only now');
    expect(comparisonText(compareResults(before, other))).toContain('nothing that both runs measured');
  });

  it('does not judge what was measured on something else, but more rounds of the same', () => {
    const on = (input: string, factor: number) =>
      runResult({ rates: scaled(factor), ceiling: CEILING }, { scenario: { input } });
    const old = on('vtest, yolox-nano 416×320, 3 rounds of 1/10', 0.8);
    const mae = 'analyze: analyze-2, presence MAE over 795 frames';
    for (const input of [
      'vtest, yolox-nano 416×320, 3 rounds of 1/4',
      'vtest, yolox-nano 416×416, 3 rounds of 1/10',
    ])
      for (const name of [RATIO, mae]) expect(verdictOf(name, old, on(input, 0.9))).toBe('another input');
    expect(verdictOf(RATIO, old, on('vtest, yolox-nano 416×320, 5 rounds of 1/10', 0.9))).toBe('better');
    const soak = (seconds: number) => on(`4 h, 1 frame/s: 14400 pictures in ${seconds} s`, 0.8);
    expect(verdictOf(RATIO, soak(249), soak(261))).toBe('noise');
  });

  it('does not judge one or two rounds', () => {
    const short = runResult({ rates: [90, 91], ceiling: [100, 100] });
    expect(verdictOf(RATIO, before, short)).toBe('too few rounds');
  });

  it('tells a faster run that counts worse', () => {
    const hasty = runResult({ rates: scaled(0.95), ceiling: CEILING, mae: 0.5 });
    expect(verdictOf('analyze: analyze-2, presence MAE over 795 frames', before, hasty)).toBe('worse');
    expect(comparisonText(compareResults(before, hasty))).toContain('1 better, 1 worse');
  });
});

describe('reading an older run', () => {
  const refuse = (reason: string): never => {
    throw new Error(reason);
  };

  it('gives back what was written', () => {
    expect(parseResult(JSON.stringify(before), refuse)).toEqual(before);
  });

  it.each([
    ['{"version":', 'is no JSON'],
    ['{"hello":1}', 'is no result of "npm run bench -- --json FILE"'],
    ['null', 'is no result'],
    [JSON.stringify({ ...before, scenarios: [{ name: 'analyze' }] }), 'is damaged'],
    [JSON.stringify({ ...before, version: 1 }), `has layout version 1, this program reads ${RESULT_VERSION}`],
  ])('refuses %.20s', (text, reason) => {
    expect(() => parseResult(text, refuse)).toThrow(reason);
  });
});
