/** The windows as a table: the same numbers as the charts, for reading, copying and screen readers. */
import { useState } from 'preact/hooks';
import { LevelBadge } from '../parts/level-badge.tsx';
import { useView } from '../view.ts';
import { coverageClass } from './coverage-strip.tsx';
import type { Measure } from './measures.ts';
import { readingText } from './reading-text.ts';
import { gapText, slotTime } from './readout.tsx';
import type { Slot } from './slots.ts';

const FIRST_ROWS = 24;

export function SlotTable({ slots, measures }: { slots: readonly Slot[]; measures: readonly Measure[] }) {
  const { texts } = useView();
  const [isWhole, setWhole] = useState(false);
  const newestFirst = [...slots].reverse();
  const shown = isWhole ? newestFirst : newestFirst.slice(0, FIRST_ROWS);
  return (
    <section class="card table-card">
      <header>
        <h2>{texts.table}</h2>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard */}
      <section class="scroll" tabIndex={0} aria-label={texts.table}>
        <table class="slots">
          <thead>
            <tr>
              <th scope="col">{texts.time}</th>
              <th scope="col">{texts.coverage}</th>
              {measures.map(({ id, unit }) => (
                <th key={id} scope="col">
                  {texts.measures[id]}{' '}
                  {texts.unitNames[unit] !== texts.measures[id] && <small>{texts.unitNames[unit]}</small>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((slot) => (
              <Row key={slot.startMs} slot={slot} measures={measures} />
            ))}
          </tbody>
        </table>
      </section>
      {shown.length < slots.length && (
        <button type="button" class="more" onClick={() => setWhole(true)}>
          {texts.showAll(slots.length)}
        </button>
      )}
    </section>
  );
}

function Row({ slot, measures }: { slot: Slot; measures: readonly Measure[] }) {
  const view = useView();
  const { texts, format } = view;
  return (
    <tr class={coverageClass(slot.coverage)}>
      <th scope="row">{slotTime(slot, view)}</th>
      <td class="cover">
        <meter min={0} max={1} value={slot.coverage} aria-label={texts.coverage} />
        <span>{format.percent(slot.coverage)}</span>
        {slot.coverage < 1 && <small>{gapText(slot, view)}</small>}
      </td>
      {measures.map((measure) => {
        const letter = measure.levels === undefined ? undefined : slot.levels[measure.levels];
        const reading = slot.readings[measure.id];
        return (
          <td key={measure.id} class={reading?.state}>
            {readingText(reading, measure, view)}
            {letter !== undefined && (
              <>
                {' '}
                <LevelBadge letter={letter} label={letter} />
              </>
            )}
          </td>
        );
      })}
    </tr>
  );
}
