/**
 * Reads the plain form of RDF/XML (`rdf:Description` with `rdf:about` and one element per statement) into N-Quads lines,
 * and throws on anything that is not well formed or not of that form.
 */
import { DataFactory, Writer } from 'n3';

const RDF = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';
const TOKEN = /<\?[^?]*\?>|<(\/?)([\w.:-]+)((?:\s+[\w.:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;
const ENTITY = /&(?:amp|lt|gt|quot|#(\d+));/g;
const NAMED: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' };

interface Open {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  text: string;
}

function decodeXml(text: string): string {
  if (/&/.test(text.replace(ENTITY, ''))) throw new Error(`bare & in "${text}"`);
  return text.replace(ENTITY, (entity, code) => NAMED[entity] ?? String.fromCodePoint(Number(code)));
}

/** The statements of a document as sorted N-Quads lines. */
export function parseRdfXml(xml: string): string[] {
  const stack: Open[] = [];
  const lines: string[] = [];
  const namespaces = new Map<string, string>();
  const resolve = (name: string) => {
    const [prefix = '', local = ''] = name.split(':');
    const namespace = namespaces.get(prefix);
    if (namespace === undefined) throw new Error(`unbound prefix in ${name}`);
    return namespace + local;
  };
  const close = (open: Open) => {
    const parent = stack.at(-1);
    if (parent === undefined || stack.length !== 2) return;
    const subject = parent.attributes.get('rdf:about');
    if (subject === undefined || resolve(parent.name) !== `${RDF}Description`) throw new Error('no subject');
    lines.push(nQuad(subject, resolve(open.name), open));
  };
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < xml.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(xml);
    if (match === null) throw new Error(`not well formed: ${xml.slice(at, at + 60)}`);
    const [, slash, name, attributeText = '', selfClosing, text] = match;
    if (text !== undefined && stack.length > 0) stack.at(-1)!.text += text;
    if (name === undefined) continue;
    if (slash === '/') {
      const open = stack.pop();
      if (open?.name !== name) throw new Error(`</${name}> closes <${open?.name}>`);
      close(open);
      continue;
    }
    const attributes = new Map(
      [...attributeText.matchAll(/([\w.:-]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [
        key,
        decodeXml(value),
      ]),
    );
    for (const [key, value] of attributes) if (key.startsWith('xmlns:')) namespaces.set(key.slice(6), value);
    const open: Open = { name, attributes, text: '' };
    if (selfClosing === '/') close(open);
    else stack.push(open);
  }
  if (stack.length > 0) throw new Error(`<${stack.at(-1)?.name}> is not closed`);
  return lines.sort();
}

function nQuad(subject: string, predicate: string, { attributes, text }: Open): string {
  const { literal, namedNode } = DataFactory;
  const resource = attributes.get('rdf:resource');
  const language = attributes.get('xml:lang');
  const datatype = attributes.get('rdf:datatype');
  const tag = language ?? (datatype === undefined ? undefined : namedNode(datatype));
  const object = resource === undefined ? literal(decodeXml(text), tag) : namedNode(resource);
  return new Writer().quadToString(namedNode(subject), namedNode(predicate), object);
}
