/** Drops one file per table, local day and format into a folder, and rewrites it when late data change the day. */
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { parseIsoUs, US_PER_SECOND } from '../../../pipelines/domain/time.ts';
import { AnalysisError } from '../../../pipelines/errors.ts';
import { tableSchema } from '../../catalogue/frictionless.ts';
import type { Row, Table } from '../../datasets/data-set.ts';
import { SERIES_TABLES } from '../../datasets/data-sets.ts';
import type { MeasurementSource } from '../../datasets/measurement-source.ts';
import { seriesRow } from '../../datasets/rows.ts';
import { wibDay } from '../../datasets/wib.ts';
import { parquetChunks } from '../../formats/parquet-bytes.ts';
import { type FlatTable, TABLE_TYPES } from '../../formats/table.ts';
import { csvChunks } from '../../formats/table-text.ts';
import { LEVEL_SECONDS } from '../../levels/level.ts';
import type { Batch, CameraLookup, Outcome, PublicSource, Publisher } from '../publisher.ts';
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
  /** Ids of the tables to publish; all series tables unless said. */
  readonly resources?: readonly string[];
  readonly source: PublicSource;
  readonly camera: CameraLookup;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** Many, because each batch rewrites whole days. */
const BATCH_CHANGES = 5000;
const PAGE_ROWS = 2000;

type SeriesTable = Table<MeasurementSource>;

/** One file to write. */
interface DayFile {
  readonly table: SeriesTable;
  /** `YYYY-MM-DD`, WIB. */
  readonly day: string;
  readonly format: FileFormat;
}

/** A publisher that writes to one folder, which must have no other writer. */
export function createFilesPublisher(options: FilesPublisherOptions): Publisher {
  const { id, folder, clock } = options;
  const tables = SERIES_TABLES.filter((table) => options.resources?.includes(table.id) ?? true);
  let opened: Promise<Manifest> | undefined;
  /** Files this process wrote: of others a crash may have left another content than the manifest says. */
  const sure = new Set<string>();

  const writeDay = async (manifest: Manifest, file: DayFile): Promise<boolean> => {
    const { table, format } = file;
    const name = `${table.id}/${file.day}.${format}`;
    let rows = 0;
    const pages = counted(dayPages(file, options), (count) => {
      rows += count;
    });
    const content: FlatTable = { columns: table.columns, pages };
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
      day: file.day,
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

  return {
    id,
    kind: 'files',
    target: folder,
    batchChanges: BATCH_CHANGES,
    async publish(batch, signal): Promise<Outcome> {
      try {
        opened ??= openFolder(folder, tables);
        const manifest = await opened;
        let taken = 0;
        for (const file of dayFiles(batch, tables, options)) {
          signal.throwIfAborted();
          if (await writeDay(manifest, file)) taken += 1;
        }
        if (taken > 0) await writeManifest(folder, manifest, clock());
        return { outcome: 'delivered', taken, refused: [] };
      } catch (error) {
        signal.throwIfAborted();
        opened = undefined;
        return failureOf(error, folder);
      }
    },
    close: () => Promise.resolve(),
  };
}

/** Makes the folders and schemas, clears what a crash left, and reads what is there. */
async function openFolder(folder: string, tables: readonly SeriesTable[]): Promise<Manifest> {
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
function dayFiles(batch: Batch, tables: readonly SeriesTable[], options: FilesPublisherOptions): DayFile[] {
  const files = new Map<string, DayFile>();
  for (const { level, rows } of batch.changes) {
    for (const table of tables.filter((one) => one.level === level)) {
      for (const record of rows) {
        if (seriesRow(table, record, options.camera(record.cameraId)) === undefined) continue;
        const day = wibDay(record.windowStart);
        for (const format of options.formats)
          files.set(`${table.id}/${day}.${format}`, { table, day, format });
      }
    }
  }
  return [...files.values()];
}

/** All rows of a table's day, page by page: lines, then zones, in the store's order. */
async function* dayPages(
  { table, day }: DayFile,
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

async function* counted<T>(pages: AsyncIterable<T[]>, count: (rows: number) => void): AsyncGenerator<T[]> {
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

function failureOf(error: unknown, folder: string): Outcome {
  if (error instanceof AnalysisError) {
    return problem(error.code === 'publish-refused' ? 'misconfigured' : 'store', error.message);
  }
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined) throw error;
  const isPerson = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR'].includes(code);
  return problem(isPerson ? 'misconfigured' : 'disk', `${folder} cannot be written: ${message}`);
}
