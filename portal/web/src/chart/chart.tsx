/** One chart of windows: columns from a window's start to its end, so that a gap is a hole and never a zero. */
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useView } from '../view.ts';
import type { ChartProps, Drawn } from './drawn.ts';
import { plotOptions } from './plot-options.ts';

export function Chart(props: ChartProps) {
  const { format, isDark, language } = useView();
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const latest = useRef<Drawn>({ ...props, format });
  latest.current = { ...props, format };
  const heightPx = props.heightPx ?? 240;

  useEffect(() => {
    const element = holder.current!;
    const made = new uPlot(plotOptions(element, latest, heightPx), dataOf(props), element);
    plot.current = made;
    const observer = new ResizeObserver(() => {
      if (element.clientWidth > 0) made.setSize({ width: element.clientWidth, height: heightPx });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [props.slots, props.layers, props.limits, language, isDark, heightPx]);

  useEffect(() => plot.current?.redraw(false), [props.chosen]);

  const step = (event: KeyboardEvent) => {
    const next = steppedIndex(event.key, props.chosen, props.slots.length);
    if (next === undefined) return;
    event.preventDefault();
    props.onChoose(next);
  };

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys read the chart window by window
    <div class="plot" ref={holder} role="img" tabIndex={0} aria-label={props.label} onKeyDown={step} />
  );
}

/** The window that a key leads to; undefined for a key that leads nowhere. */
function steppedIndex(key: string, chosen: number | undefined, count: number): number | undefined {
  const last = count - 1;
  if (key === 'Home') return 0;
  if (key === 'End') return last;
  const by = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
  if (by === 0) return undefined;
  return Math.min(last, Math.max(0, (chosen ?? (by > 0 ? -1 : count)) + by));
}

function dataOf({ slots, layers }: ChartProps): uPlot.AlignedData {
  const columns = layers.map(({ values }) => values.map((value) => value ?? null));
  return [slots.map(({ startMs }) => startMs / 1000), ...columns] as uPlot.AlignedData;
}
