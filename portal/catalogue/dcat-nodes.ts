/** Nodes and values that several parts of the catalogue's graph share. */
import type { DataSet } from '../datasets/data-set.ts';
import { formatWib } from '../datasets/wib.ts';
import { type CatalogueContext, cityOf } from './context.ts';
import type { Links } from './links.ts';
import type { Describe, Graph, Value } from './rdf/graph.ts';
import * as vocabulary from './rdf/vocabulary.ts';

/** What every part of the graph is described with. */
export interface Describing {
  readonly context: CatalogueContext;
  readonly links: Links;
  readonly graph: Graph;
}

/** What shared nodes are described with. */
export interface Shared {
  readonly context: CatalogueContext;
  readonly links: Links;
  readonly describe: Describe;
}

/** The publisher's node. */
export function publisher({ context, links, describe }: Shared): Value {
  const { id, name, url, email } = context.publisher;
  const iri = links.organisation(id);
  describe(iri, ['foaf:Agent', 'foaf:Organization'], {
    'foaf:name': { text: name },
    'dct:type': vocabulary.localAuthority(describe),
    'foaf:homepage': url === undefined ? undefined : vocabulary.document(describe, url),
    'foaf:mbox': email === undefined ? undefined : { iri: `mailto:${email}` },
  });
  return { iri };
}

/** The city's node. */
export function location({ context, links, describe }: Shared): Value {
  const city = cityOf(context);
  const [west, south, east, north] = city.bbox;
  const ring = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
  const iri = `${links.catalogue}#wilayah`;
  describe(iri, ['dct:Location'], {
    'skos:prefLabel': { text: titleCase(city.name) },
    'dct:identifier': { text: city.kemendagri },
    'dcat:bbox': {
      typed: `POLYGON((${ring.map((corner) => corner.join(' ')).join(', ')}))`,
      type: 'geo:wktLiteral',
    },
    'dcat:centroid': { typed: `POINT(${city.centre.lon} ${city.centre.lat})`, type: 'geo:wktLiteral' },
  });
  return { iri };
}

/** The API's node, serving these data sets. */
export function describeService({ links, describe }: Shared, served: readonly DataSet[]): void {
  describe(links.actionApi, ['dcat:DataService'], {
    'dct:title': { bilingual: { id: 'API data (bentuk CKAN)', en: 'Data API (CKAN-shaped)' } },
    'dct:description': {
      bilingual: { id: 'API baca tanpa pendaftaran.', en: 'Read API without registration.' },
    },
    'dcat:endpointURL': { iri: links.actionApi },
    'dcat:endpointDescription': { iri: links.openApi },
    'dct:license': vocabulary.licence(describe),
    'dct:accessRights': vocabulary.publicAccess(describe),
    'dcat:servesDataset': served.map((dataSet) => ({ iri: links.dataSet(dataSet) })),
  });
}

/** An instant in local time; undefined stays so. */
export function dateTime(iso: string | undefined): Value | undefined {
  return iso === undefined ? undefined : { typed: formatWib(iso), type: 'xsd:dateTime' };
}

/** "KOTA SEMARANG" as one writes it in a sentence. */
export function titleCase(name: string): string {
  return name.toLowerCase().replace(/(^|\s)\S/g, (letter) => letter.toUpperCase());
}
