/** What columns of grouped rows are made of. Pure. */
import type { BilingualText } from '../../pipelines/domain/bilingual-text.ts';
import { columnLabel, OBSERVATION_COLUMNS } from '../../pipelines/domain/observation-columns.ts';
import type { ColumnType } from '../datasets/columns/column.ts';
import type { PublicCamera } from '../datasets/public-camera.ts';
import type { CellValue } from '../formats/table.ts';
import type { PublicSeriesRow } from '../privacy/public-row.ts';
import type { SeriesColumn } from './series-columns.ts';
import type { ZoneClusters } from './zones-apart.ts';

/** A row with the camera that made it. */
export interface GroupedSource<Row extends PublicSeriesRow = PublicSeriesRow> {
  readonly row: Row;
  readonly camera: PublicCamera;
}

/** The rows of one group and window. */
export interface GroupCells {
  readonly rows: readonly GroupedSource[];
  readonly clusters: ZoneClusters;
}

/** A column that is computed from all rows of a group. */
export interface GroupColumn extends SeriesColumn {
  readonly value: (cells: GroupCells) => CellValue;
}

/** Rows of lines in a group. */
export type FlowSource = GroupedSource<PublicSeriesRow & { readonly kind: 'flow' }>;
/** Rows of zones in a group. */
export type PresenceSource = GroupedSource<PublicSeriesRow & { readonly kind: 'presence' }>;

/** The rows of lines. */
export function flowsOf({ rows }: GroupCells): readonly FlowSource[] {
  return rows.filter((source): source is FlowSource => source.row.kind === 'flow');
}

/** The rows of zones. */
export function zonesOf({ rows }: GroupCells): readonly PresenceSource[] {
  return rows.filter((source): source is PresenceSource => source.row.kind === 'presence');
}

/** A column named, labelled and measured as the records' column of that name, unless told otherwise. */
export function groupColumn(
  name: string,
  type: ColumnType,
  value: GroupColumn['value'],
  told: { readonly label?: BilingualText; readonly unit?: string } = {},
): GroupColumn {
  const unit = told.unit ?? OBSERVATION_COLUMNS.find((column) => column.name === name)?.unit ?? '';
  return { name, type, label: told.label ?? columnLabel(name), unit, isKey: false, value };
}

/** The sum of what there is; null where there is nothing. */
export function total(values: readonly (number | undefined)[]): number | null {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? null : rounded(known.reduce((sum, value) => sum + value, 0));
}

/** The mean of what there is by its weights; null where there is nothing. */
export function weighted(
  values: readonly { readonly value: number | undefined; readonly weight: number | undefined }[],
): number | null {
  let sum = 0;
  let weights = 0;
  for (const { value, weight = 0 } of values) {
    if (value === undefined || weight === 0) continue;
    sum += value * weight;
    weights += weight;
  }
  return weights === 0 ? null : rounded(sum / weights);
}

/** The one with the highest value, the first of equal ones; undefined where none has a value. */
export function greatest<Row>(
  rows: readonly Row[],
  read: (row: Row) => number | undefined,
): { readonly row: Row; readonly value: number } | undefined {
  let found: { readonly row: Row; readonly value: number } | undefined;
  for (const row of rows) {
    const value = read(row);
    if (value !== undefined && (found === undefined || value > found.value)) found = { row, value };
  }
  return found;
}

/** Every name once, joined by `;`. */
export function names(lists: readonly (readonly string[] | undefined)[]): string {
  return [...new Set(lists.flatMap((list) => list ?? []))].join(';');
}

/** Six decimals: sums of decimals carry no digits that nobody measured. */
export function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
