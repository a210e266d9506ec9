/** `q` and `full_text` of the DataStore: which words have to be in a row. */
import type { Resource } from '../../datasets/data-set.ts';
import { invalid, invalidValue } from '../ckan-error.ts';
import { flag, type Parameters, parsedIfJson, textOf } from '../parameters.ts';
import type { NumberedRow } from './row-ids.ts';

/** Tells whether a row is wanted. */
type RowTest = (row: NumberedRow) => boolean;
/** The same of the words of a row, in small letters. */
type WordTest = (words: readonly string[]) => boolean;

const WORD = /[\p{L}\p{N}_.-]+/gu;
const TOKEN = /[|&!()]|[\p{L}\p{N}_.-]+(?::\*)?/gu;
/** Each word is looked for in each row, so a longer text would cost more than the row; also the depth of brackets. */
const MAX_LENGTH = 300;

/** Understands `q`, a text or texts by column, and `full_text`; throws 409. */
export function textTests(resource: Resource, parameters: Parameters): RowTest[] {
  const isPlain = flag(parameters, 'plain', true);
  const everywhere = resource.columns.map(({ name }) => name);
  const anywhere = (parameter: 'q' | 'full_text', given: unknown): RowTest[] => {
    const text = textOf({ [parameter]: given }, parameter);
    return text === undefined ? [] : [rowTest(everywhere, parseWords(parameter, text, isPlain))];
  };
  const fullText = anywhere('full_text', parameters.full_text);
  const asked = parsedIfJson(parameters.q, '{');
  if (typeof asked !== 'object' || asked === null || Array.isArray(asked)) {
    return [...anywhere('q', asked), ...fullText];
  }
  const ofColumns = Object.entries(asked).map(([name, text]) => {
    if (name !== '_id' && !everywhere.includes(name)) throw invalidValue('q', name);
    return rowTest([name], parseWords('q', textOf({ q: text }, 'q') ?? '', isPlain));
  });
  return [...ofColumns, ...fullText];
}

function rowTest(names: readonly string[], isWanted: WordTest): RowTest {
  const wordsIn = (text: string) => text.toLowerCase().match(WORD) ?? [];
  return (row) => isWanted(names.flatMap((name) => wordsIn(String(row[name] ?? ''))));
}

/** Plain: every word; else a query of PostgreSQL with `|`, `&`, `!` and brackets. `word:*` is a begin in both. */
function parseWords(parameter: string, text: string, isPlain: boolean): WordTest {
  if (text.length > MAX_LENGTH) throw invalid(parameter, `more than ${MAX_LENGTH} characters`);
  const tokens = text.toLowerCase().match(TOKEN) ?? [];
  const left = isPlain ? tokens.filter((token) => !/^[|&!()]$/.test(token)) : tokens;
  // A text without any word is found nowhere, as in PostgreSQL.
  if (left.length === 0) return () => false;
  const reading = {
    left,
    fault: () => invalid(parameter, `syntax error in tsquery: ${JSON.stringify(text)}`),
  };
  const isWanted = parseAny(reading);
  if (left.length > 0) throw reading.fault();
  return isWanted;
}

/** A query as far as it is not read yet. */
interface Reading {
  readonly left: string[];
  readonly fault: () => Error;
}

function parseAny(reading: Reading): WordTest {
  const alternatives = [parseAll(reading)];
  while (reading.left[0] === '|') {
    reading.left.shift();
    alternatives.push(parseAll(reading));
  }
  return (words) => alternatives.some((isWanted) => isWanted(words));
}

function parseAll(reading: Reading): WordTest {
  const parts: WordTest[] = [];
  for (let [next] = reading.left; next !== undefined && next !== '|' && next !== ')'; [next] = reading.left) {
    if (next === '&' && parts.length > 0) reading.left.shift();
    parts.push(parseOne(reading));
  }
  if (parts.length === 0) throw reading.fault();
  return (words) => parts.every((isWanted) => isWanted(words));
}

function parseOne(reading: Reading): WordTest {
  const token = reading.left.shift();
  if (token === undefined || /^[|&)]$/.test(token)) throw reading.fault();
  if (token === '!') {
    const isWanted = parseOne(reading);
    return (words) => !isWanted(words);
  }
  if (token === '(') {
    const isWanted = parseAny(reading);
    if (reading.left.shift() !== ')') throw reading.fault();
    return isWanted;
  }
  const begin = token.endsWith(':*') ? token.slice(0, -2) : undefined;
  return (words) => words.some((word) => (begin === undefined ? word === token : word.startsWith(begin)));
}
