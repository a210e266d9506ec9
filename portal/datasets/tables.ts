/** Every table that is published: which columns, in which order, under which key. */
import type { BilingualText } from '../../pipelines/domain/bilingual-text.ts';
import { ROLLED_LEVELS, type RolledLevel } from '../levels/level.ts';
import {
  AVAILABILITY_COLUMNS,
  type AvailabilitySource,
  BREAK_COLUMNS,
  BREAK_KEY_COLUMNS,
  DAY_COLUMN,
  INCIDENT_COLUMNS,
  INCIDENT_START_COLUMN,
  type IncidentSource,
  type MethodBreakSource,
} from './columns/availability-columns.ts';
import { type BoundColumn, text } from './columns/column.ts';
import { CROWD_COLUMNS } from './columns/crowd-columns.ts';
import {
  CAMERA_COLUMNS,
  CAMERA_KEY_COLUMN,
  PLACE_COLUMNS,
  PLACE_KEY_COLUMNS,
  REGION_COLUMNS,
} from './columns/place-columns.ts';
import {
  measurementTail,
  unitColumn,
  WINDOW_END_COLUMN,
  WINDOW_START_COLUMN,
  yearColumn,
} from './columns/quality-columns.ts';
import { REGISTER_COLUMNS, type RegisterSource } from './columns/register-columns.ts';
import { TRAFFIC_COLUMNS } from './columns/traffic-columns.ts';
import { CROWD_UNCERTAINTY_COLUMNS, TRAFFIC_UNCERTAINTY_COLUMNS } from './columns/uncertainty-columns.ts';
import { UNITS } from './columns/units.ts';
import type { DataSetId, Table } from './data-set.ts';
import type { MeasurementSource } from './measurement-source.ts';

/** A level as it is named in resource ids and titles. */
interface PublishedLevel {
  readonly slug: string;
  readonly title: BilingualText;
  readonly duration: string;
}

/** The published levels; nothing finer is open data (DOMAIN.md §8). */
export const PUBLISHED_LEVELS: Readonly<Record<RolledLevel, PublishedLevel>> = {
  'quarter-hour': { slug: '15-menit', title: text('per 15 menit', 'by 15 minutes'), duration: 'PT15M' },
  hour: { slug: 'jam', title: text('per jam', 'by hour'), duration: 'PT1H' },
  day: { slug: 'hari', title: text('per hari (WIB)', 'by day (WIB)'), duration: 'P1D' },
};

/** People measures of a row are those whose dotted name says so, see `portal/privacy/people-measures.ts`. */
const isPeopleMeasure = (measure: string) => /person|people|fruin/i.test(measure);

const PLACE_AND_TIME: readonly BoundColumn<MeasurementSource>[] = [
  ...REGION_COLUMNS,
  CAMERA_KEY_COLUMN,
  ...CAMERA_COLUMNS,
  ...PLACE_KEY_COLUMNS,
  ...PLACE_COLUMNS,
  WINDOW_START_COLUMN,
  WINDOW_END_COLUMN,
];

/** Columns of *kepadatan lalu lintas*, the same at every level. */
const TRAFFIC: readonly BoundColumn<MeasurementSource>[] = [
  ...PLACE_AND_TIME,
  ...TRAFFIC_COLUMNS,
  ...TRAFFIC_UNCERTAINTY_COLUMNS,
  ...measurementTail(UNITS.vehicles, (measure) => !isPeopleMeasure(measure)),
];

/** Columns of *tingkat keramaian*, the same at every level. */
const CROWD: readonly BoundColumn<MeasurementSource>[] = [
  ...PLACE_AND_TIME,
  ...CROWD_COLUMNS,
  ...CROWD_UNCERTAINTY_COLUMNS,
  ...measurementTail(UNITS.people, isPeopleMeasure),
];

function keyOf(columns: readonly BoundColumn<never>[]): string[] {
  return columns.filter(({ role }) => role === 'key').map(({ name }) => name);
}

interface SeriesTexts {
  readonly dataSetId: DataSetId;
  readonly title: BilingualText;
  readonly description: BilingualText;
}

function seriesTables(
  columns: readonly BoundColumn<MeasurementSource>[],
  texts: SeriesTexts,
): Record<RolledLevel, Table<MeasurementSource>> {
  const tables = ROLLED_LEVELS.map((level) => {
    const { slug, title, duration } = PUBLISHED_LEVELS[level];
    const table: Table<MeasurementSource> = {
      id: `${texts.dataSetId}-${slug}`,
      dataSetId: texts.dataSetId,
      title: text(`${texts.title.id} ${title.id}`, `${texts.title.en} ${title.en}`),
      description: texts.description,
      level,
      temporalResolution: duration,
      columns,
      primaryKey: keyOf(columns),
    };
    return [level, table] as const;
  });
  return Object.fromEntries(tables) as Record<RolledLevel, Table<MeasurementSource>>;
}

/** *Kepadatan lalu lintas* at every published level. */
export const TRAFFIC_TABLES = seriesTables(TRAFFIC, {
  dataSetId: 'kepadatan-lalu-lintas',
  title: text('Kepadatan lalu lintas', 'Traffic density'),
  description: text(
    'Satu baris per garis hitung dan arah, atau per zona, dan jendela waktu.',
    'One row per counting line and direction, or per zone, and window.',
  ),
});

/** *Tingkat keramaian* at every published level. */
export const CROWD_TABLES = seriesTables(CROWD, {
  dataSetId: 'tingkat-keramaian',
  title: text('Tingkat keramaian', 'Crowd level'),
  description: text(
    'Satu baris per zona, atau per garis hitung dan arah, dan jendela waktu. Jumlah orang yang kecil disembunyikan.',
    'One row per zone, or per counting line and direction, and window. Small counts of people are suppressed.',
  ),
});

function table<Source>(
  fixed: Omit<Table<Source>, 'columns' | 'primaryKey'>,
  columns: readonly BoundColumn<Source>[],
): Table<Source> {
  return { ...fixed, columns, primaryKey: keyOf(columns) };
}

/** A camera's days. */
export const AVAILABILITY_TABLE = table<AvailabilitySource>(
  {
    id: 'ketersediaan-kamera-hari',
    dataSetId: 'ketersediaan-kamera',
    title: text('Ketersediaan kamera per hari (WIB)', 'Availability of cameras by day (WIB)'),
    description: text('Satu baris per kamera dan hari.', 'One row per camera and day.'),
    temporalResolution: 'P1D',
  },
  [
    ...REGION_COLUMNS,
    CAMERA_KEY_COLUMN,
    ...CAMERA_COLUMNS,
    DAY_COLUMN,
    ...AVAILABILITY_COLUMNS,
    unitColumn(UNITS.hours),
    yearColumn(({ dayStart }) => dayStart),
  ],
);

/** A camera's incidents. */
export const INCIDENT_TABLE = table<IncidentSource>(
  {
    id: 'ketersediaan-kamera-insiden',
    dataSetId: 'ketersediaan-kamera',
    title: text('Insiden ketersediaan kamera', 'Incidents of camera availability'),
    description: text(
      'Satu baris per rentang waktu yang tidak teramati penuh, dengan alasannya.',
      'One row per time that was not wholly observed, with its reasons.',
    ),
  },
  [
    ...REGION_COLUMNS,
    CAMERA_KEY_COLUMN,
    ...CAMERA_COLUMNS,
    INCIDENT_START_COLUMN,
    ...INCIDENT_COLUMNS,
    unitColumn(UNITS.hours),
    yearColumn(({ gap }) => gap.start),
  ],
);

/** The register of cameras. */
export const REGISTER_TABLE = table<RegisterSource>(
  {
    id: 'titik-cctv-daftar',
    dataSetId: 'titik-cctv',
    title: text('Daftar titik CCTV', 'Register of CCTV points'),
    description: text('Satu baris per kamera.', 'One row per camera.'),
  },
  [...REGION_COLUMNS, CAMERA_KEY_COLUMN, ...CAMERA_COLUMNS, ...REGISTER_COLUMNS],
);

/** The method changes of every camera. */
export const BREAK_TABLE = table<MethodBreakSource>(
  {
    id: 'perubahan-metode-daftar',
    dataSetId: 'perubahan-metode',
    title: text('Daftar perubahan metode', 'List of method changes'),
    description: text('Satu baris per kamera dan perubahan.', 'One row per camera and change.'),
  },
  [
    ...REGION_COLUMNS,
    CAMERA_KEY_COLUMN,
    ...CAMERA_COLUMNS,
    ...BREAK_KEY_COLUMNS,
    ...BREAK_COLUMNS,
    yearColumn(({ change }) => change.since),
  ],
);
