/** What every publisher is to the runner: it takes batches of public changes and says what became of them. */
import type { PublicCamera } from '../datasets/public-camera.ts';
import type { RolledLevel } from '../levels/level.ts';
import type { PublicReader, PublicSeriesChange } from '../privacy/public-reader.ts';

/** The kinds of target. */
export const PUBLISHER_KINDS = ['ckan', 'ngsi-ld', 'files'] as const;

/** One kind of target. */
export type PublisherKind = (typeof PUBLISHER_KINDS)[number];

/** Where publishers read from: public rows only, whatever the store holds. */
export type PublicSource = Pick<PublicReader, 'changesSince' | 'cursor' | 'setCursor' | 'series'>;

/** Finds the public description of a camera; one that no register knows any more still has rows to publish. */
export type CameraLookup = (cameraId: string) => PublicCamera;

/** Changes in the order of their sequence. */
export interface Batch {
  readonly changes: readonly PublicSeriesChange[];
  /** Nothing more waits behind this batch: time for what is done once after many rows. */
  readonly isLast: boolean;
}

/** A row that the far side will never take as it is. */
export interface Refusal {
  /** The change it belongs to: when that changes again, the row is tried again. */
  readonly change: PublicSeriesChange;
  /** Names the row on the far side, for the operator. */
  readonly rowKey: string;
  readonly reason: string;
}

/** Why a batch did not get through although nothing is wrong with its rows. */
export type FailureKind =
  /** Not reached, or the connection broke. */
  | 'connection'
  | 'timeout'
  | 'rate-limited'
  /** 5xx. */
  | 'server-error'
  /** What came back is no answer of such a server, or only a part of one. */
  | 'bad-answer'
  /** The token is missing, wrong or may not do this. */
  | 'unauthorised'
  /** Settings and far side do not fit; a person has to act. */
  | 'misconfigured'
  /** The own disk. */
  | 'disk'
  /** The own store. */
  | 'store';

/** Not now; the same rows are sent again later. */
export interface Problem {
  readonly outcome: 'failed';
  readonly kind: FailureKind;
  /** For the operator; never holds a credential. */
  readonly reason: string;
  /** The far side asked to be left alone for this long. */
  readonly retryAfterMs?: number;
}

/** Every row of the batch is on the far side, was older than what is there, or is refused. */
export interface Delivered {
  readonly outcome: 'delivered';
  /** Rows, entities or files that were taken. */
  readonly taken: number;
  readonly refused: readonly Refusal[];
}

/** What became of a batch. */
export type Outcome = Delivered | Problem;

/** A row of a list that the far side will not take as it is. */
export interface ListRefusal {
  readonly rowKey: string;
  readonly reason: string;
}

/** The lists are over there as they are here, but for what is refused or named as a problem. */
export interface ListsKept {
  readonly outcome: 'delivered';
  /** Rows or files that were taken. */
  readonly taken: number;
  /** Keys of rows that were sent or removed: earlier refusals of theirs are void. */
  readonly settled: readonly string[];
  readonly refused: readonly ListRefusal[];
  /** What kept the rest from being done; what is told above was done. */
  readonly problem?: Problem;
}

/** How lists are kept this time. */
export interface ListKeeping {
  readonly signal: AbortSignal;
  /** An operator asked for it: most rows of a list may be removed over there. */
  readonly isAsked: boolean;
}

/** One target. Sending a batch twice must leave the far side as sending it once. */
export interface Publisher {
  /** Names its cursor; stable for ever. */
  readonly id: string;
  readonly kind: PublisherKind;
  /** Where it sends, for the operator, without credentials. */
  readonly target: string;
  /** Only changes of this level, where it takes no others. */
  readonly level?: RolledLevel;
  /** Most changes of one batch. */
  readonly batchChanges: number;
  /** Rejects only when `signal` is aborted. */
  publish(batch: Batch, signal: AbortSignal): Promise<Outcome>;
  /**
   * Brings the tables that are no series (register, availability, incidents, method changes) to what they are now: rows
   * are added, replaced and removed. Rejects only when `signal` is aborted.
   */
  readonly keepLists?: (keeping: ListKeeping) => Promise<ListsKept | Problem>;
  close(): Promise<void>;
}

/** Short values a publisher wants to find again after a restart. */
export interface PublisherMemory {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
}

/** Which rows of a list the far side has, so that only changes are sent and rows that went are removed there as well. */
export interface SentRows {
  /** By row key, what was sent of it; empty where it was refused, or sending was begun and its end is not known. */
  known(tableId: string): Map<string, string>;
  note(tableId: string, rows: Iterable<readonly [rowKey: string, digest: string]>): void;
  forget(tableId: string, rowKeys: Iterable<string>): void;
}

/** A problem without more to say. */
export function problem(kind: FailureKind, reason: string, retryAfterMs?: number): Problem {
  return { outcome: 'failed', kind, reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}
