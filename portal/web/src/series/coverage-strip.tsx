/** One bar for the whole range: what was seen of each window. */
import { useView } from '../view.ts';
import type { Slot } from './slots.ts';
import { coverageOf } from './summary.ts';

export function CoverageStrip({ slots }: { slots: readonly Slot[] }) {
  const { texts, format } = useView();
  const coverage = format.percent(coverageOf(slots));
  const label = `${texts.coverage} ${coverage}, ${texts.coverageHint}`;
  return (
    <div class="coverage-strip">
      <p>
        <b>
          {texts.coverage} {coverage}
        </b>{' '}
        <span>{texts.coverageHint}</span>
      </p>
      <svg viewBox={`0 0 ${slots.length} 1`} preserveAspectRatio="none" role="img" aria-label={label}>
        {runsOf(slots).map(({ from, count, state }) => (
          <rect key={from} x={from} y={0} width={count} height={1} class={state} />
        ))}
      </svg>
    </div>
  );
}

/** Class of a mark for a share of a window seen. */
export function coverageClass(coverage: number): 'complete' | 'partial' | 'gap' {
  if (coverage === 0) return 'gap';
  return coverage === 1 ? 'complete' : 'partial';
}

/** Neighbours of one state as one rectangle: no seams, few elements. */
function runsOf(slots: readonly Slot[]) {
  const runs: { from: number; count: number; state: string }[] = [];
  for (const [index, slot] of slots.entries()) {
    const state = coverageClass(slot.coverage);
    const last = runs.at(-1);
    if (last?.state === state) last.count += 1;
    else runs.push({ from: index, count: 1, state });
  }
  return runs;
}
