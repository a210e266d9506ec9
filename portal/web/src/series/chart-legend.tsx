/** What the marks of a chart mean, beside its values. */
import { useView } from '../view.ts';
import type { Measure } from './measures.ts';
import type { Reading } from './slots.ts';

export function ChartLegend({
  measure,
  hasInterval,
  states,
}: {
  measure: Measure;
  hasInterval: boolean;
  states: readonly Reading['state'][];
}) {
  const { texts } = useView();
  const { behind, topic } = measure;
  const isWithheld = states.some((state) => state === 'hidden' || state === 'pending');
  return (
    <ul class="chart-legend">
      {behind !== undefined && (
        <li>
          <i class={`key pale ${topic}`} aria-hidden="true" /> {texts.measures[behind]}
        </li>
      )}
      <li>
        <i class="key gap" aria-hidden="true" /> {texts.gapLegend}
      </li>
      <li>
        <i class="key partial" aria-hidden="true" /> {texts.partialLegend}
      </li>
      {isWithheld && (
        <li>
          <i class="key withheld" aria-hidden="true" /> {texts.hiddenLegend}
        </li>
      )}
      {hasInterval && (
        <li>
          <i class="key interval" aria-hidden="true" /> {texts.interval}
        </li>
      )}
    </ul>
  );
}
