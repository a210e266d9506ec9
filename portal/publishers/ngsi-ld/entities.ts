/** Entities of one camera's window (DOMAIN.md §3.1). Pure. A measure that was not taken or is withheld has no attribute. */
import { VEHICLE_CLASSES } from '../../../pipelines/domain/classes.ts';
import { cityOf } from '../../catalogue/context.ts';
import { coordinatesOf, type PublicCamera } from '../../datasets/public-camera.ts';
import type { PublicSeriesRow } from '../../privacy/public-row.ts';
import { grouped } from '../../store/grouped.ts';
import type { OwnTerm } from './context-document.ts';

/** An NGSI-LD entity in normalised form. */
export interface Entity {
  readonly id: string;
  readonly type: 'TrafficFlowObserved' | 'CrowdFlowObserved';
  readonly [attribute: string]: unknown;
}

/** What entities say beside the measures. */
export interface EntityContext {
  readonly camera: PublicCamera;
  /** Who gives the data. */
  readonly provider: string;
  /** Address of the portal. */
  readonly source: string;
}

type FlowRow = Extract<PublicSeriesRow, { kind: 'flow' }>;
type PresenceRow = Extract<PublicSeriesRow, { kind: 'presence' }>;

type Measure =
  | OwnTerm
  | 'intensity'
  | 'occupancy'
  | 'averageVehicleSpeed'
  | 'peopleCount'
  | 'peopleCountTowards'
  | 'peopleCountAway';

type Measures = Readonly<Partial<Record<Measure, number | string | readonly string[] | undefined>>>;

/** Units by UN/CEFACT common codes, as NGSI-LD's `unitCode` wants them; numbers without one are counts or ratios. */
const UNIT_CODES: Readonly<Partial<Record<Measure, string>>> = { averageVehicleSpeed: 'KMH' };

/** What Smart Data Models call our classes. */
const VEHICLE_TYPES = {
  bicycle: 'bicycle',
  motorcycle: 'motorcycle',
  car: 'car',
  bus: 'bus',
  truck: 'lorry',
} as const;

/** Every entity of all rows of one camera, kind and window. */
export function entitiesOf(rows: readonly PublicSeriesRow[], context: EntityContext): Entity[] {
  const flows = rows.filter((row): row is FlowRow => row.kind === 'flow');
  const zones = rows.filter((row): row is PresenceRow => row.kind === 'presence');
  const { groups } = context.camera;
  return [
    ...(groups.includes('vehicles')
      ? [
          ...flows.flatMap((row) => lineTraffic(row, context)),
          ...zones.map((row) => zoneTraffic(row, context)),
        ]
      : []),
    ...(groups.includes('people')
      ? [
          ...[...grouped(flows, ({ lineId }) => lineId).values()].map((of) => lineCrowd(of, context)),
          ...zones.map((row) => zoneCrowd(row, context)),
        ]
      : []),
  ];
}

/** One entity per class, and one for all vehicles that also has what is only known of all. */
function lineTraffic(row: FlowRow, context: EntityContext): Entity[] {
  const place = `${row.cameraId}:line:${row.lineId}:${row.direction}`;
  // Forward is the direction that the site file calls `in`.
  const fixed = { laneDirection: property(row.direction === 'in' ? 'forward' : 'backward') };
  const total = entity('TrafficFlowObserved', `${place}:total`, row, context, {
    intensity: row.volume,
    averageVehicleSpeed: row.spaceMeanSpeedKmPerHour,
    flowRatePerHour: row.flowRatePerHour,
    pcuPerHour: row.pcuPerHour,
    degreeOfSaturation: row.degreeOfSaturation,
    levelOfService: row.levelOfService,
    coverage: row.coverage,
  });
  const classes = VEHICLE_CLASSES.map((name) => ({
    ...entity('TrafficFlowObserved', `${place}:${name}`, row, context, {
      intensity: row.count?.[name],
      coverage: row.coverage,
    }),
    vehicleType: property(VEHICLE_TYPES[name]),
  }));
  return [total, ...classes].map((one) => ({ ...one, ...fixed }));
}

function zoneTraffic(row: PresenceRow, context: EntityContext): Entity {
  return entity('TrafficFlowObserved', `${row.cameraId}:zone:${row.zoneId}:total`, row, context, {
    occupancy: row.timeOccupancy,
    averageVehicleSpeed: row.spaceMeanSpeedKmPerHour,
    vehiclesPerKm: row.vehiclesPerKm,
    pcuPerKm: row.pcuPerKm,
    coverage: row.coverage,
  });
}

/** Towards is `in`, away is `out`; a whole only where both are told. */
function lineCrowd(rows: readonly FlowRow[], context: EntityContext): Entity {
  const [row] = rows;
  if (row === undefined) throw new RangeError('a line without rows');
  const towards = rows.find(({ direction }) => direction === 'in')?.peopleVolume;
  const away = rows.find(({ direction }) => direction === 'out')?.peopleVolume;
  return entity('CrowdFlowObserved', `${row.cameraId}:line:${row.lineId}`, row, context, {
    peopleCount: towards === undefined || away === undefined ? undefined : towards + away,
    peopleCountTowards: towards,
    peopleCountAway: away,
    coverage: Math.min(...rows.map(({ coverage }) => coverage)),
    suppressed: named(rows, 'suppressed'),
    partlyHidden: named(rows, 'partlyHidden'),
  });
}

function zoneCrowd(row: PresenceRow, context: EntityContext): Entity {
  return entity('CrowdFlowObserved', `${row.cameraId}:zone:${row.zoneId}`, row, context, {
    peoplePresentMean: row.peoplePresent?.mean,
    peoplePresentMax: row.peoplePresent?.max,
    peoplePerM2: row.peoplePerM2,
    fruinLevel: row.fruinLevel,
    coverage: row.coverage,
    suppressed: named([row], 'suppressed'),
    partlyHidden: named([row], 'partlyHidden'),
  });
}

function named(rows: readonly PublicSeriesRow[], list: 'suppressed' | 'partlyHidden'): string[] | undefined {
  const names = [...new Set(rows.flatMap((row) => row[list] ?? []))];
  return names.length === 0 ? undefined : names;
}

function entity(
  type: Entity['type'],
  place: string,
  row: PublicSeriesRow,
  context: EntityContext,
  measures: Measures,
): Entity {
  const { windowStart, windowEnd } = row;
  const told = Object.entries(measures).filter(([, value]) => value !== undefined);
  return {
    id: `urn:ngsi-ld:${type}:${place}`,
    type,
    dateObserved: dateTime(windowEnd),
    dateObservedFrom: dateTime(windowStart),
    dateObservedTo: dateTime(windowEnd),
    ...Object.fromEntries(
      told.map(([name, value]) => {
        const unitCode = UNIT_CODES[name as Measure];
        return [
          name,
          { ...property(value), ...(unitCode === undefined ? {} : { unitCode }), observedAt: windowEnd },
        ];
      }),
    ),
    ...placeOf(context),
  };
}

function placeOf({ camera, provider, source }: EntityContext): Record<string, unknown> {
  const { name, location } = camera;
  const city = cityOf({});
  const at = coordinatesOf(camera);
  return {
    ...(name === undefined ? {} : { name: property(name) }),
    dataProvider: property(provider),
    source: property(source),
    ...(at === undefined
      ? {}
      : { location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [at.lon, at.lat] } } }),
    ...(location === undefined
      ? {}
      : {
          address: property({
            ...(location.road === undefined ? {} : { streetAddress: location.road }),
            addressLocality: city.name,
            addressRegion: city.provinceName,
            addressCountry: 'ID',
          }),
        }),
  };
}

function property<T>(value: T) {
  return { type: 'Property', value } as const;
}

function dateTime(instant: string) {
  return property({ '@type': 'DateTime', '@value': instant });
}
