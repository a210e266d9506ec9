/**
 * The JSON-LD @context of the entities, served by the portal itself (`/context/pantau.jsonld`): brokers fetch it, and a
 * context that changes or is away breaks every one of them.
 *
 * Terms of Smart Data Models are pinned from `dataModel.Transportation/context.jsonld` at commit 043e7a4; of
 * CrowdFlowObserved's two directions, which that file lacks, the IRIs follow its own pattern. Ours are below
 * `urn:pantau:term:`. Core terms (`id`, `type`, `location`, `observedAt` …) are NGSI-LD's own.
 */

const MODEL = 'https://smartdatamodels.org/dataModel.Transportation/';
const COMMON = 'https://smartdatamodels.org/';
const OWN = 'urn:pantau:term:';

const MODEL_TERMS = [
  ...['TrafficFlowObserved', 'CrowdFlowObserved'],
  ...['dateObservedFrom', 'dateObservedTo', 'intensity', 'occupancy', 'averageVehicleSpeed'],
  ...['laneDirection', 'vehicleType', 'peopleCount', 'peopleCountTowards', 'peopleCountAway'],
];
const COMMON_TERMS = [
  ...['dateObserved', 'name', 'address', 'dataProvider', 'source'],
  ...['streetAddress', 'addressLocality', 'addressRegion', 'addressCountry'],
];

/** Attributes that no Smart Data Model has, with what they mean. */
export const OWN_TERMS = {
  coverage: 'Share 0..1 of the window that was analysed; below 1 counts are lower bounds.',
  flowRatePerHour: 'Vehicles per hour of analysed time.',
  pcuPerHour: 'Passenger car units (smp) per hour, PKJI 2023.',
  degreeOfSaturation: 'q / C, PKJI 2023 (DJ).',
  levelOfService: 'Level of service A..F.',
  vehiclesPerKm: 'Vehicles per km of the zone, all lanes.',
  pcuPerKm: 'Passenger car units per km of the zone, all lanes.',
  peoplePresentMean: 'Time-weighted mean of people in the zone.',
  peoplePresentMax: 'Most people in the zone at once.',
  peoplePerM2: 'Mean people per square metre.',
  fruinLevel: 'Fruin level of service A..F.',
  suppressed: 'People measures withheld because they count too few people (UU 27/2022).',
  partlyHidden: 'People measures that are lower bounds, small parts being withheld.',
} as const;

/** An attribute of ours. */
export type OwnTerm = keyof typeof OWN_TERMS;

/** Where the portal serves the @context. */
export const CONTEXT_PATH = '/context/pantau.jsonld';

/** The document at `/context/pantau.jsonld`, `application/ld+json`. Pure. */
export function contextDocument(): { readonly '@context': Readonly<Record<string, string>> } {
  const terms = [
    ...MODEL_TERMS.map((term) => [term, MODEL + term]),
    ...COMMON_TERMS.map((term) => [term, COMMON + term]),
    ...Object.keys(OWN_TERMS).map((term) => [term, OWN + term]),
  ];
  return { '@context': Object.fromEntries(terms) as Record<string, string> };
}
