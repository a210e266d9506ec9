/**
 * What of a record or row is public (DOMAIN.md §8, UU 27/2022 art. 17: counting must not identify anybody). Pure;
 * the rule and why it holds: `docs/data-contract.md` "Small counts". Vehicles need no rule.
 */
import { parseIsoUs, US_PER_SECOND } from '../../pipelines/domain/time.ts';
import type { Observation } from '../../pipelines/domain/types.ts';
import { LEVEL_SECONDS } from '../levels/level.ts';
import type { FlowSeriesRow, PresenceSeriesRow, SeriesRow } from '../levels/series-row.ts';
import { isPairHidden, isSmall, type ToldSum, toldDay, toldHour } from './count-release.ts';
import {
  hasPeople,
  withMeanPresent,
  withoutFlow,
  withoutMovement,
  withoutPeople,
  withoutPresent,
  withPartOfFlow,
  withPartOfMovement,
} from './people-measures.ts';
import type { PublicObservation, PublicSeriesRow } from './public-row.ts';

/** People counts of 1–4 are withheld unless a site says otherwise. */
export const DEFAULT_SMALL_COUNT_BELOW = 5;

/**
 * How long after its end a window without all its records waits for late ones before people measures are told. Until
 * then each late minute would show as a difference.
 */
export const SETTLE_US = 900 * US_PER_SECOND;

/** Length of the fixed pairs of quarter hours (00 + 15 and 30 + 45) whose people measures are told together. */
export const PAIR_US = 2 * LEVEL_SECONDS['quarter-hour'] * US_PER_SECOND;
const QUARTER_US = PAIR_US / 2;

/** A mean over hidden parts is cut down to a multiple of this, so that one hidden part stays unknown by two people. */
const MEAN_STEP = 2;

/** What the rule goes by. */
export interface DisclosureRule {
  /** `thresholdOf(smallCountBelow)`; 0 tells everything. */
  readonly threshold: number;
  readonly nowUs: number;
}

/** The record as it may be published: below quarter hours nothing of people is told, not even zeros. */
export function publicObservation(observation: Observation, threshold: number): PublicObservation {
  return (threshold === 0 ? observation : withoutPeople(observation)) as PublicObservation;
}

/**
 * The row as it may be published. `sibling` is the row of the same series in the other half of its pair, where the row
 * is a quarter hour and there is one.
 */
export function publicRow(
  row: SeriesRow,
  sibling: SeriesRow | undefined,
  rule: DisclosureRule,
): PublicSeriesRow {
  const shown = withoutParts(row);
  if (rule.threshold === 0 || !hasPeople(row)) return shown as PublicSeriesRow;
  if (row.level === 'minute') return withoutPeople(shown) as PublicSeriesRow;
  if (!isReleased(row, sibling, rule.nowUs)) {
    return { ...withoutPeople(shown), isPending: true } as PublicSeriesRow;
  }
  const published =
    row.level === 'quarter-hour'
      ? quarter(shown, sibling, rule.threshold)
      : longer(shown, row.people, rule.threshold);
  return published as PublicSeriesRow;
}

function withoutParts(row: SeriesRow): SeriesRow {
  // Not by taking the name away: that makes a slow dictionary of a row, thousands of times in an answer.
  return row.people === undefined ? row : ({ ...row, people: undefined } as unknown as SeriesRow);
}

/** Start of the other quarter hour of a pair. */
export function siblingStartUs(quarterStartUs: number): number {
  return quarterStartUs % PAIR_US === 0 ? quarterStartUs + QUARTER_US : quarterStartUs - QUARTER_US;
}

/** Everything there will be is there, as far as one can know: never untrue again. */
function isReleased(row: SeriesRow, sibling: SeriesRow | undefined, nowUs: number): boolean {
  const startUs = startUsOf(row);
  const isQuarter = row.level === 'quarter-hour';
  const endUs = isQuarter
    ? startUs - (startUs % PAIR_US) + PAIR_US
    : startUs + LEVEL_SECONDS[row.level] * US_PER_SECOND;
  if (nowUs < endUs) return false;
  if (nowUs >= endUs + SETTLE_US) return true;
  return isRecorded(row) && (!isQuarter || (sibling !== undefined && isRecorded(sibling)));
}

function isRecorded({ level, recordedUs }: SeriesRow): boolean {
  return recordedUs >= LEVEL_SECONDS[level] * US_PER_SECOND;
}

let lastStart = { text: '', us: 0 };

/** Start of a row's window, µs UTC. Rows come window by window: the last one is kept. */
export function startUsOf({ windowStart: text }: Pick<SeriesRow, 'windowStart'>): number {
  if (lastStart.text !== text) lastStart = { text, us: parseIsoUs(text) };
  return lastStart.us;
}

function quarter(row: SeriesRow, sibling: SeriesRow | undefined, threshold: number): SeriesRow {
  const isHidden = (countOf: (each: SeriesRow) => number | undefined) =>
    isPairHidden([countOf(row), sibling === undefined ? undefined : countOf(sibling)], threshold);
  if (row.kind === 'flow') {
    return isHidden((each) => (each.kind === 'flow' ? each.peopleVolume : undefined))
      ? withoutFlow(row)
      : row;
  }
  const isPresentHidden = [row, sibling].some((each) => each !== undefined && isSmallCrowd(each, threshold));
  let shown = isPresentHidden ? withoutPresent(row) : row;
  for (const name of ['entered', 'left'] as const) {
    if (isHidden((each) => (each.kind === 'presence' ? each[name]?.person : undefined)))
      shown = withoutMovement(shown, name);
  }
  return shown;
}

/** A mean of 0.3 tells of one person now and then; beside a small maximum even a mean rounded to 0 does. */
function isSmallCrowd(row: SeriesRow, threshold: number): boolean {
  if (row.kind !== 'presence' || row.peoplePresent === undefined) return false;
  const { mean, max } = row.peoplePresent;
  return max > 0 && Math.min(mean, max) < threshold;
}

function longer(row: SeriesRow, people: SeriesRow['people'], threshold: number): SeriesRow {
  if (people === undefined) return withoutPeople(row);
  const told = people.counts.map((hours) => toldOf(hours, threshold));
  return row.kind === 'flow'
    ? flow(row, told[0], people.analysedUs)
    : presence(row, { entered: told[0], left: told[1], leastPresent: people.leastPresent, threshold });
}

function toldOf(hours: readonly (readonly number[])[], threshold: number): ToldSum {
  // Most windows have nothing to hide, and `toldHour` and `toldDay` make lists of lists to say so.
  const whole = sumWithoutSmall(hours, threshold);
  if (whole !== undefined) return { shown: whole, isWhole: true, hidden: 0 };
  const counts = hours.map((slots) => slots.map((count) => (count < 0 ? undefined : count)));
  return counts.length === 1 && counts[0] !== undefined
    ? toldHour(counts[0], threshold)
    : toldDay(counts, threshold);
}

/** The sum of all parts where none is small, −1 being none. */
function sumWithoutSmall(hours: readonly (readonly number[])[], threshold: number): number | undefined {
  let sum = 0;
  for (const slots of hours) {
    for (const count of slots) {
      if (isSmall(count, threshold)) return undefined;
      if (count > 0) sum += count;
    }
  }
  return sum;
}

function flow(row: FlowSeriesRow, told: ToldSum | undefined, analysedUs: number): FlowSeriesRow {
  if (told?.isWhole === true) return row;
  return told === undefined || told.shown === 0
    ? withoutFlow(row)
    : withPartOfFlow(row, told.shown, analysedUs);
}

interface ToldPresence {
  readonly entered: ToldSum | undefined;
  readonly left: ToldSum | undefined;
  readonly leastPresent: number;
  readonly threshold: number;
}

function presence(
  row: PresenceSeriesRow,
  { leastPresent, threshold, ...told }: ToldPresence,
): PresenceSeriesRow {
  const isSomeHidden = leastPresent >= 0 && leastPresent < threshold;
  let shown = isSomeHidden ? coarser(row, threshold) : row;
  for (const name of ['entered', 'left'] as const) {
    const sum = told[name];
    if (sum?.isWhole === true || row[name]?.person === undefined) continue;
    shown =
      sum === undefined || sum.shown === 0
        ? withoutMovement(shown, name)
        : withPartOfMovement(shown, name, sum.shown);
  }
  return shown;
}

function coarser(row: PresenceSeriesRow, threshold: number): PresenceSeriesRow {
  const { mean, max } = row.peoplePresent ?? { mean: 0, max: 0 };
  const shown = Math.floor(mean / MEAN_STEP) * MEAN_STEP;
  const isTold = shown > 0 && !isSmall(shown, threshold) && !isSmall(max, threshold);
  return isTold ? withMeanPresent(row, shown) : withoutPresent(row);
}
