import { ROAD_USER_CLASSES } from '../classes.ts';
import { CLASS_LABELS, column, flow, type ObservationColumn } from './column.ts';

/** Measures of a line in one direction. */
export const FLOW_COLUMNS: readonly ObservationColumn[] = [
  ...ROAD_USER_CLASSES.map((name) =>
    flow(
      `count_${name}`,
      [`lintasan ${CLASS_LABELS[name].id}`, `crossings of ${CLASS_LABELS[name].en}`],
      '',
      (record) => record.count?.[name],
    ),
  ),
  flow('volume', ['volume kendaraan', 'vehicle volume'], '', (record) => record.volume),
  flow(
    'flow_rate_per_hour',
    ['arus kendaraan', 'vehicle flow rate'],
    '/h',
    (record) => record.flowRatePerHour,
  ),
  flow('people_volume', ['volume orang', 'people volume'], '', (record) => record.peopleVolume),
  flow(
    'people_flow_rate_per_hour',
    ['arus orang', 'people flow rate'],
    '/h',
    (record) => record.peopleFlowRatePerHour,
  ),
  flow(
    'pcu_per_hour',
    ['arus dalam smp', 'flow in passenger car units'],
    'smp/h',
    (record) => record.pcuPerHour,
  ),
  column('emp_table', ['tabel emp', 'table of passenger car equivalents'], '', (record) => record.empTable),
  flow(
    'degree_of_saturation',
    ['derajat kejenuhan (DJ)', 'degree of saturation'],
    '',
    (record) => record.degreeOfSaturation,
  ),
  flow('level_of_service', ['tingkat pelayanan', 'level of service'], '', (record) => record.levelOfService),
  flow(
    'level_of_service_table',
    ['tabel tingkat pelayanan', 'level-of-service table'],
    '',
    (record) => record.levelOfServiceTable,
  ),
];

/** Speeds of the vehicles that crossed: added after the lineage, as columns are only ever added at the end. */
export const SPEED_COLUMNS: readonly ObservationColumn[] = [
  column(
    'space_mean_speed_km_per_hour',
    ['kecepatan rata-rata ruang kendaraan', 'space-mean speed of vehicles'],
    'km/h',
    (record) => record.spaceMeanSpeedKmPerHour,
  ),
  column('speed_samples', ['sampel kecepatan', 'speed samples'], '', (record) => record.speedSamples),
];
