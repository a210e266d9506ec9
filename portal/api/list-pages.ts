/** Lists that go camera by camera, in pages: an answer holds one page, whatever the city's size. */
import { z } from 'zod';

/** Entries of a page when nobody says how many. */
export const DEFAULT_LIST_LIMIT = 1000;

/** After which entry a page begins: camera, instant (ISO 8601), and how many entries of that instant came before. */
export type ListPosition = readonly [cameraId: string, instant: string, count: number];

/** As a cursor tells it. */
export const listPosition = z.tuple([z.string(), z.iso.datetime({ offset: true }), z.int().min(0)]);

/** One page; `next` where more follows. */
export interface ListPage<Entry> {
  readonly entries: readonly Entry[];
  readonly next?: ListPosition;
}

/** How a list is cut. */
export interface ListCut<Entry> {
  readonly limit: number;
  readonly after?: ListPosition | undefined;
  readonly instantOf: (entry: Entry) => string;
}

/**
 * The entries after a position. Cameras come in the order of their ids from the position's own on, the entries of one in
 * time; several of one instant always in the same order.
 */
export async function listPage<Entry extends { readonly cameraId: string }>(
  cameras: AsyncIterable<readonly Entry[]>,
  { limit, after, instantOf }: ListCut<Entry>,
): Promise<ListPage<Entry>> {
  const entries: Entry[] = [];
  for await (const found of cameras) {
    const left = after === undefined ? found : entriesAfter(found, after, instantOf);
    if (entries.length + left.length <= limit) {
      entries.push(...left);
      continue;
    }
    entries.push(...left.slice(0, limit - entries.length));
    return { entries, next: positionOf(entries, { after, instantOf }) };
  }
  return { entries };
}

type Reading<Entry> = Pick<ListCut<Entry>, 'after' | 'instantOf'>;

function entriesAfter<Entry extends { readonly cameraId: string }>(
  entries: readonly Entry[],
  [cameraId, instant, count]: ListPosition,
  instantOf: (entry: Entry) => string,
): readonly Entry[] {
  if (entries[0]?.cameraId !== cameraId) return entries;
  const afterMs = Date.parse(instant);
  const later = entries.filter((entry) => Date.parse(instantOf(entry)) >= afterMs);
  const same = later.filter((entry) => Date.parse(instantOf(entry)) === afterMs).length;
  return later.slice(Math.min(count, same));
}

function positionOf<Entry extends { readonly cameraId: string }>(
  entries: readonly Entry[],
  { after, instantOf }: Reading<Entry>,
): ListPosition {
  const last = entries.at(-1)!;
  const instant = instantOf(last);
  const shown = entries.filter((one) => one.cameraId === last.cameraId && instantOf(one) === instant).length;
  const isSameInstant = after?.[0] === last.cameraId && Date.parse(after[1]) === Date.parse(instant);
  return [last.cameraId, instant, shown + (isSameInstant ? after[2] : 0)];
}
