/** Shapes of windows on a canvas. */
import type uPlot from 'uplot';

/** A column per window from zero to its value, with an edge on top. */
export function columnPaths(stepS: number, style: 'column' | 'pale' | 'stacked'): uPlot.Series.PathBuilder {
  return (plot, seriesIndex) => {
    const fill = new Path2D();
    const stroke = new Path2D();
    const zeroY = plot.valToPos(0, 'y', true);
    for (const { left, right, y } of windowsOf(plot, seriesIndex, stepS)) {
      const gutter = right - left > 8 * devicePixelRatio ? devicePixelRatio : 0;
      fill.rect(left + gutter, y, right - left - 2 * gutter, zeroY - y);
      if (style === 'stacked') continue;
      stroke.moveTo(left + gutter, y);
      stroke.lineTo(right - gutter, y);
    }
    return { fill, stroke };
  };
}

/** A line in steps that breaks where there is no value. */
export function dashedPaths(stepS: number): uPlot.Series.PathBuilder {
  return (plot, seriesIndex) => {
    const stroke = new Path2D();
    let lastRight: number | undefined;
    for (const { left, right, y } of windowsOf(plot, seriesIndex, stepS)) {
      if (lastRight !== undefined && Math.abs(lastRight - left) < 1) stroke.lineTo(left, y);
      else stroke.moveTo(left, y);
      stroke.lineTo(right, y);
      lastRight = right;
    }
    return { stroke };
  };
}

function* windowsOf(plot: uPlot, seriesIndex: number, stepS: number) {
  const starts = plot.data[0];
  for (const [index, value] of plot.data[seriesIndex]!.entries()) {
    if (value === null || value === undefined) continue;
    const startS = starts[index]!;
    yield {
      left: plot.valToPos(startS, 'x', true),
      right: plot.valToPos(startS + stepS, 'x', true),
      y: plot.valToPos(value, 'y', true),
    };
  }
}
