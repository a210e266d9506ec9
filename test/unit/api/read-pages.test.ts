import { describe, expect, it } from 'vitest';
import { readPages } from '../../../portal/api/read-pages.ts';

type Place = readonly [string, number];

/** A store of rows that are their own places. */
function storeOf(...rows: Place[]) {
  return async ({ limit, after }: { limit: number; after?: Place }) => {
    const text = ([name, number]: Place) => `${name} ${number}`;
    const left = rows
      .toSorted((a, b) => (text(a) < text(b) ? -1 : 1))
      .filter((row) => !after || text(row) > text(after));
    const found = left.slice(0, limit);
    return { rows: found, next: left.length > limit ? found.at(-1) : undefined };
  };
}

async function read(store: ReturnType<typeof storeOf>, wish: { limit: number; after?: Place; end?: Place }) {
  const found: Place[] = [];
  for await (const rows of readPages(store, { pageRows: 2, positionOf: (row: Place) => row, ...wish })) {
    found.push(...rows);
  }
  return found;
}

describe('pages of rows', () => {
  const rows: Place[] = [
    ['a', 1],
    ['a', 3],
    ['a', 5],
    ['b', 1],
    ['b', 3],
  ];

  it('end at the limit, or with the rows', async () => {
    expect(await read(storeOf(...rows), { limit: 3 })).toEqual(rows.slice(0, 3));
    expect(await read(storeOf(...rows), { limit: 9, after: ['a', 5] })).toEqual(rows.slice(3));
  });

  it.each<{ what: string; now: Place[]; first: number }>([
    { what: 'nothing', now: rows, first: 3 },
    { what: 'a row within', now: [...rows, ['a', 2]], first: 4 },
    { what: 'more rows than a page', now: [...rows, ['a', 2], ['a', 4], ['A', 9]], first: 6 },
    { what: 'a row right after the end', now: [...rows, ['a', 6]], first: 3 },
    { what: 'the end removed', now: rows.filter(([name, number]) => name !== 'a' || number !== 5), first: 2 },
  ])('end where the cursor said that they do, so that no row is lost: $what', async ({ now, first }) => {
    const end: Place = ['a', 5];
    const found = await read(storeOf(...now), { limit: 3, end });
    expect(found).toHaveLength(first);
    const following = await read(storeOf(...now), { limit: 9, after: end });
    expect(found.concat(following).map(String).toSorted()).toEqual(now.map(String).toSorted());
  });
});
