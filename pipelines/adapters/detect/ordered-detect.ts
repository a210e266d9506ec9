/** Pictures in, detections out, in strict time order: the joint between decode and detect. No IO of its own. */
import type { GapReason, TimelineEvent } from '../../domain/types.ts';
import { AnalysisError } from '../../errors.ts';
import type { Detector, Frame, SourceEnd, SourceEvent } from '../../ports.ts';

/** See `detectInOrder`. */
export interface OrderedDetectOptions {
  /** Live: a picture that finds the detector full waits in a mailbox of one, and a newer one takes its place. */
  readonly dropWhenBusy: boolean;
  /** Pictures due per second of media time; ends the gap of a lost picture after which nothing came. */
  readonly framesPerSecond: number;
}

/** One event on its way to the consumer, in time order. */
interface Entry {
  readonly startUs: number;
  /** The picture while it waits in the mailbox. */
  frame?: Frame;
  event?: TimelineEvent;
  /** Set when the picture gave no detections: becomes a gap as soon as the start of the next entry is known. */
  missing?: GapReason;
}

/**
 * Pulls pictures, keeps up to `detector.concurrency` of them under way, and yields what was found in them in the order
 * of their time; gaps stay in their place. Every frame is released exactly once, also when the consumer returns early
 * or the source throws; then nothing of this run is left under way.
 *
 * A live picture that is dropped becomes a gap with the reason `backlog` up to the next event. One that is lost with
 * its detector (`detector-lost`) becomes a gap with the reason `worker-down`: the process that held it died. In a
 * recording such a loss is thrown instead: it can be analysed again, and must give the same records when it is.
 */
export async function* detectInOrder(
  events: AsyncGenerator<SourceEvent, SourceEnd, void>,
  detector: Detector,
  options: OrderedDetectOptions,
): AsyncGenerator<TimelineEvent, SourceEnd, void> {
  const run = createRun(events, detector, options);
  try {
    for (;;) {
      run.advance();
      const event = run.take();
      if (event !== undefined) yield event;
      else if (run.isOver()) return run.end();
      else await run.changed();
    }
  } finally {
    await run.stop();
  }
}

function createRun(
  events: AsyncGenerator<SourceEvent, SourceEnd, void>,
  detector: Detector,
  options: OrderedDetectOptions,
) {
  const entries: Entry[] = [];
  const underWay = new Set<Promise<void>>();
  let mailbox: Entry | undefined;
  let pull: Promise<void> | undefined;
  let end: SourceEnd | undefined;
  let failure: { readonly error: unknown } | undefined;
  let isStopped = false;
  let wake = (): void => undefined;

  /** Starts whatever can start now: the mailbox first, then the next picture. */
  function advance(): void {
    if (mailbox !== undefined && underWay.size < detector.concurrency) {
      const entry = mailbox;
      mailbox = undefined;
      start(entry);
    }
    const hasRoom = options.dropWhenBusy || entries.length < detector.concurrency;
    if (pull === undefined && end === undefined && failure === undefined && hasRoom) {
      pull = pullNext().finally(() => {
        pull = undefined;
        wake();
      });
    }
  }

  async function pullNext(): Promise<void> {
    try {
      const step = await events.next();
      if (step.done === true) end = step.value;
      else accept(step.value);
    } catch (error) {
      failure ??= { error };
    }
  }

  function accept(event: SourceEvent): void {
    if (event.kind === 'gap') {
      entries.push({ startUs: event.fromUs, event });
    } else if (isStopped) {
      event.frame.release();
    } else {
      const entry: Entry = { startUs: event.frame.capturedAtUs, frame: event.frame };
      entries.push(entry);
      if (underWay.size < detector.concurrency && mailbox === undefined) start(entry);
      else putInMailbox(entry);
    }
  }

  function putInMailbox(entry: Entry): void {
    if (mailbox !== undefined) {
      releaseFrame(mailbox);
      mailbox.missing = 'backlog';
    }
    mailbox = entry;
  }

  function start(entry: Entry): void {
    const work = detect(entry).finally(() => {
      underWay.delete(work);
      wake();
    });
    underWay.add(work);
  }

  async function detect(entry: Entry): Promise<void> {
    try {
      const detections = await detector.detect(entry.frame!);
      entry.event = { kind: 'frame', capturedAtUs: entry.startUs, detections };
    } catch (error) {
      const isLost = error instanceof AnalysisError && error.code === 'detector-lost';
      if (options.dropWhenBusy && isLost) entry.missing = 'worker-down';
      else failure ??= { error };
    } finally {
      releaseFrame(entry);
    }
  }

  /** The oldest event, when it is known. Throws what the source or the detector threw, once all before it is out. */
  function take(): TimelineEvent | undefined {
    const head = entries[0];
    if (head?.missing !== undefined) return takeGap(head, head.missing);
    if (head?.event !== undefined) {
      entries.shift();
      return head.event;
    }
    if (failure !== undefined && underWay.size === 0) throw failure.error;
    return undefined;
  }

  function takeGap(head: Entry, reason: GapReason): TimelineEvent | undefined {
    const next = entries[1];
    if (next === undefined && end === undefined && failure === undefined) return undefined;
    const toUs = next?.startUs ?? head.startUs + Math.round(1_000_000 / options.framesPerSecond);
    entries.shift();
    return { kind: 'gap', fromUs: head.startUs, toUs, reason };
  }

  return {
    advance,
    take,
    isOver: () => end !== undefined && entries.length === 0,
    end: () => end!,
    changed: () =>
      new Promise<void>((resolve) => {
        wake = resolve;
      }),
    async stop(): Promise<void> {
      isStopped = true;
      const ending =
        end === undefined && failure === undefined ? events.return({ outcome: 'abort' }) : undefined;
      if (mailbox !== undefined) releaseFrame(mailbox);
      mailbox = undefined;
      await Promise.allSettled([pull, ending, ...underWay]);
    },
  };
}

function releaseFrame(entry: Entry): void {
  const { frame } = entry;
  delete entry.frame;
  frame?.release();
}
