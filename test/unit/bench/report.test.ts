import { describe, expect, it } from 'vitest';
import { createCountTruth } from '../../../bench/count-quality.ts';
import { resultHtml } from '../../../bench/report/html.ts';
import { resultMarkdown, resultText } from '../../../bench/report/tables.ts';
import { chooseScenarios, expectedSeconds, SCENARIOS } from '../../../bench/scenarios/registry.ts';
import type { Observation } from '../../../pipelines/domain/types.ts';
import { runResult } from './run-result.ts';

const result = runResult({ rates: [90, 91, 92], ceiling: [100, 100, 100] }, { skipped: ['opencv: <none>'] });

describe('a report', () => {
  it('is one page that loads nothing and runs nothing', () => {
    const page = resultHtml(result);
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).not.toMatch(/<script|<link|<img|src=|@import|url\(/);
    expect(page).toContain('prefers-color-scheme: dark');
    expect(page.match(/<svg /g)).toHaveLength(2);
    expect(page.match(/<svg /g)?.length).toBe(page.match(/<\/svg>/g)?.length);
    expect(page).not.toContain('NaN');
  });

  it('sets names that do not fit beside their bars above them, at the left edge', () => {
    const name = '(queue-2x1-pinned / queue-1x1-pinned, while all work) / (bare-2-pinned / bare-1-pinned)';
    const [ratio] = result.scenarios[0]!.ratios;
    const long = runResult(
      { rates: [90, 91, 92], ceiling: [100, 100, 100] },
      { scenario: { ratios: [{ ...ratio!, name }] } },
    );
    expect(resultHtml(long)).toContain(`text-anchor="start">${name}</text>`);
    expect(resultHtml(result)).toContain(`text-anchor="end">${ratio!.name}</text>`);
  });

  it('takes text for text', () => {
    expect(resultHtml(result)).toContain('footage &lt;script&gt;alert(1)&lt;/script&gt;');
    expect(resultHtml(result)).toContain('opencv: &lt;none&gt;');
  });

  it('pairs the rate with the count error, and says what was not measured, in every form', () => {
    for (const text of [resultText(result), resultMarkdown(result), resultHtml(result)]) {
      expect(text).toContain('91.0');
      expect(text).toContain('MAE 0.30 bias +0.00 per frame');
      expect(text).toContain('A processor (2 cores');
    }
    expect(resultText(result)).toContain('TIDAK DIUKUR / NOT MEASURED: opencv: <none>');
  });
});

describe('the scenarios', () => {
  it('without a name are those that take less than five minutes together', () => {
    const seconds = chooseScenarios([]).reduce((sum, scenario) => sum + expectedSeconds(scenario, 5), 0);
    expect(seconds).toBeGreaterThan(60);
    expect(seconds).toBeLessThan(300);
  });

  it('are found by name, by an older name, and all at once', () => {
    expect(chooseScenarios(['baseline-opencv', 'baselines']).map(({ name }) => name)).toEqual(['baselines']);
    expect(chooseScenarios(['all'])).toEqual(SCENARIOS);
    expect(new Set(SCENARIOS.map(({ name }) => name)).size).toBe(SCENARIOS.length);
    expect(() => chooseScenarios(['speed'])).toThrow(/no such scenario speed; known: stages, analyze/);
  });
});

describe('crossings of records against the truth', () => {
  /** Windows of 10 s with the number of people that crossed in one of them. */
  const flow = (window: number, direction: 'in' | 'out', person: number) =>
    ({
      ...{ kind: 'flow', lineId: 'l', direction, count: { person } },
      windowStart: new Date(window * 10_000).toISOString(),
      windowEnd: new Date((window + 1) * 10_000).toISOString(),
    }) as Observation;
  const crossed = (direction: 'in' | 'out', ...seconds: readonly number[]) =>
    seconds.map(
      (atSeconds) => ({ ...{ lineId: 'l', direction, atSeconds }, roadUserClass: 'person' }) as const,
    );
  const truth = createCountTruth(
    {
      ...{ framesPerSecond: 10, frameCount: 790, groups: ['people'], presence: [] },
      crossings: [...crossed('in', 9.9, 15, 70), ...crossed('out', 5)],
    },
    'z',
  );

  it('never cancel, and a crossing told in the next window is none too many', () => {
    const { crossings } = truth.ofRecords([
      ...[flow(0, 'in', 0), flow(1, 'in', 2), flow(4, 'in', 1), flow(7, 'in', 0)],
      ...[flow(0, 'out', 1), flow(8, 'in', 9)],
    ]);
    expect(crossings).toEqual({
      in: { counted: 3, truth: 3, missed: 1, overCounted: 1 },
      out: { counted: 1, truth: 1, missed: 0, overCounted: 0 },
    });
  });
});
