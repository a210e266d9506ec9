/** Keeps the tables of a CKAN site that are no series like ours: changed rows are upserted, rows that went are removed. */
import type { Resource } from '../../datasets/data-set.ts';
import { type ListedRow, type ListPages, listChanges, refusedDigest } from '../list-changes.ts';
import type { ListRefusal, ListsKept, Problem, SentRows } from '../publisher.ts';
import type { TableWriter } from './ckan-tables.ts';

/** What keeping lists stands on. */
export interface CkanListsOptions {
  readonly tables: readonly Resource[];
  readonly writerOf: (table: Resource) => TableWriter<ListedRow>;
  readonly pages: ListPages;
  readonly sent: SentRows;
}

/** One look at every list. */
export async function keepCkanLists(
  { tables, writerOf, pages, sent }: CkanListsOptions,
  signal: AbortSignal,
): Promise<ListsKept | Problem> {
  const kept = { taken: 0, settled: [] as string[], refused: [] as ListRefusal[] };
  for (const table of tables) {
    const writer = writerOf(table);
    // An empty list is a table as well: its dictionary tells what will be in it.
    const missing = await writer.ensure(signal);
    if (missing !== undefined) return missing;
    const { changed, gone } = await listChanges(table, pages(table), sent);
    const nameOf = (key: string) => `${table.id} ${key}`;
    // Before they are sent: what a crash leaves over there is known, and removed when it goes here.
    sent.note(
      table.id,
      changed.map(({ key }) => [key, '']),
    );
    const rows = changed.map((one) => ({ row: one.row, origin: one }));
    const upserted = await writer.upsert(rows, { signal, recount: true });
    if ('outcome' in upserted) return upserted;
    const digests = new Map(changed.map(({ key, digest }) => [key, digest]));
    for (const { one, reason } of upserted.refused) {
      digests.set(one.origin.key, refusedDigest(one.origin));
      kept.refused.push({ rowKey: nameOf(one.origin.key), reason });
    }
    sent.note(table.id, digests);
    for (const key of gone) {
      const failed = await writer.remove(key, signal);
      if (failed !== undefined) return failed;
      sent.forget(table.id, [key]);
    }
    kept.taken += upserted.taken + gone.length;
    kept.settled.push(...[...digests.keys(), ...gone].map(nameOf));
    writer.settled();
  }
  return { outcome: 'delivered', ...kept };
}
