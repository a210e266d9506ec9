/** Measures of *tingkat keramaian*. Levels and their limits: Fruin 1971, `pipelines/domain/tables/fruin.json`. */
import { type MeasurementSource, zoneOf } from '../measurement-source.ts';
import { CROWD_LEVEL_LIST } from './code-lists.ts';
import { type BoundColumn, fromRaw, text } from './column.ts';
import { UNITS } from './units.ts';

type Measurement = BoundColumn<MeasurementSource>;

const COUNT = text('jumlah', 'count');
const PRESENCE_CONCEPT = text('kehadiran orang', 'presence of people');
const MOVEMENT_CONCEPT = text('pergerakan orang', 'movement of people');
const CROWD_CONCEPT = text('kepadatan orang', 'crowd density');

function people(name: string, rawColumn: string) {
  return {
    ...fromRaw(rawColumn),
    name,
    role: 'measure',
    unit: UNITS.people,
    constraints: { minimum: 0 },
  } as const;
}

/** The most people at once over the ground area; absent where either is not known or withheld. */
function greatestDensity(source: MeasurementSource): number | undefined {
  const { record } = source;
  const areaM2 = zoneOf(source)?.groundAreaM2;
  // No density where the mean one is withheld or not measured.
  if (record.kind !== 'presence' || record.peoplePerM2 === undefined || areaM2 === undefined)
    return undefined;
  const most = record.peoplePresent?.max;
  return most === undefined ? undefined : Math.round((most * 1e6) / areaM2) / 1e6;
}

/** Every measure of the crowd tables. */
export const CROWD_COLUMNS: readonly Measurement[] = [
  {
    ...people('jumlah_orang_rata', 'people_present_mean'),
    concept: PRESENCE_CONCEPT,
    definition: text('Rata-rata orang di dalam zona.', 'Mean of people inside the zone.'),
    type: 'number',
    measure: text('rata-rata menurut waktu', 'time-weighted mean'),
  },
  {
    ...people('jumlah_orang_maks', 'people_present_max'),
    concept: PRESENCE_CONCEPT,
    definition: text('Terbanyak orang bersamaan di dalam zona.', 'Most people inside the zone at once.'),
    type: 'integer',
    measure: text('maksimum', 'maximum'),
  },
  {
    ...people('masuk', 'entered_person'),
    concept: MOVEMENT_CONCEPT,
    definition: text(
      'Orang yang masuk zona dari luar. Tidak ada identitas: orang yang kembali dihitung lagi.',
      'People who entered the zone from outside. There is no identity: who comes back is counted again.',
    ),
    type: 'integer',
    measure: COUNT,
  },
  {
    ...people('keluar', 'left_person'),
    concept: MOVEMENT_CONCEPT,
    definition: text('Orang yang meninggalkan zona.', 'People who left the zone.'),
    type: 'integer',
    measure: COUNT,
  },
  {
    ...people('jumlah_orang_melintas', 'people_volume'),
    concept: MOVEMENT_CONCEPT,
    definition: text(
      'Orang yang melintasi garis hitung selama jendela waktu.',
      'People who crossed the counting line in the window.',
    ),
    type: 'integer',
    measure: COUNT,
  },
  {
    ...people('arus_orang_jam', 'people_flow_rate_per_hour'),
    concept: MOVEMENT_CONCEPT,
    definition: text(
      'jumlah_orang_melintas × 3600 / detik yang dianalisis.',
      'jumlah_orang_melintas × 3600 / analysed seconds.',
    ),
    type: 'number',
    measure: text('laju', 'rate'),
    unit: UNITS.peoplePerHour,
  },
  {
    name: 'luas_m2',
    label: text('luas zona', 'area of the zone'),
    concept: CROWD_CONCEPT,
    definition: text('Luas tanah zona yang dinyatakan.', 'Declared ground area of the zone.'),
    role: 'attribute',
    type: 'number',
    measure: text('luas', 'area'),
    unit: UNITS.squareMetres,
    constraints: { minimum: 0 },
    value: (source) => zoneOf(source)?.groundAreaM2,
  },
  {
    ...people('kepadatan_orang_m2', 'people_per_m2'),
    concept: CROWD_CONCEPT,
    definition: text(
      'Rata-rata orang / luas zona. Di atas kira-kira 2 orang/m² deteksi menghitung kurang: bukan alarm keselamatan.',
      'Mean people / area of the zone. Above about 2 people/m² detection counts too few: this is no safety alarm.',
    ),
    type: 'number',
    measure: text('rata-rata menurut waktu', 'time-weighted mean'),
    unit: UNITS.peoplePerM2,
  },
  {
    name: 'kepadatan_orang_m2_maks',
    label: text('kepadatan orang tertinggi', 'greatest crowd density'),
    concept: CROWD_CONCEPT,
    definition: text(
      'jumlah_orang_maks / luas_m2: rata-rata seluruh jendela menyembunyikan puncak.',
      'jumlah_orang_maks / luas_m2: the mean of the whole window hides the peak.',
    ),
    role: 'measure',
    type: 'number',
    measure: text('maksimum', 'maximum'),
    unit: UNITS.peoplePerM2,
    constraints: { minimum: 0 },
    value: greatestDensity,
  },
  {
    ...fromRaw('fruin_level'),
    name: 'tingkat_keramaian',
    concept: text('tingkat keramaian', 'crowd level'),
    definition: text(
      'Tingkat A–F menurut kepadatan_orang_m2 dan tabel di tabel_tk.',
      'Level A–F by kepadatan_orang_m2 and the table named in tabel_tk.',
    ),
    role: 'measure',
    type: 'string',
    codeList: CROWD_LEVEL_LIST,
  },
  {
    ...fromRaw('fruin_table'),
    name: 'tabel_tk',
    concept: text('tingkat keramaian', 'crowd level'),
    definition: text(
      'Tabel Fruin 1971: walkway untuk orang berjalan, queue untuk orang berdiri.',
      'Table of Fruin 1971: walkway for moving, queue for standing crowds.',
    ),
    role: 'attribute',
    type: 'string',
  },
];
