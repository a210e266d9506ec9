/** A graph as Turtle. */
import { type Quad, Writer } from 'n3';
import { PREFIXES } from './graph.ts';

/** Media type of `turtle`. */
export const TURTLE_TYPE = 'text/turtle; charset=utf-8';

/** The statements as one Turtle document. */
export function turtle(quads: readonly Quad[]): string {
  const writer = new Writer({ prefixes: PREFIXES });
  writer.addQuads([...quads]);
  let document: string | undefined;
  // Without an output stream the writer keeps the text and calls back at once.
  writer.end((error: Error | null, result: string) => {
    if (error) throw error;
    document = result;
  });
  if (document === undefined) throw new Error('the Turtle writer did not finish');
  return document;
}
