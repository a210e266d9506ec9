/** One chart of windows: columns from a window's start to its end, so that a gap is a hole and never a zero. */
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { WindowRow } from './series.ts';
import { createFormat, type Language, TIME_ZONE } from './text.ts';

/** One measure of a chart; `colour` names a CSS variable without its dashes. */
export interface Measure {
  readonly colour: string;
  /** Undefined where there is nothing to draw. Negative values hang below the axis. */
  readonly value: (row: WindowRow) => number | undefined;
  /** Pale columns with a thin edge, for a maximum behind a mean. */
  readonly isPale?: boolean;
}

export interface ChartProps {
  readonly rows: readonly WindowRow[];
  readonly measures: readonly Measure[];
  readonly language: Language;
  readonly label: string;
  /** Index of the window under the pointer, shared by all charts. */
  readonly chosen: number | undefined;
  readonly onChoose: (index: number | undefined) => void;
  /** Changes when the colours do. */
  readonly theme: string;
}

const HEIGHT_PX = 190;

export function Chart(props: ChartProps) {
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    const element = holder.current!;
    const made = new uPlot(optionsOf(element, latest), dataOf(props), element);
    plot.current = made;
    const observer = new ResizeObserver(() => {
      if (element.clientWidth > 0) made.setSize({ width: element.clientWidth, height: HEIGHT_PX });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [props.rows, props.language, props.theme, props.label]);

  useEffect(() => plot.current?.redraw(false), [props.chosen]);

  const step = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    const last = props.rows.length - 1;
    const from = props.chosen ?? (by > 0 ? -1 : last + 1);
    props.onChoose(Math.min(last, Math.max(0, from + by)));
  };

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys read the chart window by window
    <div class="plot" ref={holder} role="img" tabIndex={0} aria-label={props.label} onKeyDown={step} />
  );
}

function dataOf({ rows, measures }: ChartProps): uPlot.AlignedData {
  const columns = measures.map((measure) => rows.map((row) => measure.value(row) ?? null));
  return [rows.map((row) => row.startMs / 1000), ...columns] as uPlot.AlignedData;
}

function optionsOf(element: HTMLElement, latest: { current: ChartProps }): uPlot.Options {
  const { rows, measures, language } = latest.current;
  const paint = (name: string) => getComputedStyle(element).getPropertyValue(`--${name}`).trim();
  const format = createFormat(language);
  const stepS = (rows[0]!.endMs - rows[0]!.startMs) / 1000;
  const firstS = rows[0]!.startMs / 1000;
  const lastS = rows.at(-1)!.endMs / 1000;
  const axis = {
    stroke: paint('ink-soft'),
    font: '11px system-ui, sans-serif',
    grid: { stroke: paint('grid'), width: 1 },
    ticks: { show: false },
  };
  return {
    width: element.clientWidth || 300,
    height: HEIGHT_PX,
    padding: [8, 18, 0, 0],
    legend: { show: false },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), TIME_ZONE),
    scales: {
      x: { time: true, range: () => [firstS, lastS] },
      y: { range: (_plot, low, high) => yRange(low, high) },
    },
    axes: [
      {
        ...axis,
        size: 28,
        space: 56,
        // Labels show minutes, so ticks never fall between them.
        incrs: [60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400],
        grid: { show: false },
        values: (_plot, splits) => splits.map((seconds) => format.clock(seconds * 1000)),
      },
      {
        ...axis,
        size: 36,
        space: 30,
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000],
        values: (_plot, splits) => splits.map((value) => format.count(Math.abs(value))),
      },
    ],
    series: [
      {},
      ...measures.map((measure) => ({
        stroke: paint(measure.colour),
        fill: paint(measure.isPale ? `${measure.colour}-pale` : `${measure.colour}-fill`),
        width: measure.isPale ? 1 : 1.5,
        points: { show: false },
        paths: columnPaths(stepS),
      })),
    ],
    cursor: {
      x: false,
      y: false,
      points: { show: false },
      drag: { x: false, y: false },
    },
    hooks: {
      drawClear: [(plot) => paintCoverage(plot, rows, paint)],
      draw: [(plot) => paintChosen(plot, latest.current, paint)],
      setCursor: [
        (plot) => {
          const { left } = plot.cursor;
          if (left === undefined || left === null) return;
          const index = left < 0 ? -1 : Math.floor((plot.posToVal(left, 'x') - firstS) / stepS);
          const next = index >= 0 && index < rows.length ? index : undefined;
          if (next !== latest.current.chosen) latest.current.onChoose(next);
        },
      ],
    },
  };
}

/** From zero up (and down, for what hangs below), with air above and at least two units of height. */
function yRange(low: number | null, high: number | null): uPlot.Range.MinMax {
  const top = Math.max(2, (high ?? 0) * 1.1);
  const hasBelow = low !== null && low < 0;
  return [hasBelow ? Math.min(-2, low * 1.1) : 0, top];
}

function columnPaths(stepS: number): uPlot.Series.PathBuilder {
  return (plot, seriesIndex) => {
    const starts = plot.data[0];
    const values = plot.data[seriesIndex]!;
    const fill = new Path2D();
    const stroke = new Path2D();
    const zeroY = plot.valToPos(0, 'y', true);
    for (const [index, value] of values.entries()) {
      if (value === null || value === undefined) continue;
      const left = plot.valToPos(starts[index]!, 'x', true);
      const right = plot.valToPos(starts[index]! + stepS, 'x', true);
      const gutter = right - left > 12 ? 1 : 0;
      const y = plot.valToPos(value, 'y', true);
      fill.rect(left + gutter, Math.min(y, zeroY), right - left - 2 * gutter, Math.abs(zeroY - y));
      stroke.moveTo(left + gutter, y);
      stroke.lineTo(right - gutter, y);
    }
    return { fill, stroke };
  };
}

/** Behind the data: hatching where nothing was seen, a tint where only a part was. */
function paintCoverage(plot: uPlot, rows: readonly WindowRow[], paint: (name: string) => string): void {
  const { ctx, bbox } = plot;
  ctx.save();
  for (const row of rows) {
    if (row.coverage === 1) continue;
    const left = plot.valToPos(row.startMs / 1000, 'x', true);
    const width = plot.valToPos(row.endMs / 1000, 'x', true) - left;
    ctx.fillStyle = row.coverage === 0 ? hatch(ctx, paint('hatch'), paint('gap')) : paint('partial');
    ctx.globalAlpha = row.coverage === 0 ? 1 : 0.25 + 0.75 * (1 - row.coverage);
    ctx.fillRect(left, bbox.top, width, bbox.height);
  }
  ctx.restore();
}

function hatch(context: CanvasRenderingContext2D, line: string, ground: string): CanvasPattern | string {
  const size = 8 * devicePixelRatio;
  const tile = document.createElement('canvas');
  tile.width = size;
  tile.height = size;
  const pen = tile.getContext('2d')!;
  pen.fillStyle = ground;
  pen.fillRect(0, 0, size, size);
  pen.strokeStyle = line;
  pen.lineWidth = 1.2 * devicePixelRatio;
  pen.beginPath();
  for (const offset of [-size, 0, size]) {
    pen.moveTo(offset, size);
    pen.lineTo(offset + size, 0);
  }
  pen.stroke();
  return context.createPattern(tile, 'repeat') ?? ground;
}

/** The axis at zero, and a frame around the chosen window. */
function paintChosen(plot: uPlot, { rows, chosen }: ChartProps, paint: (name: string) => string): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.fillStyle = paint('axis');
  ctx.fillRect(bbox.left, Math.round(plot.valToPos(0, 'y', true)) - 0.5, bbox.width, devicePixelRatio);
  const row = chosen === undefined ? undefined : rows[chosen];
  if (row !== undefined) {
    const left = plot.valToPos(row.startMs / 1000, 'x', true);
    const width = plot.valToPos(row.endMs / 1000, 'x', true) - left;
    ctx.fillStyle = paint('chosen');
    ctx.fillRect(left, bbox.top, Math.max(width, 2), bbox.height);
  }
  ctx.restore();
}
