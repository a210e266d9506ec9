/**
 * What a published column is. Everything that names a column reads it from here: API, CSV header, tooltips, CKAN
 * `info`, Table Schema, CSVW and MS-Variabel. The five parts of Satu Data's *Standar Data* (Perpres 39/2019 art. 3)
 * are concept, definition, classification, measure (ukuran) and unit (satuan).
 */
import type { BilingualText } from '../../../pipelines/domain/bilingual-text.ts';
import type { PublishedObservation } from '../../../pipelines/domain/observation-columns/column.ts';
import { OBSERVATION_COLUMNS } from '../../../pipelines/domain/observation-columns.ts';
import type { MeasurementSource } from '../measurement-source.ts';
import type { CodeList } from './code-lists.ts';
import type { Unit } from './units.ts';

/** What one cell holds; `undefined` is "not measured", an empty CSV cell and a JSON null, never 0. */
export type Cell = string | number | boolean | undefined;

/** The columns' types; `datetime` is ISO 8601 with `+07:00`, `date` a local day, `year` a local year. */
export type ColumnType = 'string' | 'integer' | 'number' | 'boolean' | 'datetime' | 'date' | 'year';

/** What every value of a column obeys. */
export interface ColumnConstraints {
  /** True where no row may leave the cell empty: every key column is. */
  readonly required?: true;
  readonly unique?: true;
  readonly minimum?: number;
  readonly maximum?: number;
  /** Regular expression over the whole value, in the dialect that XML Schema and JavaScript share. */
  readonly pattern?: string;
}

/** One published column as readers of a dictionary see it. */
export interface Column {
  /** Indonesian snake_case, at most 63 characters: also a PostgreSQL and CKAN column. */
  readonly name: string;
  readonly label: BilingualText;
  readonly concept: BilingualText;
  readonly definition: BilingualText;
  readonly role: 'key' | 'dimension' | 'measure' | 'attribute';
  readonly type: ColumnType;
  /** Ukuran: what kind of number it is, e.g. "jumlah", "rata-rata". */
  readonly measure?: BilingualText;
  readonly unit?: Unit;
  /** Klasifikasi: the codes a value may have. */
  readonly codeList?: CodeList;
  readonly constraints?: ColumnConstraints;
  /** The same measure's column in the raw 1-minute CSV (`pipelines/domain/observation-columns.ts`). */
  readonly rawColumn?: string;
}

/** A column that knows how to find its value. */
export interface BoundColumn<Source> extends Column {
  readonly value: (source: Source) => Cell;
}

/** A text in both languages, Indonesian first. */
export function text(id: string, en: string): BilingualText {
  return { id, en };
}

/**
 * Label, value and raw name of a measure that the raw CSV also has: one dictionary, so neither can contradict the
 * other. Not for the lineage, which rows of a level do not have. Throws on a name that is no raw column.
 */
export function fromRaw(
  rawColumn: string,
): Pick<BoundColumn<MeasurementSource>, 'label' | 'rawColumn' | 'value'> {
  const raw = OBSERVATION_COLUMNS.find(({ name }) => name === rawColumn);
  if (raw === undefined) throw new RangeError(`no raw column is named ${rawColumn}`);
  // A row of a level is an observation but for its lineage, which no measure's column reads.
  return {
    label: raw.label,
    rawColumn,
    value: ({ record }) => raw.value(record as unknown as PublishedObservation),
  };
}
