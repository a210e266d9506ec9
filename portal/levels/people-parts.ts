/**
 * What the disclosure rule (`portal/privacy/`) has to know of a longer window: how its people spread over the quarter
 * hours below. Kept beside the sums, so that a year of days is published without reading its quarter hours. Pure.
 */
import { US_PER_SECOND } from '../../pipelines/domain/time.ts';
import type { Observation } from '../../pipelines/domain/types.ts';
import { LEVEL_SECONDS, levelWindowStartUs } from './level.ts';
import {
  FLOW_SUMS,
  type LevelPart,
  type LevelSums,
  type PeopleParts,
  PRESENCE_SUMS,
  withoutOverlaps,
} from './sums.ts';

const QUARTER_US = LEVEL_SECONDS['quarter-hour'] * US_PER_SECOND;
const HOUR_US = LEVEL_SECONDS.hour * US_PER_SECOND;
const REST_SLOT = 4;
const NONE = -1;

/** Places in the sums. */
const INDEX = {
  flow: { peopleUs: FLOW_SUMS.indexOf('peopleUs'), counts: [FLOW_SUMS.indexOf('count_person')] },
  presence: {
    peopleUs: PRESENCE_SUMS.indexOf('peopleUs'),
    counts: [PRESENCE_SUMS.indexOf('entered_person'), PRESENCE_SUMS.indexOf('left_person')],
    presentUs: PRESENCE_SUMS.indexOf('presentUs_person'),
    max: PRESENCE_SUMS.indexOf('max_person'),
  },
} as const;

/** Analysed time in which people were counted, µs. */
export function peopleAnalysedUs(
  kind: Observation['kind'],
  sums: { readonly values: ArrayLike<number> },
): number {
  return sums.values[INDEX[kind].peopleUs] ?? 0;
}

/**
 * The people parts of a window that is put together from these: of an hour quarter hours and other windows, of a day
 * hours. Undefined where nobody counted people, and for a day with an hour that does not know its parts.
 */
export function peoplePartsOf(
  kind: Observation['kind'],
  parts: readonly LevelPart[],
): PeopleParts | undefined {
  const counted = withoutOverlaps(parts).filter(({ sums }) => peopleAnalysedUs(kind, sums) > 0);
  const hours = counted.filter(({ lengthUs, sums }) => lengthUs === HOUR_US && sums.people !== undefined);
  if (counted.length === 0) return undefined;
  return hours.length === 0 ? hourParts(kind, counted) : dayParts(kind, counted, hours);
}

function hourParts(kind: Observation['kind'], counted: readonly LevelPart[]): PeopleParts {
  const counts = INDEX[kind].counts.map((index) => {
    const slots: number[] = [];
    for (const part of counted) putCount(slots, slotOf(part), part.sums.values[index] ?? 0);
    return [slots];
  });
  return { counts, leastPresent: leastOf(counted.map(({ sums }) => leastPresent(kind, sums))) };
}

function dayParts(
  kind: Observation['kind'],
  counted: readonly LevelPart[],
  hours: readonly LevelPart[],
): PeopleParts | undefined {
  if (hours.length < counted.length) return undefined;
  const counts = INDEX[kind].counts.map((_, measure) => {
    const ofDay: (readonly number[])[] = [];
    for (const { startUs, sums } of hours) {
      const hour = (startUs - levelWindowStartUs('day', startUs)) / HOUR_US;
      while (ofDay.length <= hour) ofDay.push([]);
      ofDay[hour] = sums.people?.counts[measure]?.[0] ?? [];
    }
    return ofDay;
  });
  return { counts, leastPresent: leastOf(hours.map(({ sums }) => sums.people?.leastPresent ?? NONE)) };
}

function slotOf({ startUs, lengthUs }: LevelPart): number {
  return lengthUs === QUARTER_US ? Math.floor((startUs % HOUR_US) / QUARTER_US) : REST_SLOT;
}

function putCount(slots: number[], slot: number, count: number): void {
  while (slots.length <= slot) slots.push(NONE);
  slots[slot] = Math.max(0, slots[slot] ?? 0) + count;
}

/** The smaller of mean and maximum of a part in which anybody was seen. */
function leastPresent(kind: Observation['kind'], { values }: LevelSums): number {
  if (kind === 'flow') return NONE;
  const { presentUs, peopleUs, max } = INDEX.presence;
  const most = values[max] ?? 0;
  return most === 0 ? NONE : Math.min(most, Math.floor((values[presentUs] ?? 0) / (values[peopleUs] ?? 1)));
}

function leastOf(values: readonly number[]): number {
  const known = values.filter((value) => value !== NONE);
  return known.length === 0 ? NONE : Math.min(...known);
}
