/** How uPlot is set up for windows: scales, axes, hooks. */
import uPlot from 'uplot';
import { DAY_MS } from '../series/ranges.ts';
import { type Format, TIME_ZONE } from '../text/format.ts';
import type { Drawn } from './drawn.ts';
import { createPaint, type Paint, paintBehind, paintInFront } from './paint.ts';
import { columnPaths, dashedPaths } from './paths.ts';

const FONT = '11px system-ui, sans-serif';

/** Options of a chart in an element; what changes without a new plot is read through `latest`. */
export function plotOptions(
  element: HTMLElement,
  latest: { readonly current: Drawn },
  heightPx: number,
): uPlot.Options {
  const { slots, layers, format } = latest.current;
  const paint = createPaint(element);
  const firstS = slots[0]!.startMs / 1000;
  const lastS = slots.at(-1)!.endMs / 1000;
  const stepS = (slots[0]!.endMs - slots[0]!.startMs) / 1000;
  return {
    width: element.clientWidth || 300,
    height: heightPx,
    padding: [10, 26, 0, 0],
    legend: { show: false },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), TIME_ZONE),
    scales: {
      x: { time: true, range: () => [firstS, lastS] },
      y: { range: () => [0, topOf(latest.current)] },
    },
    axes: axesOf(paint, format),
    series: [
      {},
      ...layers.map(({ colour, style }) => ({
        stroke: paint(colour),
        fill: paint(style === 'pale' ? `${colour}-pale` : style === 'stacked' ? colour : `${colour}-fill`),
        width: style === 'column' ? 1.5 : 1,
        points: { show: false },
        paths: style === 'dashed' ? dashedPaths(stepS) : columnPaths(stepS, style),
        ...(style === 'dashed' ? { dash: [5, 4], width: 1.6 } : {}),
      })),
    ],
    cursor: { x: false, y: false, points: { show: false }, drag: { x: false, y: false } },
    hooks: {
      drawClear: [(plot) => paintBehind(plot, latest.current, paint)],
      draw: [(plot) => paintInFront(plot, latest.current, paint)],
      setCursor: [(plot) => chooseUnderPointer(plot, latest.current)],
    },
  };
}

function axesOf(paint: Paint, format: Format): uPlot.Axis[] {
  const axis = { stroke: paint('ink-soft'), font: FONT, ticks: { show: false } };
  return [
    {
      ...axis,
      size: 28,
      space: 62,
      // Labels show minutes, so ticks never fall between them.
      incrs: [
        60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 345_600, 604_800,
        1_209_600, 2_678_400, 5_356_800,
      ],
      grid: { show: false },
      values: (_plot, splits) => splits.map((seconds) => timeLabel(seconds * 1000, format)),
    },
    {
      ...axis,
      size: 44,
      space: 32,
      grid: { stroke: paint('grid'), width: 1 },
      values: (_plot, splits) => splits.map(format.axis),
    },
  ];
}

/** A date at midnight, a clock otherwise. */
function timeLabel(ms: number, format: Format): string {
  const isMidnight = (ms + 7 * 3_600_000) % DAY_MS === 0;
  return isMidnight ? format.date(ms) : format.clock(ms);
}

/** Air above the highest value; a scale that ends at a small count would make one road user look like a crowd. */
function topOf({ layers, limits }: Drawn): number {
  let high = 0;
  for (const { values, intervals } of layers) {
    for (const value of values) high = Math.max(high, value ?? 0);
    for (const interval of intervals ?? []) high = Math.max(high, interval?.[1] ?? 0);
  }
  const least = limits === undefined ? 2 : limits.upperEdges[1];
  return Math.max(least, high * 1.1);
}

function chooseUnderPointer(plot: uPlot, { slots, chosen, onChoose }: Drawn): void {
  const { left } = plot.cursor;
  if (left === undefined || left === null) return;
  const stepMs = slots[0]!.endMs - slots[0]!.startMs;
  const atMs = plot.posToVal(left, 'x') * 1000;
  const index = left < 0 ? -1 : Math.floor((atMs - slots[0]!.startMs) / stepMs);
  const next = index >= 0 && index < slots.length ? index : undefined;
  if (next !== chosen) onChoose(next);
}
