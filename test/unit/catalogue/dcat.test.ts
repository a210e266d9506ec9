import { readFileSync } from 'node:fs';
import path from 'node:path';
import jsonld from 'jsonld';
import { Parser, type Quad, Store, Writer } from 'n3';
import SHACLValidator from 'rdf-validate-shacl';
import { describe, expect, it } from 'vitest';
import { catalogueGraph, dataSetGraph } from '../../../portal/catalogue/dcat.ts';
import { expand } from '../../../portal/catalogue/rdf/graph.ts';
import { jsonLd } from '../../../portal/catalogue/rdf/json-ld.ts';
import { escapeXml, rdfXml } from '../../../portal/catalogue/rdf/rdf-xml.ts';
import { turtle } from '../../../portal/catalogue/rdf/turtle.ts';
import { DATA_SETS, findDataSet } from '../../../portal/datasets/data-sets.ts';
import { parseRdfXml } from '../../support/parse-rdf-xml.ts';
import { CONTEXT } from '../../support/portal-data.ts';

const SHAPES = path.resolve(import.meta.dirname, '../../support/dcat-ap-shapes.ttl');
const shapes = new Store(new Parser().parse(readFileSync(SHAPES, 'utf8')));
const graph = catalogueGraph(CONTEXT, { extension: 'ttl' });

function lines(quads: readonly Quad[]): string[] {
  return quads
    .map(({ subject, predicate, object }) => new Writer().quadToString(subject, predicate, object))
    .sort();
}

async function findings(quads: readonly Quad[]) {
  const report = await new SHACLValidator(shapes).validate(new Store([...quads]));
  return report.results.map(
    ({ severity, focusNode, path: at, message }) =>
      `${severity?.value.split('#')[1]} ${focusNode?.value} ${JSON.stringify(at)} ${message.map(({ value }) => value)}`,
  );
}

const valuesOf = (
  quads: readonly Quad[],
  subject: string | undefined,
  property: Parameters<typeof expand>[0],
) =>
  quads
    .filter((quad) => subject === undefined || quad.subject.value === subject)
    .filter(({ predicate }) => predicate.value === expand(property))
    .map(({ object }) => object.value);

describe('the catalogue', () => {
  it('keeps every rule of DCAT-AP 3, and its recommendations but for data sets that are still empty', async () => {
    const found = await findings(graph);
    expect(found.filter((finding) => !finding.startsWith('Warning'))).toEqual([]);
    // Only one data set of the context has a first and last window.
    expect(found).toHaveLength(DATA_SETS.length - 1);
    for (const finding of found) expect(finding).toContain('http://purl.org/dc/terms/temporal');
  });

  it('is found wanting by the same rules when something mandatory is missing', async () => {
    const title = expand('dct:title');
    const without = graph.filter(
      ({ subject, predicate }) => !(subject.value.endsWith('/titik-cctv') && predicate.value === title),
    );
    expect((await findings(without)).some((finding) => finding.startsWith('Violation'))).toBe(true);
    const wrongClass = graph.filter(({ object }) => object.value !== expand('vcard:Kind'));
    expect((await findings(wrongClass)).some((finding) => finding.startsWith('Violation'))).toBe(true);
  });

  it('says the same as Turtle, JSON-LD and RDF/XML', async () => {
    const expected = lines(graph);
    expect(expected.length).toBeGreaterThan(500);
    expect(lines(new Parser().parse(turtle(graph)))).toEqual(expected);
    const nQuads = await jsonld.toRDF(JSON.parse(JSON.stringify(jsonLd(graph))), {
      format: 'application/n-quads',
    });
    expect(lines(new Parser().parse(String(nQuads)))).toEqual(expected);
    expect(lines(await parseRdfXml(rdfXml(graph)))).toEqual(expected);
  });

  it('names each data set with its publisher, licence and distributions', () => {
    const base = 'https://data.example.go.id';
    const dataSet = `${base}/dataset/kepadatan-lalu-lintas`;
    expect(valuesOf(graph, `${base}/catalog`, 'dcat:dataset')).toEqual(
      DATA_SETS.map(({ id }) => `${base}/dataset/${id}`),
    );
    expect(valuesOf(graph, dataSet, 'dct:description')[0]).toBe(
      'Dataset ini berisi data volume, arus (smp/jam), kecepatan, kepadatan, derajat kejenuhan dan tingkat pelayanan lalu lintas per garis hitung, arah dan zona, dihitung otomatis dari CCTV, dihasilkan oleh Dinas Perhubungan <Kota> & Semarang, dikeluarkan setiap 15 menit.',
    );
    expect(valuesOf(graph, dataSet, 'dct:modified')).toEqual(['2026-01-06T07:02:00+07:00']);
    expect(valuesOf(graph, `${dataSet}#periode`, 'dcat:startDate')).toEqual(['2026-01-04T07:00:00+07:00']);
    expect(valuesOf(graph, `${dataSet}#keterisian`, 'dqv:value')).toEqual(['61.82']);
    expect(valuesOf(graph, dataSet, 'dcat:distribution')).toHaveLength(12);
    expect(
      valuesOf(graph, `${dataSet}/resource/kepadatan-lalu-lintas-jam-parquet`, 'dcat:downloadURL'),
    ).toEqual([`${base}/data/kepadatan-lalu-lintas-jam.parquet`]);
    expect(valuesOf(graph, `${dataSet}/resource/kepadatan-lalu-lintas-jam-api`, 'dcat:accessURL')).toEqual([
      `${base}/api/3/action/datastore_search?resource_id=kepadatan-lalu-lintas-jam`,
    ]);
  });

  it('stays valid for one data set alone', async () => {
    const quads = dataSetGraph(CONTEXT, findDataSet('kepadatan-lalu-lintas')!);
    expect(await findings(quads)).toEqual([]);
    const known = new Set(lines(graph));
    // Only the service tells of fewer data sets.
    expect(lines(quads).filter((line) => !known.has(line))).toEqual([]);
  });
});

describe('pages', () => {
  const page = (number: number) =>
    catalogueGraph(CONTEXT, { extension: 'jsonld', page: number, pageSize: 2 });
  const hydra = (quads: readonly Quad[], property: 'next' | 'previous' | 'last' | 'totalItems') =>
    valuesOf(quads, undefined, `hydra:${property}`);

  it('link to each other in the form that was asked for, and end', () => {
    const all = [1, 2, 3].map(page);
    const ids = all.flatMap((quads) => valuesOf(quads, 'https://data.example.go.id/catalog', 'dcat:dataset'));
    expect(ids).toHaveLength(DATA_SETS.length);
    expect(new Set(ids).size).toBe(DATA_SETS.length);
    expect(all.map((quads) => hydra(quads, 'next'))).toEqual([
      ['https://data.example.go.id/catalog.jsonld?page=2'],
      ['https://data.example.go.id/catalog.jsonld?page=3'],
      [],
    ]);
    expect(hydra(all[2]!, 'previous')).toEqual(['https://data.example.go.id/catalog.jsonld?page=2']);
    expect(hydra(all[0]!, 'totalItems')).toEqual(['5']);
  });

  it('can be of what changed since', () => {
    const since = (modifiedSince: string) => catalogueGraph(CONTEXT, { extension: 'ttl', modifiedSince });
    expect(hydra(since('2026-01-06T00:02:00Z'), 'totalItems')).toEqual(['1']);
    expect(hydra(since('2026-01-06T00:02:01Z'), 'totalItems')).toEqual(['0']);
    expect(hydra(since('2026-01-06T07:00:00+07:00'), 'last')[0]).toContain(
      '&modified_since=2026-01-06T07%3A00%3A00%2B07%3A00',
    );
  });
});

describe('RDF/XML', () => {
  it('refuses a property that has no XML name, and characters XML cannot hold', () => {
    const [quad] = new Parser().parse('<urn:a> <urn:b/1> "c" .');
    expect(() => rdfXml([quad!])).toThrow(RangeError);
    expect(escapeXml('a\u0000<&>"\'\n')).toBe('a\uFFFD&lt;&amp;&gt;&quot;&#39;&#10;');
  });
});
