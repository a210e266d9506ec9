/** The measures that charts, tables and heat maps show, and how rows of two directions become one. Pure data. */

/** Which pages have a measure. */
export type Topic = 'traffic' | 'crowd';

/** How the values of both directions of one window are put together. */
export type Joining = 'sum' | 'greatest' | 'harmonic';

/** One measure. */
export interface Measure {
  readonly id: MeasureId;
  readonly topic: Topic;
  readonly kind: 'flow' | 'presence';
  /** Flat column of the series. */
  readonly column: string;
  /** Columns of the 95 % interval, where the measure has one. */
  readonly interval?: readonly [low: string, high: string];
  /** Dotted name under which the disclosure rule withholds it. */
  readonly disclosedAs?: string;
  readonly unit: UnitName;
  readonly decimals: number;
  readonly joining: Joining;
  /** What the values of a range come to. */
  readonly ofRange: 'total' | 'mean' | 'greatest';
  /** Letter column that grades this measure. */
  readonly levels?: 'service' | 'fruin';
  /** Another measure drawn pale behind it. */
  readonly behind?: MeasureId;
  /** Not offered by itself. */
  readonly isCompanion?: true;
}

/** Names of units, as in `texts.unitNames`. */
export type UnitName =
  | 'vehicles'
  | 'vehiclesPerHour'
  | 'pcuPerHour'
  | 'ratio'
  | 'kmPerHour'
  | 'vehiclesPerKm'
  | 'pcuPerKm'
  | 'percent'
  | 'people'
  | 'peoplePerM2'
  | 'peoplePerHour';

/** Names of measures, as in `texts.measures`. */
export type MeasureId =
  | 'volume'
  | 'flow'
  | 'pcu'
  | 'dj'
  | 'speed'
  | 'vehicles'
  | 'vehicleDensity'
  | 'pcuDensity'
  | 'occupancy'
  | 'people'
  | 'peopleMax'
  | 'peopleDensity'
  | 'entered'
  | 'left'
  | 'peopleVolume'
  | 'peopleFlow';

const FLOW = { topic: 'traffic', kind: 'flow', joining: 'sum', ofRange: 'mean', decimals: 0 } as const;
const ZONE = { topic: 'traffic', kind: 'presence', joining: 'sum', ofRange: 'mean', decimals: 1 } as const;
const CROWD = { topic: 'crowd', kind: 'presence', joining: 'sum', ofRange: 'mean', decimals: 1 } as const;

function intervalOf(column: string): readonly [string, string] {
  return [`${column}_low`, `${column}_high`];
}

/** Every measure, in the order in which it is offered. */
export const MEASURES: readonly Measure[] = [
  {
    ...FLOW,
    id: 'volume',
    column: 'volume',
    interval: intervalOf('volume'),
    unit: 'vehicles',
    ofRange: 'total',
  },
  {
    ...FLOW,
    id: 'flow',
    column: 'flow_rate_per_hour',
    interval: intervalOf('flow_rate_per_hour'),
    unit: 'vehiclesPerHour',
  },
  { ...FLOW, id: 'pcu', column: 'pcu_per_hour', unit: 'pcuPerHour' },
  {
    ...FLOW,
    id: 'dj',
    column: 'degree_of_saturation',
    unit: 'ratio',
    // 0.190 is still A and 0.194 is B: with two decimals equal numbers would bear different letters.
    decimals: 3,
    // On an undivided road both directions carry the same DJ, on a divided one the fuller carriageway speaks.
    joining: 'greatest',
    levels: 'service',
  },
  {
    ...FLOW,
    id: 'speed',
    column: 'space_mean_speed_km_per_hour',
    unit: 'kmPerHour',
    decimals: 1,
    joining: 'harmonic',
  },
  {
    ...ZONE,
    id: 'vehicles',
    column: 'vehicles_present_mean',
    interval: intervalOf('vehicles_present_mean'),
    unit: 'vehicles',
  },
  { ...ZONE, id: 'vehicleDensity', column: 'vehicles_per_km', unit: 'vehiclesPerKm' },
  { ...ZONE, id: 'pcuDensity', column: 'pcu_per_km', unit: 'pcuPerKm' },
  { ...ZONE, id: 'occupancy', column: 'time_occupancy', unit: 'ratio', decimals: 2 },
  { ...ZONE, id: 'speed', column: 'space_mean_speed_km_per_hour', unit: 'kmPerHour', joining: 'harmonic' },
  {
    ...CROWD,
    id: 'people',
    column: 'people_present_mean',
    interval: intervalOf('people_present_mean'),
    disclosedAs: 'peoplePresent',
    unit: 'people',
    behind: 'peopleMax',
  },
  {
    ...CROWD,
    id: 'peopleMax',
    column: 'people_present_max',
    disclosedAs: 'peoplePresent',
    unit: 'people',
    decimals: 0,
    ofRange: 'greatest',
    isCompanion: true,
  },
  {
    ...CROWD,
    id: 'peopleDensity',
    column: 'people_per_m2',
    disclosedAs: 'peoplePerM2',
    unit: 'peoplePerM2',
    // A square with a few people has thousandths; 0.00 would read as nobody.
    decimals: 3,
    levels: 'fruin',
  },
  {
    ...CROWD,
    id: 'entered',
    column: 'entered_person',
    disclosedAs: 'entered.person',
    unit: 'people',
    decimals: 0,
    ofRange: 'total',
  },
  {
    ...CROWD,
    id: 'left',
    column: 'left_person',
    disclosedAs: 'left.person',
    unit: 'people',
    decimals: 0,
    ofRange: 'total',
  },
  {
    ...CROWD,
    id: 'peopleVolume',
    kind: 'flow',
    column: 'people_volume',
    interval: intervalOf('people_volume'),
    disclosedAs: 'peopleVolume',
    unit: 'people',
    decimals: 0,
    ofRange: 'total',
  },
  {
    ...CROWD,
    id: 'peopleFlow',
    kind: 'flow',
    column: 'people_flow_rate_per_hour',
    interval: intervalOf('people_flow_rate_per_hour'),
    disclosedAs: 'peopleFlowRatePerHour',
    unit: 'peoplePerHour',
    decimals: 0,
  },
];

/** The measures of a topic at a counting line or a zone. */
export function measuresOf(topic: Topic, kind: 'flow' | 'presence'): readonly Measure[] {
  return MEASURES.filter((measure) => measure.topic === topic && measure.kind === kind);
}
