/** The catalogue as a harvester meets it: over HTTP, read by other people's parsers and validators. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import frictionless from 'datapackage';
import jsonld from 'jsonld';
import { Parser, type Quad, Writer } from 'n3';
import tableSchema from 'tableschema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DATA_SETS, RESOURCES } from '../../portal/datasets/data-sets.ts';
import { createSqliteStore, openPortalDatabase } from '../../portal/store/sqlite-store.ts';
import { parseRdfXml } from '../support/parse-rdf-xml.ts';
import { openReadsCity, type ReadsCity } from './portal-reads-city.ts';

const BASE = 'http://data.example.go.id';
let folder: string;
let city: ReadsCity;
const open = () =>
  openReadsCity(createSqliteStore(openPortalDatabase({ file: join(folder, 'portal.db') })), {
    publicUrl: BASE,
    requestsPerMinute: 100_000,
  });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pantau-catalogue-'));
  city = await open();
});

afterAll(async () => {
  await city.close();
  rmSync(folder, { recursive: true });
});

const lines = (quads: readonly Quad[]) =>
  quads.map(({ subject, predicate, object }) => new Writer().quadToString(subject, predicate, object)).sort();
const read = {
  ttl: async (body: string) => new Parser().parse(body),
  jsonld: async (body: string) =>
    new Parser().parse(String(await jsonld.toRDF(JSON.parse(body), { format: 'application/n-quads' }))),
  xml: parseRdfXml,
} as const;
const graphOf = async (url: string, form: keyof typeof read) => read[form]((await city.get(url)).body);
const FORMS = Object.keys(read) as (keyof typeof read)[];
const objects = (quads: readonly Quad[], property: string) =>
  quads.filter(({ predicate }) => predicate.value === property).map(({ object }) => object.value);

describe('a harvester', () => {
  it.each(FORMS)('walks the pages of %s by hydra:next and finds every data set once', async (form) => {
    const found: string[] = [];
    const walked: string[] = [];
    let next: string | undefined = `${BASE}/catalog.${form}?page=1`;
    while (next !== undefined) {
      expect(walked).not.toContain(next);
      walked.push(next);
      const quads = await graphOf(next.slice(BASE.length), form);
      found.push(...objects(quads, 'http://www.w3.org/ns/dcat#dataset'));
      [next] = objects(quads, 'http://www.w3.org/ns/hydra/core#next');
    }
    expect(found.sort()).toEqual(DATA_SETS.map(({ id }) => `${BASE}/dataset/${id}`).sort());
  });

  it.each(FORMS)('reads a data set alone as %s, the same as in the catalogue', async (form) => {
    const all = new Set(lines(await graphOf(`/catalog.${form}`, form)));
    for (const { id } of DATA_SETS) {
      const alone = await graphOf(`/dataset/${id}.${form}`, form);
      const about = alone.filter(({ subject }) => subject.value.startsWith(`${BASE}/dataset/${id}`));
      expect(about.length).toBeGreaterThan(20);
      expect(lines(about).filter((line) => !all.has(line))).toEqual([]);
    }
  });

  it('is told the time of every table that has one, also of days and incidents', async () => {
    const quads = await graphOf('/dataset/ketersediaan-kamera.ttl', 'ttl');
    const at = (end: string) => objects(quads, `http://www.w3.org/ns/dcat#${end}Date`).map(Date.parse);
    const expected = ['2026-01-31T05:00:00Z', '2026-01-31T08:00:00Z'].map((each) => [Date.parse(each)]);
    expect([at('start'), at('end')]).toEqual(expected);
  });

  it('reaches every address that the catalogue names, by GET and by HEAD alike', async () => {
    const quads = await graphOf('/catalog.ttl', 'ttl');
    const named = quads
      .flatMap(({ subject, object }) => [subject, object])
      .map(({ value }) => value.replace(/#.*/, ''))
      .filter((value) => value.startsWith(`${BASE}/`));
    const addresses = new Set(named);
    expect(addresses.size).toBeGreaterThan(60);
    for (const address of addresses) {
      let url = address.slice(BASE.length);
      const first = await city.get(url);
      if (first.statusCode === 303) url = String(first.headers.location).slice(BASE.length);
      const answer = first.statusCode === 303 ? await city.get(url) : first;
      expect([url, answer.statusCode]).toEqual([url, 200]);
      const head = await city.app.inject({ method: 'HEAD', url });
      expect([url, head.statusCode, head.body]).toEqual([url, 200, '']);
      for (const name of ['content-type', 'last-modified', 'link']) {
        expect([url, name, head.headers[name]]).toEqual([url, name, answer.headers[name]]);
      }
      // Who keeps what HEAD said is told by GET that nothing changed.
      const { etag } = head.headers;
      if (etag === undefined) expect([url, answer.headers.etag]).toEqual([url, undefined]);
      else expect((await city.get(url, { 'if-none-match': String(etag) })).statusCode).toBe(304);
    }
  });

  it('is not led where a person is led, and caches are told the difference', async () => {
    const person = await city.get('/dataset/titik-cctv', { accept: 'text/html' });
    expect([person.statusCode, person.headers.location, person.headers.vary]).toEqual([
      ...[303, `${BASE}/dataset/titik-cctv/metadata`, 'Accept'],
    ]);
    expect((await city.get('/dataset/titik-cctv', { accept: 'text/turtle' })).statusCode).toBe(200);
  });

  it('is told what "modified_since" may be', async () => {
    const { error } = (await city.get('/catalog.ttl?modified_since=kemarin')).json();
    expect(error).toMatchObject({ field: 'modified_since', allowed: expect.stringContaining('a date or') });
  });

  it('asks again and is told that nothing changed', async () => {
    for (const url of ['/catalog.jsonld', '/dataset/titik-cctv.ttl', '/data/titik-cctv-daftar.csv']) {
      const { etag } = (await city.get(url)).headers;
      const again = await city.get(url, { 'if-none-match': String(etag) });
      expect([url, again.statusCode, again.body]).toEqual([url, 304, '']);
    }
  });

  it('is told one licence everywhere', async () => {
    const licences = objects(await graphOf('/catalog.ttl', 'ttl'), 'http://purl.org/dc/terms/license');
    const terms = 'https://creativecommons.org/licenses/by/4.0/';
    expect(new Set(licences)).toEqual(new Set([terms]));
    for (const { id } of DATA_SETS) {
      const descriptor = (await city.get(`/dataset/${id}/datapackage.json`)).json();
      expect(descriptor.licenses).toEqual([expect.objectContaining({ name: 'CC-BY-4.0', path: terms })]);
      const shown = (await city.get(`/api/3/action/package_show?id=${id}`)).json().result;
      expect([shown.license_id, shown.license_url]).toEqual(['cc-by', terms]);
    }
  });

  it('finds the same names after a restart', async () => {
    const before = lines(await graphOf('/catalog.ttl', 'ttl'));
    await city.close();
    city = await open();
    expect(lines(await graphOf('/catalog.ttl', 'ttl'))).toEqual(before);
  });
});

describe('the Frictionless project’s own tools', () => {
  it.each(DATA_SETS.map(({ id }) => id))('take the data package of %s', async (id) => {
    const descriptor = (await city.get(`/dataset/${id}/datapackage.json`)).json();
    const { errors } = await frictionless.Package.load(descriptor);
    expect(errors.map(({ message }) => message)).toEqual([]);
  });

  it('refuse a package with a wrong field', async () => {
    const { body } = await city.get('/dataset/titik-cctv/datapackage.json');
    const found = await frictionless.Package.load(JSON.parse(body.replaceAll('"string"', '"text"')));
    expect(found.valid).toBe(false);
  });

  it.each(RESOURCES.map(({ id, dataSetId }) => [id, dataSetId] as const))(
    'read every row of %s by its table schema',
    async (id, dataSetId) => {
      const { resources } = (await city.get(`/dataset/${dataSetId}/datapackage.json`)).json();
      const { schema } = resources.find(({ name }: { name: string }) => name === id);
      const file = join(folder, `${id}.csv`);
      const { body } = await city.get(`/data/${id}.csv`);
      writeFileSync(file, body);
      const table = await tableSchema.Table.load(file, { schema });
      const rows = await table.read({ keyed: true });
      expect(rows).toHaveLength(body.trimEnd().split('\r\n').length - 1);
      for (const row of rows) {
        // Kemendagri's and BPS' code of Kota Semarang.
        if ('kode_kabupaten_kota' in row)
          expect([row.kode_kabupaten_kota, row.kode_bps]).toEqual(['33.74', '3374']);
        if ('tahun' in row) expect(row.tahun).toBe(2026);
      }
    },
  );
});
