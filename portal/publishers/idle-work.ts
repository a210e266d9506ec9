/** What a publisher does when every change was sent: keeps its lists, and tries refused rows again. */
import type { Journal } from './journal.ts';
import type { Problem, PublicSource, Publisher } from './publisher.ts';

/** How often idle work is due. */
export interface IdlePace {
  /** Pause between two looks at the lists, ms. */
  readonly listsEveryMs?: number;
  /** Pause between two tries of refused rows, ms. */
  readonly refusedEveryMs?: number;
}

/** What idle work stands on. */
export interface IdleWorkOptions extends IdlePace {
  readonly publisher: Publisher;
  readonly source: PublicSource;
  readonly journal: Journal;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** What came of it. */
export interface IdleResult {
  readonly outcome: 'delivered';
  readonly taken: number;
  readonly refused: number;
}

/** The idle work of one publisher. */
export interface IdleWork {
  /** True when a call of `run` would do something. */
  isDue(): boolean;
  run(signal: AbortSignal): Promise<IdleResult | Problem>;
  /** An operator's wish: the lists are looked at, and refused rows tried, at the next occasion. */
  hurry(): void;
  /** When the lists were last found or made equal, milliseconds since 1970. */
  listsKeptAtMs(): number | undefined;
}

const LISTS_EVERY_MS = 900_000;
const MISCONFIGURED_PAUSE_MS = 60_000;
const REFUSED_EVERY_MS = 3_600_000;
/** Refused changes that are tried again at once: they must not hold up new ones for long. */
const REFUSED_AT_ONCE = 20;

/** Nothing is due that the publisher cannot do. The lists are due at the start, refused rows after their pause. */
export function createIdleWork(options: IdleWorkOptions): IdleWork {
  const { publisher, source, journal, clock, listsEveryMs = LISTS_EVERY_MS } = options;
  const { id, level, keepLists } = publisher;
  const refusedEveryMs = options.refusedEveryMs ?? REFUSED_EVERY_MS;
  let keptAtMs: number | undefined;
  let listsDueAtMs = keepLists === undefined ? Number.POSITIVE_INFINITY : clock();
  let refusedDueAtMs = clock() + refusedEveryMs;
  /** An operator's wish that no look at the lists has answered yet. */
  let isAsked = false;
  /** The refused change that was tried last: the next ones follow it, so that each has its turn. */
  let triedSequence = 0;

  const keep = async (signal: AbortSignal): Promise<IdleResult | Problem> => {
    const kept = await keepLists!({ signal, isAsked });
    if (kept.outcome === 'failed') return kept;
    const { taken, settled, refused, problem } = kept;
    if (problem === undefined || settled.length > 0)
      journal.settleLists({ publisherId: id, settled, refused, atMs: clock() });
    if (problem !== undefined) {
      // A person has to act: meanwhile the lists are not read again and again.
      if (problem.kind === 'misconfigured')
        listsDueAtMs = clock() + Math.min(listsEveryMs, MISCONFIGURED_PAUSE_MS);
      return problem;
    }
    isAsked = false;
    keptAtMs = clock();
    listsDueAtMs = keptAtMs + listsEveryMs;
    return { outcome: 'delivered', taken, refused: refused.length };
  };

  /** Sends each refused change by itself; what is still refused, or fails, stays refused. Answers the rows taken. */
  const tryRefused = async (signal: AbortSignal): Promise<number> => {
    let taken = 0;
    for (const sequence of inTurn(journal.quarantinedSequences(id), triedSequence)) {
      triedSequence = sequence;
      const only = { limit: 1, ...(level === undefined ? {} : { level }) };
      const [change] = await source.changesSince(sequence - 1, only);
      // It changed since: the new edition was, or will be, sent as a change of its own.
      if (change?.sequence !== sequence) continue;
      const tried = await publisher.publish({ changes: [change], isLast: false }, signal);
      if (tried.outcome === 'failed') break;
      journal.settle({ publisherId: id, changes: [change], refused: tried.refused, atMs: clock() });
      taken += tried.taken;
    }
    return taken;
  };

  return {
    isDue: () => clock() >= Math.min(listsDueAtMs, refusedDueAtMs),
    async run(signal) {
      if (clock() >= listsDueAtMs) return keep(signal);
      refusedDueAtMs = clock() + refusedEveryMs;
      return { outcome: 'delivered', taken: await tryRefused(signal), refused: 0 };
    },
    hurry() {
      if (keepLists !== undefined) listsDueAtMs = clock();
      isAsked = true;
      refusedDueAtMs = clock();
    },
    listsKeptAtMs: () => keptAtMs,
  };
}

/** The first few after `last`, beginning anew at the end. */
function inTurn(sequences: readonly number[], last: number): readonly number[] {
  const next = sequences.findIndex((sequence) => sequence > last);
  const from = Math.max(0, next);
  return [...sequences.slice(from), ...sequences.slice(0, from)].slice(0, REFUSED_AT_ONCE);
}
