/** The nouns of the catalogue: a data set holds resources, a resource is one table in several formats. */
import type { BilingualText } from '../../pipelines/domain/bilingual-text.ts';
import type { RolledLevel } from '../levels/level.ts';
import type { BoundColumn, Cell, Column } from './columns/column.ts';
import type { ThemeCode } from './themes.ts';

/** One table of a data set. Ids are stable for ever: harvesters match on them. */
export interface Resource {
  /** `[a-z0-9-]`, unique among all resources; also the id of the CKAN resource and its DataStore table. */
  readonly id: string;
  readonly dataSetId: DataSetId;
  readonly title: BilingualText;
  readonly description: BilingualText;
  /** The level of the pyramid that the rows are, where they are one. */
  readonly level?: RolledLevel;
  /** Length of a window as xsd:duration, where there is one. */
  readonly temporalResolution?: string;
  readonly columns: readonly Column[];
  /** Names of the columns that no two rows share; none of them is ever empty. */
  readonly primaryKey: readonly string[];
}

/** A resource that knows how to build its rows. */
export interface Table<Source> extends Resource {
  readonly columns: readonly BoundColumn<Source>[];
}

/** Ids of the data sets, also their last path segment. */
export const DATA_SET_IDS = [
  'kepadatan-lalu-lintas',
  'tingkat-keramaian',
  'ketersediaan-kamera',
  'titik-cctv',
  'perubahan-metode',
] as const;

/** The id of a data set. */
export type DataSetId = (typeof DATA_SET_IDS)[number];

/** A data set as catalogues list it. */
export interface DataSet {
  readonly id: DataSetId;
  readonly title: BilingualText;
  /** Prose; the publisher's name goes before it, see `catalogue/dictionary-text.ts`. */
  readonly description: BilingualText;
  /** Indonesian; CKAN tags: letters, digits, space, dash, dot. */
  readonly keywords: readonly string[];
  /** Also its CKAN group, see `THEMES`. */
  readonly theme: ThemeCode;
  /** Code in the EU frequency vocabulary. */
  readonly frequency: '15MIN' | 'DAILY' | 'IRREG';
  readonly resources: readonly Resource[];
}

/** One row: every column of its table by name, in their order; null where there is no value. */
export type Row = Readonly<Record<string, Exclude<Cell, undefined> | null>>;

/** The row of one source. */
export function buildRow<Source>(table: Table<Source>, source: Source): Row {
  const row: Record<string, Exclude<Cell, undefined> | null> = {};
  for (const { name, value } of table.columns) row[name] = value(source) ?? null;
  return row;
}

/** The natural key of a row as one text, equal exactly when the keys are. */
export function rowKey(resource: Resource, row: Row): string {
  return JSON.stringify(resource.primaryKey.map((name) => row[name] ?? null));
}
