/**
 * Finds the rows at which a far side breaks (5xx) each time, without ever taking an outage for such a row. A row is set
 * aside only when it failed alone in several attempts, with the runner's pauses between them, while the far side took
 * other rows before and after it in the same attempt.
 */
import { halves, type Reply, type Sorted, sendInHalves } from './in-halves.ts';
import { type Problem, problem } from './publisher.ts';

/** Sends to one table or broker; remembers where that breaks. */
export interface SuspectingSender<Item> {
  /** As `sendInHalves`; a row that breaks the far side is refused once that is beyond doubt. */
  send(items: readonly Item[], send: Send<Item>): Promise<Sorted<Item> | Problem>;
  /** All that was sent is settled: what was found out so far is forgotten, so that a refused row may be tried again. */
  settled(): void;
}

type Send<Item> = (items: readonly Item[]) => Promise<Reply<Item>>;

/** How a sender tells rows apart. */
export interface SuspectingOptions<Item> {
  readonly keyOf: (item: Item) => string;
  /** True when the far side is well, asked without sending a row; for a row that waits alone. */
  readonly probe?: () => Promise<boolean>;
}

/** So often the whole batch has to break before its rows are looked at one by one. */
const WHOLE_ATTEMPTS = 3;
/** So often a row has to break alone, others being taken in the same attempt. */
const ATTEMPTS = 3;
/** The same where nothing else of its batch was taken: a full disk refuses new rows and takes old ones again. */
const LONELY_ATTEMPTS = 6;
/** More rows than this that break are no matter of rows. */
const MOST_SUSPECTS = 20;
/** So many rows are tried while nothing shows that the far side takes anything. */
const BLIND_SUSPECTS = 3;

/** A sender for one table or broker. */
export function createSuspectingSender<Item>({
  keyOf,
  probe = async () => false,
}: SuspectingOptions<Item>): SuspectingSender<Item> {
  /** By the first row of what was sent. */
  const attempts = new Map<string, number>();
  const strikes = new Map<string, number>();
  /** Beyond doubt, while others of the same batch still are not. */
  const guilty = new Map<string, string>();
  /** The last row that was taken: nothing newer of it was ever sent, so it may be sent again. */
  let proven: Item | undefined;

  const notice = (items: readonly Item[], { refused }: Sorted<Item>) => {
    const bad = new Set(refused.map(([item]) => item));
    proven = items.findLast((item) => !bad.has(item)) ?? proven;
  };

  const isWell = async (send: Send<Item>): Promise<boolean> => {
    if (proven === undefined) return probe();
    return (await send([proven])).outcome === 'taken';
  };

  /** Nothing of a batch was taken yet: is there any sense in trying the rest of it row by row? */
  const isHopeless = async (suspects: number, send: Send<Item>): Promise<boolean> =>
    proven === undefined ? suspects >= BLIND_SUSPECTS : !(await isWell(send));

  /** Everything in ever smaller parts. */
  const isolate = async (items: readonly Item[], send: Send<Item>): Promise<Isolated<Item> | Problem> => {
    const found: Isolated<Item> = { taken: 0, refused: [], suspects: [] };
    const waiting = [items];
    for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
      const sorted = await sendInHalves(part, send);
      if (!('outcome' in sorted)) {
        found.taken += sorted.taken;
        found.refused.push(...sorted.refused);
        notice(part, sorted);
        continue;
      }
      if (!isBreak(sorted)) return sorted;
      const [only, second] = part;
      if (only === undefined) continue;
      if (second !== undefined) {
        waiting.push(...halves(part).reverse());
        continue;
      }
      found.suspects.push([only, sorted.reason]);
      const { length } = found.suspects;
      if (length > MOST_SUSPECTS || (found.taken === 0 && (await isHopeless(length, send)))) return sorted;
    }
    return found;
  };

  /** Counts this attempt against its suspects; those beyond doubt are guilty from now on. */
  const judge = ({ suspects, taken }: Isolated<Item>): void => {
    const needed = taken > 0 ? ATTEMPTS : LONELY_ATTEMPTS;
    for (const [item, reason] of suspects) {
      const key = keyOf(item);
      const count = (strikes.get(key) ?? 0) + 1;
      strikes.set(key, count);
      if (count >= needed) guilty.set(key, `${reason} to this row alone, while other rows were taken`);
    }
  };

  const sendByOne = async (
    items: readonly Item[],
    send: Send<Item>,
    failed: Problem,
  ): Promise<Sorted<Item> | Problem> => {
    const found = await isolate(items, send);
    if ('outcome' in found) return found;
    const { taken, suspects } = found;
    // It broke at nothing alone: it is well again.
    if (suspects.length === 0) return { taken, refused: found.refused };
    if ((taken === 0 && suspects.length > 1) || !(await isWell(send))) return failed;
    judge(found);
    const set = suspects.flatMap(([item]) => refusalOf(item));
    if (set.length < suspects.length) return problem('server-error', doubtText(suspects, keyOf));
    return { taken, refused: [...found.refused, ...set] };
  };

  const refusalOf = (item: Item): (readonly [Item, string])[] => {
    const reason = guilty.get(keyOf(item));
    return reason === undefined ? [] : [[item, reason]];
  };

  return {
    async send(items, send) {
      const known = items.flatMap(refusalOf);
      const open = known.length === 0 ? items : items.filter((item) => !guilty.has(keyOf(item)));
      let sorted = await sendInHalves(open, send);
      const [first] = open;
      if ('outcome' in sorted && isBreak(sorted) && first !== undefined) {
        const count = (attempts.get(keyOf(first)) ?? 0) + 1;
        attempts.set(keyOf(first), count);
        if (count >= WHOLE_ATTEMPTS) sorted = await sendByOne(open, send, sorted);
      } else if (!('outcome' in sorted)) notice(open, sorted);
      return 'outcome' in sorted ? sorted : { ...sorted, refused: [...known, ...sorted.refused] };
    },
    settled() {
      for (const memory of [attempts, strikes, guilty]) memory.clear();
    },
  };
}

interface Isolated<Item> {
  taken: number;
  readonly refused: (readonly [item: Item, reason: string])[];
  readonly suspects: (readonly [item: Item, reason: string])[];
}

/** A 5xx that asks to be left alone for a while is an overload, which no row is to blame for. */
function isBreak({ kind, retryAfterMs }: Problem): boolean {
  return kind === 'server-error' && retryAfterMs === undefined;
}

function doubtText<Item>(
  suspects: readonly (readonly [item: Item, reason: string])[],
  keyOf: (item: Item) => string,
): string {
  const [first] = suspects;
  const name = first === undefined ? '' : `${first[1]} to ${keyOf(first[0])}`;
  return `${name}${suspects.length > 1 ? ` and ${suspects.length - 1} more` : ''} alone; set aside when that stays so`;
}
