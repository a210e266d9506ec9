/** A small RDF graph without blank nodes, so that any two forms of it can be compared statement by statement. */
import { DataFactory, type Quad } from 'n3';
import type { BilingualText } from '../../../pipelines/domain/bilingual-text.ts';

const { literal, namedNode, quad } = DataFactory;

/** Every namespace the catalogue's properties and classes are in. */
export const PREFIXES = {
  adms: 'http://www.w3.org/ns/adms#',
  dcat: 'http://www.w3.org/ns/dcat#',
  dcatap: 'http://data.europa.eu/r5r/',
  dct: 'http://purl.org/dc/terms/',
  dqv: 'http://www.w3.org/ns/dqv#',
  foaf: 'http://xmlns.com/foaf/0.1/',
  geo: 'http://www.opengis.net/ont/geosparql#',
  hydra: 'http://www.w3.org/ns/hydra/core#',
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  rdfs: 'http://www.w3.org/2000/01/rdf-schema#',
  skos: 'http://www.w3.org/2004/02/skos/core#',
  vcard: 'http://www.w3.org/2006/vcard/ns#',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
} as const;

type Prefix = keyof typeof PREFIXES;

/** A property or class by its prefixed name, `dct:title`. */
export type Curie = `${Prefix}:${string}`;

/** The IRI of a prefixed name. */
export function expand(curie: Curie): string {
  const colon = curie.indexOf(':');
  return PREFIXES[curie.slice(0, colon) as Prefix] + curie.slice(colon + 1);
}

/** What a property may hold. */
export type Value =
  | { readonly iri: string }
  | { readonly text: string }
  | { readonly bilingual: BilingualText }
  | { readonly typed: string; readonly type: Curie };

/** Adds statements about one subject. `undefined` values are left out. */
export type Describe = (
  subject: string,
  types: readonly Curie[],
  properties: Readonly<Partial<Record<Curie, Value | readonly Value[] | undefined>>>,
) => void;

/** Statements as they come, each once. */
export interface Graph {
  readonly describe: Describe;
  readonly quads: () => readonly Quad[];
}

/** An empty graph. */
export function createGraph(): Graph {
  const seen = new Map<string, Quad>();
  const add = (one: Quad) => {
    const { subject, predicate, object } = one;
    seen.set(JSON.stringify([subject.id, predicate.id, object.id]), one);
  };
  return {
    describe(subject, types, properties) {
      const node = namedNode(subject);
      for (const type of types) add(quad(node, namedNode(expand('rdf:type')), namedNode(expand(type))));
      for (const [property, values] of Object.entries(properties)) {
        if (values === undefined) continue;
        const predicate = namedNode(expand(property as Curie));
        for (const value of [values].flat() as Value[]) {
          for (const term of termsOf(value)) add(quad(node, predicate, term));
        }
      }
    },
    quads: () => [...seen.values()],
  };
}

function termsOf(value: Value) {
  if ('iri' in value) return [namedNode(value.iri)];
  if ('text' in value) return [literal(value.text)];
  if ('bilingual' in value) {
    const { id, en } = value.bilingual;
    return [literal(id, 'id'), literal(en, 'en')];
  }
  return [literal(value.typed, namedNode(expand(value.type)))];
}
