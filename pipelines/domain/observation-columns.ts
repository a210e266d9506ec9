/** The one home of the flat columns of a record: CSV files, the portal's CSV and the page's tooltips read it. */
import { ROAD_USER_CLASSES, type RoadUserClass } from './classes.ts';
import type {
  FlowObservation,
  FlowUncertainty,
  PresenceObservation,
  PresenceUncertainty,
  Uncertainty,
} from './types.ts';

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

/** A text in both languages of the portal. */
export interface BilingualText {
  readonly id: string;
  readonly en: string;
}

/** One flat column. `value` is undefined where the record has no such measure: an empty cell, never 0. */
export interface ObservationColumn {
  /** snake_case, stable; new columns are only ever added at the end. */
  readonly name: string;
  readonly label: BilingualText;
  /** Unit symbol, empty for texts and pure numbers. */
  readonly unit: string;
  readonly value: (observation: PublishedObservation) => string | number | undefined;
}

type Label = readonly [id: string, en: string];

function column(name: string, [id, en]: Label, unit: string, value: ObservationColumn['value']) {
  return { name, label: { id, en }, unit, value } satisfies ObservationColumn;
}

function flow(name: string, label: Label, unit: string, value: (record: PublishedFlow) => Value) {
  return column(name, label, unit, (record) => (record.kind === 'flow' ? value(record) : undefined));
}

function presence(name: string, label: Label, unit: string, value: (record: PublishedPresence) => Value) {
  return column(name, label, unit, (record) => (record.kind === 'presence' ? value(record) : undefined));
}

type Value = string | number | undefined;

const CLASS_LABELS: Readonly<Record<RoadUserClass, BilingualText>> = {
  person: { id: 'orang', en: 'people' },
  bicycle: { id: 'sepeda', en: 'bicycles' },
  motorcycle: { id: 'sepeda motor', en: 'motorcycles' },
  car: { id: 'mobil', en: 'cars' },
  bus: { id: 'bus', en: 'buses' },
  truck: { id: 'truk', en: 'trucks' },
};

const KEY_COLUMNS: readonly ObservationColumn[] = [
  column('kind', ['jenis catatan', 'kind of record'], '', (record) => record.kind),
  column('camera_id', ['kamera', 'camera'], '', (record) => record.cameraId),
  flow('line_id', ['garis hitung', 'counting line'], '', (record) => record.lineId),
  presence('zone_id', ['zona', 'zone'], '', (record) => record.zoneId),
  flow('direction', ['arah', 'direction'], '', (record) => record.direction),
  column('window_start', ['awal jendela (UTC)', 'window start (UTC)'], '', (record) => record.windowStart),
  column(
    'window_end',
    ['akhir jendela, eksklusif (UTC)', 'window end, exclusive (UTC)'],
    '',
    (record) => record.windowEnd,
  ),
];

const QUALITY_COLUMNS: readonly ObservationColumn[] = [
  column(
    'coverage',
    ['cakupan: bagian jendela yang dianalisis', 'coverage: share of the window analysed'],
    '',
    (record) => record.coverage,
  ),
  column('status', ['status', 'status'], '', (record) => record.status),
  column('reasons', ['alasan celah', 'reasons of the gap'], '', (record) => record.reasons.join(';')),
  column(
    'frames_expected',
    ['bingkai yang diharapkan', 'frames expected'],
    '',
    (record) => record.framesExpected,
  ),
  column(
    'frames_analysed',
    ['bingkai yang dianalisis', 'frames analysed'],
    '',
    (record) => record.framesAnalysed,
  ),
  column('revision', ['revisi', 'revision'], '', (record) => record.revision),
];

const FLOW_COLUMNS: readonly ObservationColumn[] = [
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

const PRESENCE_COLUMNS: readonly ObservationColumn[] = [
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

const LINEAGE_COLUMNS: readonly ObservationColumn[] = [
  column('model_id', ['model', 'model'], '', (record) => record.lineage.modelId),
  column('model_sha256', ['sha256 model', 'model sha256'], '', (record) => record.lineage.modelSha256),
  column(
    'site_version',
    ['versi definisi kamera', 'version of the camera definition'],
    '',
    (record) => record.lineage.siteVersion,
  ),
  column(
    'pipeline_version',
    ['versi pipeline', 'pipeline version'],
    '',
    (record) => record.lineage.pipelineVersion,
  ),
  column(
    'frames_per_second',
    ['laju sampel', 'sampling rate'],
    '1/s',
    (record) => record.lineage.framesPerSecond,
  ),
  column('job_id', ['pekerjaan', 'job'], '', (record) => record.lineage.jobId),
  column(
    'suppressed',
    ['disembunyikan: jumlah kecil', 'suppressed: small counts'],
    '',
    (record) => record.suppressed?.join(';') ?? '',
  ),
];

const SPEED_COLUMNS: readonly ObservationColumn[] = [
  column(
    'space_mean_speed_km_per_hour',
    ['kecepatan rata-rata ruang kendaraan', 'space-mean speed of vehicles'],
    'km/h',
    (record) => record.spaceMeanSpeedKmPerHour,
  ),
  column('speed_samples', ['sampel kecepatan', 'speed samples'], '', (record) => record.speedSamples),
];

function uncertaintyColumns(
  name: string,
  [id, en]: Label,
  unit: string,
  value: (record: PublishedObservation) => Uncertainty | undefined,
): readonly ObservationColumn[] {
  return [
    column(
      `${name}_uncertainty`,
      [`ketidakpastian baku ${id}`, `standard uncertainty of ${en}`],
      unit,
      (record) => value(record)?.standard,
    ),
    column(
      `${name}_low`,
      [`batas bawah 95 % ${id}`, `lower end, 95 %, of ${en}`],
      unit,
      (record) => value(record)?.low,
    ),
    column(
      `${name}_high`,
      [`batas atas 95 % ${id}`, `upper end, 95 %, of ${en}`],
      unit,
      (record) => value(record)?.high,
    ),
  ];
}

const ofFlow = (name: Exclude<keyof FlowUncertainty, 'basis'>) => (record: PublishedObservation) =>
  record.kind === 'flow' ? record.uncertainty?.[name] : undefined;
const ofPresence = (name: Exclude<keyof PresenceUncertainty, 'basis'>) => (record: PublishedObservation) =>
  record.kind === 'presence' ? record.uncertainty?.[name] : undefined;

const UNCERTAINTY_COLUMNS: readonly ObservationColumn[] = [
  ...uncertaintyColumns('volume', ['volume kendaraan', 'vehicle volume'], '', ofFlow('volume')),
  ...uncertaintyColumns(
    'flow_rate_per_hour',
    ['arus kendaraan', 'vehicle flow rate'],
    '/h',
    ofFlow('flowRatePerHour'),
  ),
  ...uncertaintyColumns('people_volume', ['volume orang', 'people volume'], '', ofFlow('peopleVolume')),
  ...uncertaintyColumns(
    'people_flow_rate_per_hour',
    ['arus orang', 'people flow rate'],
    '/h',
    ofFlow('peopleFlowRatePerHour'),
  ),
  ...uncertaintyColumns(
    'people_present_mean',
    ['rata-rata orang hadir', 'mean of people present'],
    '',
    ofPresence('peoplePresentMean'),
  ),
  ...uncertaintyColumns(
    'vehicles_present_mean',
    ['rata-rata kendaraan hadir', 'mean of vehicles present'],
    '',
    ofPresence('vehiclesPresentMean'),
  ),
  column(
    'uncertainty_basis',
    ['dasar ketidakpastian', 'basis of the uncertainties'],
    '',
    (record) => record.uncertainty?.basis,
  ),
];

/** Every column of every record kind, in the order in which they are always written. */
export const OBSERVATION_COLUMNS: readonly ObservationColumn[] = [
  ...KEY_COLUMNS,
  ...QUALITY_COLUMNS,
  ...FLOW_COLUMNS,
  ...PRESENCE_COLUMNS,
  ...LINEAGE_COLUMNS,
  ...SPEED_COLUMNS,
  ...UNCERTAINTY_COLUMNS,
];

/** The label of one column by its name; throws on a name that is no column. */
export function columnLabel(name: string): BilingualText {
  const found = OBSERVATION_COLUMNS.find((candidate) => candidate.name === name);
  if (found === undefined) throw new RangeError(`no observation column is named ${name}`);
  return found.label;
}
