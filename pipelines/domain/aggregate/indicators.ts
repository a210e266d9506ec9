/**
 * Traffic and crowd indicators out of integer counts. Every function answers `undefined` when an input is missing
 * or lies outside its table: an indicator is absent rather than guessed. Formulas: PKJI 2023; Fruin 1971.
 */
import type { RoadUserClass } from '../classes.ts';
import type { RoadData, Zone } from '../site.ts';
import {
  CAPACITY_TABLE_IN_USE,
  type CapacityTable,
  type FactorCurve,
  frictionCurve,
} from '../tables/capacity.ts';
import { EMP_TABLE_IN_USE, type EmpRow, type EmpTable } from '../tables/emp.ts';
import {
  FRUIN_QUEUE,
  FRUIN_WALKWAY,
  type LevelTable,
  SERVICE_TABLES,
  VC_INDONESIA,
} from '../tables/level-of-service.ts';
import type { FlowObservation, PresenceObservation } from '../types.ts';

const US_PER_HOUR = 3_600_000_000;

/** Counts or other weights per class. */
export type PerClass = Readonly<Record<RoadUserClass, number>>;

/** By decimals. A power computed at each call was a tenth of what a read of the levels costs. */
const SCALES = { 3: 1e3, 6: 1e6 } as const;

/** `numerator / denominator` rounded half up to `decimals`; the only place where a measure is rounded. */
export function roundedRatio(numerator: number, denominator: number, decimals: keyof typeof SCALES): number {
  const scale = SCALES[decimals];
  return Math.round((numerator * scale) / denominator) / scale;
}

/**
 * `volume × 3600 / analysed seconds`, 3 decimals. The base is the *analysed* time of the window, so a gap neither
 * lowers nor raises the rate; over one minute it is an expansion by 60 and as noisy as that sounds.
 */
export function flowRatePerHour(volume: number, analysedUs: number): number {
  return roundedRatio(volume * US_PER_HOUR, analysedUs, 3);
}

/** Motor vehicles: what emp tables mean by flow. Bicycles (KTB) are not among them. */
export function motorVehicles(counts: PerClass): number {
  return counts.motorcycle + counts.car + counts.bus + counts.truck;
}

/** Σ emp × count in hundredths of smp, exact. Bus and truck are KS; bicycles and people are no traffic here. */
export function pcuHundredths(counts: PerClass, row: EmpRow): number {
  const { motorcycle, car, heavy } = row.hundredths;
  return counts.motorcycle * motorcycle + counts.car * car + (counts.bus + counts.truck) * heavy;
}

/** Motor vehicles per hour of this direction and of both, unrounded. */
export interface HourlyFlow {
  readonly ownPerHour: number;
  readonly bothPerHour: number;
}

/** The row for a road and its flow; absent where the row depends on a carriageway width that is not given. */
export function empRow(
  road: RoadData,
  flow: HourlyFlow,
  table: EmpTable = EMP_TABLE_IN_USE,
): EmpRow | undefined {
  const perLane = table.flowBasis[road.type] === 'per-lane';
  const perHour = perLane ? flow.ownPerHour / road.lanes : flow.bothPerHour;
  return table.rows.find(
    (row) =>
      row.roadTypes.includes(road.type) &&
      perHour >= row.flowFrom &&
      perHour < (row.flowBelow ?? Number.POSITIVE_INFINITY) &&
      fitsWidth(row, road.carriagewayWidthM),
  );
}

function fitsWidth(row: EmpRow, widthM: number | undefined): boolean {
  if (row.widthAboveM === undefined && row.widthUpToM === undefined) return true;
  if (widthM === undefined) return false;
  return widthM > (row.widthAboveM ?? 0) && widthM <= (row.widthUpToM ?? Number.POSITIVE_INFINITY);
}

/** Name and row as written in records, e.g. `PKJI-2023: 2/1,4/2-T >=1050/lajur`. */
export function empTableName(table: EmpTable, row: EmpRow): string {
  return `${table.name}: ${row.id}`;
}

/** Linear between the points of a curve, absent beyond its ends. */
function interpolate(curve: FactorCurve, x: number | undefined): number | undefined {
  if (x === undefined) return undefined;
  for (const [i, [x1, y1]] of curve.entries()) {
    if (x === x1) return y1;
    const [x0, y0] = curve[i - 1] ?? [Number.POSITIVE_INFINITY, 0];
    if (x > x0 && x < x1) return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
  }
  return undefined;
}

/** The capacity of a road in smp/h, unrounded: of one direction, of both on 2/2-TT; absent without its inputs. */
export function capacityPcuPerHour(
  road: RoadData,
  table: CapacityTable = CAPACITY_TABLE_IN_USE,
): number | undefined {
  if (road.type === '4/2-TT') return undefined;
  const isTwoWay = road.type === '2/2-TT';
  const base = isTwoWay ? table.base.twoWayTotal : table.base.dividedPerLane * road.lanes;
  const width = isTwoWay
    ? interpolate(table.carriagewayWidthM, road.carriagewayWidthM)
    : interpolate(table.laneWidthM, road.laneWidthM);
  const split = isTwoWay ? interpolate(table.directionalSplitPercent, road.directionalSplitPercent) : 1;
  const friction = sideFrictionFactor(road, table);
  const city = citySizeFactor(road.cityPopulationMillions, table);
  if (width === undefined || split === undefined || friction === undefined || city === undefined) {
    return undefined;
  }
  return base * width * split * friction * city;
}

function sideFrictionFactor(road: RoadData, table: CapacityTable): number | undefined {
  const { sideFriction, edge, edgeDistanceM } = road;
  if (sideFriction === undefined || edge === undefined || edgeDistanceM === undefined) return undefined;
  const isDivided = road.type === '4/2-T' || road.type === '6/2-T';
  const row = { road: isDivided ? 'divided' : 'twoWayOrOneWay', friction: sideFriction } as const;
  // The tables' outer columns are headed "≤ 0.5 m" and "≥ 2.0 m".
  const { distanceM } = table.sideFriction;
  const heldM = Math.min(Math.max(...distanceM), Math.max(Math.min(...distanceM), edgeDistanceM));
  const factor = interpolate(frictionCurve(table, edge, row), heldM);
  // PKJI 2023: six-lane roads from the four-lane factor.
  return factor !== undefined && road.type === '6/2-T' ? 1 - 0.8 * (1 - factor) : factor;
}

function citySizeFactor(millions: number | undefined, table: CapacityTable): number | undefined {
  if (millions === undefined) return undefined;
  return table.cityMillions.find(
    (row) =>
      millions < (row.below ?? Number.POSITIVE_INFINITY) &&
      millions <= (row.upTo ?? Number.POSITIVE_INFINITY),
  )?.factor;
}

/** The letter of a value. */
export function levelOf(value: number, table: LevelTable): 'A' | 'B' | 'C' | 'D' | 'E' | 'F' {
  const index = table.upperEdges.findIndex((edge) => value <= edge);
  return (['A', 'B', 'C', 'D', 'E'] as const)[index] ?? 'F';
}

/** What a flow record says of its road. Absent fields are missing, not undefined. */
export type RoadIndicators = Pick<
  FlowObservation,
  'pcuPerHour' | 'empTable' | 'degreeOfSaturation' | 'levelOfService' | 'levelOfServiceTable'
>;

/** Counts of one line in one direction, and in the other, over `analysedUs` of analysed time. */
export interface RoadFlow {
  readonly counts: PerClass;
  readonly opposite: PerClass;
  readonly analysedUs: number;
}

/**
 * smp/h by the named row, DJ = q / C (3 decimals) and its level. On 2/2-TT, where the capacity is that of both
 * directions, q is the sum of both and both records carry the same DJ.
 */
export function roadIndicators(road: RoadData | undefined, flow: RoadFlow): RoadIndicators {
  if (road === undefined || flow.analysedUs <= 0) return {};
  const perHour = US_PER_HOUR / flow.analysedUs;
  const own = motorVehicles(flow.counts) * perHour;
  const row = empRow(road, { ownPerHour: own, bothPerHour: own + motorVehicles(flow.opposite) * perHour });
  if (row === undefined) return {};
  const ownHundredths = pcuHundredths(flow.counts, row);
  const pcu = {
    pcuPerHour: roundedRatio((ownHundredths * US_PER_HOUR) / 100, flow.analysedUs, 3),
    empTable: empTableName(EMP_TABLE_IN_USE, row),
  };
  const capacity = capacityPcuPerHour(road);
  if (capacity === undefined) return pcu;
  const oppositeHundredths = road.type === '2/2-TT' ? pcuHundredths(flow.opposite, row) : 0;
  const pcuPerHour = ((ownHundredths + oppositeHundredths) / 100) * perHour;
  const degreeOfSaturation = roundedRatio(pcuPerHour, capacity, 3);
  const levels = SERVICE_TABLES.find(({ name }) => name === road.levelOfServiceTable) ?? VC_INDONESIA;
  return {
    ...pcu,
    degreeOfSaturation,
    levelOfService: levelOf(degreeOfSaturation, levels),
    levelOfServiceTable: levels.name,
  };
}

/** What a presence record says of its ground. Absent fields are missing, not undefined. */
export type DensityIndicators = Pick<
  PresenceObservation,
  'peoplePerM2' | 'fruinLevel' | 'fruinTable' | 'vehiclesPerKm' | 'pcuPerKm' | 'empTable'
>;

/** Ground of a zone as the site file gives it. */
export type ZoneGround = Pick<Zone, 'groundAreaM2' | 'groundLengthM' | 'fruinTable' | 'road'>;

/** Time integrals of presence: Σ count × held µs per class, over `analysedUs`. */
export interface PresenceIntegral {
  readonly countUs: PerClass;
  readonly analysedUs: number;
}

/** Mean people per m² of zone with Fruin's level (6 decimals). */
export function crowdDensity(ground: ZoneGround, presence: PresenceIntegral): DensityIndicators {
  const { groundAreaM2, fruinTable } = ground;
  if (groundAreaM2 === undefined || presence.analysedUs <= 0) return {};
  const peoplePerM2 = roundedRatio(presence.countUs.person, presence.analysedUs * groundAreaM2, 6);
  if (fruinTable === undefined) return { peoplePerM2 };
  const table = fruinTable === 'walkway' ? FRUIN_WALKWAY : FRUIN_QUEUE;
  return { peoplePerM2, fruinLevel: levelOf(peoplePerM2, table), fruinTable: table.name };
}

/**
 * Mean vehicles per km of zone length, all lanes together (Edie: time spent / (length × time)), 3 decimals, and
 * smp/km. A zone has no flow to choose the emp row by: the row of the heaviest flow is taken, since density
 * matters when the road is full, and the record names it.
 */
export function trafficDensity(ground: ZoneGround, presence: PresenceIntegral): DensityIndicators {
  const { groundLengthM, road } = ground;
  if (groundLengthM === undefined || presence.analysedUs <= 0) return {};
  const { countUs, analysedUs } = presence;
  const vehicleUs = motorVehicles(countUs) + countUs.bicycle;
  const vehiclesPerKm = roundedRatio(vehicleUs * 1000, analysedUs * groundLengthM, 3);
  const heaviest = { ownPerHour: Number.MAX_VALUE, bothPerHour: Number.MAX_VALUE };
  const row = road === undefined ? undefined : empRow(road, heaviest);
  if (row === undefined) return { vehiclesPerKm };
  return {
    vehiclesPerKm,
    pcuPerKm: roundedRatio(pcuHundredths(countUs, row) * 10, analysedUs * groundLengthM, 3),
    empTable: empTableName(EMP_TABLE_IN_USE, row),
  };
}
