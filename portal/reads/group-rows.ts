/**
 * Rows of one window put together over lines, zones and cameras. Pure. Totals are made of what is shown: a withheld
 * count adds nothing and is named in `suppressed`, so that a total tells no more than its parts. A road user who crosses
 * two lines, or stands in two zones, counts in both.
 */
import { ROAD_USER_CLASSES, VEHICLE_CLASSES } from '../../pipelines/domain/classes.ts';
import { type BilingualText, columnLabel } from '../../pipelines/domain/observation-columns.ts';
import { formatIsoUs, parseIsoUs } from '../../pipelines/domain/time.ts';
import type { Observation } from '../../pipelines/domain/types.ts';
import type { ColumnType } from '../datasets/columns/column.ts';
import type { PublicCamera } from '../datasets/public-camera.ts';
import { KOTA_SEMARANG, regionOf } from '../datasets/regions.ts';
import type { CellValue, FlatRow } from '../formats/table.ts';
import type { PublicSeriesRow } from '../privacy/public-row.ts';
import type { SeriesColumn } from './series-columns.ts';

/** Over what rows are put together. */
export const GROUPINGS = ['camera', 'road', 'kecamatan', 'city'] as const;
/** See `GROUPINGS`. */
export type Grouping = (typeof GROUPINGS)[number];

/** A row with the camera that made it. */
export interface GroupedSource {
  readonly row: PublicSeriesRow;
  readonly camera: PublicCamera;
}

/** The group of a camera; undefined where the camera does not say (no road, no kecamatan). */
export function groupKey(grouping: Grouping, camera: PublicCamera): string | undefined {
  if (grouping === 'camera') return camera.id;
  if (grouping === 'road') return camera.location?.road;
  return grouping === 'kecamatan' ? camera.location?.kecamatan : KOTA_SEMARANG.kemendagri;
}

interface GroupColumn extends SeriesColumn {
  readonly value: (rows: readonly GroupedSource[]) => CellValue;
}

type Read = (row: PublicSeriesRow) => number | undefined;

function column(
  name: string,
  type: ColumnType,
  value: GroupColumn['value'],
  label?: BilingualText,
): GroupColumn {
  return { name, type, label: label ?? columnLabel(name), unit: '', isKey: false, value };
}

/** The sum of what is shown; null where nothing is. */
function sum(name: string, type: ColumnType, read: Read): GroupColumn {
  return column(name, type, (rows) => {
    const values = rows.flatMap(({ row }) => read(row) ?? []);
    return values.length === 0 ? null : rounded(values.reduce((total, value) => total + value, 0));
  });
}

/** The mean of what is shown, weighed by another measure of the same rows. */
function mean(name: string, read: Read, weight: Read): GroupColumn {
  return column(name, 'number', (rows) => {
    let total = 0;
    let weights = 0;
    for (const { row } of rows) {
      const value = read(row);
      const share = weight(row) ?? 0;
      if (value === undefined || share === 0) continue;
      total += value * share;
      weights += share;
    }
    return weights === 0 ? null : rounded(total / weights);
  });
}

/** Present ones over the ground of their zones; null where the ground of one of them is not known. */
function perGround(
  name: string,
  read: Read,
  ground: (source: GroupedSource) => number | undefined,
): GroupColumn {
  return column(name, 'number', (rows) => {
    let present = 0;
    let total = 0;
    for (const source of rows) {
      const value = read(source.row);
      if (value === undefined) continue;
      const size = ground(source);
      if (size === undefined) return null;
      present += value;
      total += size;
    }
    return total === 0 ? null : rounded(present / total);
  });
}

/** Six decimals: sums of decimals carry no digits that nobody measured. */
function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

const flow = <T>(read: (row: PublicSeriesRow & { kind: 'flow' }) => T) => {
  return (row: PublicSeriesRow) => (row.kind === 'flow' ? read(row) : undefined);
};
const presence = <T>(read: (row: PublicSeriesRow & { kind: 'presence' }) => T) => {
  return (row: PublicSeriesRow) => (row.kind === 'presence' ? read(row) : undefined);
};

function zoneArea({ row, camera }: GroupedSource): number | undefined {
  return row.kind === 'presence' ? camera.zones.find(({ id }) => id === row.zoneId)?.groundAreaM2 : undefined;
}

const QUALITY: readonly GroupColumn[] = [
  column('cameras', 'integer', (rows) => new Set(rows.map(({ camera }) => camera.id)).size, {
    id: 'kamera di dalam kelompok',
    en: 'cameras in the group',
  }),
  column('places', 'integer', (rows) => rows.length, {
    id: 'garis-arah atau zona di dalam kelompok',
    en: 'line directions or zones in the group',
  }),
  column('coverage', 'number', (rows) => {
    const lengthUs = rows.reduce((total, { row }) => total + windowUs(row), 0);
    const analysedUs = rows.reduce((total, { row }) => total + row.analysedUs, 0);
    return lengthUs === 0 ? null : rounded(analysedUs / lengthUs);
  }),
  column('suppressed', 'string', (rows) =>
    [...new Set(rows.flatMap(({ row }) => row.suppressed ?? []))].join(';'),
  ),
  column(
    'partly_hidden',
    'string',
    (rows) => [...new Set(rows.flatMap(({ row }) => row.partlyHidden ?? []))].join(';'),
    { id: 'batas bawah: sebagian disembunyikan', en: 'lower bounds: parts are hidden' },
  ),
];

const FLOW: readonly GroupColumn[] = [
  ...ROAD_USER_CLASSES.map((name) =>
    sum(
      `count_${name}`,
      'integer',
      flow((row) => row.count?.[name]),
    ),
  ),
  sum(
    'volume',
    'integer',
    flow((row) => row.volume),
  ),
  sum(
    'flow_rate_per_hour',
    'number',
    flow((row) => row.flowRatePerHour),
  ),
  sum(
    'people_volume',
    'integer',
    flow((row) => row.peopleVolume),
  ),
  sum(
    'people_flow_rate_per_hour',
    'number',
    flow((row) => row.peopleFlowRatePerHour),
  ),
  sum(
    'pcu_per_hour',
    'number',
    flow((row) => row.pcuPerHour),
  ),
  column(
    'degree_of_saturation_max',
    'number',
    (rows) => {
      const values = rows.flatMap(({ row }) => (row.kind === 'flow' ? (row.degreeOfSaturation ?? []) : []));
      return values.length === 0 ? null : Math.max(...values);
    },
    { id: 'derajat kejenuhan (DJ) tertinggi', en: 'highest degree of saturation' },
  ),
  // Space-mean speed over several lines is the harmonic mean over their crossings.
  column('space_mean_speed_km_per_hour', 'number', harmonicSpeed),
  sum('speed_samples', 'integer', (row) => row.speedSamples),
];

const PRESENCE: readonly GroupColumn[] = [
  sum(
    'people_present_mean',
    'number',
    presence((row) => row.peoplePresent?.mean),
  ),
  sum(
    'vehicles_present_mean',
    'number',
    presence((row) => row.vehiclesPresent?.mean),
  ),
  ...(['person', ...VEHICLE_CLASSES] as const).flatMap((name) => [
    sum(
      `entered_${name}`,
      'integer',
      presence((row) => row.entered?.[name]),
    ),
    sum(
      `left_${name}`,
      'integer',
      presence((row) => row.left?.[name]),
    ),
  ]),
  mean(
    'time_occupancy',
    presence((row) => row.timeOccupancy),
    (row) => row.analysedUs,
  ),
  perGround(
    'people_per_m2',
    presence((row) => row.peoplePresent?.mean),
    zoneArea,
  ),
  mean(
    'space_mean_speed_km_per_hour',
    (row) => row.spaceMeanSpeedKmPerHour,
    (row) => row.speedSamples,
  ),
  sum('speed_samples', 'integer', (row) => row.speedSamples),
];

function harmonicSpeed(rows: readonly GroupedSource[]): CellValue {
  let samples = 0;
  let paces = 0;
  for (const { row } of rows) {
    const { spaceMeanSpeedKmPerHour: speed, speedSamples = 0 } = row;
    if (speed === undefined || speed <= 0) continue;
    samples += speedSamples;
    paces += speedSamples / speed;
  }
  return paces === 0 ? null : rounded(samples / paces);
}

function windowUs({ windowStart, windowEnd }: PublicSeriesRow): number {
  return parseIsoUs(windowEnd) - parseIsoUs(windowStart);
}

const KEY_LABELS: Readonly<Record<Grouping, BilingualText>> = {
  camera: { id: 'kamera', en: 'camera' },
  road: { id: 'ruas jalan', en: 'road' },
  kecamatan: { id: 'kode kecamatan (Kemendagri)', en: 'kecamatan code (Kemendagri)' },
  city: { id: 'kode kota (Kemendagri)', en: 'city code (Kemendagri)' },
};

/** Name of the column that holds the group. */
export function groupColumnName(grouping: Grouping): string {
  return grouping === 'camera' ? 'camera_id' : grouping;
}

const MEASURES = { flow: [...QUALITY, ...FLOW], presence: [...QUALITY, ...PRESENCE] } as const;

/** Every column of grouped rows. */
export function groupedColumns(grouping: Grouping, kind: Observation['kind']): readonly SeriesColumn[] {
  const key = { type: 'string', unit: '', isKey: true, constraints: { required: true } } as const;
  const time = { ...key, type: 'datetime' } as const;
  return [
    { ...key, name: groupColumnName(grouping), label: KEY_LABELS[grouping] },
    ...(grouping === 'kecamatan'
      ? [{ ...key, name: 'kecamatan_name', label: { id: 'nama kecamatan', en: 'kecamatan' } }].map(
          ({ constraints: _required, ...rest }) => rest,
        )
      : []),
    { ...time, name: 'window_start', label: columnLabel('window_start') },
    { ...time, name: 'window_end', label: columnLabel('window_end') },
    ...MEASURES[kind],
  ];
}

/** A group's rows of one window. */
export interface RowGroup {
  readonly grouping: Grouping;
  readonly key: string;
  readonly kind: Observation['kind'];
  readonly windowStartUs: number;
  readonly rows: readonly GroupedSource[];
}

/** The group as one flat row. */
export function groupedRow(group: RowGroup): FlatRow {
  const { grouping, key, kind, windowStartUs, rows } = group;
  const flat: Record<string, CellValue> = {
    [groupColumnName(grouping)]: key,
    ...(grouping === 'kecamatan' ? { kecamatan_name: regionOf(key).kecamatanName ?? null } : {}),
    window_start: formatIsoUs(windowStartUs),
    window_end: rows[0]?.row.windowEnd ?? null,
  };
  for (const { name, value } of MEASURES[kind]) flat[name] = value(rows);
  return flat;
}
