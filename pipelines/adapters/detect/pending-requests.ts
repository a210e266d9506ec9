/** The requests a child has not answered, in order, with a deadline on the oldest. */
import type { Answer } from './answer-parser.ts';

/** The process ended before it answered. */
export class ChildLost extends Error {
  override readonly name = 'ChildLost';
  /** Whether this very request was being worked on; those behind it are innocent. */
  readonly wasRunning: boolean;

  constructor(reason: string, wasRunning: boolean) {
    super(reason);
    this.wasRunning = wasRunning;
  }
}

/** See `createPendingRequests`. */
export interface PendingRequests {
  /** The next request's id and its answer; ids count from 0. Rejects with `ChildLost`, or with what failed. */
  expect(): { readonly requestId: number; readonly answer: Promise<Answer> };
  /** Settles the oldest request; false when it isn't the one that was answered. */
  settle(answer: Answer): boolean;
  /** The process is gone: rejects all there are and all that come. */
  rejectAll(reason: string): void;
}

interface Pending {
  readonly requestId: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** `onOverdue` is called when the oldest request has been the oldest for `deadlineMs`. */
export function createPendingRequests(options: { deadlineMs: number; onOverdue(): void }): PendingRequests {
  const pending: Pending[] = [];
  let nextRequestId = 0;
  let lostReason: string | undefined;
  const deadline = setTimeout(() => {
    if (pending.length > 0) options.onOverdue();
  }, options.deadlineMs).unref();

  return {
    expect() {
      const requestId = nextRequestId++;
      if (lostReason !== undefined) {
        return { requestId, answer: Promise.reject(new ChildLost(lostReason, false)) };
      }
      if (pending.length === 0) deadline.refresh();
      const answer = new Promise<Answer>((resolve, reject) => pending.push({ requestId, resolve, reject }));
      return { requestId, answer };
    },
    settle(answer) {
      const head = pending[0];
      if (head?.requestId !== answer.header.requestId) return false;
      pending.shift();
      deadline.refresh();
      if (answer.failure) head.reject(answer.failure);
      else head.resolve(answer);
      return true;
    },
    rejectAll(reason) {
      lostReason = reason;
      clearTimeout(deadline);
      const lost = pending.splice(0);
      // Last first: who is put back at the head of a queue then stands in the old order again.
      for (let index = lost.length - 1; index >= 0; index -= 1) {
        lost[index]!.reject(new ChildLost(reason, index === 0));
      }
    },
  };
}
