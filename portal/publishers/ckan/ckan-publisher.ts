/** Keeps the DataStore tables of a CKAN site like ours: typed tables with keys, upserted in batches. */
import type { CatalogueContext } from '../../catalogue/context.ts';
import { type Resource, rowKey, type Table } from '../../datasets/data-set.ts';
import { RESOURCES, SERIES_TABLES } from '../../datasets/data-sets.ts';
import type { MeasurementSource } from '../../datasets/measurement-source.ts';
import { seriesRow } from '../../datasets/rows.ts';
import type { ListedRow, ListPages } from '../list-changes.ts';
import type {
  Batch,
  CameraLookup,
  ListKeeping,
  Outcome,
  Problem,
  Publisher,
  Refusal,
  SentRows,
} from '../publisher.ts';
import { createCkanClient } from './ckan-client.ts';
import { keepCkanLists } from './ckan-lists.ts';
import type { CkanNaming } from './ckan-package.ts';
import { createCkanSetup } from './ckan-setup.ts';
import { createTableWriter, type TableRow, type TableWriter } from './ckan-tables.ts';

/** One CKAN site. */
export interface CkanPublisherOptions extends CkanNaming {
  readonly id: string;
  readonly url: string;
  readonly token: string;
  /** Ids of the tables to publish; all tables unless said. */
  readonly resources?: readonly string[];
  /** Most rows of one upsert; 250 to 1000 suit CKAN, which executes them one by one in one transaction. */
  readonly batchRows: number;
  readonly timeoutMs: number;
  readonly catalogue: () => Promise<CatalogueContext>;
  readonly camera: CameraLookup;
  /** Rows of the tables that are no series, and which of them were sent; without it only series are published. */
  readonly lists?: { readonly pages: ListPages; readonly sent: SentRows };
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** Metadata follow this seldom: each patch makes CKAN index the package again. */
const METADATA_EVERY_MS = 3_600_000;
/** A camera's window has some ten rows, so that a batch is a few upserts. */
const BATCH_CHANGES = 200;

type Change = Batch['changes'][number];

/** A publisher that writes to one CKAN site. */
export function createCkanPublisher(options: CkanPublisherOptions): Publisher {
  const { id, url, batchRows, clock, lists } = options;
  const client = createCkanClient(options);
  const setup = createCkanSetup({ client, naming: options, catalogue: options.catalogue });
  const isWanted = (table: Resource) => options.resources?.includes(table.id) ?? true;
  const series = SERIES_TABLES.filter(isWanted).map((table) => ({
    table,
    writer: createTableWriter<Change>(table, { client, setup, batchRows }),
  }));
  const listWriters = new Map<Resource, TableWriter<ListedRow>>(
    RESOURCES.filter((table) => table.level === undefined && isWanted(table)).map((table) => [
      table,
      createTableWriter<ListedRow>(table, { client, setup, batchRows }),
    ]),
  );
  let metadataAtMs: number | undefined;

  return {
    id,
    kind: 'ckan',
    target: `${new URL(url).host} / ${options.organization}`,
    batchChanges: BATCH_CHANGES,
    async publish(batch, signal): Promise<Outcome> {
      let taken = 0;
      const refused: Refusal[] = [];
      let held: Problem | undefined;
      for (const { table, writer } of series) {
        const rows = rowsOf(table, batch, options.camera);
        const sent = await writer.upsert(rows, { signal, recount: batch.isLast });
        if ('outcome' in sent) {
          if (!isOfTable(sent)) return sent;
          held ??= sent;
          continue;
        }
        taken += sent.taken;
        for (const { one, reason } of sent.refused) {
          refused.push({ change: one.origin, rowKey: `${table.id} ${rowKey(table, one.row)}`, reason });
        }
      }
      if (held !== undefined) return held;
      if (batch.isLast && (metadataAtMs === undefined || clock() - metadataAtMs >= METADATA_EVERY_MS)) {
        const failed = await setup.refreshMetadata(signal);
        if (failed !== undefined) return failed;
        metadataAtMs = clock();
      }
      return { outcome: 'delivered', taken, refused };
    },
    ...(lists === undefined
      ? {}
      : {
          keepLists: (keeping: ListKeeping) =>
            keepCkanLists(
              { ...lists, tables: [...listWriters.keys()], writerOf: (table) => listWriters.get(table)! },
              keeping,
            ),
        }),
    close: () => client.close(),
  };
}

/** What one table's trouble may be: the others get their rows meanwhile. */
function isOfTable({ kind, retryAfterMs }: Problem): boolean {
  return kind === 'misconfigured' || (kind === 'server-error' && retryAfterMs === undefined);
}

function rowsOf(table: Table<MeasurementSource>, batch: Batch, camera: CameraLookup): TableRow<Change>[] {
  return batch.changes
    .filter(({ level }) => level === table.level)
    .flatMap((change) =>
      change.rows.flatMap((record) => {
        const row = seriesRow(table, record, camera(record.cameraId));
        return row === undefined ? [] : [{ row, origin: change }];
      }),
    );
}
