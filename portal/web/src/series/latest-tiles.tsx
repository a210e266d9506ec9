/** The newest window in a row of numbers, told politely as it changes. */
import { LevelBadge } from '../parts/level-badge.tsx';
import { Term } from '../parts/term.tsx';
import { TIME_ZONE_NAME } from '../text/format.ts';
import { useView } from '../view.ts';
import type { Measure } from './measures.ts';
import { DAY_MS } from './ranges.ts';
import { readingText } from './reading-text.ts';
import type { Slot } from './slots.ts';
import { isScant, latestTold } from './summary.ts';

export function LatestTiles(props: {
  slots: readonly Slot[];
  measures: readonly Measure[];
  /** Counts of people from 1 up to this one, exclusive, are hidden. */
  smallCountBelow: number;
}) {
  const { slots, measures, smallCountBelow } = props;
  const view = useView();
  const { texts, format } = view;
  const slot = latestTold(slots);
  if (slot === undefined) return null;
  const isDay = slot.endMs - slot.startMs >= DAY_MS;
  const when = isDay
    ? format.day(slot.startMs)
    : `${format.shortDay(slot.startMs)}, ${format.clock(slot.startMs)}–${format.clock(slot.endMs)} ${TIME_ZONE_NAME}`;
  return (
    <section class="latest" aria-live="polite" aria-label={`${texts.latest}: ${when}`}>
      <p class="latest-when">
        {texts.latest} <b>{when}</b>
        {slot.coverage > 0 && slot.coverage < 1 && (
          <span>{texts.seenOnly(format.percent(slot.coverage))}</span>
        )}
      </p>
      <ul>
        {measures.map((measure) => {
          const isHeldBack = isScant(slot, measure);
          const reading = slot.readings[measure.id];
          const letter = measure.levels === undefined || isHeldBack ? undefined : slot.levels[measure.levels];
          const levelName = measure.levels === 'fruin' ? texts.crowdLevel : texts.serviceLevel;
          return (
            <li key={measure.id}>
              <span class="tile-name">
                <Term measure={measure} />
              </span>
              <span class="tile-value">
                {letter !== undefined && <LevelBadge letter={letter} label={`${levelName} ${letter}`} />}{' '}
                {isHeldBack ? (
                  <small class="scant">{texts.tooLittleSeen}</small>
                ) : reading?.state === 'hidden' ? (
                  <small class="scant">{texts.hiddenBelow(smallCountBelow)}</small>
                ) : (
                  <>
                    {readingText(reading, measure, view)} <small>{texts.unitNames[measure.unit]}</small>
                  </>
                )}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
