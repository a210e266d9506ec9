/**
 * The small-count rule: a count of people below a threshold says too much about single persons to be published
 * (DOMAIN.md §8, DESIGN.md §5; UU 27/2022 art. 17: counting must not identify anybody). Pure.
 *
 * Within one record nothing withheld can be computed back: every measure derived from a withheld count (rates,
 * densities, levels) is withheld with it, so is its uncertainty, whose interval tells the count, and no published total
 * contains people together with vehicles. Zero stays visible: nobody is identified by it. Vehicles need no rule.
 * Differences between *records* (levels, overlapping zones) are the aggregation levels' matter, not this function's.
 */
import type {
  PublishedFlow,
  PublishedObservation,
  PublishedPresence,
} from '../pipelines/domain/observation-columns.ts';
import type {
  FlowObservation,
  FlowUncertainty,
  Observation,
  PerCountedClass,
  PresenceObservation,
  PresenceUncertainty,
} from '../pipelines/domain/types.ts';

/** People counts of 1–4 are withheld unless a site says otherwise. */
export const DEFAULT_SMALL_COUNT_BELOW = 5;

/**
 * The record as it may be published. `smallCountBelow` is the lowest people count that is shown; 0 or 1 shows all.
 * Withheld measures are absent and named in `suppressed`, which itself is absent when nothing is withheld.
 */
export function applySmallCountRule(observation: Observation, smallCountBelow: number): PublishedObservation {
  if (smallCountBelow <= 1) return observation;
  const isSmall = (count: number | undefined) => count !== undefined && count > 0 && count < smallCountBelow;
  return observation.kind === 'flow'
    ? publishedFlow(observation, isSmall)
    : publishedPresence(observation, isSmall);
}

type IsSmall = (count: number | undefined) => boolean;

function publishedFlow(record: FlowObservation, isSmall: IsSmall): PublishedFlow {
  if (!isSmall(record.count?.person) && !isSmall(record.peopleVolume)) return record;
  const { peopleVolume: _volume, peopleFlowRatePerHour: _rate, uncertainty, ...rest } = record;
  return {
    ...rest,
    ...vehicleUncertainty(uncertainty),
    ...(record.count === undefined ? {} : { count: withoutPerson(record.count) }),
    suppressed: ['count.person', 'peopleVolume', 'peopleFlowRatePerHour'],
  };
}

function publishedPresence(record: PresenceObservation, isSmall: IsSmall): PublishedPresence {
  const measures = [record.peoplePresent, record.present?.person];
  const isMaxSmall = measures.some((measure) => isSmall(measure?.max));
  // A mean of 0.3 tells of one person now and then; under a small maximum even a mean rounded to 0 does.
  const isMeanSmall = isMaxSmall || measures.some((measure) => isSmall(measure?.mean));
  const suppressed: string[] = [];
  let published: PublishedPresence = record;
  if (isMeanSmall) {
    // Mean and maximum go together: a lone maximum of 5 beside a withheld mean still bounds a small crowd.
    const {
      peoplePresent: _people,
      peoplePerM2: _density,
      fruinLevel: _level,
      uncertainty,
      ...rest
    } = record;
    published = { ...rest, ...vehicleUncertainty(uncertainty) };
    if (record.present !== undefined) published = { ...published, present: withoutPerson(record.present) };
    suppressed.push('present.person', 'peoplePresent', 'peoplePerM2', 'fruinLevel');
  }
  for (const name of ['entered', 'left'] as const) {
    const counts = record[name];
    if (counts === undefined || !isSmall(counts.person)) continue;
    published = { ...published, [name]: withoutPerson(counts) };
    suppressed.push(`${name}.person`);
  }
  return suppressed.length === 0 ? record : { ...published, suppressed };
}

/** What is left of an uncertainty without the people's; nothing where that was all. */
function vehicleUncertainty<T extends FlowUncertainty | PresenceUncertainty>(
  uncertainty: T | undefined,
): { readonly uncertainty?: T } {
  if (uncertainty === undefined) return {};
  const kept = Object.entries(uncertainty).filter(([name]) => !name.startsWith('people'));
  return kept.some(([name]) => name !== 'basis') ? { uncertainty: Object.fromEntries(kept) as T } : {};
}

function withoutPerson<T>(measures: PerCountedClass<T>): PerCountedClass<T> {
  const { person: _person, ...rest } = measures;
  return rest;
}
