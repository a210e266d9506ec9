/** Values that nest so deep that nobody meant them: to write one out again, or to make a text of it, takes more stack than there is. */

/** A site file, the deepest body there is, has ten. */
const MOST_LEVELS = 32;

/** True for more than `MOST_LEVELS` lists and objects within each other. */
export function isTooDeep(value: unknown): boolean {
  let level = [value].filter(isNested);
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth === MOST_LEVELS) return true;
    level = level.flatMap((parent) => Object.values(parent).filter(isNested));
  }
  return false;
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
