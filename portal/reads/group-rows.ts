/**
 * Rows of one window put together over lines, zones and cameras. Pure. Totals are made of what is shown: a withheld
 * count adds nothing and is named in `suppressed`, so that a total tells no more than its parts.
 */
import type { BilingualText } from '../../pipelines/domain/bilingual-text.ts';
import { columnLabel } from '../../pipelines/domain/observation-columns.ts';
import { formatIsoUs, parseIsoUs } from '../../pipelines/domain/time.ts';
import { GAP_REASONS, type Observation } from '../../pipelines/domain/types.ts';
import { regionOf } from '../datasets/regions.ts';
import type { CellValue, FlatRow } from '../formats/table.ts';
import type { PublicSeriesRow } from '../privacy/public-row.ts';
import { type GroupCells, type GroupColumn, groupColumn, names, rounded } from './group-column.ts';
import { FLOW_GROUP_COLUMNS } from './group-flow.ts';
import { PRESENCE_GROUP_COLUMNS } from './group-presence.ts';
import { GROUP_LABELS, type Grouping, groupColumnName } from './grouping.ts';
import type { SeriesColumn } from './series-columns.ts';

const QUALITY: readonly GroupColumn[] = [
  groupColumn('cameras', 'integer', ({ rows }) => new Set(rows.map(({ camera }) => camera.id)).size, {
    label: { id: 'kamera di dalam kelompok', en: 'cameras in the group' },
  }),
  groupColumn('places', 'integer', ({ rows }) => rows.length, {
    label: { id: 'garis-arah atau zona di dalam kelompok', en: 'line directions or zones in the group' },
  }),
  groupColumn('coverage', 'number', ({ rows }) => {
    const lengthUs = rows.reduce((total, { row }) => total + windowUs(row), 0);
    const analysedUs = rows.reduce((total, { row }) => total + row.analysedUs, 0);
    return lengthUs === 0 ? null : rounded(analysedUs / lengthUs);
  }),
  groupColumn('reasons', 'string', ({ rows }) => {
    const found = new Set(rows.flatMap(({ row }) => row.reasons));
    return GAP_REASONS.filter((reason) => found.has(reason)).join(';');
  }),
  groupColumn('suppressed', 'string', ({ rows }) => names(rows.map(({ row }) => row.suppressed))),
  groupColumn('partly_hidden', 'string', ({ rows }) => names(rows.map(({ row }) => row.partlyHidden)), {
    label: { id: 'batas bawah: sebagian disembunyikan', en: 'lower bounds: parts are hidden' },
  }),
  groupColumn('pending', 'boolean', ({ rows }) => rows.some(({ row }) => row.isPending === true), {
    label: { id: 'belum dirilis, seluruhnya atau sebagian', en: 'not released yet, wholly or in part' },
  }),
];

function windowUs({ windowStart, windowEnd }: PublicSeriesRow): number {
  return parseIsoUs(windowEnd) - parseIsoUs(windowStart);
}

const MEASURES = {
  flow: [...QUALITY, ...FLOW_GROUP_COLUMNS],
  presence: [...QUALITY, ...PRESENCE_GROUP_COLUMNS],
} as const;

/** Columns of grouped rows beside their keys. */
export function groupMeasures(kind: Observation['kind']): readonly SeriesColumn[] {
  return MEASURES[kind];
}

/** Every column of grouped rows. */
export function groupedColumns(grouping: Grouping, kind: Observation['kind']): readonly SeriesColumn[] {
  return [
    keyColumn(groupColumnName(grouping), GROUP_LABELS[grouping]),
    ...(grouping === 'kecamatan' ? [KECAMATAN_NAME] : []),
    keyColumn('window_start', columnLabel('window_start'), 'datetime'),
    keyColumn('window_end', columnLabel('window_end'), 'datetime'),
    ...groupMeasures(kind),
  ];
}

function keyColumn(name: string, label: BilingualText, type: 'string' | 'datetime' = 'string'): SeriesColumn {
  return { name, label, type, unit: '', isKey: true, constraints: { required: true } };
}

const KECAMATAN_NAME: SeriesColumn = {
  name: 'kecamatan_name',
  label: { id: 'nama kecamatan', en: 'kecamatan' },
  type: 'string',
  unit: '',
  isKey: true,
};

/** A group's rows of one window. */
export interface RowGroup extends GroupCells {
  readonly grouping: Grouping;
  readonly key: string;
  readonly kind: Observation['kind'];
  readonly windowStartUs: number;
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
  for (const { name, value } of MEASURES[kind]) flat[name] = value(group);
  return flat;
}
