/** What a chart draws beside its values: coverage, levels, intervals, what is withheld, the chosen window. */
import type uPlot from 'uplot';
import type { Slot } from '../series/slots.ts';
import type { Drawn } from './drawn.ts';

/** Value of a CSS variable, named without its dashes. */
export type Paint = (name: string) => string;

/** Reads colours off the element, so that light and dark follow the style sheet. */
export function createPaint(element: HTMLElement): Paint {
  const style = getComputedStyle(element);
  return (name) => style.getPropertyValue(`--${name}`).trim();
}

/** Behind the values: hatching where nothing was seen, a tint where only a part was, edges of levels. */
export function paintBehind(plot: uPlot, drawn: Drawn, paint: Paint): void {
  const { ctx, bbox } = plot;
  ctx.save();
  const gap = hatch(ctx, paint('hatch'), paint('gap'));
  for (const slot of drawn.slots) {
    if (slot.coverage === 1) continue;
    const { left, width } = columnOf(plot, slot);
    ctx.fillStyle = slot.coverage === 0 ? gap : paint('partial');
    ctx.globalAlpha = slot.coverage === 0 ? 1 : 0.25 + 0.75 * (1 - slot.coverage);
    ctx.fillRect(left, bbox.top, width, bbox.height);
  }
  ctx.restore();
  if (drawn.limits !== undefined) paintLimits(plot, drawn.limits.upperEdges, paint);
}

/** In front: intervals, marks of what is withheld, the zero line and a frame around the chosen window. */
export function paintInFront(plot: uPlot, drawn: Drawn, paint: Paint): void {
  const { ctx, bbox } = plot;
  ctx.save();
  paintIntervals(plot, drawn, paint);
  paintWithheld(plot, drawn, paint);
  ctx.fillStyle = paint('axis');
  ctx.fillRect(bbox.left, Math.round(plot.valToPos(0, 'y', true)) - 0.5, bbox.width, devicePixelRatio);
  const slot = drawn.chosen === undefined ? undefined : drawn.slots[drawn.chosen];
  if (slot !== undefined) {
    const { left, width } = columnOf(plot, slot);
    ctx.fillStyle = paint('chosen');
    ctx.fillRect(left, bbox.top, Math.max(width, 2), bbox.height);
  }
  ctx.restore();
}

const LETTERS = ['A', 'B', 'C', 'D', 'E', 'F'] as const;

function paintLimits(plot: uPlot, edges: readonly number[], paint: Paint): void {
  const { ctx, bbox } = plot;
  const top = plot.scales['y']!.max ?? 0;
  ctx.save();
  ctx.font = `600 ${11 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textBaseline = 'middle';
  let below = 0;
  for (const [index, letter] of LETTERS.entries()) {
    const edge = Math.min(edges[index] ?? top, top);
    const fromY = plot.valToPos(below, 'y', true);
    const toY = plot.valToPos(edge, 'y', true);
    ctx.fillStyle = paint(`level-${letter.toLowerCase()}`);
    ctx.fillRect(bbox.left + bbox.width + 3 * devicePixelRatio, toY, 4 * devicePixelRatio, fromY - toY);
    ctx.globalAlpha = 0.35;
    if (edge < top) ctx.fillRect(bbox.left, toY, bbox.width, devicePixelRatio);
    ctx.globalAlpha = 1;
    ctx.fillStyle = paint('ink-soft');
    const isTall = fromY - toY > 12 * devicePixelRatio;
    if (isTall) ctx.fillText(letter, bbox.left + bbox.width + 11 * devicePixelRatio, (fromY + toY) / 2);
    if (edge >= top) break;
    below = edge;
  }
  ctx.restore();
}

/** Whiskers where columns are wide enough to tell them apart, else a band. */
function paintIntervals(plot: uPlot, { slots, layers }: Drawn, paint: Paint): void {
  const intervals = layers.find((layer) => layer.intervals !== undefined)?.intervals;
  if (intervals === undefined) return;
  const { ctx } = plot;
  for (const [index, interval] of intervals.entries()) {
    if (interval === undefined) continue;
    const { left, width } = columnOf(plot, slots[index]!);
    const lowY = plot.valToPos(interval[0], 'y', true);
    const highY = plot.valToPos(interval[1], 'y', true);
    if (width < 7 * devicePixelRatio) {
      ctx.fillStyle = paint('interval');
      ctx.fillRect(left, highY, width, lowY - highY);
      continue;
    }
    const middle = left + width / 2;
    const arm = Math.min(width / 5, 5 * devicePixelRatio);
    ctx.strokeStyle = paint('whisker');
    ctx.lineWidth = devicePixelRatio;
    ctx.beginPath();
    ctx.moveTo(middle, lowY);
    ctx.lineTo(middle, highY);
    for (const y of [lowY, highY]) {
      ctx.moveTo(middle - arm, y);
      ctx.lineTo(middle + arm, y);
    }
    ctx.stroke();
  }
}

/** Dots over the foot of a window whose value is withheld, an arrow above one that leaves a part out. */
function paintWithheld(plot: uPlot, { slots, states, layers }: Drawn, paint: Paint): void {
  if (states === undefined) return;
  const { ctx, bbox } = plot;
  const dots = dotted(ctx, paint('withheld'));
  const values = layers.findLast(({ style }) => style === 'column')?.values;
  for (const [index, state] of states.entries()) {
    const { left, width } = columnOf(plot, slots[index]!);
    if (state === 'hidden' || state === 'pending') {
      ctx.fillStyle = dots;
      ctx.fillRect(left, bbox.top + bbox.height * 0.72, width, bbox.height * 0.28);
    }
    const value = values?.[index];
    if (state !== 'at-least' || value === undefined) continue;
    const tip = plot.valToPos(value, 'y', true) - 7 * devicePixelRatio;
    const middle = left + width / 2;
    const half = Math.min(width / 2, 4 * devicePixelRatio);
    ctx.fillStyle = paint('withheld');
    ctx.beginPath();
    ctx.moveTo(middle, tip);
    ctx.lineTo(middle + half, tip + 5 * devicePixelRatio);
    ctx.lineTo(middle - half, tip + 5 * devicePixelRatio);
    ctx.fill();
  }
}

function columnOf(plot: uPlot, { startMs, endMs }: Slot) {
  const left = plot.valToPos(startMs / 1000, 'x', true);
  return { left, width: plot.valToPos(endMs / 1000, 'x', true) - left };
}

function hatch(context: CanvasRenderingContext2D, line: string, ground: string): CanvasPattern | string {
  return tiled(context, ground, (pen, size) => {
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
  });
}

function dotted(context: CanvasRenderingContext2D, ink: string): CanvasPattern | string {
  return tiled(context, ink, (pen, size) => {
    pen.fillStyle = ink;
    pen.beginPath();
    pen.arc(size / 2, size / 2, size / 5, 0, 2 * Math.PI);
    pen.fill();
  });
}

function tiled(
  context: CanvasRenderingContext2D,
  fallback: string,
  draw: (pen: CanvasRenderingContext2D, size: number) => void,
): CanvasPattern | string {
  const size = Math.round(7 * devicePixelRatio);
  const tile = document.createElement('canvas');
  tile.width = size;
  tile.height = size;
  draw(tile.getContext('2d')!, size);
  return context.createPattern(tile, 'repeat') ?? fallback;
}
