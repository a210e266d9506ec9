import { describe, expect, it } from 'vitest';
import { accuracyPage } from '../../../bench/accuracy/report/markdown.ts';
import { presencePlots } from '../../../bench/accuracy/report/plots.ts';
import { chartSvg, roundTicks } from '../../../bench/accuracy/report/svg-chart.ts';
import type { AccuracyResult } from '../../../bench/accuracy/run/accuracy-run.ts';
import type { SceneFigures } from '../../../bench/accuracy/run/run-scene.ts';
import { checkTargets } from '../../../bench/accuracy/targets.ts';

const RUN: SceneFigures = {
  sceneId: 'pets09-s2l1',
  modelId: 'centernet-mobilenetv3',
  framesPerSecond: 10,
  framesAnalysed: 795,
  presence: [
    {
      zoneId: 'z',
      group: 'people',
      perFrame: { samples: 795, meanTruth: 5.6, mae: 0.5, bias: -0.16, rmse: 1, exactShare: 0.5 },
    },
  ],
  crossings: [
    {
      lineId: 'l',
      direction: 'in',
      roadUsers: 'people',
      truth: 15,
      counted: 15,
      matched: 14,
      missed: 1,
      overCounted: 1,
    },
  ],
};
const SOURCE = { date: 'd', commit: 'c', pipelineVersion: 'v', machine: 'm', node: 'n', command: 'x' };

describe('targets', () => {
  it('errors that would cancel do not, bias counts on both sides, what is not measured is not met', () => {
    const met = checkTargets([RUN], []).map(({ what, isMet }) => [what, isMet]);
    expect(met).toEqual([
      ['presence MAE, people per frame', true],
      ['presence |bias|, people per frame', false],
      ['l in: missed + over-counted', false],
      ['MOTA', false],
      ['IDF1', false],
    ]);
  });
  it('a met target whose interval reaches past it is told as unsure', () => {
    const [present] = RUN.presence;
    const [mae, bias] = checkTargets(
      [
        {
          ...RUN,
          presence: [
            {
              ...present!,
              perFrame: {
                ...present!.perFrame,
                ...{
                  bias: -0.1,
                  maeInterval: { low: 0.21, high: 0.81 },
                  biasInterval: { low: -0.14, high: 0.02 },
                },
              },
            },
          ],
        },
      ],
      [],
    );
    expect(mae).toMatchObject({ isMet: true, isUnsure: true, interval: { low: 0.21, high: 0.81 } });
    expect(bias).toMatchObject({ isMet: true, isUnsure: false, interval: { low: 0, high: 0.14 } });
  });
  it('only the default model at the rate of the targets is judged', () => {
    expect(
      checkTargets(
        [
          { ...RUN, modelId: 'yolox-nano' },
          { ...RUN, framesPerSecond: 5 },
        ],
        [],
      ),
    ).toEqual([]);
  });
  it('a synthetic scene must be exact', () => {
    const scene = {
      name: 's',
      framesPerSecond: 10,
      truthEvents: 2,
      missed: 0,
      overCounted: 0,
      presenceError: 0,
    };
    const targets = checkTargets([], [scene, { ...scene, presenceError: 1 }]);
    expect(targets.map(({ isMet }) => isMet)).toEqual([true, false]);
  });
});

describe('accuracyPage', () => {
  const samples = [0, 1, 2].map((second) => ({ atSeconds: second, truth: 2, counted: second }));
  const result: AccuracyResult = {
    missing: ['scene junction: truth not found'],
    runs: [RUN],
    synthetic: [],
    targets: checkTargets([RUN], []),
    curves: [],
    heldOut: [],
    levers: [],
    samples: [{ run: RUN, samples }],
  };
  it('says what was measured, what was missed and what is not there', () => {
    const { markdown, plots } = accuracyPage(result, SOURCE);
    expect(markdown).toContain('galat kehadiran rata-rata 0,50 dari 5,60');
    expect(markdown).toContain('1 missed and 1 over-counted');
    expect(markdown).toContain('scene junction: truth not found');
    expect(markdown).toContain('Targets met: 1/5');
    expect(plots.map(({ name }) => name)).toEqual(['pets09-s2l1-presence.svg', 'pets09-s2l1-errors.svg']);
    for (const { name } of plots) expect(markdown).toContain(`(accuracy/${name})`);
  });
});

describe('presencePlots', () => {
  const plotOf = (stepSeconds: number) =>
    presencePlots(
      'x',
      'x',
      [0, 1, 2].map((step) => ({ atSeconds: step * stepSeconds, truth: 2, counted: step })),
    )[0]!.svg;
  it('holds a value until the next frame, not from one labelled instant to another', () => {
    expect(plotOf(0.1).match(/<circle/g)).toBeNull();
    expect(plotOf(1.7).match(/<circle/g)).toHaveLength(6);
    expect(plotOf(1.7)).not.toMatch(/fill="none" stroke="#000000" stroke-width="1.6"/);
  });
});

describe('chartSvg', () => {
  const line = { label: 'a < b', colour: '#000000', shape: 'line', points: [{ x: 1, y: 2 }] } as const;
  it('escapes text and stays within the picture', () => {
    const svg = chartSvg({ title: 'x & y', xLabel: 'x', yLabel: 'y', series: [line] });
    expect(svg).toContain('a &lt; b');
    expect(svg).toContain('x &amp; y');
    expect(svg).not.toContain('NaN');
  });
  it('needs a point', () => {
    expect(() => chartSvg({ title: 't', xLabel: 'x', yLabel: 'y', series: [] })).toThrow(RangeError);
  });
  it.each([
    [0, 7, [0, 2, 4, 6, 8]],
    [-0.6, 0.95, [-1, -0.5, 0, 0.5, 1]],
    [0, 0, [0, 2e-10]],
  ])('round ticks from %d to %d', (low, high, expected) => {
    expect(roundTicks(low, high)).toEqual(expected);
  });
});
