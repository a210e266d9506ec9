/** Sends tables in each of their forms. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { parquetChunks } from '../formats/parquet-bytes.ts';
import { type OutgoingTable, TABLE_TYPES, type TableFormat } from '../formats/table.ts';
import { csvChunks, type JsonEnvelope, jsonChunks, ndjsonChunks } from '../formats/table-text.ts';
import { breathe } from '../reads/breathe.ts';
import { sendChunks } from './send-answer.ts';

/** How a table is sent. */
export interface SendOptions extends JsonEnvelope {
  readonly format: TableFormat;
  readonly withBom: boolean;
  /** Name of the file without its extension; JSON is shown, everything else is saved. */
  readonly fileName: string;
  /** Kept in the footer of Parquet. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Sends a table, see `sendChunks`. */
export async function sendTable(
  request: FastifyRequest,
  reply: FastifyReply,
  { table, options }: { readonly table: OutgoingTable; readonly options: SendOptions },
): Promise<FastifyReply> {
  const { format, fileName } = options;
  reply.type(TABLE_TYPES[format]);
  if (format !== 'json') {
    reply.header('content-disposition', `attachment; filename="${fileName}.${format}"`);
  }
  return sendChunks(request, reply, withTurns(chunksOf(table, options)));
}

/** A turn for other requests after each page: SQLite and the writers answer at once, so a long table is one long task else. */
async function* withTurns(chunks: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    yield chunk;
    await breathe();
  }
}

function chunksOf(table: OutgoingTable, options: SendOptions): AsyncGenerator<Uint8Array> {
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
