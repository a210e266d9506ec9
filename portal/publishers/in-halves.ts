/** Sends many items at once and finds those that the far side will not take. */
import type { Problem } from './publisher.ts';

/** What the far side says to some items. */
export type Reply<Item> =
  | { readonly outcome: 'taken' }
  /** Some were taken; these were not, each for its reason. */
  | { readonly outcome: 'sorted'; readonly refused: readonly (readonly [item: Item, reason: string])[] }
  /** None was taken, because of at least one. `index` names it where the far side said so. */
  | { readonly outcome: 'refused'; readonly reason: string; readonly index?: number | undefined }
  | Problem;

/** Sends some items in one request. */
export type Send<Item> = (items: readonly Item[]) => Promise<Reply<Item>>;

/** What came of all items. */
export interface Sorted<Item> {
  readonly taken: number;
  readonly refused: readonly (readonly [item: Item, reason: string])[];
}

/**
 * Sends `items` by `send`, and refused ones again in parts until each bad one stands alone: at most two requests per item.
 * Large parts come first, so that good items get there however many bad ones stand before them. A problem ends it: what
 * was taken by then is sent again later, so `send` must be idempotent.
 */
export async function sendInHalves<Item>(
  items: readonly Item[],
  send: Send<Item>,
): Promise<Sorted<Item> | Problem> {
  const refused: (readonly [Item, string])[] = [];
  let taken = 0;
  const waiting: (readonly Item[])[] = [items];
  for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
    if (part.length === 0) continue;
    const reply = await send(part);
    if (reply.outcome === 'failed') return reply;
    if (reply.outcome === 'taken') taken += part.length;
    else if (reply.outcome === 'sorted') {
      taken += part.length - reply.refused.length;
      refused.push(...reply.refused);
    } else if (part.length === 1) refused.push([part[0]!, reply.reason]);
    else waiting.push(...parts(part, reply.index));
  }
  return { taken, refused };
}

function parts<Item>(items: readonly Item[], index: number | undefined): (readonly Item[])[] {
  if (index !== undefined && index >= 0 && index < items.length) {
    return [items.slice(0, index), [items[index]!], items.slice(index + 1)];
  }
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)];
}
