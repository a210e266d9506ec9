/** Writes rows of one DataStore table: upserts in batches that find bad rows, and removals by key. */
import { type Resource, type Row, rowKey } from '../../datasets/data-set.ts';
import type { Reply } from '../in-halves.ts';
import { keyColumns } from '../list-changes.ts';
import { type Problem, problem } from '../publisher.ts';
import { requestChunks } from '../request-chunks.ts';
import { createSuspectingSender } from '../suspects.ts';
import type { CkanClient, CkanReply } from './ckan-client.ts';
import type { CkanSetup } from './ckan-setup.ts';

/** A row of a table and what it was made from. */
export interface TableRow<Origin> {
  readonly row: Row;
  readonly origin: Origin;
}

/** What became of rows. */
export interface Upserted<Origin> {
  readonly taken: number;
  readonly refused: readonly { readonly one: TableRow<Origin>; readonly reason: string }[];
}

/** Writes to one table. */
export interface TableWriter<Origin> {
  /** Makes the table where it is missing. */
  ensure(signal: AbortSignal): Promise<Problem | undefined>;
  /** Rows, at most `batchRows` at a time; `recount` has CKAN count the table at the end. */
  upsert(
    rows: readonly TableRow<Origin>[],
    options: { readonly signal: AbortSignal; readonly recount: boolean },
  ): Promise<Upserted<Origin> | Problem>;
  /** Removes the row of a key, as `rowKey` writes it; one that is not there is no fault. */
  remove(key: string, signal: AbortSignal): Promise<Problem | undefined>;
}

/** What a writer stands on. */
export interface TableWriterOptions {
  readonly client: CkanClient;
  readonly setup: CkanSetup;
  /** Most rows of one upsert. */
  readonly batchRows: number;
}

/** Body of one upsert, in bytes of JSON: half of what proxies let through at least. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** A writer of one table. CKAN's upsert is not safe against a second writer of the same table. */
export function createTableWriter<Origin>(table: Resource, options: TableWriterOptions): TableWriter<Origin> {
  const { client, setup, batchRows } = options;
  let current = new AbortController().signal;

  const call = async (action: string, parameters: object): Promise<CkanReply> => {
    const resourceId = await setup.tableId(table, current);
    if (typeof resourceId !== 'string') return resourceId;
    return client.call(action, { resource_id: resourceId, ...parameters }, current);
  };
  const sender = createSuspectingSender<TableRow<Origin>>({
    keyOf: ({ row }) => rowKey(table, row),
    probe: async () => (await call('datastore_search', { limit: 0 })).outcome === 'ok',
  });

  return {
    async ensure(signal) {
      const resourceId = await setup.tableId(table, signal);
      return typeof resourceId === 'string' ? undefined : resourceId;
    },
    async upsert(rows, { signal, recount }) {
      current = signal;
      const { whole, keyless } = byKey(table, rows);
      const refused: Upserted<Origin>['refused'][number][] = [...keyless];
      let taken = 0;
      const limits = { maxItems: batchRows, maxBytes: MAX_BODY_BYTES };
      const chunks = requestChunks(whole, { ...limits, bodyOf: ({ row }) => row });
      for (const [i, chunk] of chunks.entries()) {
        const isLast = recount && i === chunks.length - 1;
        const sorted = await sender.send(chunk, async (some) => {
          const records = some.map(({ row }) => row);
          const batch = { method: 'upsert', force: true, records, calculate_record_count: isLast };
          return verdict(await call('datastore_upsert', batch), () => setup.forget(table));
        });
        if ('outcome' in sorted) return sorted;
        taken += sorted.taken;
        for (const [one, reason] of sorted.refused) refused.push({ one, reason });
      }
      return { taken, refused };
    },
    async remove(key, signal) {
      current = signal;
      sender.forget(key);
      const wanted = { force: true, filters: keyColumns(table, key) };
      let reply = await call('datastore_records_delete', wanted);
      // Older sites: the same, and harmless, as our filters are never empty; without any it would drop the table.
      if (reply.outcome === 'unknown-action') reply = await call('datastore_delete', wanted);
      if (reply.outcome === 'ok' || reply.outcome === 'missing') return undefined;
      return reply.outcome === 'failed' ? reply : problem('misconfigured', reply.reason);
    },
  };
}

/** CKAN's key is a unique index, in which an empty cell equals nothing: such a row would be added again and again. */
function byKey<Origin>(table: Resource, rows: readonly TableRow<Origin>[]) {
  const keyless = rows.flatMap((one) => {
    const empty = table.primaryKey.find((name) => one.row[name] === null || one.row[name] === undefined);
    return empty === undefined ? [] : [{ one, reason: `key column ${empty} is empty` }];
  });
  const bad = new Set(keyless.map(({ one }) => one));
  return { whole: rows.filter((one) => !bad.has(one)), keyless };
}

/** Fields of a 409 that blame rows; every other one blames the table or the request. */
const BLAMES_ROWS = ['records', 'records_row', 'constraints'];

/** What CKAN's reply to an upsert says of the rows. `lookAgain` is called when the table is not as we thought. */
function verdict<Item>(reply: CkanReply, lookAgain: () => void): Reply<Item> {
  switch (reply.outcome) {
    case 'ok':
      return { outcome: 'taken' };
    case 'failed':
      return reply;
    case 'too-large':
      return { outcome: 'refused', reason: reply.reason };
    case 'unknown-action':
      return problem('misconfigured', reply.reason);
    case 'missing':
      lookAgain();
      return problem('misconfigured', 'the table is gone over there; it is made again');
    case 'invalid': {
      const { error, reason } = reply;
      const index = error.records_row;
      if (BLAMES_ROWS.some((name) => name in error)) {
        return { outcome: 'refused', reason, index: typeof index === 'number' ? index : undefined };
      }
      lookAgain();
      return problem('misconfigured', reason);
    }
  }
}
