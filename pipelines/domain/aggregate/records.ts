/** One closed window → its observations. Every rounding of the data contract happens here or in `indicators.ts`. */
import { crossingSpeed, zoneSpeed } from '../calibration/speed-sums.ts';
import { classesOf, perClass, ROAD_USER_CLASSES, type RoadUserClass } from '../classes.ts';
import type { CountingLine, CountingSite, Zone } from '../site.ts';
import { formatIsoUs, US_PER_SECOND } from '../time.ts';
import type {
  Direction,
  FlowObservation,
  Lineage,
  Observation,
  ObservationBase,
  PerCountedClass,
  PresenceObservation,
  PresentCount,
} from '../types.ts';
import { coverageRatio, sortReasons, windowStatus } from './coverage.ts';
import { crowdDensity, flowRatePerHour, roadIndicators, roundedRatio, trafficDensity } from './indicators.ts';
import {
  type ClassVector,
  type LineTotals,
  vehiclesOf,
  type WindowTotals,
  type ZoneTotals,
} from './window-totals.ts';

/** What every record of a run shares. */
export interface RecordContext {
  readonly site: CountingSite;
  readonly lineage: Lineage;
  /** Frames due in one full window. */
  readonly framesExpected: number;
}

type BaseFields = Omit<ObservationBase, 'lineage' | 'revision'>;

/** Presence by zone, then flow by line, `in` before `out`: always in the site's order. */
export function windowRecords(
  totals: WindowTotals,
  revision: number,
  context: RecordContext,
): readonly Observation[] {
  const { site } = context;
  const base = { ...baseFields(totals, context), revision };
  const presence = site.zones.map((zone, i) => {
    const zoneTotals = totals.zones[i];
    const measures =
      totals.coveredUs === 0 || zoneTotals === undefined
        ? {}
        : presenceMeasures(zone, zoneTotals, { totals, site });
    return {
      kind: 'presence',
      zoneId: zone.id,
      ...base,
      ...measures,
      lineage: context.lineage,
    } satisfies PresenceObservation;
  });
  const flow = site.lines.flatMap((line, i) => {
    const lineTotals = totals.lines[i];
    return (['in', 'out'] as const).map((direction) => {
      const measures =
        totals.coveredUs === 0 || lineTotals === undefined
          ? {}
          : flowMeasures(line, lineTotals, { totals, site, direction });
      return {
        kind: 'flow',
        lineId: line.id,
        direction,
        ...base,
        ...measures,
        lineage: context.lineage,
      } satisfies FlowObservation;
    });
  });
  return [...presence, ...flow];
}

function baseFields(totals: WindowTotals, { site, framesExpected }: RecordContext): BaseFields {
  const windowUs = site.windowSeconds * US_PER_SECOND;
  const reasons = sortReasons(totals.reasons);
  return {
    cameraId: site.cameraId,
    windowStart: formatIsoUs(totals.startUs),
    windowEnd: formatIsoUs(totals.startUs + windowUs),
    coverage: coverageRatio(totals.coveredUs, windowUs),
    status: windowStatus(totals.coveredUs, windowUs, reasons),
    reasons,
    framesExpected,
    framesAnalysed: totals.framesAnalysed,
  };
}

interface WindowOfSite {
  readonly totals: WindowTotals;
  readonly site: CountingSite;
}

function presenceMeasures(zone: Zone, zoneTotals: ZoneTotals, { totals, site }: WindowOfSite) {
  const { coveredUs } = totals;
  const countUs = toCounts(zoneTotals.countUs);
  const max = toCounts(zoneTotals.max);
  const mean = (sumUs: number) => roundedRatio(sumUs, coveredUs, 6);
  const present = perClass<PresentCount>((name) => ({ mean: mean(countUs[name]), max: max[name] }));
  const integral = { countUs, analysedUs: coveredUs };
  const countsPeople = site.groups.includes('people');
  const countsVehicles = site.groups.includes('vehicles');
  const vehiclesPresent = {
    mean: mean(vehiclesOf(zoneTotals.countUs)),
    max: zoneTotals.vehiclesMax,
  };
  return {
    present: ofCounted(site, present),
    ...(countsPeople ? { peoplePresent: present.person } : {}),
    ...(countsVehicles ? { vehiclesPresent } : {}),
    entered: ofCounted(site, toCounts(zoneTotals.entered)),
    left: ofCounted(site, toCounts(zoneTotals.left)),
    ...(countsVehicles ? { timeOccupancy: mean(zoneTotals.occupiedUs) } : {}),
    ...(countsPeople ? crowdDensity(zone, integral) : {}),
    ...(countsVehicles ? trafficDensity(zone, integral) : {}),
    ...zoneSpeed(zoneTotals.motion),
  };
}

interface DirectedWindow extends WindowOfSite {
  readonly direction: Direction;
}

function flowMeasures(line: CountingLine, lineTotals: LineTotals, window: DirectedWindow) {
  const { totals, site, direction } = window;
  const count = toCounts(lineTotals[direction]);
  const opposite = toCounts(lineTotals[direction === 'in' ? 'out' : 'in']);
  const analysedUs = totals.coveredUs;
  const volume = vehiclesOf(lineTotals[direction]);
  const vehicles = { volume, flowRatePerHour: flowRatePerHour(volume, analysedUs) };
  const people = {
    peopleVolume: count.person,
    peopleFlowRatePerHour: flowRatePerHour(count.person, analysedUs),
  };
  const countsVehicles = site.groups.includes('vehicles');
  return {
    count: ofCounted(site, count),
    ...(countsVehicles ? vehicles : {}),
    ...(site.groups.includes('people') ? people : {}),
    ...(countsVehicles ? roadIndicators(line.road, { counts: count, opposite, analysedUs }) : {}),
    ...crossingSpeed(lineTotals.speeds?.[direction]),
  };
}

function toCounts(vector: ClassVector): Record<RoadUserClass, number> {
  return perClass((name) => vector[ROAD_USER_CLASSES.indexOf(name)] ?? 0);
}

/** Who is not looked for is not reported as absent. */
function ofCounted<T>(site: CountingSite, values: Readonly<Record<RoadUserClass, T>>): PerCountedClass<T> {
  return Object.fromEntries(classesOf(site.groups).map((name) => [name, values[name]]));
}
