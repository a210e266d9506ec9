/** The chosen window in numbers, or the whole range where none is chosen. */

import { LevelBadge } from '../parts/level-badge.tsx';
import { reasonText } from '../text/reasons.ts';
import { useView, type View } from '../view.ts';
import type { Measure } from './measures.ts';
import { DAY_MS } from './ranges.ts';
import { readingText } from './reading-text.ts';
import type { Slot } from './slots.ts';
import { coverageOf, summaryOf } from './summary.ts';

export function Readout(props: {
  slots: readonly Slot[];
  measure: Measure;
  chosen: number | undefined;
  compared: readonly (number | undefined)[] | undefined;
}) {
  const { slots, measure, chosen, compared } = props;
  const view = useView();
  const { texts, format } = view;
  const slot = chosen === undefined ? undefined : slots[chosen];
  const summary = summaryOf(slots, measure);
  const reading = slot === undefined ? summary : slot.readings[measure.id];
  const letter = slot === undefined || measure.levels === undefined ? undefined : slot.levels[measure.levels];
  const other = chosen === undefined ? undefined : compared?.[chosen];
  return (
    <div class="readout" aria-live="polite">
      <p class="readout-value">
        {letter !== undefined && <LevelBadge letter={letter} label={letter} />}
        <b>{readingText(reading, measure, view)}</b> <span>{texts.unitNames[measure.unit]}</span>{' '}
        {slot === undefined && (
          <span>
            · {rangeWord(measure, view)}
            {summary.isOfShown === true && ` ${texts.ofShown}`}
          </span>
        )}
      </p>
      <p class="readout-when">
        {slot === undefined ? texts.inRange : slotTime(slot, view)} · {texts.coverage.toLowerCase()}{' '}
        {format.percent(slot?.coverage ?? coverageOf(slots))}
        {slot !== undefined && slot.coverage < 1 && ` (${gapText(slot, view)})`}
      </p>
      {reading?.interval !== undefined && (
        <p>
          {texts.interval} {format.number(reading.interval[0], measure.decimals)}–
          {format.number(reading.interval[1], measure.decimals)}
        </p>
      )}
      {other !== undefined && (
        <p>
          {texts.compared} {format.number(other, measure.decimals)}
        </p>
      )}
    </div>
  );
}

function rangeWord({ ofRange }: Measure, { texts }: View): string {
  if (ofRange === 'total') return texts.total;
  return ofRange === 'mean' ? texts.mean : texts.highest;
}

/** When a window is, in local time. */
export function slotTime({ startMs, endMs }: Slot, { format }: View): string {
  if (endMs - startMs >= DAY_MS) return format.day(startMs);
  return `${format.shortDay(startMs)}, ${format.clock(startMs)}–${format.clock(endMs)}`;
}

/** Why a window was not wholly seen. */
export function gapText({ reasons, isRecorded, coverage }: Slot, { texts, language }: View): string {
  if (!isRecorded) return texts.unrecorded;
  if (reasons.length > 0) return reasons.map((reason) => reasonText(language, reason)).join(', ');
  return coverage === 0 ? texts.gap : texts.partial;
}
