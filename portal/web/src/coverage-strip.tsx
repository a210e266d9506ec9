/** One bar for the whole range: what was seen of each window. */
import { coverageClass } from './cameras.tsx';
import type { WindowRow } from './series.ts';
import type { Format, Texts } from './text.ts';

export function CoverageStrip(props: {
  rows: readonly WindowRow[];
  coverage: number;
  texts: Texts;
  format: Format;
}) {
  const { rows, coverage, texts, format } = props;
  const label = `${texts.coverage} ${format.percent(coverage)}, ${texts.coverageHint}`;
  return (
    <div class="coverage-strip">
      <p>
        <b>
          {texts.coverage} {format.percent(coverage)}
        </b>{' '}
        <span>{texts.coverageHint}</span>
        <span class="legend">
          <i class="key partial" /> {texts.partialLegend} <i class="key gap" /> {texts.gapLegend}
        </span>
      </p>
      <svg viewBox={`0 0 ${rows.length} 1`} preserveAspectRatio="none" role="img" aria-label={label}>
        <title>{label}</title>
        {runsOf(rows).map(({ from, count, state }) => (
          <rect key={from} x={from} y={0} width={count} height={1} class={state} />
        ))}
      </svg>
    </div>
  );
}

/** Neighbours of one state as one rectangle: no seams, few elements. */
function runsOf(rows: readonly WindowRow[]) {
  const runs: { from: number; count: number; state: string }[] = [];
  for (const [index, row] of rows.entries()) {
    const state = coverageClass(row.coverage);
    const last = runs.at(-1);
    if (last?.state === state) last.count += 1;
    else runs.push({ from: index, count: 1, state });
  }
  return runs;
}
