/**
 * The catalogue as DCAT-AP 3. One graph is built and then written as Turtle, JSON-LD or RDF/XML. Pages follow Hydra as
 * CKAN's harvester reads it (`hydra:PagedCollection` with literal addresses, DOMAIN.md §2.2).
 */
import type { Quad } from 'n3';
import type { DataSet } from '../datasets/data-set.ts';
import { DATA_SETS } from '../datasets/data-sets.ts';
import { type CatalogueContext, cityOf, dataSetState, latest } from './context.ts';
import { describeDataSet } from './dcat-data-set.ts';
import { type Describing, dateTime, describeService, location, publisher, titleCase } from './dcat-nodes.ts';
import { createLinks, type Links } from './links.ts';
import { createGraph, type Describe, type Value } from './rdf/graph.ts';
import * as vocabulary from './rdf/vocabulary.ts';

/** Data sets of one page, as ckanext-dcat. */
export const PAGE_SIZE = 100;

/** Which part of the catalogue is wanted, and in which form its pages are linked. */
export interface CatalogueRequest {
  /** `jsonld`, `ttl` or `xml`: pages link to pages of the same form. */
  readonly extension: string;
  /** From 1; a page beyond the last holds no data sets. */
  readonly page?: number;
  readonly pageSize?: number;
  /** Only data sets changed at or after this instant, ISO 8601. */
  readonly modifiedSince?: string;
}

/** The statements of one page of the catalogue. */
export function catalogueGraph(context: CatalogueContext, request: CatalogueRequest): readonly Quad[] {
  const graph = createGraph();
  const links = createLinks(context.baseUrl);
  const { page = 1, pageSize = PAGE_SIZE, modifiedSince } = request;
  const wanted = DATA_SETS.filter((dataSet) => isModifiedSince(context, dataSet, modifiedSince));
  const shown = wanted.slice((page - 1) * pageSize, page * pageSize);
  describeCatalogue({ context, links, graph }, shown);
  describePage(graph.describe, links, { ...request, page, pageSize, total: wanted.length });
  for (const dataSet of shown) describeDataSet({ context, links, graph }, dataSet);
  return graph.quads();
}

/** The statements of one data set, for `/dataset/{id}.{jsonld,ttl,xml}`. */
export function dataSetGraph(context: CatalogueContext, dataSet: DataSet): readonly Quad[] {
  const graph = createGraph();
  const links = createLinks(context.baseUrl);
  describeDataSet({ context, links, graph }, dataSet);
  describeService({ context, links, describe: graph.describe }, [dataSet]);
  return graph.quads();
}

function isModifiedSince(context: CatalogueContext, dataSet: DataSet, since: string | undefined): boolean {
  if (since === undefined) return true;
  const { modified } = dataSetState(context, dataSet);
  return modified !== undefined && Date.parse(modified) >= Date.parse(since);
}

function describeCatalogue({ context, links, graph: { describe } }: Describing, shown: readonly DataSet[]) {
  const city = cityOf(context);
  const modified = latest(DATA_SETS.map((dataSet) => dataSetState(context, dataSet).modified));
  describe(links.catalogue, ['dcat:Catalog'], {
    'dct:title': {
      bilingual: {
        id: `Pantau: data lalu lintas dan keramaian ${titleCase(city.name)}`,
        en: `Pantau: traffic and crowd data of ${titleCase(city.name)}`,
      },
    },
    'dct:description': {
      bilingual: {
        id: 'Deret waktu terbuka kepadatan lalu lintas dan tingkat keramaian yang dihitung dari CCTV kota, dengan cakupan dan mutu yang dinyatakan.',
        en: "Open time series of traffic density and crowd level counted from the city's CCTV, with stated coverage and quality.",
      },
    },
    'dct:publisher': publisher({ context, links, describe }),
    'dct:language': vocabulary.languages(describe),
    'dct:license': vocabulary.licence(describe),
    'dct:issued': dateTime(context.issued),
    'dct:modified': dateTime(modified),
    'dct:spatial': location({ context, links, describe }),
    'dcat:themeTaxonomy': vocabulary.themeScheme(describe),
    'foaf:homepage': vocabulary.document(describe, links.home),
    'dcat:dataset': shown.map((dataSet) => ({ iri: links.dataSet(dataSet) })),
    'dcat:service': { iri: links.actionApi },
  });
  describeService({ context, links, describe }, shown);
}

interface Page extends CatalogueRequest {
  readonly page: number;
  readonly pageSize: number;
  readonly total: number;
}

function describePage(describe: Describe, links: Links, page: Page): void {
  const { extension, page: number, pageSize, total, modifiedSince } = page;
  const last = Math.max(1, Math.ceil(total / pageSize));
  const since = modifiedSince === undefined ? '' : `&modified_since=${encodeURIComponent(modifiedSince)}`;
  const address = (at: number) => links.cataloguePage(extension, at) + since;
  const link = (at: number): Value | undefined =>
    at >= 1 && at <= last && at !== number ? { text: address(at) } : undefined;
  describe(address(number), ['hydra:PagedCollection'], {
    'hydra:totalItems': { typed: String(total), type: 'xsd:integer' },
    'hydra:itemsPerPage': { typed: String(pageSize), type: 'xsd:integer' },
    'hydra:first': { text: address(1) },
    'hydra:last': { text: address(last) },
    'hydra:previous': link(number - 1),
    'hydra:next': link(number + 1),
  });
}
