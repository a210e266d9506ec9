/**
 * Renews the lock of one job in hand. BullMQ's own renewal goes by job id: where a job whose lock ended comes back to the same
 * worker, the end of its first run stops the renewal of the second, whose lock then ends as well, and so on.
 */

/** How one lock is kept. */
export interface JobLockOptions {
  /** Answers 1 when the lock is still ours and was renewed; rejects while Redis is away or full. */
  readonly extend: () => Promise<number>;
  /** True while Redis takes no lock from anybody. */
  readonly isFull: () => Promise<boolean>;
  /** Pause between two renewals; a fraction of the lock's length. */
  readonly everyMs: number;
  readonly onLost: () => void;
}

/** A lock that is renewed. */
export interface JobLock {
  /** Aborted when another worker may take the job, or has it. */
  readonly lost: AbortSignal;
  /** Renews no more. */
  release(): void;
}

/** Begins to renew. While Redis is away or full the job goes on: nobody can take it either. */
export function keepJobLock({ extend, isFull, everyMs, onLost }: JobLockOptions): JobLock {
  const lost = new AbortController();
  let isReleased = false;
  let timer: NodeJS.Timeout | undefined;
  const renew = async (): Promise<void> => {
    const isOurs = await extend().then(
      (answer) => answer === 1,
      () => true,
    );
    const isKept = isOurs || isReleased || (await isFull());
    if (isReleased) return;
    if (isKept) schedule();
    else {
      onLost();
      lost.abort();
    }
  };
  const schedule = (): void => {
    timer = setTimeout(() => void renew(), everyMs);
  };
  schedule();
  return {
    lost: lost.signal,
    release() {
      isReleased = true;
      clearTimeout(timer);
    },
  };
}
