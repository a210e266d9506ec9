/** What one flat column of a record is. */
import type { BilingualText } from '../bilingual-text.ts';
import type { RoadUserClass } from '../classes.ts';
import type { FlowObservation, PresenceObservation } from '../types.ts';

/** What a reader may find missing although the window was analysed, see `portal/privacy/`. */
interface Suppressible {
  /** Dotted names of the measures withheld by the small-count rule; absent when nothing is withheld. */
  readonly suppressed?: readonly string[];
}

/** A flow record as readers get it. */
export type PublishedFlow = FlowObservation & Suppressible;

/** A presence record as readers get it. */
export type PublishedPresence = PresenceObservation & Suppressible;

/** A record as readers get it: an `Observation`, of which measures may be withheld. */
export type PublishedObservation = PublishedFlow | PublishedPresence;

/** A cell; undefined is an empty one. */
type Value = string | number | undefined;

/** One flat column. `value` is undefined where the record has no such measure: an empty cell, never 0. */
export interface ObservationColumn {
  /** snake_case, stable; new columns are only ever added at the end. */
  readonly name: string;
  readonly label: BilingualText;
  /** Unit symbol, empty for texts and pure numbers. */
  readonly unit: string;
  readonly value: (observation: PublishedObservation) => Value;
}

/** A label in Indonesian and in English. */
export type Label = readonly [id: string, en: string];

/** A column of both kinds of record. */
export function column(name: string, [id, en]: Label, unit: string, value: ObservationColumn['value']) {
  return { name, label: { id, en }, unit, value } satisfies ObservationColumn;
}

/** A column that presence records leave empty. */
export function flow(name: string, label: Label, unit: string, value: (record: PublishedFlow) => Value) {
  return column(name, label, unit, (record) => (record.kind === 'flow' ? value(record) : undefined));
}

/** A column that flow records leave empty. */
export function presence(
  name: string,
  label: Label,
  unit: string,
  value: (record: PublishedPresence) => Value,
) {
  return column(name, label, unit, (record) => (record.kind === 'presence' ? value(record) : undefined));
}

/** Road users of a class, many of them. */
export const CLASS_LABELS: Readonly<Record<RoadUserClass, BilingualText>> = {
  person: { id: 'orang', en: 'people' },
  bicycle: { id: 'sepeda', en: 'bicycles' },
  motorcycle: { id: 'sepeda motor', en: 'motorcycles' },
  car: { id: 'mobil', en: 'cars' },
  bus: { id: 'bus', en: 'buses' },
  truck: { id: 'truk', en: 'trucks' },
};
