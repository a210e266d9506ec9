/** Units of published measures: satuan in both languages, UCUM code, and QUDT where it has the unit. */
import type { BilingualText } from '../../../pipelines/domain/bilingual-text.ts';

/** One unit. */
export interface Unit {
  /** Satuan as it is written in tables. */
  readonly name: BilingualText;
  readonly symbol: string;
  /** UCUM code; what UCUM has no unit for stands in its annotations `{…}`, which are dimensionless. */
  readonly ucum: string;
  /** IRI in QUDT's unit vocabulary. */
  readonly qudt?: string;
}

const QUDT = 'http://qudt.org/vocab/unit/';

function unit(id: string, en: string, codes: { symbol: string; ucum: string; qudt?: string }): Unit {
  const { symbol, ucum, qudt } = codes;
  return { name: { id, en }, symbol, ucum, ...(qudt === undefined ? {} : { qudt: QUDT + qudt }) };
}

/** Every unit that a column names. */
export const UNITS = {
  vehicles: unit('kendaraan', 'vehicles', { symbol: 'kendaraan', ucum: '{vehicle}', qudt: 'NUM' }),
  people: unit('orang', 'people', { symbol: 'orang', ucum: '{person}', qudt: 'NUM' }),
  vehiclesPerHour: unit('kendaraan/jam', 'vehicles/h', { symbol: 'kendaraan/jam', ucum: '{vehicle}/h' }),
  peoplePerHour: unit('orang/jam', 'people/h', { symbol: 'orang/jam', ucum: '{person}/h' }),
  pcuPerHour: unit('smp/jam', 'pcu/h', { symbol: 'smp/jam', ucum: '{pcu}/h' }),
  vehiclesPerKm: unit('kendaraan/km', 'vehicles/km', { symbol: 'kendaraan/km', ucum: '{vehicle}/km' }),
  pcuPerKm: unit('smp/km', 'pcu/km', { symbol: 'smp/km', ucum: '{pcu}/km' }),
  peoplePerM2: unit('orang/m²', 'people/m²', { symbol: 'orang/m²', ucum: '{person}/m2' }),
  kmPerHour: unit('km/jam', 'km/h', { symbol: 'km/jam', ucum: 'km/h', qudt: 'KiloM-PER-HR' }),
  percent: unit('persen', 'percent', { symbol: '%', ucum: '%', qudt: 'PERCENT' }),
  ratio: unit('rasio', 'ratio', { symbol: '1', ucum: '1', qudt: 'UNITLESS' }),
  metres: unit('meter', 'metres', { symbol: 'm', ucum: 'm', qudt: 'M' }),
  squareMetres: unit('meter persegi', 'square metres', { symbol: 'm²', ucum: 'm2', qudt: 'M2' }),
  degrees: unit('derajat', 'degrees', { symbol: '°', ucum: 'deg', qudt: 'DEG' }),
  hours: unit('jam', 'hours', { symbol: 'jam', ucum: 'h', qudt: 'HR' }),
  samples: unit('sampel', 'samples', { symbol: 'sampel', ucum: '{sample}', qudt: 'NUM' }),
  places: unit('lokasi', 'places', { symbol: 'lokasi', ucum: '{place}', qudt: 'NUM' }),
} as const satisfies Readonly<Record<string, Unit>>;
