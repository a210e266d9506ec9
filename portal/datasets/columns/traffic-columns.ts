/** Measures of *kepadatan lalu lintas*. Formulas: `pipelines/domain/aggregate/indicators.ts`; terms of PKJI 2023. */

import type { BilingualText } from '../../../pipelines/domain/bilingual-text.ts';
import type { MeasurementSource, PublishedSeriesRow } from '../measurement-source.ts';
import { SERVICE_LEVEL_LIST } from './code-lists.ts';
import { type BoundColumn, fromRaw, text } from './column.ts';
import { UNITS, type Unit } from './units.ts';

type Measurement = BoundColumn<MeasurementSource>;

const COUNT = text('jumlah', 'count');
const RATE = text('laju', 'rate');
const MEAN = text('rata-rata menurut waktu', 'time-weighted mean');
const VOLUME_CONCEPT = text('volume lalu lintas', 'traffic volume');
const FLOW_CONCEPT = text('arus lalu lintas', 'traffic flow');
const DENSITY_CONCEPT = text('kepadatan lalu lintas', 'traffic density');
const CAPACITY_CONCEPT = text('kinerja ruas jalan', 'performance of the road section');

function volume(name: string, rawColumn: string, definition: BilingualText): Measurement {
  return {
    ...fromRaw(rawColumn),
    name,
    concept: VOLUME_CONCEPT,
    definition,
    role: 'measure',
    type: 'integer',
    measure: COUNT,
    unit: UNITS.vehicles,
    constraints: { minimum: 0 },
  };
}

interface Texts {
  readonly concept: BilingualText;
  readonly definition: BilingualText;
  readonly measure: BilingualText;
  readonly unit: Unit;
}

function number(name: string, rawColumn: string, texts: Texts): Measurement {
  return {
    ...fromRaw(rawColumn),
    name,
    ...texts,
    role: 'measure',
    type: 'number',
    constraints: { minimum: 0 },
  };
}

const VOLUMES: readonly Measurement[] = [
  volume(
    'jumlah_sm',
    'count_motorcycle',
    text(
      'Sepeda motor (SM) yang melintasi garis hitung selama jendela waktu.',
      'Motorcycles (SM) that crossed the counting line in the window.',
    ),
  ),
  volume(
    'jumlah_mp',
    'count_car',
    text(
      'Mobil penumpang (MP) yang melintas: mobil, angkot, minibus; pikap dapat terhitung sebagai truk.',
      'Passenger cars (MP) that crossed: cars, angkot, minibuses; pick-ups may be counted as trucks.',
    ),
  ),
  volume(
    'jumlah_bus',
    'count_bus',
    text('Bus yang melintas (bus besar, BB; kendaraan sedang, KS).', 'Buses that crossed (BB, KS).'),
  ),
  volume(
    'jumlah_truk',
    'count_truck',
    text('Truk yang melintas (truk besar, TB; kendaraan sedang, KS).', 'Trucks that crossed (TB, KS).'),
  ),
  volume(
    'jumlah_ktb',
    'count_bicycle',
    text(
      'Kendaraan tak bermotor (KTB) yang melintas; hanya sepeda, becak tidak dikenali model.',
      'Non-motorised vehicles (KTB) that crossed; bicycles only, the model knows no becak.',
    ),
  ),
  volume(
    'jumlah_kendaraan',
    'volume',
    text(
      'Semua kendaraan yang melintas, termasuk KTB, tanpa orang.',
      'All vehicles that crossed, bicycles included, people not.',
    ),
  ),
];

const FLOWS: readonly Measurement[] = [
  number('arus_kendaraan_jam', 'flow_rate_per_hour', {
    concept: FLOW_CONCEPT,
    definition: text(
      'jumlah_kendaraan × 3600 / detik yang dianalisis: celah tidak menurunkannya.',
      'jumlah_kendaraan × 3600 / analysed seconds: a gap does not lower it.',
    ),
    measure: RATE,
    unit: UNITS.vehiclesPerHour,
  }),
  number('volume_smp_jam', 'pcu_per_hour', {
    concept: FLOW_CONCEPT,
    definition: text(
      'q = Σ emp × kendaraan bermotor per jam waktu yang dianalisis (15 menit dikalikan empat). Kosong tanpa data jalan.',
      'q = Σ emp × motor vehicles per hour of analysed time (15 minutes times four). Empty without road data.',
    ),
    measure: RATE,
    unit: UNITS.pcuPerHour,
  }),
  {
    ...fromRaw('emp_table'),
    name: 'metode_emp',
    concept: text('ekuivalensi mobil penumpang', 'passenger car equivalents'),
    definition: text(
      'Tabel dan baris ekuivalensi mobil penumpang yang dipakai.',
      'Table and row of the passenger car equivalents that were used.',
    ),
    role: 'attribute',
    type: 'string',
  },
  number('kecepatan_km_jam', 'space_mean_speed_km_per_hour', {
    concept: text('kecepatan rata-rata ruang', 'space-mean speed'),
    definition: text(
      'Garis: rata-rata harmonis kecepatan yang melintas. Zona: jarak per waktu, termasuk yang berhenti. Hanya kamera terkalibrasi.',
      'Lines: harmonic mean of the speeds of who crossed. Zones: distance over time, standing ones included. Calibrated cameras only.',
    ),
    measure: text('rata-rata harmonis', 'harmonic mean'),
    unit: UNITS.kmPerHour,
  }),
  {
    ...fromRaw('speed_samples'),
    name: 'sampel_kecepatan',
    concept: text('mutu data: sampel', 'data quality: samples'),
    definition: text(
      'Lintasan (garis) atau detik-kendaraan (zona) yang terukur kecepatannya.',
      'Crossings (lines) or vehicle-seconds (zones) whose speed was measured.',
    ),
    role: 'attribute',
    type: 'integer',
    measure: COUNT,
    unit: UNITS.samples,
    constraints: { minimum: 0 },
  },
];

/**
 * smp/km. A zone measures it directly (Edie); a line's is k = q / v of its own flow and speed (DOMAIN.md §5.5), per
 * direction, 3 decimals.
 */
export function pcuPerKm(record: PublishedSeriesRow): number | undefined {
  if (record.kind === 'presence') return record.pcuPerKm;
  const { pcuPerHour, spaceMeanSpeedKmPerHour: speed } = record;
  if (pcuPerHour === undefined || speed === undefined || speed <= 0) return undefined;
  return Math.round((pcuPerHour * 1000) / speed) / 1000;
}

const DENSITIES: readonly Measurement[] = [
  {
    ...number('okupansi', 'time_occupancy', {
      concept: text('okupansi waktu', 'time occupancy'),
      definition: text(
        'Bagian waktu yang dianalisis ketika sedikitnya satu kendaraan ada di zona.',
        'Share of the analysed time with at least one vehicle in the zone.',
      ),
      measure: text('proporsi', 'proportion'),
      unit: UNITS.ratio,
    }),
    constraints: { minimum: 0, maximum: 1 },
  },
  number('kendaraan_hadir_rata', 'vehicles_present_mean', {
    concept: DENSITY_CONCEPT,
    definition: text('Rata-rata kendaraan di dalam zona.', 'Mean of vehicles inside the zone.'),
    measure: MEAN,
    unit: UNITS.vehicles,
  }),
  {
    ...volume(
      'kendaraan_hadir_maks',
      'vehicles_present_max',
      text('Terbanyak kendaraan bersamaan di dalam zona.', 'Most vehicles inside the zone at once.'),
    ),
    concept: DENSITY_CONCEPT,
    measure: text('maksimum', 'maximum'),
  },
  number('kepadatan_kendaraan_km', 'vehicles_per_km', {
    concept: DENSITY_CONCEPT,
    definition: text(
      'Rata-rata kendaraan × 1000 / panjang zona, semua lajur bersama (Edie). Hanya zona dengan panjang diketahui.',
      'Mean vehicles × 1000 / length of the zone, all lanes together (Edie). Only zones of known length.',
    ),
    measure: MEAN,
    unit: UNITS.vehiclesPerKm,
  }),
  {
    ...number('kepadatan_smp_km', 'pcu_per_km', {
      concept: DENSITY_CONCEPT,
      definition: text(
        'Zona: diukur langsung (Edie), semua lajur bersama. Garis: k = q / v dari volume_smp_jam dan kecepatan_km_jam, per arah.',
        'Zones: measured directly (Edie), all lanes together. Lines: k = q / v from volume_smp_jam and kecepatan_km_jam, per direction.',
      ),
      measure: MEAN,
      unit: UNITS.pcuPerKm,
    }),
    value: ({ record }) => pcuPerKm(record),
  },
];

const SERVICE: readonly Measurement[] = [
  number('derajat_kejenuhan', 'degree_of_saturation', {
    concept: CAPACITY_CONCEPT,
    definition: text(
      'DJ = q / C, kapasitas C menurut PKJI 2023. Saat macet arus kecil walau jalan penuh: baca bersama okupansi dan kepadatan.',
      'DJ = q / C, capacity C by PKJI 2023. In a jam flow is small although the road is full: read it with occupancy and density.',
    ),
    measure: text('rasio', 'ratio'),
    unit: UNITS.ratio,
  }),
  {
    ...fromRaw('level_of_service'),
    name: 'tingkat_pelayanan',
    concept: CAPACITY_CONCEPT,
    definition: text(
      'Tingkat pelayanan A–F menurut derajat kejenuhan dan tabel di tabel_tp.',
      'Level of service A–F by degree of saturation and the table named in tabel_tp.',
    ),
    role: 'measure',
    type: 'string',
    codeList: SERVICE_LEVEL_LIST,
  },
  {
    ...fromRaw('level_of_service_table'),
    name: 'tabel_tp',
    concept: CAPACITY_CONCEPT,
    definition: text(
      'Nama tabel batas tingkat pelayanan; sumber-sumber berbeda.',
      'Name of the table of the level-of-service limits; sources differ.',
    ),
    role: 'attribute',
    type: 'string',
  },
];

/** Every measure of the traffic tables. */
export const TRAFFIC_COLUMNS: readonly Measurement[] = [...VOLUMES, ...FLOWS, ...DENSITIES, ...SERVICE];
