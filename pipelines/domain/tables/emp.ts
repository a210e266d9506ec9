/**
 * Passenger car equivalents (emp) as data. Factors are whole hundredths, so that sums of smp are exact.
 *
 * Source: PKJI 2023 (SE Dirjen Bina Marga 2023), urban roads, classes SM, MP, KS; the numbers equal MKJI 1997
 * and RSNI T-14-2004 table 3. MP = 1.00; KTB (bicycles) and pedestrians are not counted. At the flow boundary
 * and at 6 m we read as MKJI does: the upper row from the boundary on, 6 m still narrow.
 */

/** The road types a table knows; see `RoadData.type`. */
export type EmpRoadType = '2/2-TT' | '4/2-TT' | '4/2-T' | '6/2-T' | '2/1' | '3/1';

/** One row of an emp table. */
export interface EmpRow {
  /** Goes into the record after the table's name. */
  readonly id: string;
  readonly roadTypes: readonly EmpRoadType[];
  /** Motor vehicles per hour the row holds for, `[from, below)`. */
  readonly flowFrom: number;
  readonly flowBelow: number;
  /** Carriageway width in m the row holds for, `(above, upTo]`; absent where width plays no part. */
  readonly widthAboveM?: number;
  readonly widthUpToM?: number;
  readonly hundredths: { readonly motorcycle: number; readonly car: number; readonly heavy: number };
}

/** A named emp table: rows are tried in order. */
export interface EmpTable {
  readonly name: string;
  readonly source: string;
  /** Whether `flow` is the total of both directions or that of one direction per lane. */
  readonly flowBasis: Readonly<Record<EmpRoadType, 'both-directions' | 'per-lane'>>;
  readonly rows: readonly EmpRow[];
}

const NO_LIMIT = Number.POSITIVE_INFINITY;
const TWO_WAY = ['2/2-TT'] as const;
const FOUR_UNDIVIDED = ['4/2-TT'] as const;
const TWO_LANES = ['2/1', '4/2-T'] as const;
const THREE_LANES = ['3/1', '6/2-T'] as const;

function factors(heavy: number, motorcycle: number): EmpRow['hundredths'] {
  return { motorcycle, car: 100, heavy };
}

/** PKJI 2023, urban roads. */
export const PKJI_2023_EMP: EmpTable = {
  name: 'PKJI-2023',
  source:
    'SE Dirjen Bina Marga 2023 (PKJI), jalan perkotaan; same numbers as MKJI 1997, RSNI T-14-2004 table 3',
  flowBasis: {
    '2/2-TT': 'both-directions',
    '4/2-TT': 'both-directions',
    '4/2-T': 'per-lane',
    '6/2-T': 'per-lane',
    '2/1': 'per-lane',
    '3/1': 'per-lane',
  },
  rows: [
    {
      id: '2/2-TT <1800 <=6m',
      roadTypes: TWO_WAY,
      flowFrom: 0,
      flowBelow: 1800,
      widthUpToM: 6,
      hundredths: factors(130, 50),
    },
    {
      id: '2/2-TT <1800 >6m',
      roadTypes: TWO_WAY,
      flowFrom: 0,
      flowBelow: 1800,
      widthAboveM: 6,
      hundredths: factors(130, 40),
    },
    {
      id: '2/2-TT >=1800 <=6m',
      roadTypes: TWO_WAY,
      flowFrom: 1800,
      flowBelow: NO_LIMIT,
      widthUpToM: 6,
      hundredths: factors(120, 35),
    },
    {
      id: '2/2-TT >=1800 >6m',
      roadTypes: TWO_WAY,
      flowFrom: 1800,
      flowBelow: NO_LIMIT,
      widthAboveM: 6,
      hundredths: factors(120, 25),
    },
    {
      id: '4/2-TT <3700',
      roadTypes: FOUR_UNDIVIDED,
      flowFrom: 0,
      flowBelow: 3700,
      hundredths: factors(130, 40),
    },
    {
      id: '4/2-TT >=3700',
      roadTypes: FOUR_UNDIVIDED,
      flowFrom: 3700,
      flowBelow: NO_LIMIT,
      hundredths: factors(120, 25),
    },
    {
      id: '2/1,4/2-T <1050/lajur',
      roadTypes: TWO_LANES,
      flowFrom: 0,
      flowBelow: 1050,
      hundredths: factors(130, 40),
    },
    {
      id: '2/1,4/2-T >=1050/lajur',
      roadTypes: TWO_LANES,
      flowFrom: 1050,
      flowBelow: NO_LIMIT,
      hundredths: factors(120, 25),
    },
    {
      id: '3/1,6/2-T <1100/lajur',
      roadTypes: THREE_LANES,
      flowFrom: 0,
      flowBelow: 1100,
      hundredths: factors(130, 40),
    },
    {
      id: '3/1,6/2-T >=1100/lajur',
      roadTypes: THREE_LANES,
      flowFrom: 1100,
      flowBelow: NO_LIMIT,
      hundredths: factors(120, 25),
    },
  ],
};
