/** What a calibration gives, for the people who measured it. */
import type { CountingSite } from '../site.ts';
import { createGroundMap, type GroundMap } from './ground-map.ts';
import { type ZoneGroundSize, zoneGroundSize } from './zone-ground.ts';

/** See `calibrationReport`. */
export interface CalibrationReport {
  readonly kind: GroundMap['kind'];
  readonly residualM: GroundMap['residualM'];
  /** In the site's order; `declared` are the sizes of the site file, which win. */
  readonly zones: readonly {
    readonly zoneId: string;
    readonly declared: ZoneGroundSize;
    readonly calibrated: ZoneGroundSize;
  }[];
  /** Lines of which at least one end is outside the valid area: part of their crossings has no speed. */
  readonly linesOutside: readonly string[];
}

/** Undefined for a camera without calibration. Throws `RangeError` as `createGroundMap` does. */
export function calibrationReport(site: CountingSite): CalibrationReport | undefined {
  if (site.calibration === undefined) return undefined;
  const map = createGroundMap(site.calibration);
  return {
    kind: map.kind,
    residualM: map.residualM,
    zones: site.zones.map((zone) => ({
      zoneId: zone.id,
      declared: {
        ...(zone.groundAreaM2 === undefined ? {} : { groundAreaM2: zone.groundAreaM2 }),
        ...(zone.groundLengthM === undefined ? {} : { groundLengthM: zone.groundLengthM }),
      },
      calibrated: zoneGroundSize(zone, map),
    })),
    linesOutside: site.lines
      .filter(({ from, to }) => map.toGroundM(from) === undefined || map.toGroundM(to) === undefined)
      .map(({ id }) => id),
  };
}
