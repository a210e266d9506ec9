/** Tables as Parquet, written row group by row group: memory holds one group and the list of those written. */
import type { SchemaElement } from 'hyparquet-writer';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { ColumnType } from '../datasets/columns/column.ts';
import { PARQUET_TYPES } from '../datasets/engine-types.ts';
import type { CellValue, OutgoingTable, TableColumn } from './table.ts';

/** Rows of one group: encoding one takes about as long as a page of JSON, and other requests wait no longer. */
const GROUP_ROWS = 5000;

/** The bytes of the file, in order. `metadata` is kept in its footer as key and value. */
export async function* parquetChunks(
  { columns, pages }: OutgoingTable,
  metadata: Readonly<Record<string, string>> = {},
): AsyncGenerator<Uint8Array> {
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({
    writer: bytes,
    schema: [{ name: 'root', num_children: columns.length }, ...columns.map(schemaElement)],
    createdBy: 'pantau',
    kvMetadata: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });
  for await (const rows of groups(pages)) {
    const columnData = columns.map((column) => ({
      name: column.name,
      data: rows.map((row) => storedValue(column.type, column.value(row))),
      offsetIndex: false,
    }));
    await writer.write({ columnData, rowGroupSize: GROUP_ROWS });
    yield taken(bytes);
  }
  await writer.finish();
  yield taken(bytes);
}

/** What was written since the last time; the writer goes on counting its offset. */
function taken(bytes: ByteWriter): Uint8Array {
  const chunk = bytes.getBytes().slice();
  bytes.index = 0;
  return chunk;
}

async function* groups(pages: OutgoingTable['pages']): AsyncGenerator<unknown[]> {
  let group: unknown[] = [];
  for await (const page of pages) {
    group.push(...page);
    while (group.length >= GROUP_ROWS) {
      yield group.slice(0, GROUP_ROWS);
      group = group.slice(GROUP_ROWS);
    }
  }
  if (group.length > 0) yield group;
}

function schemaElement({ name, type, constraints }: TableColumn): SchemaElement {
  const repetition_type = constraints?.required ? 'REQUIRED' : 'OPTIONAL';
  const base = { name, repetition_type } as const;
  if (type === 'date') return { ...base, type: 'INT32', converted_type: 'DATE' };
  const basic = PARQUET_TYPES[type];
  if (basic === 'STRING') return { ...base, type: 'BYTE_ARRAY', converted_type: 'UTF8' };
  if (basic !== 'TIMESTAMP') return { ...base, type: basic };
  return {
    ...base,
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    // An instant, not a wall-clock time: readers show it in their own zone.
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
  };
}

function storedValue(type: ColumnType, value: CellValue): CellValue | Date {
  const isTime = type === 'datetime' || type === 'date';
  return isTime && typeof value === 'string' ? new Date(value) : value;
}
