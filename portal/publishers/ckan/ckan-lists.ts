/** Keeps the tables of a CKAN site that are no series like ours: changed rows are upserted, rows that went are removed. */
import type { Resource } from '../../datasets/data-set.ts';
import {
  isMostGone,
  type ListChanges,
  type ListedRow,
  type ListPages,
  listChanges,
} from '../list-changes.ts';
import {
  type ListKeeping,
  type ListRefusal,
  type ListsKept,
  type Problem,
  problem,
  type SentRows,
} from '../publisher.ts';
import type { TableWriter } from './ckan-tables.ts';

/** What keeping lists stands on. */
export interface CkanListsOptions {
  readonly tables: readonly Resource[];
  readonly writerOf: (table: Resource) => TableWriter<ListedRow>;
  readonly pages: ListPages;
  readonly sent: SentRows;
}

/** One look at every list; a list that waits for a person holds up no other. */
export async function keepCkanLists(options: CkanListsOptions, keeping: ListKeeping): Promise<ListsKept> {
  const kept: Kept = { taken: 0, settled: [], refused: [] };
  let first: Problem | undefined;
  for (const table of options.tables) {
    const failed = await keepList(table, kept, { ...options, ...keeping });
    first ??= failed;
    if (failed !== undefined && failed.kind !== 'misconfigured') break;
  }
  return { outcome: 'delivered', ...kept, ...(first === undefined ? {} : { problem: first }) };
}

interface Kept {
  taken: number;
  readonly settled: string[];
  readonly refused: ListRefusal[];
}

async function keepList(
  table: Resource,
  kept: Kept,
  { writerOf, pages, sent, signal, isAsked }: CkanListsOptions & ListKeeping,
): Promise<Problem | undefined> {
  const writer = writerOf(table);
  // An empty list is a table as well: its dictionary tells what will be in it.
  const missing = await writer.ensure(signal);
  if (missing !== undefined) return missing;
  const changes = await listChanges(table, pages(table), sent);
  const { changed, gone } = changes;
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
    // What differs is sent at the next look.
    digests.set(one.origin.key, '');
    kept.refused.push({ rowKey: nameOf(one.origin.key), reason });
  }
  sent.note(table.id, digests);
  kept.taken += upserted.taken;
  kept.settled.push(...[...digests.keys()].map(nameOf));
  if (!isAsked && isMostGone(changes)) return problem('misconfigured', goneText(table, changes));
  for (const key of gone) {
    const failed = await writer.remove(key, signal);
    if (failed !== undefined) return failed;
    sent.forget(table.id, [key]);
    kept.taken += 1;
    kept.settled.push(nameOf(key));
  }
  return undefined;
}

function goneText({ id }: Resource, { gone, sentBefore }: ListChanges): string {
  return (
    `${gone.length} of the ${sentBefore} rows of ${id} are gone here: is this the right database and data folder? ` +
    'Nothing is removed over there until an operator says "try now"'
  );
}
