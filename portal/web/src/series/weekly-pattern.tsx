/** Hour × weekday as a table of shades: the same numbers for eyes and screen readers. */
import { useMemo } from 'preact/hooks';
import { useView } from '../view.ts';
import { type HeatCell, heatMapOf, SHADES } from './heat-map.ts';
import type { Measure } from './measures.ts';
import type { Slot } from './slots.ts';

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

export function WeeklyPattern({
  pattern,
  measure,
}: {
  pattern: readonly Slot[] | undefined;
  measure: Measure;
}) {
  const { texts, format } = useView();
  const map = useMemo(
    () => (pattern === undefined ? undefined : heatMapOf(pattern, measure.id, measure.ofRange === 'total')),
    [pattern, measure],
  );
  if (map === undefined) return null;
  const hint = texts.heatMapHint(texts.measures[measure.id]);
  const isEmpty = map.cells.flat().every(({ weeks }) => weeks === 0);
  return (
    <section class="card pattern">
      <header>
        <h2>{texts.heatMap}</h2>
        <span class="when">{hint}</span>
      </header>
      {isEmpty ? (
        <p class="missing">{texts.heatMapEmpty}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard
        <section class="scroll" tabIndex={0} aria-label={hint}>
          <table class="heat">
            <caption class="unseen">{hint}</caption>
            <thead>
              <tr>
                <td />
                {HOURS.map((hour) => (
                  <th key={hour} scope="col">
                    {hour % 3 === 0 ? hour : <span class="unseen">{hour}</span>}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {map.cells.map((cells, day) => (
                <tr key={format.weekday(day)}>
                  <th scope="row">{format.weekday(day)}</th>
                  {cells.map((cell, hour) => (
                    <Cell key={HOURS[hour]} cell={cell} decimals={measure.decimals} />
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {!isEmpty && (
        <p class="heat-scale" aria-hidden="true">
          {texts.low}
          {Array.from({ length: SHADES }, (_, shade) => (
            <i key={HOURS[shade]} class={`shade-${shade + 1}`} />
          ))}
          {texts.high} ({format.number(map.highest, measure.decimals)})
          <i class="shade-0" /> {texts.noneTold}
        </p>
      )}
    </section>
  );
}

function Cell({ cell, decimals }: { cell: HeatCell; decimals: number }) {
  const { texts, format } = useView();
  const text = cell.mean === undefined ? texts.noneTold : format.number(cell.mean, decimals);
  return (
    <td class={`shade-${cell.shade}`} title={`${text} (n = ${cell.weeks})`}>
      <span class="unseen">{text}</span>
    </td>
  );
}
