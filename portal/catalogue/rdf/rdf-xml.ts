/** A graph as RDF/XML: one `rdf:Description` per subject, one property element per statement. */
import type { Quad } from 'n3';
import { expand, PREFIXES } from './graph.ts';

/** Media type of `rdfXml`. */
export const RDF_XML_TYPE = 'application/rdf+xml; charset=utf-8';

const XSD_STRING = expand('xsd:string');

/** The statements as one RDF/XML document. Throws `RangeError` on a property outside `PREFIXES`: it has no XML name. */
export function rdfXml(quads: readonly Quad[]): string {
  const subjects = new Map<string, string[]>();
  for (const quad of quads) {
    const properties = subjects.get(quad.subject.value) ?? [];
    properties.push(propertyElement(quad));
    subjects.set(quad.subject.value, properties);
  }
  const namespaces = Object.entries(PREFIXES).map(([prefix, iri]) => ` xmlns:${prefix}="${iri}"`);
  const descriptions = [...subjects].map(
    ([subject, properties]) =>
      `  <rdf:Description rdf:about="${escapeXml(subject)}">\n${properties.join('')}  </rdf:Description>\n`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF${namespaces.join('')}>\n${descriptions.join('')}</rdf:RDF>\n`;
}

function propertyElement({ predicate, object }: Quad): string {
  const name = qualifiedName(predicate.value);
  if (object.termType !== 'Literal') return `    <${name} rdf:resource="${escapeXml(object.value)}"/>\n`;
  return `    <${name}${literalAttribute(object)}>${escapeXml(object.value)}</${name}>\n`;
}

function literalAttribute({ language, datatype }: { language: string; datatype: { value: string } }): string {
  if (language !== '') return ` xml:lang="${language}"`;
  return datatype.value === XSD_STRING ? '' : ` rdf:datatype="${escapeXml(datatype.value)}"`;
}

function qualifiedName(iri: string): string {
  const found = Object.entries(PREFIXES).find(([, namespace]) => iri.startsWith(namespace));
  const local = found === undefined ? '' : iri.slice(found[1].length);
  if (found === undefined || !/^[A-Za-z_][\w.-]*$/.test(local)) {
    throw new RangeError(`the property <${iri}> has no XML name; allowed are names in PREFIXES`);
  }
  return `${found[0]}:${local}`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  // A parser turns bare ones into spaces or drops them.
  '\r': '&#13;',
  '\n': '&#10;',
  '\t': '&#9;',
};

/** Text for an XML or HTML element or quoted attribute. Characters that XML 1.0 cannot hold become U+FFFD. */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/[&<>"'\r\n\t]/g, (character) => ENTITIES[character] ?? character);
}
