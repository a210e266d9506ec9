/** Indicators of a smart city that this portal can answer for by itself (DOMAIN.md §7). */

/** One time in which a service was not available. */
export interface Downtime {
  readonly hours: number;
  /** Announced or decided beforehand: maintenance, operating hours, a pause by the operator. */
  readonly isPlanned: boolean;
}

/**
 * ISO 37122 (SNI) 10.1: annual visits to the open data portal per 100,000 inhabitants; every visit counts, none is
 * told from another. Undefined without inhabitants.
 */
export function visitsPer100k(annualVisits: number, population: number): number | undefined {
  return population > 0 ? annualVisits / (population / 100_000) : undefined;
}

/** Mean downtimes in hours per incident; a part without any incident is absent: no mean, and not a downtime of zero. */
export interface MeanDowntimes {
  readonly unplanned?: number;
  readonly planned?: number;
}

/**
 * ISO 37122 (SNI) 10.4: mean hours of downtime per incident. The indicator tells how reliable the infrastructure is, so
 * it is computed from what nobody planned; planned stops are told apart beside it.
 */
export function meanDowntimes(incidents: readonly Downtime[]): MeanDowntimes {
  const mean = (some: readonly Downtime[]) =>
    some.length === 0 ? undefined : some.reduce((sum, { hours }) => sum + hours, 0) / some.length;
  const unplanned = mean(incidents.filter(({ isPlanned }) => !isPlanned));
  const planned = mean(incidents.filter(({ isPlanned }) => isPlanned));
  return { ...(unplanned === undefined ? {} : { unplanned }), ...(planned === undefined ? {} : { planned }) };
}

/** A camera as the U4SSC indicator sees it. */
export interface WatchedRoad {
  readonly road: string;
  readonly lengthM: number;
}

/**
 * ITU U4SSC EC:ICT:T:2C: share 0..100 of the length of major streets that is monitored. A road that several cameras
 * watch counts once, with the longest section given for it. Undefined without the city's total; never above 100.
 */
export function streetsMonitoredPercent(
  watched: readonly WatchedRoad[],
  majorStreetsKm: number,
): number | undefined {
  if (!(majorStreetsKm > 0)) return undefined;
  const longest = new Map<string, number>();
  for (const { road, lengthM } of watched) longest.set(road, Math.max(lengthM, longest.get(road) ?? 0));
  const monitoredKm = [...longest.values()].reduce((sum, lengthM) => sum + lengthM, 0) / 1000;
  return Math.min(100, (monitoredKm / majorStreetsKm) * 100);
}
