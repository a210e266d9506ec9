/**
 * Parameters of an action, however they came: JSON has types, query strings and forms have texts, and a repeated one is
 * a list. Faults are told in CKAN's words.
 */
import { isTooDeep } from '../api/nesting.ts';
import { CkanError, invalid } from './ckan-error.ts';

/** What a caller sent, by name. */
export type Parameters = Readonly<Record<string, unknown>>;

/** A text, or undefined where it is missing or empty. */
export function textOf(parameters: Parameters, name: string): string | undefined {
  const value = parameters[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.at(-1);
  throw invalid(name, 'Must be a Unicode string value');
}

/** A text that has to be there; `reportedAs` where CKAN names the fault otherwise. */
export function requiredText(parameters: Parameters, name: string, reportedAs = name): string {
  const value = textOf(parameters, name);
  if (value === undefined) throw invalid(reportedAs, 'Missing value');
  return value;
}

/** A whole number from 0 up. */
export function naturalNumber(parameters: Parameters, name: string): number | undefined {
  const text = textOf(parameters, name)?.trim();
  if (text === undefined) return undefined;
  if (!/^[+-]?\d{1,15}$/.test(text)) throw invalid(name, 'Invalid integer');
  const value = Number(text);
  if (value < 0) throw invalid(name, 'Must be a natural number');
  return value;
}

const TRUE_WORDS = ['true', 'yes', 't', 'y', '1'];

/** True for CKAN's words for it; `otherwise` where nothing was said. */
export function flag(parameters: Parameters, name: string, otherwise: boolean): boolean {
  const text = textOf(parameters, name);
  return text === undefined ? otherwise : TRUE_WORDS.includes(text.toLowerCase());
}

/** A list of texts, or one text with commas between. */
export function listOf(parameters: Parameters, name: string): readonly string[] | undefined {
  const value = parsedIfJson(parameters[name], '[');
  if (value === undefined || value === null || value === '') return undefined;
  const items = Array.isArray(value) ? value : typeof value === 'object' ? [value] : String(value).split(',');
  if (!items.every((one) => typeof one === 'string')) throw invalid(name, 'Not a list of strings');
  return items.map((one) => one.trim()).filter((one) => one !== '');
}

/** A JSON object, also when it came as text. */
export function objectOf(
  parameters: Parameters,
  name: string,
): Readonly<Record<string, unknown>> | undefined {
  const given = parameters[name];
  if (given === undefined || given === null || given === '') return undefined;
  let value: unknown = given;
  if (typeof given === 'string') {
    try {
      value = parseJson(given);
    } catch {
      throw invalid(name, 'Cannot parse JSON');
    }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new CkanError('Validation Error', { [name]: ['Not a JSON object'] });
  }
  return value as Readonly<Record<string, unknown>>;
}

/** What a text that begins like JSON means; everything else as it is. */
export function parsedIfJson(value: unknown, opening: '[' | '{'): unknown {
  if (typeof value !== 'string' || !value.trimStart().startsWith(opening)) return value;
  try {
    return parseJson(value);
  } catch {
    return value;
  }
}

/** Throws for what is no JSON, or nested deeper than any parameter. */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (isTooDeep(value)) throw new SyntaxError('Too many levels of nesting');
  return value;
}
