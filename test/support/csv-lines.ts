/** Rows as the lines of the CSV file that the portal serves and drops. */
import type { Resource, Row } from '../../portal/datasets/data-set.ts';
import { flatTable } from '../../portal/formats/table.ts';
import { csvChunks } from '../../portal/formats/table-text.ts';

/** The header and one line per row, without line ends. */
export async function csvLines(resource: Resource, rows: readonly Row[]): Promise<string[]> {
  const pages = (async function* () {
    yield rows;
  })();
  const chunks: Buffer[] = [];
  for await (const chunk of csvChunks(flatTable(resource.columns, pages))) chunks.push(chunk);
  return Buffer.concat(chunks).toString().split('\r\n').slice(0, -1);
}
