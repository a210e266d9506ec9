/**
 * Finds the row at which a far side gives no answer at all. Such a request may still be running over there, so the search
 * goes on in the next attempt, after the runner's pause: what got no answer comes last and in ever smaller parts, and a
 * row that stands alone at last is given up. The pure half of it; `suspects.ts` sends.
 */

/** Parts of what got no answer, at the next attempt: 500 rows are narrowed down to one in four attempts. */
const PARTS = 8;
/** A row is given up when it got no answer alone so many times, others having been taken before it each time. */
const MOST_SILENCES = 3;

/** What is sent in one attempt, in this order. */
export interface SendingOrder<Item> {
  /** Rows that nothing is known against. */
  readonly others: readonly Item[];
  /** Rows that got no answer, one request each. */
  readonly parts: readonly (readonly Item[])[];
  /** Rows not to be sent any more while the far side takes others, each with its reason. */
  readonly givenUp: readonly (readonly [item: Item, reason: string])[];
}

/** What is remembered of requests without an answer. */
export interface SilenceMemory<Item> {
  order(items: readonly Item[]): SendingOrder<Item>;
  /** A request with these got no answer; `isOtherTaken` when another row was taken before in the same attempt. */
  unanswered(items: readonly Item[], said: { readonly reason: string; readonly isOtherTaken: boolean }): void;
  /** There was an answer to these, or they are set aside. */
  settled(items: readonly Item[]): void;
}

/** A memory of rows by `keyOf`, which names a row whatever its content. */
export function createSilenceMemory<Item>(keyOf: (item: Item) => string): SilenceMemory<Item> {
  /** Keys that were in one request together; no key is in two. */
  let suspected: Set<string>[] = [];
  const silences = new Map<string, { readonly count: number; readonly reason: string }>();

  return {
    order(items) {
      if (suspected.length === 0) return { others: items, parts: [], givenUp: [] };
      const others: Item[] = [];
      const groups = new Map<Set<string>, Item[]>(suspected.map((keys) => [keys, []]));
      for (const item of items) {
        const keys = suspected.find((one) => one.has(keyOf(item)));
        (keys === undefined ? others : groups.get(keys)!).push(item);
      }
      const parts: Item[][] = [];
      const givenUp: [Item, string][] = [];
      for (const group of groups.values()) {
        const alone = group.length === 1 ? silences.get(keyOf(group[0]!)) : undefined;
        if (alone !== undefined && alone.count >= MOST_SILENCES) givenUp.push([group[0]!, reasonOf(alone)]);
        else parts.push(...inParts(group));
      }
      return { others, parts, givenUp };
    },
    unanswered(items, { reason, isOtherTaken }) {
      const keys = new Set(items.map(keyOf));
      // What else was with them is no longer suspected more than others: it was not sent, or was answered.
      suspected = suspected.filter((one) => ![...keys].some((key) => one.has(key)));
      suspected.push(keys);
      if (items.length > 1 || !isOtherTaken) return;
      const key = keyOf(items[0]!);
      silences.set(key, { count: (silences.get(key)?.count ?? 0) + 1, reason });
    },
    settled(items) {
      if (suspected.length === 0) return;
      for (const key of items.map(keyOf)) {
        silences.delete(key);
        for (const keys of suspected) keys.delete(key);
      }
      suspected = suspected.filter((keys) => keys.size > 0);
    },
  };
}

function inParts<Item>(items: readonly Item[]): Item[][] {
  const size = Math.max(1, Math.ceil(items.length / PARTS));
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}

function reasonOf({ count, reason }: { readonly count: number; readonly reason: string }): string {
  return `${reason}, ${count} times to this row alone, while others were taken`;
}
