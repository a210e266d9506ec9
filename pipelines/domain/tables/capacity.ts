/** Capacity of urban roads, `C = C0 × FCLJ × FCPA × FCHS × FCUK` in smp/h: the tables of `capacity.json`. */
import file from './capacity.json' with { type: 'json' };
import { type PublishedTable, tablesByName } from './published-table.ts';

/** Pairs `[x, factor]` in growing x; linear in between. */
export type FactorCurve = readonly (readonly [x: number, factor: number])[];

/** Side friction class: very low, low, medium, high, very high. */
export type SideFriction = 'SR' | 'R' | 'S' | 'T' | 'ST';

/** FCHS of each class at the distances of the table. */
type FrictionRows = Readonly<Record<SideFriction, readonly number[]>>;

interface FrictionByRoad {
  readonly divided: FrictionRows;
  readonly twoWayOrOneWay: FrictionRows;
}

/** A named set of capacity tables. */
export interface CapacityTable extends PublishedTable {
  /** C0, smp/h: per lane on divided and one-way roads, total of both directions on 2/2-TT. */
  readonly base: { readonly dividedPerLane: number; readonly twoWayTotal: number };
  /** FCLJ by lane width, and on 2/2-TT by carriageway width, in m. No value beyond the ends. */
  readonly laneWidthM: FactorCurve;
  readonly carriagewayWidthM: FactorCurve;
  /** FCPA by share of the heavier direction in percent; undivided roads only. */
  readonly directionalSplitPercent: FactorCurve;
  /** FCHS by distance kerb to obstacle, or by effective shoulder width, in m; the end values hold beyond. */
  readonly sideFriction: {
    readonly distanceM: readonly number[];
    readonly kerb: FrictionByRoad;
    readonly shoulder: FrictionByRoad;
  };
  /** FCUK by millions of people; the first row that fits holds. */
  readonly cityMillions: readonly {
    readonly below?: number;
    readonly upTo?: number;
    readonly factor: number;
  }[];
}

const CAPACITY_TABLES = tablesByName(
  // JSON knows no pairs; the test of the tables counts them.
  file as unknown as Readonly<Record<keyof typeof file, Omit<CapacityTable, 'name'>>>,
  (name, data): CapacityTable => ({ ...data, name }),
);

/** The table that new windows are counted with. */
export const CAPACITY_TABLE_IN_USE = CAPACITY_TABLES['PKJI-2023'];

/** FCHS over distance in m. */
export function frictionCurve(
  { sideFriction }: CapacityTable,
  edge: 'kerb' | 'shoulder',
  row: { readonly road: keyof FrictionByRoad; readonly friction: SideFriction },
): FactorCurve {
  const factors = sideFriction[edge][row.road][row.friction];
  return sideFriction.distanceM.map((distance, i) => [distance, factors[i] ?? Number.NaN] as const);
}
