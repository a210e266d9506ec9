/** Runs a live source in a test and keeps what it gave, without pixels. */
import type { GapReason } from '../../pipelines/domain/types.ts';
import type { FrameFormat, FrameSource, SourceEnd } from '../../pipelines/ports.ts';

/** A frame or gap with the clock when it was handed over. */
export type CollectedEvent =
  | {
      readonly kind: 'frame';
      readonly capturedAtUs: number;
      readonly atUs: number;
      readonly firstBytes: string;
    }
  | {
      readonly kind: 'gap';
      readonly fromUs: number;
      readonly toUs: number;
      readonly reason: GapReason;
      readonly atUs: number;
    };

/** A source under way. */
export interface LiveCollection {
  readonly events: CollectedEvent[];
  /** Waits until `condition` holds for the events so far; rejects with what there is after `limitMs`. */
  until(condition: (events: readonly CollectedEvent[]) => boolean, limitMs?: number): Promise<void>;
  /** Aborts and gives the end; rejects with what the source threw. */
  stop(): Promise<SourceEnd>;
}

/** Small frames for tests. */
export const TEST_FORMAT: FrameFormat = {
  widthPx: 64,
  heightPx: 48,
  pixelFormat: 'rgb24',
  fit: 'stretch',
  padValue: 0,
};

/** Starts to read at once. `delayMs` makes the reader a slow detector. */
export function collect(
  source: FrameSource,
  options: { framesPerSecond?: number; format?: FrameFormat; keyframesOnly?: boolean; delayMs?: number } = {},
): LiveCollection {
  const events: CollectedEvent[] = [];
  const waiters = new Set<() => void>();
  const aborter = new AbortController();
  let failure: unknown;
  const reading = (async (): Promise<SourceEnd> => {
    const request = {
      format: options.format ?? TEST_FORMAT,
      framesPerSecond: options.framesPerSecond ?? 5,
      keyframesOnly: options.keyframesOnly ?? false,
    };
    const iterator = source.frames(request, aborter.signal);
    for (;;) {
      const next = await iterator.next();
      if (next.done === true) return next.value;
      const atUs = Date.now() * 1000;
      if (next.value.kind === 'gap') events.push({ ...next.value, atUs });
      else {
        const { capturedAtUs, data } = next.value.frame;
        events.push({ kind: 'frame', capturedAtUs, atUs, firstBytes: data.subarray(0, 3).join(',') });
        if (options.delayMs !== undefined)
          await new Promise((resolve) => setTimeout(resolve, options.delayMs));
        next.value.frame.release();
      }
      for (const wake of waiters) wake();
    }
  })();
  reading.catch((cause: unknown) => {
    failure = cause;
    for (const wake of waiters) wake();
  });
  return {
    events,
    until: (condition, limitMs = 30_000) =>
      new Promise((resolve, reject) => {
        const finish = (): void => {
          clearTimeout(timer);
          clearInterval(poll);
          waiters.delete(check);
        };
        const check = (): void => {
          if (failure === undefined && !condition(events)) return;
          finish();
          if (failure === undefined) resolve();
          else reject(failure);
        };
        const timer = setTimeout(() => {
          finish();
          const seen = events.slice(-8).map((event) => JSON.stringify(event));
          reject(new Error(`not within ${limitMs} ms; ${events.length} events, last:\n${seen.join('\n')}`));
        }, limitMs);
        // The condition may be about statuses, which come without an event.
        const poll = setInterval(check, 50);
        waiters.add(check);
        check();
      }),
    stop: () => {
      aborter.abort();
      return reading;
    },
  };
}

/** The frames of a collection. */
export function framesOf(events: readonly CollectedEvent[]): Extract<CollectedEvent, { kind: 'frame' }>[] {
  return events.filter((event) => event.kind === 'frame');
}

/** The gaps of a collection. */
export function gapsOf(events: readonly CollectedEvent[]): Extract<CollectedEvent, { kind: 'gap' }>[] {
  return events.filter((event) => event.kind === 'gap');
}

/** True when frames grow strictly and no frame lies in a gap reported before it, nor gaps in one another. */
export function isOrderly(events: readonly CollectedEvent[]): boolean {
  let knownUs = Number.NEGATIVE_INFINITY;
  for (const event of events) {
    const fromUs = event.kind === 'frame' ? event.capturedAtUs : event.fromUs;
    if (fromUs < knownUs) return false;
    knownUs = event.kind === 'frame' ? event.capturedAtUs + 1 : event.toUs;
  }
  return true;
}
