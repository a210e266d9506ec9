/** Rows of an answer, read from the store page by page, up to a number of rows or to a row that was named before. */

/** A place in a stable order: parts that compare one after the other. */
type Position = readonly (string | number)[];

/** Some rows, with the position of the last one where rows may follow it. */
export interface RowPage<Row, Place extends Position> {
  readonly rows: readonly Row[];
  readonly next?: Place | undefined;
}

/** Which rows are read. */
export interface PagesWish<Row, Place extends Position> {
  /** Rows read from the store at once. */
  readonly pageRows: number;
  readonly limit: number;
  readonly after?: Place | undefined;
  /**
   * The last row, where a cursor that goes before the rows named it already. Rows that arrived meanwhile come on top of
   * `limit`: left out, they would be on no page at all.
   */
  readonly end?: Place | undefined;
  readonly positionOf: (row: Row) => Place;
}

/** Pages of the wanted rows. */
export async function* readPages<Row, Place extends Position>(
  read: (page: { readonly limit: number; readonly after?: Place }) => Promise<RowPage<Row, Place>>,
  { pageRows, limit, after: first, end, positionOf }: PagesWish<Row, Place>,
): AsyncGenerator<readonly Row[]> {
  let after = first;
  for (let left = limit; left > 0 || end !== undefined; ) {
    const { rows, next } = await read({
      limit: left > 0 ? Math.min(pageRows, left) : pageRows,
      ...(after === undefined ? {} : { after }),
    });
    const isLast = next === undefined || (end !== undefined && comparePositions(next, end) >= 0);
    yield isLast && end !== undefined
      ? rows.filter((row) => comparePositions(positionOf(row), end) <= 0)
      : rows;
    if (isLast) return;
    left -= rows.length;
    after = next;
  }
}

/** Below 0 where `a` comes before `b`; ids compare by code unit, as the store has them. */
function comparePositions(a: Position, b: Position): number {
  for (const [i, part] of a.entries()) {
    const other = b[i];
    if (other === undefined || part === other) continue;
    return part < other ? -1 : 1;
  }
  return 0;
}
