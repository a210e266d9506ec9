/** The sink that ends in the portal: records are durable in the outbox, a publisher carries them over. */
import { setTimeout as sleepFor } from 'node:timers/promises';
import { AnalysisError } from '../../errors.ts';
import type { ObservationSink } from '../../ports.ts';
import type { Outbox } from './outbox.ts';
import type { PortalPublisher } from './portal-publisher.ts';

/** Settings of `createPortalSink`. */
export interface PortalSinkOptions {
  readonly outbox: Outbox;
  /** Any publisher of this process on the same outbox; several sinks share one. */
  readonly publisher: Pick<PortalPublisher, 'hurry' | 'added'>;
  /** Sent beside each record; grows with each writer that takes the camera or the recording over. */
  readonly fence: number;
  /** Unique among all sinks on the outbox, e.g. a random UUID. */
  readonly sinkId: string;
  /** How often `flush` looks, default 50 ms. */
  readonly pollMs?: number;
}

const DEFAULT_POLL_MS = 50;

/**
 * `flush` resolves when nothing this sink published still waits, whoever sent it, and rejects with `publish-refused`
 * when the portal refused a record of it for good. It waits through outages and a wrong token: give it a signal.
 * `close` leaves outbox and publisher open: they are the caller's.
 */
export function createPortalSink(options: PortalSinkOptions): ObservationSink {
  const { outbox, publisher, fence, sinkId } = options;
  let reportedRefusals = 0;
  return {
    publish(observations) {
      return attempt(() =>
        outbox.add(
          observations.map((observation) => ({ fence, observation })),
          sinkId,
        ),
      );
    },
    async flush(signal) {
      for (;;) {
        signal?.throwIfAborted();
        const { waiting, refused } = outbox.ofOrigin(sinkId);
        if (waiting === 0) {
          const fresh = refused - reportedRefusals;
          reportedRefusals = refused;
          if (fresh > 0) throw refusal(outbox, fresh);
          return;
        }
        publisher.hurry();
        await sleepFor(options.pollMs ?? DEFAULT_POLL_MS, undefined, signal === undefined ? {} : { signal });
      }
    },
    close: () => Promise.resolve(),
  };
}

function refusal(outbox: Outbox, count: number): AnalysisError {
  const newest = outbox.deadLetters(1)[0]?.reason ?? 'no reason kept';
  return new AnalysisError(
    'publish-refused',
    'flush',
    `the portal refused ${count} record(s) for good; they are kept as dead letters. Last reason: ${newest}`,
  );
}

function attempt(work: () => void): Promise<void> {
  try {
    work();
    return Promise.resolve();
  } catch (error) {
    return Promise.reject(error);
  }
}
