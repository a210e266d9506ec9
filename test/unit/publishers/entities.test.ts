import { expect, it } from 'vitest';
import { publicRow } from '../../../portal/privacy/publish-rows.ts';
import { entitiesOf } from '../../../portal/publishers/ngsi-ld/entities.ts';
import { CAMERA, flowRow, presenceRow } from '../../support/portal-data.ts';

const CONTEXT = { camera: CAMERA, provider: 'Dishub', source: 'https://data.example.go.id/' };
const NOW_US = Date.parse('2026-02-01T00:00:00Z') * 1000;

/** The row as the rule lets it out; 0 lets all out. */
function told(row: ReturnType<typeof flowRow>, threshold = 0) {
  return publicRow(row as never, undefined, { threshold, nowUs: NOW_US });
}

const byId = (rows: ReturnType<typeof told>[], camera = CAMERA) =>
  new Map(entitiesOf(rows, { ...CONTEXT, camera }).map((one) => [one.id.replace('urn:ngsi-ld:', ''), one]));

it('a line: one entity per class, one for all vehicles, one for the people of both directions', () => {
  const entities = byId([told(flowRow()), told(flowRow({ direction: 'out', peopleVolume: 5 }))]);
  expect([...entities.keys()]).toHaveLength(2 * 6 + 1);
  expect(entities.get('TrafficFlowObserved:SMG-017:line:utara:in:truck')).toMatchObject({
    vehicleType: { value: 'lorry' },
    intensity: { type: 'Property', value: 7, observedAt: '2025-12-31T17:15:00Z' },
  });
  expect(entities.get('TrafficFlowObserved:SMG-017:line:utara:in:total')).toMatchObject({
    intensity: { value: 615 },
    averageVehicleSpeed: { value: 32, unitCode: 'KMH' },
    pcuPerHour: { value: 1197.6 },
    laneDirection: { value: 'forward' },
    location: { value: { coordinates: [110.4229, -6.9903] } },
  });
  expect(entities.get('CrowdFlowObserved:SMG-017:line:utara')).toMatchObject({
    peopleCount: { value: 12 },
    peopleCountTowards: { value: 7 },
    peopleCountAway: { value: 5 },
  });
});

it('a camera without coordinates: its road, and no place on the map', () => {
  const camera = { ...CAMERA, location: { road: 'Jl. Pemuda' } };
  const line = byId([told(flowRow())], camera).get('TrafficFlowObserved:SMG-017:line:utara:in:total');
  expect(line).toMatchObject({ address: { value: { streetAddress: 'Jl. Pemuda' } } });
  expect(line).not.toHaveProperty('location');
});

it('a zone: occupancy for vehicles, presence for people', () => {
  const entities = byId([told(presenceRow())]);
  expect(entities.get('TrafficFlowObserved:SMG-017:zone:alun:total')).toMatchObject({
    occupancy: { value: 0.25 },
  });
  expect(entities.get('CrowdFlowObserved:SMG-017:zone:alun')).toMatchObject({
    peoplePresentMean: { value: 100 },
    fruinLevel: { value: 'C' },
  });
});

it('what is withheld has no attribute, and no sum with it', () => {
  const entities = byId([
    told(flowRow({ peopleVolume: 3, count: { person: 3 } }), 5),
    told(flowRow({ direction: 'out' }), 5),
  ]);
  const crowd = entities.get('CrowdFlowObserved:SMG-017:line:utara')!;
  expect(crowd).not.toHaveProperty('peopleCountTowards');
  expect(crowd).not.toHaveProperty('peopleCount');
  expect(crowd).toHaveProperty('suppressed');
});

it('a camera that counts no people has no crowd', () => {
  const entities = byId([told(flowRow()), told(presenceRow())], { ...CAMERA, groups: ['vehicles'] });
  expect([...entities.keys()].filter((id) => id.startsWith('Crowd'))).toEqual([]);
});
