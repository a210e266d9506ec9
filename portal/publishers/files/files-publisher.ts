/**
 * Drops one file per series table, local day and format into a folder, and rewrites it when late data change the day; of
 * every other table one file per format with all its rows, replaced when they change.
 */
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { parseIsoUs, US_PER_SECOND } from '../../../pipelines/domain/time.ts';
import { AnalysisError } from '../../../pipelines/errors.ts';
import { tableSchema } from '../../catalogue/frictionless.ts';
import type { Resource, Row, Table } from '../../datasets/data-set.ts';
import { RESOURCES, SERIES_TABLES } from '../../datasets/data-sets.ts';
import type { MeasurementSource } from '../../datasets/measurement-source.ts';
import { seriesRow } from '../../datasets/rows.ts';
import { wibDay } from '../../datasets/wib.ts';
import { parquetChunks } from '../../formats/parquet-bytes.ts';
import { flatTable, TABLE_TYPES } from '../../formats/table.ts';
import { csvChunks } from '../../formats/table-text.ts';
import { LEVEL_SECONDS } from '../../levels/level.ts';
import type { ListPages } from '../list-changes.ts';
import type { Batch, CameraLookup, Outcome, Problem, PublicSource, Publisher } from '../publisher.ts';
import { problem } from '../publisher.ts';
import { type Manifest, type ManifestEntry, readManifest, writeManifest } from './manifest.ts';
import { PART_SUFFIX, writeWholeFile } from './whole-file.ts';

/** The formats of files. */
export const FILE_FORMATS = ['csv', 'parquet'] as const;

/** One format. */
export type FileFormat = (typeof FILE_FORMATS)[number];

/** One folder. */
export interface FilesPublisherOptions {
  readonly id: string;
  readonly folder: string;
  readonly formats: readonly FileFormat[];
  /** Ids of the tables to publish; all tables unless said. */
  readonly resources?: readonly string[];
  readonly source: PublicSource;
  readonly camera: CameraLookup;
  /** Rows of the tables that are no series; without it only series are published. */
  readonly lists?: ListPages;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** Many, because each batch rewrites whole days. */
const BATCH_CHANGES = 5000;
const PAGE_ROWS = 2000;

type SeriesTable = Table<MeasurementSource>;

/** One file to write. */
interface DropFile {
  readonly table: Resource;
  /** `YYYY-MM-DD`, WIB; absent where the file has all rows. */
  readonly day?: string;
  readonly format: FileFormat;
  readonly pages: () => AsyncIterable<readonly Row[]>;
}

/** Name of the file that has all rows of a table. */
const ALL_ROWS = 'terkini';

/** A publisher that writes to one folder, which must have no other writer. */
export function createFilesPublisher(options: FilesPublisherOptions): Publisher {
  const { id, folder, clock } = options;
  const isWanted = (table: Resource) => options.resources?.includes(table.id) ?? true;
  const series = SERIES_TABLES.filter(isWanted);
  const lists = RESOURCES.filter((table) => table.level === undefined && isWanted(table));
  const tables = [...series, ...(options.lists === undefined ? [] : lists)];
  let opened: Promise<Manifest> | undefined;
  /** Files this process wrote: of others a crash may have left another content than the manifest says. */
  const sure = new Set<string>();

  const write = async (manifest: Manifest, file: DropFile): Promise<boolean> => {
    const { table, day, format } = file;
    const name = `${table.id}/${day ?? ALL_ROWS}.${format}`;
    let rows = 0;
    const pages = counted(file.pages(), (count) => {
      rows += count;
    });
    const content = flatTable(table.columns, pages);
    const chunks = format === 'csv' ? csvChunks(content) : parquetChunks(content);
    const target = path.join(folder, ...name.split('/'));
    const written = await writeWholeFile(target, chunks);
    const { bytes, sha256 } = written;
    const isKnown = sure.has(name) && (await sizeOf(target)) === bytes;
    if (isKnown && manifest.get(name)?.sha256 === sha256) {
      await written.discard();
      return false;
    }
    await written.commit();
    sure.add(name);
    const entry: ManifestEntry = {
      path: name,
      resource: table.id,
      ...(day === undefined ? {} : { day }),
      mediaType: TABLE_TYPES[format],
      bytes,
      sha256,
      rows,
      schema: `${table.id}/tableschema.json`,
      modified: new Date(clock()).toISOString(),
    };
    manifest.set(name, entry);
    return true;
  };

  /** Answers how many files changed. */
  const writeAll = async (files: readonly DropFile[], signal: AbortSignal): Promise<number | Problem> => {
    try {
      opened ??= openFolder(folder, tables);
      const manifest = await opened;
      let taken = 0;
      for (const file of files) {
        signal.throwIfAborted();
        if (await write(manifest, file)) taken += 1;
      }
      if (taken > 0) await writeManifest(folder, manifest, clock());
      return taken;
    } catch (error) {
      signal.throwIfAborted();
      opened = undefined;
      return failureOf(error, folder);
    }
  };

  return {
    id,
    kind: 'files',
    target: folder,
    batchChanges: BATCH_CHANGES,
    async publish(batch, signal): Promise<Outcome> {
      const taken = await writeAll(dayFiles(batch, series, options), signal);
      return typeof taken === 'number' ? { outcome: 'delivered', taken, refused: [] } : taken;
    },
    ...(options.lists === undefined
      ? {}
      : {
          async keepLists({ signal }) {
            const taken = await writeAll(listFiles(lists, options.lists!, options.formats), signal);
            return typeof taken === 'number'
              ? { outcome: 'delivered', taken, settled: [], refused: [] }
              : taken;
          },
        }),
    close: () => Promise.resolve(),
  };
}

function listFiles(
  tables: readonly Resource[],
  pages: ListPages,
  formats: readonly FileFormat[],
): DropFile[] {
  return tables.flatMap((table) => formats.map((format) => ({ table, format, pages: () => pages(table) })));
}

/** Makes the folders and schemas, clears what a crash left, and reads what is there. */
async function openFolder(folder: string, tables: readonly Resource[]): Promise<Manifest> {
  await mkdir(folder, { recursive: true });
  for (const table of tables) {
    const own = path.join(folder, table.id);
    await mkdir(own, { recursive: true });
    for (const name of await readdir(own)) {
      if (name.endsWith(PART_SUFFIX)) await rm(path.join(own, name), { force: true });
    }
    const text = `${JSON.stringify(tableSchema(table), null, 1)}\n`;
    await (await writeWholeFile(path.join(own, 'tableschema.json'), [text])).commit();
  }
  return readManifest(folder);
}

/** Every file that a batch touches, once. */
function dayFiles(batch: Batch, tables: readonly SeriesTable[], options: FilesPublisherOptions): DropFile[] {
  const files = new Map<string, DropFile>();
  for (const { level, rows } of batch.changes) {
    for (const table of tables.filter((one) => one.level === level)) {
      for (const record of rows) {
        if (seriesRow(table, record, options.camera(record.cameraId)) === undefined) continue;
        const day = wibDay(record.windowStart);
        const pages = () => dayPages(table, day, options);
        for (const format of options.formats)
          files.set(`${table.id}/${day}.${format}`, { table, day, format, pages });
      }
    }
  }
  return [...files.values()];
}

/** All rows of a table's day, page by page: lines, then zones, in the store's order. */
async function* dayPages(
  table: SeriesTable,
  day: string,
  { source, camera }: Pick<FilesPublisherOptions, 'source' | 'camera'>,
): AsyncGenerator<Row[]> {
  const { level } = table;
  if (level === undefined) return;
  const fromUs = parseIsoUs(`${day}T00:00:00+07:00`);
  const toUs = fromUs + LEVEL_SECONDS.day * US_PER_SECOND;
  for (const kind of ['flow', 'presence'] as const) {
    let after: Awaited<ReturnType<PublicSource['series']>>['next'];
    do {
      const page = await source.series(
        { level, kind, fromUs, toUs },
        { limit: PAGE_ROWS, ...(after === undefined ? {} : { after }) },
      );
      yield page.rows.flatMap((record) => {
        const row = seriesRow(table, record, camera(record.cameraId));
        return row === undefined ? [] : [row];
      });
      after = page.next;
    } while (after !== undefined);
  }
}

async function* counted<T>(
  pages: AsyncIterable<readonly T[]>,
  count: (rows: number) => void,
): AsyncGenerator<readonly T[]> {
  for await (const page of pages) {
    count(page.length);
    yield page;
  }
}

async function sizeOf(file: string): Promise<number | undefined> {
  return stat(file).then(
    ({ size }) => size,
    () => undefined,
  );
}

function failureOf(error: unknown, folder: string): Problem {
  if (error instanceof AnalysisError) {
    return problem(error.code === 'publish-refused' ? 'misconfigured' : 'store', error.message);
  }
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined) throw error;
  const isPerson = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR'].includes(code);
  return problem(isPerson ? 'misconfigured' : 'disk', `${folder} cannot be written: ${message}`);
}
