/**
 * Finds the rows that a far side refuses or at which it breaks (5xx), in one attempt and however many they are, and over
 * several attempts those at which it gives no answer (`silence.ts`), without taking an outage for such rows: nothing is set
 * aside unless the far side takes another row in the same attempt. What is set aside wrongly, because the far side was
 * ill for a moment, is tried again soon, as everything that is set aside.
 */
import { type Reply, type Send, type Sorted, sendInHalves } from './in-halves.ts';
import { type Problem, problem } from './publisher.ts';
import { createSilenceMemory, type SilenceMemory } from './silence.ts';

/** Sends to one table or broker. */
export interface SuspectingSender<Item> {
  /** As `sendInHalves`; rows at which the far side breaks or is silent alone, while it takes others, are refused. */
  send(items: readonly Item[], send: Send<Item>): Promise<Sorted<Item> | Problem>;
  /** An item that went over there must not be sent again to see whether the far side is well. */
  forget(key: string): void;
}

/** What a sender knows of items, and may ask. */
export interface SuspectingOptions<Item> {
  /** Names an item whatever its content. */
  readonly keyOf: (item: Item) => string;
  /** True when the far side is well, asked without sending a row; for rows that wait alone after a start. */
  readonly probe?: () => Promise<boolean>;
}

/** After so many requests at which it broke, none being taken since, the far side is looked at again. */
const BREAKS_BETWEEN_LOOKS = 8;
/** The same where nothing was taken in the whole attempt: more likely the table is not as it should be. */
const FUTILE_BETWEEN_LOOKS = 20;
/** Rows that are tried alone where none was ever taken, spread over all; the next attempt takes others. */
const SAMPLE = 8;
/** So many rows may be set aside on the word of `probe` alone. */
const MOST_BY_PROBE = 3;

/** A sender for one table or broker; it remembers one row that was taken, and those that got no answer. */
export function createSuspectingSender<Item>(options: SuspectingOptions<Item>): SuspectingSender<Item> {
  const witness = createWitness<Item>(options);
  const { keyOf } = options;
  const silence = createSilenceMemory(keyOf);
  return {
    async send(items, send) {
      const { others, parts, givenUp } = silence.order(items);
      const attempt = beginAttempt({ ...{ keyOf, witness, silence }, items, send });
      let taken = 0;
      const refused: (readonly [Item, string])[] = [];
      const pass = async (part: readonly Item[]): Promise<Problem | undefined> => {
        const sorted = await sendInHalves(part, attempt.ask);
        if ('outcome' in sorted) return sorted;
        taken += sorted.taken;
        refused.push(...sorted.refused);
        return undefined;
      };
      let failed = await pass(others);
      if (others.length < items.length) failed ??= await attempt.prove();
      const isWell = attempt.isAnyTaken();
      const alone = isWell ? [] : givenUp.map(([item]) => [item]);
      for (const part of [...parts, ...alone]) failed ??= await pass(part);
      failed ??= await attempt.end();
      if (failed !== undefined) return failed;
      if (isWell) refused.push(...givenUp);
      silence.settled(refused.map(([item]) => item));
      return { taken, refused };
    },
    forget: (key) => witness.forget((item) => keyOf(item) === key),
  };
}

/** Tells a far side that is well from one that is not, by a row that it takes. */
interface Witness<Item> {
  /** `items` are those that the far side did not take; where nothing was ever taken some of them are tried alone. */
  isWell(items: readonly Item[], send: Send<Item>): Promise<boolean>;
  /** What the far side says to the row that it took last; undefined where there is none. */
  ask(send: Send<Item>): Promise<Reply<Item> | undefined>;
  taken(item: Item): void;
  forget(isGone: (item: Item) => boolean): void;
}

function createWitness<Item>({ probe }: Pick<SuspectingOptions<Item>, 'probe'>): Witness<Item> {
  /** The last row that was taken: nothing newer of it was ever sent, so it may be sent again. */
  let proven: Item | undefined;
  /** Where the next sample begins. */
  let turn = 0;

  const isSampleTaken = async (items: readonly Item[], send: Send<Item>): Promise<boolean> => {
    const count = Math.min(SAMPLE, items.length);
    turn += 1;
    for (let i = 0; i < count; i++) {
      const item = items[(turn + Math.floor((i * items.length) / count)) % items.length]!;
      const reply = await send([item]);
      if (reply.outcome === 'taken') {
        proven = item;
        return true;
      }
      if (reply.outcome === 'failed' && !isBreak(reply)) return false;
    }
    return false;
  };
  return {
    async isWell(items, send) {
      if (proven !== undefined) return (await send([proven])).outcome === 'taken';
      if (probe !== undefined && !(await probe())) return false;
      return (await isSampleTaken(items, send)) || (probe !== undefined && items.length <= MOST_BY_PROBE);
    },
    ask: async (send) => (proven === undefined ? undefined : send([proven])),
    taken(item) {
      proven = item;
    },
    forget(isGone) {
      if (proven !== undefined && isGone(proven)) proven = undefined;
    },
  };
}

interface AttemptParts<Item> {
  readonly keyOf: (item: Item) => string;
  readonly witness: Witness<Item>;
  readonly silence: SilenceMemory<Item>;
  readonly items: readonly Item[];
  readonly send: Send<Item>;
}

/** One attempt: `ask` is `send` with a judgement of what came to nothing; `end` is the last look, where one is due. */
function beginAttempt<Item>({ keyOf, witness, silence, items, send }: AttemptParts<Item>) {
  let isAnyTaken = false;
  /** Requests and rows that came to nothing. */
  let futile = 0;
  /** Since something was last taken; the first one is always looked into. */
  let breaks = BREAKS_BETWEEN_LOOKS;
  /** The last row that broke alone, with nothing taken since. */
  let doubt: Problem | undefined;

  const sign = () => {
    breaks = 0;
    doubt = undefined;
  };
  const look = async () => {
    const isWell = await witness.isWell(items, send);
    if (isWell) sign();
    return isWell;
  };
  const heard: Send<Item> = async (part) => {
    const reply = await send(part);
    if (reply.outcome !== 'failed') silence.settled(part);
    else if (isSilence(reply)) {
      silence.unanswered(part, { reason: reply.reason, isOtherTaken: isAnyTaken });
      // It may have got there: an older edition sent after it would put it back.
      const unheard = new Set(part.map(keyOf));
      witness.forget((item) => unheard.has(keyOf(item)));
    }
    return reply;
  };
  /** Refused, by the far side's word or because it breaks; a problem where it is no matter of rows. */
  const judge = async (reply: Futile, rows = 1): Promise<Reply<Item>> => {
    futile += rows;
    if (isAnyTaken || futile < FUTILE_BETWEEN_LOOKS) return asRefused(reply);
    futile = 0;
    return (await look()) ? asRefused(reply) : asProblem(reply);
  };
  const judgeBreak = async (part: readonly Item[], failed: Problem): Promise<Reply<Item>> => {
    breaks += 1;
    if (part.length === 1) {
      const again = await heard(part);
      if (!isBreak(again)) return noted(part, again);
      doubt = failed;
    }
    if (breaks > BREAKS_BETWEEN_LOOKS && !(await look())) return failed;
    const judged = await judge(failed);
    if (part.length > 1 || judged.outcome !== 'refused') return judged;
    return { ...judged, reason: `${failed.reason} to this row alone, while others were taken` };
  };
  const noted = async (part: readonly Item[], reply: Reply<Item>): Promise<Reply<Item>> => {
    if (reply.outcome === 'failed') return isBreak(reply) ? judgeBreak(part, reply) : reply;
    if (reply.outcome === 'refused') return judge(reply);
    const bad = new Map(reply.outcome === 'sorted' ? reply.refused : []);
    const last = part.findLast((item) => !bad.has(item));
    if (last === undefined) {
      const reason = bad.get(part[0]!) ?? '';
      const judged = await judge({ outcome: 'refused', reason }, part.length);
      return judged.outcome === 'failed' ? judged : reply;
    }
    witness.taken(last);
    isAnyTaken = true;
    sign();
    return reply;
  };
  return {
    ask: async (part: readonly Item[]) => noted(part, await heard(part)),
    isAnyTaken: () => isAnyTaken,
    /** Sends the row that was taken last, unless one was taken already. */
    async prove(): Promise<Problem | undefined> {
      const reply = isAnyTaken ? undefined : await witness.ask(send);
      if (reply?.outcome === 'taken') isAnyTaken = true;
      return reply?.outcome === 'failed' ? reply : undefined;
    },
    async end(): Promise<Problem | undefined> {
      const doubted = doubt;
      return doubted === undefined || (await look()) ? undefined : doubted;
    },
  };
}

/** A request of which nothing was taken. */
type Futile = Extract<Reply<never>, { readonly outcome: 'refused' }> | Problem;

/** A 5xx that asks to be left alone for a while is an overload, which no row is to blame for. */
function isBreak(reply: Reply<unknown>): boolean {
  return reply.outcome === 'failed' && reply.kind === 'server-error' && reply.retryAfterMs === undefined;
}

/** The request may have got there or not, and may still be running. */
function isSilence({ kind }: Problem): boolean {
  return kind === 'timeout' || kind === 'connection';
}

function asRefused(reply: Futile): Futile {
  return reply.outcome === 'failed' ? { outcome: 'refused', reason: reply.reason } : reply;
}

function asProblem(reply: Futile): Problem {
  return reply.outcome === 'failed'
    ? reply
    : problem('misconfigured', `every row is refused: ${reply.reason}`);
}
