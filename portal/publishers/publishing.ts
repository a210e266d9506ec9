/** All publishers of a portal: each runs by itself, none waits for another. */
import { AnalysisError } from '../../pipelines/errors.ts';
import { type Backoff, DEFAULT_BACKOFF } from './backoff.ts';
import type { IdlePace } from './idle-work.ts';
import type { Journal } from './journal.ts';
import type { PublicSource, Publisher } from './publisher.ts';
import { type PublisherStatus, type RunnerHooks, startRunner } from './runner.ts';

/** A publisher and its pace. */
export interface PacedPublisher extends IdlePace {
  readonly publisher: Publisher;
  /** Pause after everything was sent, ms. */
  readonly everyMs: number;
}

/** What publishing stands on. */
export interface PublishingOptions {
  readonly publishers: readonly PacedPublisher[];
  readonly source: PublicSource;
  readonly journal: Journal;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** 0 ≤ x < 1. */
  readonly random: () => number;
  readonly backoff?: Backoff;
  readonly hooks?: RunnerHooks;
}

/** From where rows are sent again: everything, the refused ones (and what follows them), or after a sequence. */
export type ResendFrom = 'start' | 'quarantine' | number;

/** The publishers at work. */
export interface Publishing {
  /** For `GET /api/v1/operate/publishers` and for metrics. */
  status(): Promise<PublisherStatus[]>;
  /** New data were rolled up: publishers look at once. */
  wake(): void;
  /** One publisher looks and sends at once, a pause after a failure included. Throws `config-invalid` for an unknown id. */
  tryNow(id: string): void;
  /** Takes effect after the batch under way; kept over restarts. Throws `config-invalid` for an unknown id. */
  pause(id: string): void;
  resume(id: string): void;
  /** Answers the sequence after which rows are sent again. */
  resend(id: string, from: ResendFrom): Promise<number>;
  /** Ends all; the journal and the store stay open. */
  close(): Promise<void>;
}

/** Starts all publishers. */
export function startPublishing(options: PublishingOptions): Publishing {
  const { publishers, journal, source, backoff = DEFAULT_BACKOFF, ...shared } = options;
  const runners = publishers.map((paced) => startRunner({ ...shared, ...paced, journal, source, backoff }));
  const find = (id: string) => {
    const runner = runners.find((one) => one.id === id);
    if (runner === undefined)
      throw unknownPublisher(
        id,
        runners.map((one) => one.id),
      );
    return runner;
  };
  return {
    status: () => Promise.all(runners.map((runner) => runner.status())),
    wake: () => {
      for (const runner of runners) runner.wake();
    },
    tryNow: (id) => find(id).tryNow(),
    pause: (id) => journal.setPaused(find(id).id, true),
    resume: (id) => {
      journal.setPaused(find(id).id, false);
      find(id).wake();
    },
    async resend(id, from) {
      const runner = find(id);
      const after = await sequenceOf(from, id, { journal, source });
      await runner.resend(after);
      return after;
    },
    async close() {
      await Promise.all(runners.map((runner) => runner.close()));
    },
  };
}

/** The sequence that a way to say "from here" means for a publisher. */
export async function sequenceOf(
  from: ResendFrom,
  publisherId: string,
  { journal, source }: { readonly journal: Journal; readonly source: Pick<PublicSource, 'cursor'> },
): Promise<number> {
  if (from === 'start') return 0;
  if (typeof from === 'number') return from;
  const first = journal.firstQuarantined(publisherId);
  return first === undefined ? source.cursor(publisherId) : first - 1;
}

/** The error for an id that no publisher has. */
export function unknownPublisher(id: string, known: readonly string[]): AnalysisError {
  const list = known.length === 0 ? 'none is configured' : `known: ${known.join(', ')}`;
  return new AnalysisError('config-invalid', 'find-publisher', `no publisher "${id}"; ${list}`);
}
