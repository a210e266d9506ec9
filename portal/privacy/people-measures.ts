/** Taking the people measures off a record or row, or putting what may be told in their place. Pure. */
import { flowRatePerHour, levelOf } from '../../pipelines/domain/aggregate/indicators.ts';
import { LEVEL_TABLES } from '../../pipelines/domain/tables/level-of-service.ts';
import type {
  FlowObservation,
  FlowUncertainty,
  ObservationBase,
  PerCountedClass,
  PresenceObservation,
  PresenceUncertainty,
} from '../../pipelines/domain/types.ts';
import type { Disclosure } from './public-row.ts';

/** The measures of a flow record or row. */
export type FlowMeasures = Omit<FlowObservation, keyof ObservationBase> & Disclosure;
/** The measures of a presence record or row. */
export type PresenceMeasures = Omit<PresenceObservation, keyof ObservationBase> & Disclosure;

const FLOW_NAMES = ['count.person', 'peopleVolume', 'peopleFlowRatePerHour'] as const;
const PRESENT_NAMES = ['present.person', 'peoplePresent', 'peoplePerM2', 'fruinLevel'] as const;

/** True where people were counted, so that there is something to withhold. */
export function hasPeople(row: FlowMeasures | PresenceMeasures): boolean {
  return row.kind === 'flow'
    ? row.peopleVolume !== undefined || row.count?.person !== undefined
    : row.peoplePresent !== undefined ||
        row.present?.person !== undefined ||
        row.entered?.person !== undefined;
}

/** Without any people measure. */
export function withoutPeople<Row extends FlowMeasures | PresenceMeasures>(row: Row): Row {
  if (!hasPeople(row)) return row;
  if (row.kind === 'flow') return withoutFlow(row) as Row;
  return withoutMovement(withoutMovement(withoutPresent(row), 'entered'), 'left') as Row;
}

/** Without crossings of people and what derives from them; the uncertainty's interval tells the count, so it goes too. */
export function withoutFlow<Row extends FlowMeasures>(row: Row): Row {
  const { peopleVolume: _volume, peopleFlowRatePerHour: _rate, uncertainty, ...rest } = row;
  return {
    ...rest,
    ...vehicleUncertainty(uncertainty),
    ...(row.count === undefined ? {} : { count: withoutPerson(row.count) }),
    suppressed: [...(row.suppressed ?? []), ...FLOW_NAMES],
  } as unknown as Row;
}

/** With a part of the crossings in place of all; `analysedUs` is the time in which people were counted. */
export function withPartOfFlow<Row extends FlowMeasures>(row: Row, shown: number, analysedUs: number): Row {
  const { uncertainty, ...rest } = row;
  return {
    ...rest,
    ...vehicleUncertainty(uncertainty),
    ...(row.count === undefined ? {} : { count: { ...row.count, person: shown } }),
    peopleVolume: shown,
    peopleFlowRatePerHour: flowRatePerHour(shown, analysedUs),
    partlyHidden: [...(row.partlyHidden ?? []), ...FLOW_NAMES],
  } as unknown as Row;
}

/** Without the people present: mean and maximum go together, a lone maximum still bounds a small crowd. */
export function withoutPresent<Row extends PresenceMeasures>(row: Row): Row {
  const { peoplePresent: _people, peoplePerM2: _density, fruinLevel: _level, uncertainty, ...rest } = row;
  return {
    ...rest,
    ...vehicleUncertainty(uncertainty),
    ...(row.present === undefined ? {} : { present: withoutPerson(row.present) }),
    suppressed: [...(row.suppressed ?? []), ...PRESENT_NAMES],
  } as unknown as Row;
}

/** With a coarser mean of people present; density and level follow it. */
export function withMeanPresent<Row extends PresenceMeasures>(row: Row, mean: number): Row {
  const { uncertainty, fruinLevel: _level, ...rest } = row;
  const people = { mean, max: row.peoplePresent?.max ?? 0 };
  const exact = row.peoplePresent?.mean ?? 0;
  const density =
    row.peoplePerM2 === undefined || exact === 0
      ? undefined
      : Math.round(((row.peoplePerM2 * mean) / exact) * 1e6) / 1e6;
  const table = LEVEL_TABLES.find(({ name }) => name === row.fruinTable);
  return {
    ...rest,
    ...vehicleUncertainty(uncertainty),
    ...(row.present === undefined ? {} : { present: { ...row.present, person: people } }),
    peoplePresent: people,
    ...(density === undefined ? {} : { peoplePerM2: density }),
    ...(density === undefined || table === undefined ? {} : { fruinLevel: levelOf(density, table) }),
    partlyHidden: [...(row.partlyHidden ?? []), ...PRESENT_NAMES],
  } as unknown as Row;
}

/** Without the people who entered, or who left. */
export function withoutMovement<Row extends PresenceMeasures>(row: Row, name: 'entered' | 'left'): Row {
  const counts = row[name];
  if (counts?.person === undefined) return row;
  return {
    ...row,
    [name]: withoutPerson(counts),
    suppressed: [...(row.suppressed ?? []), `${name}.person`],
  };
}

/** With a part of those who entered, or left, in place of all. */
export function withPartOfMovement<Row extends PresenceMeasures>(
  row: Row,
  name: 'entered' | 'left',
  shown: number,
): Row {
  return {
    ...row,
    [name]: { ...row[name], person: shown },
    partlyHidden: [...(row.partlyHidden ?? []), `${name}.person`],
  };
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
