import jsonld from 'jsonld';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contextDocument } from '../../portal/publishers/ngsi-ld/context-document.ts';
import { entitiesOf } from '../../portal/publishers/ngsi-ld/entities.ts';
import {
  createNgsiLdPublisher,
  type NgsiLdPublisherOptions,
} from '../../portal/publishers/ngsi-ld/ngsi-ld-publisher.ts';
import { type FakeBroker, startFakeBroker } from '../support/fake-ngsi-ld.ts';
import type { Fault } from '../support/fault-server.ts';
import {
  cityCamera,
  isIdle,
  type PublishingCity,
  publishingCity,
  until,
} from '../support/publishing-city.ts';
import { sampleFlow, sampleGap } from '../unit/portal/sample-observations.ts';

const CONTEXT_URL = 'https://data.example.go.id/context/pantau.jsonld';
const PROVIDER = 'Dinas Perhubungan';
const SOURCE = 'https://data.example.go.id/';
const CAR = 'urn:ngsi-ld:TrafficFlowObserved:cam-1:line:line-1:in:car';
const TOTAL = 'urn:ngsi-ld:TrafficFlowObserved:cam-1:line:line-1:in:total';
let broker: FakeBroker;
let city: PublishingCity;

beforeEach(async () => {
  broker = await startFakeBroker();
  city = await publishingCity(2);
});
afterEach(async () => {
  await city.close();
  await broker.close();
});

function publisher(changes: Partial<NgsiLdPublisherOptions> = {}) {
  const id = changes.id ?? 'broker';
  return createNgsiLdPublisher({
    id,
    url: broker.url,
    contextUrl: CONTEXT_URL,
    mode: 'replace',
    level: 'quarter-hour',
    batchEntities: 4,
    timeoutMs: 500,
    camera: cityCamera,
    provider: async () => PROVIDER,
    source: SOURCE,
    memory: city.journal.memory(id),
    clock: Date.now,
    ...changes,
  });
}

/** The broker shows exactly the newest window of every line and zone. */
async function expectNewest(tenant = '') {
  const latest = await Promise.all(
    (['flow', 'presence'] as const).map((kind) => city.reader.latestSeries({ level: 'quarter-hour', kind })),
  );
  const context = { camera: cityCamera('cam-1'), provider: PROVIDER, source: SOURCE };
  const expected = latest.flatMap((rows) => entitiesOf(rows, context));
  expect(expected.length).toBeGreaterThan(5);
  expect(broker.entities).toEqual(new Map(expected.map((one) => [`${tenant} ${one.id}`, one])));
}

describe('a broker', () => {
  it('shows the newest window of each line and zone, in its tenant', async () => {
    const status = await until(city.start(publisher({ tenant: 'smg' })), isIdle);
    await expectNewest('smg');
    expect(status.quarantined.rows).toBe(0);
    expect(broker.entities.get(`smg ${TOTAL}`)).toMatchObject({
      type: 'TrafficFlowObserved',
      laneDirection: { type: 'Property', value: 'forward' },
      dateObservedTo: { value: { '@type': 'DateTime', '@value': '2026-01-31T07:00:00Z' } },
      location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [110.4229, -6.9903] } },
    });
    expect(broker.entities.get(`smg ${CAR}`)).toMatchObject({
      vehicleType: { value: 'car' },
      intensity: { type: 'Property', observedAt: '2026-01-31T07:00:00Z' },
    });
  });

  it('keeps its newest window when an older one is corrected', async () => {
    const publishing = city.start(publisher());
    const { cursor } = await until(publishing, isIdle);
    await city.put({ ...sampleFlow(0, { cars: 500 }), revision: 2 });
    await until(publishing, (status) => isIdle(status) && status.cursor > cursor);
    await expectNewest();
  });

  it('loses a measure that is not taken any more', async () => {
    const publishing = city.start(publisher());
    const { cursor } = await until(publishing, isIdle);
    const zone = 'urn:ngsi-ld:CrowdFlowObserved:cam-1:zone:zone-1';
    expect(broker.entities.get(` ${zone}`)).toHaveProperty('peoplePresentMean');
    await city.put(...Array.from({ length: 15 }, (_, i) => sampleGap(120 + i)));
    await until(publishing, (status) => isIdle(status) && status.cursor > cursor);
    expect(broker.entities.get(` ${zone}`)).toMatchObject({ coverage: { value: 0 } });
    expect(broker.entities.get(` ${zone}`)).not.toHaveProperty('peoplePresentMean');
  });

  it.each<[string, Fault[]]>([
    ['429 with Retry-After', [{ status: 429, headers: { 'retry-after': '0' } }]],
    ['5xx', [{ status: 500 }, { status: 503, headers: { 'retry-after': '0' } }]],
    ['413', [{ status: 413 }]],
    ['a reset before anything was done', ['reset']],
    ['a reset in the middle of the answer', ['half-then-reset']],
    ['half an answer', ['half']],
    ['no answer in time', ['hang']],
    ['a slow answer', [{ delayMs: 200 }]],
  ])('shows the same after %s', async (_name, faults) => {
    broker.failNext(faults);
    const status = await until(city.start(publisher()), (one) => isIdle(one) && broker.faultsLeft() === 0);
    await expectNewest();
    expect(status.quarantined.rows).toBe(0);
  });

  it('that answers 200 as older specifications have it is understood', async () => {
    broker.isOldStyle = true;
    const status = await until(city.start(publisher()), isIdle);
    await expectNewest();
    expect(status.failures).toBe(0);
  });

  it('refuses one entity of a batch: it is set aside, and tried again when it changes', async () => {
    broker.badEntity = ({ id }) => (id === CAR ? 'intensity is not welcome' : undefined);
    const publishing = city.start(publisher());
    const status = await until(publishing, isIdle);
    expect(status.quarantined).toMatchObject({
      rows: 1,
      newest: [{ rowKey: CAR, reason: expect.stringContaining('not welcome') }],
    });
    broker.badEntity = () => undefined;
    await city.put({ ...sampleFlow(119, { cars: 9 }), revision: 2 });
    await until(publishing, ({ quarantined }) => quarantined.rows === 0);
    await expectNewest();
  });

  it('breaks at one entity: it is set aside, and all others are shown, without a pause', async () => {
    const breaks = Array.from({ length: 50 }, (): Fault => ({ status: 500 }));
    broker.failNext(breaks, ({ text }) => text.includes(`"${CAR}"`));
    const status = await until(city.start(publisher()), isIdle);
    expect(status.failuresByKind).toEqual({});
    expect(status.quarantined).toMatchObject({
      rows: 1,
      newest: [{ rowKey: CAR, reason: expect.stringContaining('to this row alone') }],
    });
    expect(broker.entities.has(` ${TOTAL}`)).toBe(true);
  });

  it('without the tenant is told as a matter of settings', async () => {
    const status = await until(city.start(publisher({ tenant: 'other' })), ({ failures }) => failures > 0);
    expect(status.lastFailure).toMatchObject({
      kind: 'misconfigured',
      reason: expect.stringContaining('tenant'),
    });
  });
});

it('the context gives every term of the entities a meaning', async () => {
  await until(city.start(publisher()), isIdle);
  // Terms of the core context, which brokers add themselves.
  const core = {
    id: '@id',
    type: '@type',
    ...Object.fromEntries(
      [
        'Property',
        'GeoProperty',
        'DateTime',
        'Point',
        'value',
        'observedAt',
        'unitCode',
        'location',
        'coordinates',
      ].map((term) => [term, `https://uri.etsi.org/ngsi-ld/${term}`]),
    ),
  };
  const context = [contextDocument()['@context'], core];
  // Safe mode throws for a term without a meaning.
  const { expand } = jsonld as unknown as { expand(document: object, options: object): Promise<object[]> };
  expect(broker.entities.size).toBeGreaterThan(5);
  for (const one of broker.entities.values()) {
    expect(await expand({ ...one, '@context': context }, { safe: true })).toHaveLength(1);
  }
  await expect(
    expand({ '@context': context, id: 'urn:x:y', noTermOfOurs: 1 }, { safe: true }),
  ).rejects.toThrow();
});
