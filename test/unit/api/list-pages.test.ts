import { expect, it } from 'vitest';
import { type ListPosition, listPage, listPosition } from '../../../portal/api/list-pages.ts';

interface Entry {
  readonly cameraId: string;
  readonly since: string;
  readonly kind: string;
}

const at = (cameraId: string, minute: number, kind = 'model'): Entry => ({
  cameraId,
  since: `2026-01-05T00:0${minute}:00Z`,
  kind,
});
/** Four changes of one instant, as when model, software, definition and rate change together. */
const CAMERAS = [
  [at('a', 1), at('a', 2), at('a', 2, 'software'), at('a', 2, 'definition'), at('a', 2, 'rate'), at('a', 3)],
  [],
  [at('b', 2), at('b', 2, 'software')],
];

/** Cameras from the position's own on, as the routes read them. */
async function* from(after: ListPosition | undefined) {
  for (const entries of CAMERAS) {
    if (after === undefined || (entries[0]?.cameraId ?? 'b') >= after[0]) yield entries;
  }
}

it.each([1, 2, 3, 5, 8, 9])('gives every entry once in pages of %i', async (limit) => {
  const found: Entry[] = [];
  let after: ListPosition | undefined;
  let pages = 0;
  do {
    const page = await listPage(from(after), { limit, after, instantOf: ({ since }) => since });
    expect(page.entries.length).toBeLessThanOrEqual(limit);
    found.push(...page.entries);
    after = page.next;
    if (after !== undefined) expect(listPosition.parse(JSON.parse(JSON.stringify(after)))).toEqual(after);
    pages += 1;
  } while (after !== undefined);
  expect(found).toEqual(CAMERAS.flat());
  expect(pages).toBe(Math.ceil(8 / limit));
});
