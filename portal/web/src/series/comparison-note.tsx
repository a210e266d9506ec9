/** How much the range differs from what it is compared with. */
import { useView } from '../view.ts';
import { type Comparison, differenceOf } from './comparison.ts';
import type { MeasureId } from './measures.ts';
import type { Slot } from './slots.ts';

export function ComparisonNote(props: {
  slots: readonly Slot[];
  compared: readonly (number | undefined)[];
  comparison: Comparison;
  measure: MeasureId;
}) {
  const { texts, format } = useView();
  const difference = differenceOf(props.slots, props.compared, props.measure);
  return (
    <p class="comparison-note">
      <i class="key compared" aria-hidden="true" /> {texts.comparisons[props.comparison]}:{' '}
      {difference === undefined ? (
        texts.notCompared
      ) : (
        <>
          {difference.share !== undefined && <b>{shareText(difference.share)}</b>}{' '}
          <span>({texts.comparedOver(difference.windows)})</span>
        </>
      )}
    </p>
  );

  function shareText(share: number): string {
    if (Math.abs(share) < 0.005) return texts.comparedSame;
    const percent = format.percent(Math.abs(share));
    return share > 0 ? texts.comparedUp(percent) : texts.comparedDown(percent);
  }
}
