/** Keeps the DataStore tables of a CKAN site like ours: typed tables with keys, upserted in batches. */
import type { CatalogueContext } from '../../catalogue/context.ts';
import { type Row, rowKey, type Table } from '../../datasets/data-set.ts';
import { SERIES_TABLES } from '../../datasets/data-sets.ts';
import type { MeasurementSource } from '../../datasets/measurement-source.ts';
import { seriesRow } from '../../datasets/rows.ts';
import { type Reply, sendInHalves } from '../in-halves.ts';
import {
  type Batch,
  type CameraLookup,
  type Outcome,
  type Problem,
  type Publisher,
  problem,
  type Refusal,
} from '../publisher.ts';
import { type CkanReply, createCkanClient } from './ckan-client.ts';
import type { CkanNaming } from './ckan-package.ts';
import { createCkanSetup } from './ckan-setup.ts';

/** One CKAN site. */
export interface CkanPublisherOptions extends CkanNaming {
  readonly id: string;
  readonly url: string;
  readonly token: string;
  /** Ids of the tables to publish; all series tables unless said. */
  readonly resources?: readonly string[];
  /** Most rows of one upsert; 250 to 1000 suit CKAN, which executes them one by one in one transaction. */
  readonly batchRows: number;
  readonly timeoutMs: number;
  readonly catalogue: () => Promise<CatalogueContext>;
  readonly camera: CameraLookup;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** Body of one upsert, in bytes of JSON: half of what proxies let through at least. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;
/** Metadata follow this seldom: each patch makes CKAN index the package again. */
const METADATA_EVERY_MS = 3_600_000;
/** A camera's window has some ten rows, so that a batch is a few upserts. */
const BATCH_CHANGES = 200;

/** A row on its way, with the change it came from. */
interface Sendable {
  readonly row: Row;
  readonly key: string;
  readonly change: Batch['changes'][number];
}

/** A publisher that writes to one CKAN site. */
export function createCkanPublisher(options: CkanPublisherOptions): Publisher {
  const { id, url, batchRows, clock } = options;
  const client = createCkanClient(options);
  const setup = createCkanSetup({ client, naming: options, catalogue: options.catalogue });
  const tables = SERIES_TABLES.filter((table) => options.resources?.includes(table.id) ?? true);
  let metadataAtMs: number | undefined;

  const upsert = async (
    table: Table<MeasurementSource>,
    rows: readonly Row[],
    signal: AbortSignal,
    isLast: boolean,
  ) => {
    const resourceId = await setup.tableId(table, signal);
    if (typeof resourceId !== 'string') return resourceId;
    return client.call(
      'datastore_upsert',
      {
        resource_id: resourceId,
        method: 'upsert',
        force: true,
        records: rows,
        calculate_record_count: isLast,
      },
      signal,
    );
  };

  const publishTable = async (
    table: Table<MeasurementSource>,
    batch: Batch,
    signal: AbortSignal,
  ): Promise<{ taken: number; refused: Refusal[] } | Problem> => {
    const rows = rowsOf(table, batch, options.camera);
    const refused: Refusal[] = [];
    const whole = rows.filter((one) => {
      const empty = table.primaryKey.find((name) => one.row[name] === null || one.row[name] === undefined);
      if (empty === undefined) return true;
      // CKAN's key is a unique index, in which an empty cell equals nothing: the row would be added again and again.
      refused.push({ change: one.change, rowKey: one.key, reason: `key column ${empty} is empty` });
      return false;
    });
    let taken = 0;
    const chunks = chunksOf(whole, batchRows);
    for (const [i, chunk] of chunks.entries()) {
      const isLast = batch.isLast && i === chunks.length - 1;
      const sorted = await sendInHalves(chunk, async (some) => {
        const reply = await upsert(
          table,
          some.map(({ row }) => row),
          signal,
          isLast,
        );
        return verdict(reply, () => setup.forget(table));
      });
      if ('outcome' in sorted) return sorted;
      taken += sorted.taken;
      for (const [{ change, key }, reason] of sorted.refused) refused.push({ change, rowKey: key, reason });
    }
    return { taken, refused };
  };

  return {
    id,
    kind: 'ckan',
    target: `${new URL(url).host} / ${options.organization}`,
    batchChanges: BATCH_CHANGES,
    async publish(batch, signal): Promise<Outcome> {
      let taken = 0;
      const refused: Refusal[] = [];
      // One table after the other: CKAN's upsert is not safe against a second writer of the same table.
      for (const table of tables) {
        const sent = await publishTable(table, batch, signal);
        if ('outcome' in sent) return sent;
        taken += sent.taken;
        refused.push(...sent.refused);
      }
      if (batch.isLast && (metadataAtMs === undefined || clock() - metadataAtMs >= METADATA_EVERY_MS)) {
        const failed = await setup.refreshMetadata(signal);
        if (failed !== undefined) return failed;
        metadataAtMs = clock();
      }
      return { outcome: 'delivered', taken, refused };
    },
    close: () => client.close(),
  };
}

function rowsOf(table: Table<MeasurementSource>, batch: Batch, camera: CameraLookup): Sendable[] {
  return batch.changes
    .filter(({ level }) => level === table.level)
    .flatMap((change) =>
      change.rows.flatMap((record) => {
        const row = seriesRow(table, record, camera(record.cameraId));
        return row === undefined ? [] : [{ row, key: `${table.id} ${rowKey(table, row)}`, change }];
      }),
    );
}

function chunksOf(rows: readonly Sendable[], maxRows: number): Sendable[][] {
  const chunks: Sendable[][] = [];
  let chunk: Sendable[] = [];
  let bytes = 0;
  for (const one of rows) {
    const size = Buffer.byteLength(JSON.stringify(one.row)) + 1;
    if (chunk.length > 0 && (chunk.length >= maxRows || bytes + size > MAX_BODY_BYTES)) {
      chunks.push(chunk);
      chunk = [];
      bytes = 0;
    }
    chunk.push(one);
    bytes += size;
  }
  if (chunk.length > 0) chunks.push(chunk);
  return chunks;
}

/** Fields of a 409 that blame rows; every other one blames the table or the request. */
const BLAMES_ROWS = ['records', 'records_row', 'constraints'];

/** What CKAN's reply to an upsert says of the rows. `lookAgain` is called when the table is not as we thought. */
function verdict(reply: CkanReply, lookAgain: () => void): Reply<Sendable> {
  switch (reply.outcome) {
    case 'ok':
      return { outcome: 'taken' };
    case 'failed':
      return reply;
    case 'too-large':
      return { outcome: 'refused', reason: reply.reason };
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
