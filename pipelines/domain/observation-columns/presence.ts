import { ROAD_USER_CLASSES } from '../classes.ts';
import { CLASS_LABELS, type ObservationColumn, presence } from './column.ts';

/** Measures of a zone. */
export const PRESENCE_COLUMNS: readonly ObservationColumn[] = [
  ...ROAD_USER_CLASSES.flatMap((name) => [
    presence(
      `present_mean_${name}`,
      [`rata-rata ${CLASS_LABELS[name].id} hadir`, `mean of ${CLASS_LABELS[name].en} present`],
      '',
      (record) => record.present?.[name]?.mean,
    ),
    presence(
      `present_max_${name}`,
      [`maksimum ${CLASS_LABELS[name].id} hadir`, `maximum of ${CLASS_LABELS[name].en} present`],
      '',
      (record) => record.present?.[name]?.max,
    ),
  ]),
  presence(
    'people_present_mean',
    ['rata-rata orang hadir', 'mean of people present'],
    '',
    (record) => record.peoplePresent?.mean,
  ),
  presence(
    'people_present_max',
    ['maksimum orang hadir', 'maximum of people present'],
    '',
    (record) => record.peoplePresent?.max,
  ),
  presence(
    'vehicles_present_mean',
    ['rata-rata kendaraan hadir', 'mean of vehicles present'],
    '',
    (record) => record.vehiclesPresent?.mean,
  ),
  presence(
    'vehicles_present_max',
    ['maksimum kendaraan hadir', 'maximum of vehicles present'],
    '',
    (record) => record.vehiclesPresent?.max,
  ),
  ...ROAD_USER_CLASSES.flatMap((name) => [
    presence(
      `entered_${name}`,
      [`${CLASS_LABELS[name].id} masuk zona`, `${CLASS_LABELS[name].en} that entered the zone`],
      '',
      (record) => record.entered?.[name],
    ),
    presence(
      `left_${name}`,
      [`${CLASS_LABELS[name].id} keluar zona`, `${CLASS_LABELS[name].en} that left the zone`],
      '',
      (record) => record.left?.[name],
    ),
  ]),
  presence(
    'time_occupancy',
    ['okupansi waktu oleh kendaraan', 'time occupancy by vehicles'],
    '',
    (record) => record.timeOccupancy,
  ),
  presence('people_per_m2', ['kepadatan orang', 'crowd density'], '1/m2', (record) => record.peoplePerM2),
  presence('fruin_level', ['tingkat Fruin', 'Fruin level'], '', (record) => record.fruinLevel),
  presence('fruin_table', ['tabel Fruin', 'Fruin table'], '', (record) => record.fruinTable),
  presence(
    'vehicles_per_km',
    ['kepadatan kendaraan', 'vehicle density'],
    '1/km',
    (record) => record.vehiclesPerKm,
  ),
  presence(
    'pcu_per_km',
    ['kepadatan dalam smp', 'density in passenger car units'],
    'smp/km',
    (record) => record.pcuPerKm,
  ),
];
