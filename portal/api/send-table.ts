/** Sends tables as streams: the reader's pace is the store's pace. */
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { parquetChunks } from '../formats/parquet-bytes.ts';
import { type FlatTable, TABLE_TYPES, type TableFormat } from '../formats/table.ts';
import { csvChunks, type JsonEnvelope, jsonChunks, ndjsonChunks } from '../formats/table-text.ts';

/** How a table is sent. */
export interface SendOptions extends JsonEnvelope {
  readonly format: TableFormat;
  readonly withBom: boolean;
  /** Name of the file without its extension; JSON is shown, everything else is saved. */
  readonly fileName: string;
  /** Kept in the footer of Parquet. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Sends a table. A HEAD is answered without reading a row. */
export async function sendTable(
  request: FastifyRequest,
  reply: FastifyReply,
  { table, options }: { readonly table: FlatTable; readonly options: SendOptions },
): Promise<FastifyReply> {
  const { format, fileName } = options;
  reply.type(TABLE_TYPES[format]);
  if (format !== 'json') {
    reply.header('content-disposition', `attachment; filename="${fileName}.${format}"`);
  }
  return sendChunks(request, reply, chunksOf(table, options));
}

function chunksOf(table: FlatTable, options: SendOptions): AsyncGenerator<string | Uint8Array> {
  switch (options.format) {
    case 'csv':
      return csvChunks(table, options);
    case 'ndjson':
      return ndjsonChunks(table);
    case 'parquet':
      return parquetChunks(table, options.metadata);
    default:
      return jsonChunks(table, options);
  }
}

/** Sends chunks; the first is made before the first byte leaves, so that its fault still becomes an answer. */
export async function sendChunks(
  request: FastifyRequest,
  reply: FastifyReply,
  chunks: AsyncGenerator<string | Uint8Array>,
): Promise<FastifyReply> {
  if (request.method === 'HEAD') return reply.send(Readable.from([]));
  const begun = await started(chunks);
  return reply.send(Readable.from(begun, { objectMode: false }));
}

/** Starts a generator at once, up to its first chunk that holds more than a header would. */
async function started<T>(chunks: AsyncGenerator<T>): Promise<AsyncGenerator<T>> {
  const first = await chunks.next();
  const second = first.done === true ? first : await chunks.next();
  return (async function* () {
    for (const one of [first, second]) {
      if (one.done === true) return;
      yield one.value;
    }
    yield* chunks;
  })();
}
