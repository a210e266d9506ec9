/** RDF/XML as somebody else reads it: rdfxml-streaming-parser, which follows the whole W3C syntax. */
import { Readable } from 'node:stream';
import type { Quad } from 'n3';
import { RdfXmlParser } from 'rdfxml-streaming-parser';

/** The statements of a document. Throws when it is not well formed or no RDF/XML. */
export async function parseRdfXml(xml: string): Promise<Quad[]> {
  const quads: Quad[] = [];
  const parser = new RdfXmlParser();
  for await (const quad of Readable.from([xml]).pipe(parser)) quads.push(quad as Quad);
  return quads;
}
