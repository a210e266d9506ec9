/** What is wrong with a site file, in the words of the person who has to mend it: path, what was found, what is allowed. */
import type { z } from 'zod';
import type { SyntaxFault } from './site-file-syntax.ts';

type Path = readonly PropertyKey[];

/** Keys that could reach an object's prototype; no honest file has them. */
const HOSTILE_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/** A file nested deeper than this is no site file. */
const MAX_DEPTH = 32;

/** Unknown keys of one object that a message names. */
const MAX_KEYS_SHOWN = 20;

/** `cameras[0].lines[1].from.x`. Odd keys are quoted and cut. */
function pathText(path: Path): string {
  const text = path
    .map((key) => {
      if (typeof key === 'number') return `[${key}]`;
      const name = String(key);
      return /^[A-Za-z_]\w{0,63}$/.test(name) ? `.${name}` : `[${JSON.stringify(name.slice(0, 64))}]`;
    })
    .join('');
  return text === '' ? '(the whole file)' : text.replace(/^\./, '');
}

function valueAt(json: unknown, path: Path): unknown {
  let value = json;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

/** Short and without secrets: an address may hold a password, so it is never shown. */
function foundText(value: unknown, path: Path): string {
  if (value === undefined) return 'found nothing';
  if (path.at(-1) === 'url') return 'found another text';
  if (Array.isArray(value)) return `found a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'found an object';
  const text = JSON.stringify(value);
  return `found ${text.length > 60 ? `${text.slice(0, 57)}…` : text}`;
}

/** One line per schema issue, in the file's order of checking. */
export function schemaFaults(issues: readonly z.core.$ZodIssue[], json: unknown): readonly string[] {
  return issues.map((issue) => {
    if (issue.code === 'unrecognized_keys') {
      const shown = issue.keys.slice(0, MAX_KEYS_SHOWN).map((key) => JSON.stringify(key.slice(0, 64)));
      const hidden = issue.keys.length - shown.length;
      const keys = [...shown, ...(hidden === 0 ? [] : [`… and ${hidden} more`])].join(', ');
      return `${pathText(issue.path)}: found unknown ${issue.keys.length === 1 ? 'key' : 'keys'} ${keys}; ${issue.message}`;
    }
    return `${pathText(issue.path)}: ${foundText(valueAt(json, issue.path), issue.path)}; ${issue.message}`;
  });
}

/** Paths of keys that may not occur anywhere, and of nesting that is too deep. */
export function hostileKeys(json: unknown): readonly string[] {
  const faults: string[] = [];
  const waiting: { value: unknown; path: Path }[] = [{ value: json, path: [] }];
  for (let item = waiting.pop(); item !== undefined && faults.length < 50; item = waiting.pop()) {
    const { value, path } = item;
    if (typeof value !== 'object' || value === null) continue;
    if (path.length > MAX_DEPTH) return [`${pathText(path)}: found more than ${MAX_DEPTH} levels of nesting`];
    for (const key of Object.keys(value)) {
      const isHostile = !Array.isArray(value) && HOSTILE_KEYS.has(key);
      if (isHostile) faults.push(`${pathText(path)}: found key "${key}"; it is refused everywhere`);
      const childKey = Array.isArray(value) ? Number(key) : key;
      waiting.push({ value: (value as Record<string, unknown>)[key], path: [...path, childKey] });
    }
  }
  return faults;
}

/** Rules between parts, told together with the schema's: ids twice, and cameras that would count nothing. */
export function structureFaults(json: unknown): readonly string[] {
  const cameras = listAt(json, 'cameras');
  return [
    ...duplicateIds(cameras, ['cameras']),
    ...cameras.flatMap((camera, i) => {
      const path = ['cameras', i];
      const zones = listAt(camera, 'zones');
      const lines = listAt(camera, 'lines');
      const isObject = typeof camera === 'object' && camera !== null && !Array.isArray(camera);
      const hasNothing = isObject && isAbsentOrEmpty(camera, 'zones') && isAbsentOrEmpty(camera, 'lines');
      return [
        ...(hasNothing
          ? [
              `${pathText(path)}: found neither a zone nor a line; allowed are cameras with at least one of them`,
            ]
          : []),
        ...duplicateIds(zones, [...path, 'zones']),
        ...duplicateIds(lines, [...path, 'lines']),
        ...duplicateIds(listAt(camera, 'ignore'), [...path, 'ignore']),
      ];
    }),
  ];
}

function isAbsentOrEmpty(value: object, key: string): boolean {
  const part = valueAt(value, [key]);
  return part === undefined || (Array.isArray(part) && part.length === 0);
}

function listAt(value: unknown, key: string): readonly unknown[] {
  const part = valueAt(value, [key]);
  return Array.isArray(part) ? part : [];
}

function duplicateIds(items: readonly unknown[], path: Path): readonly string[] {
  const firstIndex = new Map<string, number>();
  return items.flatMap((item, i) => {
    const id = valueAt(item, ['id']);
    if (typeof id !== 'string') return [];
    const first = firstIndex.get(id);
    if (first === undefined) firstIndex.set(id, i);
    if (first === undefined) return [];
    const where = pathText([...path, i, 'id']);
    return [
      `${where}: ${foundText(id, [])}, which ${pathText([...path, first])} has too; allowed is each id once`,
    ];
  });
}

/** Line and column of a fault of the file's text. What stands around it is not shown, since it may hold a password. */
export function syntaxFaultText({ at, key }: SyntaxFault, text: string): string {
  const before = text.slice(0, at).split('\n');
  const place = `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
  if (key !== undefined) {
    return `${place}: found the key ${JSON.stringify(key.slice(0, 64))} a second time; allowed is each key once, as only the last would count`;
  }
  if (at === text.length) return `${place}: the file ends here and is incomplete; allowed is one JSON object`;
  return `${place}: found a syntax error; allowed is JSON (double quotes, no comments, no comma after the last item)`;
}
