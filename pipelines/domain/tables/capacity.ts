/**
 * Capacity of urban roads as data: `C = C0 × FCLJ × FCPA × FCHS × FCUK` in smp/h.
 *
 * Source: PKJI 2023 tables 4-1 to 4-7 (as coded by a public application and quoted in `DOMAIN.md` §5.3). That
 * one-way streets take the side-friction rows of 2/2-TT is printed in MKJI 1997 p. 5-53 ("2/2 UD atau jalan
 * satu arah"). PKJI 2023's C0 and FCLJ for 4/2-TT are not at hand: such a road gets no capacity.
 */

/** Pairs `[x, factor]` in growing x; linear in between. */
export type FactorCurve = readonly (readonly [x: number, factor: number])[];

/** Side friction class: very low, low, medium, high, very high. */
export type SideFriction = 'SR' | 'R' | 'S' | 'T' | 'ST';

type FrictionRows = Readonly<Record<SideFriction, FactorCurve>>;

const DISTANCES_M = [0.5, 1.0, 1.5, 2.0] as const;

function friction(SR: Row, R: Row, S: Row, T: Row, ST: Row): FrictionRows {
  const curve = (row: Row): FactorCurve => DISTANCES_M.map((distance, i) => [distance, row[i] ?? 0] as const);
  return { SR: curve(SR), R: curve(R), S: curve(S), T: curve(T), ST: curve(ST) };
}
type Row = readonly [number, number, number, number];

/** A named set of capacity tables. */
export interface CapacityTable {
  readonly name: string;
  readonly source: string;
  /** smp/h: per lane on divided and one-way roads, total of both directions on 2/2-TT. */
  readonly baseDividedPerLane: number;
  readonly baseTwoWayTotal: number;
  /** FCLJ by lane width, and on 2/2-TT by carriageway width, in m. No value beyond the ends. */
  readonly laneWidth: FactorCurve;
  readonly carriagewayWidth: FactorCurve;
  /** FCPA by share of the heavier direction in percent; undivided roads only. */
  readonly directionalSplit: FactorCurve;
  /** FCHS by distance kerb to obstacle, or by effective shoulder width, in m; the end values hold beyond. */
  readonly sideFriction: Readonly<
    Record<'kerb' | 'shoulder', { readonly divided: FrictionRows; readonly twoWayOrOneWay: FrictionRows }>
  >;
  /** FCUK by millions of people; the first row that fits holds. */
  readonly citySize: readonly { readonly below?: number; readonly upTo?: number; readonly factor: number }[];
}

/** PKJI 2023, urban roads. */
export const PKJI_2023_CAPACITY: CapacityTable = {
  name: 'PKJI-2023',
  source: 'PKJI 2023 tables 4-1 to 4-7; one-way side friction: MKJI 1997 p. 5-53',
  baseDividedPerLane: 1700,
  baseTwoWayTotal: 2800,
  laneWidth: [
    [3.0, 0.92],
    [3.25, 0.96],
    [3.5, 1.0],
    [3.75, 1.04],
    [4.0, 1.08],
  ],
  carriagewayWidth: [
    [5, 0.56],
    [6, 0.87],
    [7, 1.0],
    [8, 1.14],
    [9, 1.25],
    [10, 1.29],
    [11, 1.34],
  ],
  directionalSplit: [
    [50, 1.0],
    [55, 0.97],
    [60, 0.94],
    [65, 0.91],
    [70, 0.88],
  ],
  sideFriction: {
    kerb: {
      divided: friction(
        [0.95, 0.97, 0.99, 1.01],
        [0.94, 0.96, 0.98, 1.0],
        [0.91, 0.93, 0.95, 0.98],
        [0.86, 0.89, 0.92, 0.95],
        [0.81, 0.85, 0.88, 0.92],
      ),
      twoWayOrOneWay: friction(
        [0.93, 0.95, 0.97, 0.99],
        [0.9, 0.92, 0.95, 0.97],
        [0.86, 0.88, 0.91, 0.94],
        [0.78, 0.81, 0.84, 0.88],
        [0.68, 0.72, 0.77, 0.82],
      ),
    },
    shoulder: {
      divided: friction(
        [0.96, 0.98, 1.01, 1.03],
        [0.94, 0.97, 1.0, 1.02],
        [0.92, 0.95, 0.98, 1.0],
        [0.88, 0.92, 0.95, 0.98],
        [0.84, 0.88, 0.92, 0.96],
      ),
      twoWayOrOneWay: friction(
        [0.94, 0.96, 0.99, 1.01],
        [0.92, 0.94, 0.97, 1.0],
        [0.89, 0.92, 0.95, 0.98],
        [0.82, 0.86, 0.9, 0.95],
        [0.73, 0.79, 0.85, 0.91],
      ),
    },
  },
  citySize: [
    { below: 0.1, factor: 0.86 },
    { below: 0.5, factor: 0.9 },
    { below: 1, factor: 0.94 },
    { upTo: 3, factor: 1.0 },
    { factor: 1.04 },
  ],
};
