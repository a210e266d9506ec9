/** Plots of a run as inline SVG: no script, no font, colours from the page's style so that they follow its theme. */
import { roundTicks } from '../accuracy/report/svg-chart.ts';
import type { RatioResult, SeriesResult, StageResult, SubjectResult } from '../result.ts';

const WIDTH = 760;
const LABEL_WIDTH = 300;
const VALUE_WIDTH = 86;
const ROW = 26;
const PLOT_WIDTH = WIDTH - LABEL_WIDTH - VALUE_WIDTH;
/** Longest label that fits beside its bar; 12 px sans-serif is about 6.5 px a character. */
const MOST_BESIDE = 44;
/** Room for a label above its bar. */
const LABEL_ROW = 18;
const COLOURS = 6;

/** One row of a range plot. */
interface RangeRow {
  readonly label: string;
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** Where the row should reach, drawn as a mark. */
  readonly target?: number;
}

/** Frames per second of every subject, with the range over the rounds. */
export function ratePlot(subjects: readonly SubjectResult[]): string {
  const rows = subjects.map(({ name, framesPerSecond }) => ({ label: name, ...framesPerSecond }));
  return rangePlot('frames/s', rows);
}

/** Ratios with their ranges and targets. */
export function ratioPlot(ratios: readonly RatioResult[]): string {
  const rows = ratios.map(({ name, target, ...estimate }) => {
    const wanted = Number(/≥\s*([\d.]+)/.exec(target ?? '')?.[1] ?? Number.NaN);
    return { label: name, ...estimate, ...(Number.isNaN(wanted) ? {} : { target: wanted }) };
  });
  return rangePlot('rasio · ratio', rows);
}

/** Nanoseconds of every stage, on a logarithmic axis. */
export function stagePlot(stages: readonly StageResult[]): string {
  const rows = stages.map(({ name, nsPerOperation }) => ({ label: name, ...nsPerOperation }));
  return rangePlot('ns/operation (log)', rows, 'log');
}

/** CPU milliseconds per picture, by who spent them. */
export function billPlot(subjects: readonly SubjectResult[]): string {
  const billed = subjects.flatMap(({ name, cpu }) => (cpu === undefined ? [] : [{ name, cpu }]));
  if (billed.length === 0) return '';
  const most = Math.max(...billed.map(({ cpu }) => cpu.total), 1e-9);
  const rows = billed.map(({ name, cpu }, index) => {
    const { decode = 0, detect = 0 } = cpu;
    const parts = [decode, detect, Math.max(0, cpu.total - decode - detect)];
    let from = LABEL_WIDTH;
    const bars = parts.map((value, part) => {
      const width = (value / most) * PLOT_WIDTH;
      const bar = `<rect class="part${part}" x="${fixed(from)}" y="${ROW * index + 5}" width="${fixed(width)}" height="16"/>`;
      from += width;
      return bar;
    });
    return `${label(name, index)}${bars.join('')}${valueText(cpu.total, index)}`;
  });
  const legend = ['decode', 'detect', 'rest, or all of one program'].map(
    (name, part) =>
      `<rect class="part${part}" x="${LABEL_WIDTH + part * 90}" y="${ROW * billed.length + 8}" width="12" height="12"/>${text(LABEL_WIDTH + part * 90 + 18, ROW * billed.length + 18, name)}`,
  );
  return svg('CPU ms/frame', ROW * billed.length + 30, [...rows, ...legend]);
}

/** Curves over a common axis, or single points where a series has one. */
export function seriesPlot(series: readonly SeriesResult[]): string {
  const points = series.flatMap((one) => one.points);
  const first = series[0];
  if (first === undefined || points.length === 0) return '';
  const [left, right, top, bottom] = [60, WIDTH - 16, 30 + 18 * series.length, 300];
  const xTicks = roundTicks(0, Math.max(...points.map(([x]) => x), 1e-9));
  const yTicks = roundTicks(0, Math.max(...points.map(([, y]) => y), 1e-9));
  const [xHigh, yHigh] = [xTicks.at(-1)!, yTicks.at(-1)!];
  const place = ([x, y]: readonly [number, number]): readonly [string, string] => [
    fixed(left + (x / xHigh) * (right - left)),
    fixed(bottom - (y / yHigh) * (bottom - top)),
  ];
  const curves = series.map(({ points: own }, index) => {
    const path = own.map((point, at) => `${at === 0 ? 'M' : 'L'}${place(point).join(' ')}`).join('');
    const dots = own.length > 20 ? [] : own.map((point) => dot(place(point), index));
    return `<path class="curve${index % COLOURS}" d="${path}"/>${dots.join('')}`;
  });
  const names = series.map(
    ({ name }, index) =>
      `<rect class="fill${index % COLOURS}" x="${left}" y="${10 + 18 * index}" width="12" height="10"/>${text(left + 18, 19 + 18 * index, name)}`,
  );
  const axes = [
    ...yTicks.map((tick) => {
      const [, y] = place([0, tick]);
      return `<path class="axis" d="M${left} ${y}H${right}"/>${text(left - 6, Number(y) + 4, String(tick), 'end')}`;
    }),
    ...xTicks.map((tick) => text(Number(place([tick, 0])[0]), bottom + 16, String(tick), 'middle')),
    text((left + right) / 2, bottom + 30, `${first.xLabel} → ${first.yLabel} ↑`, 'middle'),
  ];
  return svg(first.yLabel, bottom + 40, [...axes, ...curves, ...names]);
}

function dot([x, y]: readonly [string, string], index: number): string {
  return `<circle class="fill${index % COLOURS}" cx="${x}" cy="${y}" r="4"/>`;
}

function rangePlot(title: string, rows: readonly RangeRow[], axis: 'linear' | 'log' = 'linear'): string {
  if (rows.length === 0) return '';
  const most = Math.max(
    ...rows.flatMap(({ high, target = 0 }) => [high, target]).filter(Number.isFinite),
    1e-9,
  );
  const share = (value: number): number =>
    axis === 'linear' ? value / most : Math.log10(1 + value) / Math.log10(1 + most);
  const isAbove = rows.some(({ label: name }) => name.length > MOST_BESIDE);
  const [left, height] = isAbove ? [2, ROW + LABEL_ROW] : [LABEL_WIDTH, ROW];
  const x = (value: number): string =>
    fixed(
      left +
        Math.min(1, Math.max(0, share(Number.isFinite(value) ? value : 0))) * (WIDTH - VALUE_WIDTH - left),
    );
  const drawn = rows.map(({ label: name, median, low, high, target }, index) => {
    const y = height * (index + 1) - 13;
    const bar = `<path class="bar" d="M${left} ${y}H${x(median)}"/>`;
    const range = `<path class="range" d="M${x(low)} ${y}H${x(high)}M${x(low)} ${y - 5}v10M${x(high)} ${y - 5}v10"/>`;
    const mark = target === undefined ? '' : `<path class="target" d="M${x(target)} ${y - 11}v22"/>`;
    const named = isAbove ? text(left, y - 15, name) : text(left - 8, y + 4, name, 'end');
    return `${named}${bar}${range}${mark}${text(WIDTH, y + 4, significant(median), 'end')}`;
  });
  return svg(title, height * rows.length + 6, drawn);
}

function svg(title: string, height: number, content: readonly string[]): string {
  return `<figure><figcaption>${escapeHtml(title)}</figcaption><svg role="img" aria-label="${escapeHtml(title)}" viewBox="0 0 ${WIDTH} ${height}">${content.join('')}</svg></figure>`;
}

function label(name: string, index: number): string {
  return text(LABEL_WIDTH - 8, ROW * index + 17, name, 'end');
}

function valueText(value: number, index: number): string {
  return text(WIDTH, ROW * index + 17, significant(value), 'end');
}

function text(x: number, y: number, content: string, anchor: 'start' | 'middle' | 'end' = 'start'): string {
  return `<text x="${fixed(x)}" y="${fixed(y)}" text-anchor="${anchor}">${escapeHtml(content)}</text>`;
}

function significant(value: number): string {
  if (!Number.isFinite(value)) return '–';
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** Text for HTML and SVG, also inside quotes. */
export function escapeHtml(content: string): string {
  return content.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
