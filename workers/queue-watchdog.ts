/** Finds a BullMQ worker that has silently stopped fetching, as reported after Redis reconnects (RELIABILITY §1.5). */

/** One look at a queue from one worker's side. */
export interface QueueLook {
  /** Jobs that wait for any worker. */
  readonly waiting: number;
  /** Redis takes no writes, so nobody can take a job: started anew, a worker would lose the cameras that it holds as well. */
  readonly isFull: boolean;
  /** Jobs that this worker could take right now. */
  readonly freeSlots: number;
  /** When this worker last took a job, or was started, in ms. */
  readonly lastTakenAtMs: number;
  readonly nowMs: number;
}

/** Work that a free worker has not touched for so long is not picked up any more. */
export const STUCK_AFTER_MS = 60_000;

/** True when there is work that can be taken, room for it, and nothing was taken for `STUCK_AFTER_MS`. */
export function isStuck(look: QueueLook): boolean {
  return (
    !look.isFull &&
    look.waiting > 0 &&
    look.freeSlots > 0 &&
    look.nowMs - look.lastTakenAtMs >= STUCK_AFTER_MS
  );
}

/** Looks every `everyMs`; after two stuck looks in a row at the same queue `onStuck` is called, once. */
export function startQueueWatchdog(options: {
  queues: readonly { readonly name: string; look(): Promise<QueueLook> }[];
  everyMs: number;
  onStuck: (queue: string) => void;
}): { stop(): void } {
  const stuckLooks = new Map<string, number>();
  const round = async (): Promise<void> => {
    for (const queue of options.queues) {
      // Redis away: nothing can be said, and nothing would be better after a restart.
      const look = await queue.look().catch(() => undefined);
      const count = look !== undefined && isStuck(look) ? (stuckLooks.get(queue.name) ?? 0) + 1 : 0;
      stuckLooks.set(queue.name, count);
      if (count === 2) options.onStuck(queue.name);
    }
  };
  const timer = setInterval(() => void round(), options.everyMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
