/** Passenger car equivalents (emp): the tables of `emp.json` as they are looked up. */
import file from './emp.json' with { type: 'json' };
import { type PublishedTable, tablesByName } from './published-table.ts';

/** The road types a table knows; see `RoadData.type`. */
export type EmpRoadType = '2/2-TT' | '4/2-TT' | '4/2-T' | '6/2-T' | '2/1' | '3/1';

/** Where a row of an emp table holds. */
interface EmpRange {
  /** Goes into the record after the table's name. */
  readonly id: string;
  readonly roadTypes: readonly EmpRoadType[];
  /** Motor vehicles per hour the row holds for, `[from, below)`; without end where `flowBelow` is absent. */
  readonly flowFrom: number;
  readonly flowBelow?: number;
  /** Carriageway width in m the row holds for, `(above, upTo]`; absent where width plays no part. */
  readonly widthAboveM?: number;
  readonly widthUpToM?: number;
}

interface EmpFactors {
  readonly motorcycle: number;
  readonly car: number;
  readonly heavy: number;
}

/** One row of an emp table. */
export interface EmpRow extends EmpRange {
  /** Factors as whole hundredths, so that sums of smp are exact. */
  readonly hundredths: EmpFactors;
}

/** A named emp table: rows are tried in order. */
export interface EmpTable extends PublishedTable {
  /** Whether `flow` is the total of both directions or that of one direction per lane. */
  readonly flowBasis: Readonly<Record<EmpRoadType, 'both-directions' | 'per-lane'>>;
  readonly rows: readonly EmpRow[];
}

/** A table as it is printed. */
type EmpData = Omit<EmpTable, 'name' | 'rows'> & {
  readonly rows: readonly (EmpRange & { emp: EmpFactors })[];
};

const EMP_TABLES = tablesByName(
  // Road types and flow bases are text in JSON; the test of the tables checks them.
  file as Readonly<Record<keyof typeof file, EmpData>>,
  (name, { rows, ...data }): EmpTable => ({
    ...data,
    name,
    rows: rows.map(({ emp, ...range }) => ({ ...range, hundredths: inHundredths(emp) })),
  }),
);

function inHundredths({ motorcycle, car, heavy }: EmpFactors): EmpFactors {
  return {
    motorcycle: Math.round(motorcycle * 100),
    car: Math.round(car * 100),
    heavy: Math.round(heavy * 100),
  };
}

/** The table that new windows are counted with. */
export const EMP_TABLE_IN_USE = EMP_TABLES['PKJI-2023'];
