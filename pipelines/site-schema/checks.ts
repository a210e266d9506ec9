/** Checks that say what is allowed; what was found is added by `site-faults.ts`. */
import { z } from 'zod';

/** A number for which `isAllowed` holds; `allowed` says so in words, after "allowed is". */
export function number(allowed: string, isAllowed: (value: number) => boolean) {
  const error = `allowed is ${allowed}`;
  return z.number({ error }).refine(isAllowed, { error });
}

/** A whole number, both ends allowed. */
export function integer(min: number, max: number) {
  return number(
    `a whole number from ${min} to ${max}`,
    (value) => Number.isInteger(value) && value >= min && value <= max,
  );
}

/** A number, both ends allowed; the unit is for the message only. */
export function between(min: number, max: number, unit = '') {
  return number(`a number from ${min} to ${max}${unit}`, (value) => value >= min && value <= max);
}

/** One of these texts. */
export function oneOf<const T extends readonly string[]>(...values: T) {
  return z.enum(values, { error: `allowed is one of ${values.map((value) => `"${value}"`).join(', ')}` });
}

/** A strict object whose message for an unknown key names the nearest allowed one. */
export function strict<T extends z.core.$ZodShape>(shape: T) {
  const keys = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `allowed ${nearestKeys(issue.keys ?? [], keys)}`
        : `allowed is an object with ${keys.join(', ')}`,
  });
}

function nearestKeys(found: readonly string[], keys: readonly string[]): string {
  const nearest = found.flatMap((key) => {
    const ranked = keys
      .map((candidate) => ({ candidate, distance: editDistance(key.toLowerCase(), candidate.toLowerCase()) }))
      .sort((a, b) => a.distance - b.distance);
    const best = ranked[0];
    return best !== undefined && best.distance <= Math.max(2, key.length / 3) ? [best.candidate] : [];
  });
  const hint = nearest.length > 0 ? ` (did you mean ${nearest.map((key) => `"${key}"`).join(', ')}?)` : '';
  return `are ${keys.join(', ')}${hint}`;
}

/** Levenshtein distance; keys are short, longer ones are cut. */
function editDistance(a: string, b: string): number {
  const short = a.slice(0, 64);
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= short.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (previous[j - 1] ?? 0) + (short[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(replaced, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
