/** Sends tables in each of their forms. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { parquetChunks } from '../formats/parquet-bytes.ts';
import { type FlatTable, TABLE_TYPES, type TableFormat } from '../formats/table.ts';
import { csvChunks, type JsonEnvelope, jsonChunks, ndjsonChunks } from '../formats/table-text.ts';
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
