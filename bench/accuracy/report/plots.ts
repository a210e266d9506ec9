/** The report's charts. */
import { errorHistogram } from '../metrics/presence.ts';
import type { PresenceSample } from '../run/evaluate.ts';
import { CURVE_RATES, type RatePoint } from '../study/rate-curve.ts';
import { type Chart, COLOURS, chartSvg } from './svg-chart.ts';

/** A file of `docs/accuracy/`. */
export interface PlotFile {
  readonly name: string;
  readonly svg: string;
  /** For readers who can't see it. */
  readonly alt: string;
}

/** Instants further apart than this were labelled one by one: what is between them is not known, so nothing is drawn there. */
const HELD_SECONDS = 0.5;

/** Truth against count over time, and how often each error occurs. */
export function presencePlots(
  name: string,
  title: string,
  samples: readonly PresenceSample[],
): readonly PlotFile[] {
  const isHeld = samples.every(
    ({ atSeconds }, index) => atSeconds - (samples[index - 1]?.atSeconds ?? atSeconds) <= HELD_SECONDS,
  );
  const overTime: Chart = {
    title: `${title}: truth and count over time`,
    xLabel: 'seconds of the recording',
    yLabel: 'present',
    series: [
      {
        label: 'truth',
        colour: COLOURS.truth,
        shape: isHeld ? 'step' : 'rings',
        points: samples.map(({ atSeconds, truth }) => ({ x: atSeconds, y: truth })),
      },
      {
        label: 'counted',
        colour: COLOURS.counted,
        shape: isHeld ? 'step' : 'dots',
        points: samples.map(({ atSeconds, counted }) => ({ x: atSeconds, y: counted })),
      },
    ],
  };
  const histogram = errorHistogram(samples);
  const errors = [...histogram].map(([error, count]) => ({ x: error, y: (100 * count) / samples.length }));
  const distribution: Chart = {
    title: `${title}: how often the count is wrong by how much`,
    xLabel: 'counted − truth',
    yLabel: '% of frames',
    xTicks: errors.map(({ x }) => x),
    series: [{ label: 'frames', colour: COLOURS.counted, shape: 'bars', points: errors }],
  };
  return [
    { name: `${name}-presence.svg`, svg: chartSvg(overTime), alt: overTime.title },
    { name: `${name}-errors.svg`, svg: chartSvg(distribution), alt: distribution.title },
  ];
}

/** Error against sampling rate for presence and for crossings. */
export function ratePlots(name: string, title: string, points: readonly RatePoint[]): readonly PlotFile[] {
  const common = {
    xLabel: 'pictures per second (logarithmic)',
    isLogX: true,
    xTicks: CURVE_RATES.filter((rate) => points.some(({ framesPerSecond }) => framesPerSecond === rate)),
  };
  const presence: Chart = {
    ...common,
    title: `${title}: presence error against sampling rate`,
    yLabel: 'road users',
    series: [
      rateSeries('MAE per frame', COLOURS.counted, points, (point) => point.presenceMae),
      rateSeries('bias per frame', COLOURS.second, points, (point) => point.presenceBias),
      ...(points.every(({ windowMae }) => windowMae !== undefined)
        ? [rateSeries('MAE of window means', COLOURS.third, points, (point) => point.windowMae!)]
        : []),
    ],
  };
  const crossings: Chart = {
    ...common,
    title: `${title}: crossing errors against sampling rate`,
    yLabel: '% of true crossings',
    series: [
      rateSeries('missed', COLOURS.second, points, ({ missed, crossings: true_ }) => percent(missed, true_)),
      rateSeries('over-counted', COLOURS.counted, points, ({ overCounted, crossings: true_ }) =>
        percent(overCounted, true_),
      ),
    ],
  };
  return [
    { name: `${name}-rate-presence.svg`, svg: chartSvg(presence), alt: presence.title },
    { name: `${name}-rate-crossings.svg`, svg: chartSvg(crossings), alt: crossings.title },
  ];
}

function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : (100 * part) / whole;
}

function rateSeries(
  label: string,
  colour: string,
  points: readonly RatePoint[],
  value: (point: RatePoint) => number,
): Chart['series'][number] {
  const drawn = points.map((point) => ({ x: point.framesPerSecond, y: value(point) }));
  return { label, colour, shape: 'line', points: drawn };
}
