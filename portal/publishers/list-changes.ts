/** What of a list has changed since it was last sent. */
import { createHash } from 'node:crypto';
import { type Resource, type Row, rowKey } from '../datasets/data-set.ts';
import type { SentRows } from './publisher.ts';

/** Every row of a table that is no series, as it is now, page by page. */
export type ListPages = (table: Resource) => AsyncIterable<readonly Row[]>;

/** A row with what names it and what tells its content. */
export interface ListedRow {
  readonly row: Row;
  readonly key: string;
  readonly digest: string;
}

/** What has to be done over there. */
export interface ListChanges {
  /** New rows and rows with another content. */
  readonly changed: readonly ListedRow[];
  /** Keys of rows that were sent and are no more. */
  readonly gone: readonly string[];
  /** How many rows were sent before. */
  readonly sentBefore: number;
}

/** Compares a list with what was sent of it. */
export async function listChanges(
  table: Resource,
  pages: AsyncIterable<readonly Row[]>,
  sent: SentRows,
): Promise<ListChanges> {
  const gone = sent.known(table.id);
  const sentBefore = gone.size;
  const changed: ListedRow[] = [];
  for await (const page of pages) {
    for (const row of page) {
      const key = rowKey(table, row);
      const digest = createHash('sha256').update(JSON.stringify(row)).digest('base64url').slice(0, 22);
      if (gone.get(key) !== digest) changed.push({ row, key, digest });
      gone.delete(key);
    }
  }
  return { changed, gone: [...gone.keys()], sentBefore };
}

/** Fewer rows than this may go at once without a question: a small city's register, renamed, is no accident. */
const FEW_GONE = 20;

/**
 * True when so much of a list went at once that the data folder or the database is more likely another one than the city:
 * more than half of what was sent, and not just a few rows.
 */
export function isMostGone({ gone, sentBefore }: Pick<ListChanges, 'gone' | 'sentBefore'>): boolean {
  return gone.length > FEW_GONE && gone.length * 2 > sentBefore;
}

/** The key columns of a row's key, as `rowKey` wrote it. */
export function keyColumns(table: Resource, key: string): Record<string, unknown> {
  const values = JSON.parse(key) as unknown[];
  return Object.fromEntries(table.primaryKey.map((name, i) => [name, values[i]]));
}
