/** What the marks of a chart mean, beside its values. */
import { useView } from '../view.ts';
import type { Reading } from './slots.ts';

export function ChartLegend({
  hasInterval,
  states,
}: {
  hasInterval: boolean;
  states: readonly Reading['state'][];
}) {
  const { texts } = useView();
  const isWithheld = states.some((state) => state === 'hidden' || state === 'pending');
  return (
    <ul class="chart-legend">
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
