/** Rows as the lines of the CSV file that the portal serves and drops. */
import type { Resource, Row } from '../../portal/datasets/data-set.ts';
import { csvChunks } from '../../portal/formats/table-text.ts';

/** The header and one line per row, without line ends. */
export async function csvLines(resource: Resource, rows: readonly Row[]): Promise<string[]> {
  let content = '';
  const pages = (async function* () {
    yield rows;
  })();
  for await (const chunk of csvChunks({ columns: resource.columns, pages })) content += chunk;
  return content.split('\r\n').slice(0, -1);
}
