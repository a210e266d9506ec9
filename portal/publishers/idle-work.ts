/** What a publisher does when every change was sent: keeps its lists, and tries refused rows again. */
import type { Journal } from './journal.ts';
import type { Problem, PublicSource, Publisher } from './publisher.ts';

/** How often idle work is due. */
export interface IdlePace {
  /** Pause between two looks at the lists, ms. */
  readonly listsEveryMs?: number;
  /** Longest pause between two tries of refused rows, ms. */
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
  /** Rows were refused: they are tried again soon. */
  setAside(): void;
  /** When refused rows are tried again, milliseconds since 1970. */
  refusedDueAtMs(): number;
  /** An operator's wish: the lists are looked at, and refused rows tried, at the next occasion. */
  hurry(): void;
  /** When the lists were last found or made equal, milliseconds since 1970. */
  listsKeptAtMs(): number | undefined;
}

const LISTS_EVERY_MS = 900_000;
const MISCONFIGURED_PAUSE_MS = 60_000;
const REFUSED_EVERY_MS = 3_600_000;
/** Pause before refused rows are tried again; twice as long after each time that no change got through whole. */
const REFUSED_FIRST_MS = 60_000;
/** Refused changes that are tried again at once and in vain: they must not hold up new ones for long. */
const REFUSED_AT_ONCE = 20;
/** The same, however many get through. */
const REFUSED_FOR_MS = 10_000;

/** Nothing is due that the publisher cannot do. The lists are due at the start, refused rows after their pause. */
export function createIdleWork(options: IdleWorkOptions): IdleWork {
  const { publisher, source, journal, clock, listsEveryMs = LISTS_EVERY_MS } = options;
  const { id, level, keepLists } = publisher;
  const longestMs = options.refusedEveryMs ?? REFUSED_EVERY_MS;
  const firstMs = Math.min(REFUSED_FIRST_MS, longestMs);
  let keptAtMs: number | undefined;
  let listsDueAtMs = keepLists === undefined ? Number.POSITIVE_INFINITY : clock();
  let refusedPauseMs = firstMs;
  let refusedDueAtMs = clock() + firstMs;
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

  /** Sends each refused change by itself; what is still refused, or fails, stays refused. */
  const tryRefused = async (signal: AbortSignal) => {
    const untilMs = clock() + REFUSED_FOR_MS;
    const tried = { taken: 0, inVain: 0, through: 0, silence: undefined as Problem | undefined };
    for (const sequence of inTurn(journal.quarantinedSequences(id), triedSequence)) {
      if (tried.inVain >= REFUSED_AT_ONCE || clock() >= untilMs) break;
      triedSequence = sequence;
      const only = { limit: 1, ...(level === undefined ? {} : { level }) };
      const [change] = await source.changesSince(sequence - 1, only);
      if (change?.sequence !== sequence) {
        // It changed, and was sent as a change of its own, or it is no more.
        journal.forget(id, sequence);
        continue;
      }
      const sent = await publisher.publish({ changes: [change], isLast: false }, signal);
      if (sent.outcome === 'failed') {
        // It may still be running over there: new changes wait as after any other such request.
        if (sent.kind === 'timeout') tried.silence = sent;
        break;
      }
      journal.settle({ publisherId: id, changes: [change], refused: sent.refused, atMs: clock() });
      tried.taken += sent.taken;
      if (sent.refused.length > 0) tried.inVain += 1;
      else tried.through += 1;
    }
    return tried;
  };

  return {
    isDue: () => clock() >= Math.min(listsDueAtMs, refusedDueAtMs),
    async run(signal) {
      if (clock() >= listsDueAtMs) return keep(signal);
      const { taken, through, silence } = await tryRefused(signal);
      refusedPauseMs = through > 0 ? firstMs : Math.min(longestMs, refusedPauseMs * 2);
      // The far side is mended: all that waits follows, one turn after the other.
      refusedDueAtMs = clock() + (through > 0 ? 0 : refusedPauseMs);
      if (silence !== undefined) return silence;
      return { outcome: 'delivered', taken, refused: 0 };
    },
    setAside() {
      refusedPauseMs = firstMs;
      refusedDueAtMs = Math.min(refusedDueAtMs, clock() + firstMs);
    },
    refusedDueAtMs: () => refusedDueAtMs,
    hurry() {
      if (keepLists !== undefined) listsDueAtMs = clock();
      isAsked = true;
      refusedDueAtMs = clock();
    },
    listsKeptAtMs: () => keptAtMs,
  };
}

/** All of them, those after `last` first. */
function inTurn(sequences: readonly number[], last: number): readonly number[] {
  const next = sequences.findIndex((sequence) => sequence > last);
  const from = Math.max(0, next);
  return [...sequences.slice(from), ...sequences.slice(0, from)];
}
