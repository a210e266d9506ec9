/** A graph as JSON-LD 1.1: one flat `@graph` under a context of prefixes, as CKAN's harvester reads it. */
import type { Quad } from 'n3';
import { expand, PREFIXES } from './graph.ts';

/** Media type of `jsonLd`. */
export const JSON_LD_TYPE = 'application/ld+json; charset=utf-8';

const RDF_TYPE = expand('rdf:type');
const XSD_STRING = expand('xsd:string');

type Node = { '@id': string } & Record<string, unknown>;

/** The statements as one JSON-LD document. */
export function jsonLd(quads: readonly Quad[]): object {
  const nodes = new Map<string, Node>();
  for (const { subject, predicate, object } of quads) {
    const node = nodes.get(subject.value) ?? { '@id': subject.value };
    nodes.set(subject.value, node);
    if (predicate.value === RDF_TYPE) append(node, '@type', compact(object.value));
    else append(node, compact(predicate.value), jsonValue(object));
  }
  return { '@context': PREFIXES, '@graph': [...nodes.values()] };
}

function append(node: Node, key: string, value: unknown): void {
  const before = node[key];
  if (before === undefined) node[key] = value;
  else node[key] = Array.isArray(before) ? [...before, value] : [before, value];
}

function compact(iri: string): string {
  const found = Object.entries(PREFIXES).find(([, namespace]) => iri.startsWith(namespace));
  return found === undefined ? iri : `${found[0]}:${iri.slice(found[1].length)}`;
}

function jsonValue(object: Quad['object']): unknown {
  if (object.termType !== 'Literal') return { '@id': object.value };
  if (object.language !== '') return { '@value': object.value, '@language': object.language };
  if (object.datatype.value === XSD_STRING) return object.value;
  return { '@value': object.value, '@type': compact(object.datatype.value) };
}
