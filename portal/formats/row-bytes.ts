/**
 * Rows of a table as the bytes of a text. Rows of a series resemble the one before them (the camera, how it was counted, what
 * was not measured): cells of the same value are copied from it, and of the others only bytes are made, so that an answer
 * of megabytes leaves next to nothing to collect.
 */
import { type ByteText, createByteText } from './byte-text.ts';
import type { CellColumn, CellValue } from './table.ts';

/** How a form writes rows. All but `cellText` of texts is ASCII. */
export interface RowForm {
  readonly rowStart: string;
  readonly rowEnd: string;
  /** What stands before the cell of a column. */
  readonly cellStart: (name: string, index: number) => string;
  readonly cellText: (value: CellValue) => string;
}

/** A cell of one column: puts a value, with what stands before it. */
type PutCell = (value: CellValue) => void;

/** Texts of one column that are kept as bytes: codes and names repeat, instants do not. */
const MOST_TEXTS = 200;

/** Whole numbers below this are written digit by digit. */
const WHOLE_LIMIT = 2 ** 31;

/** Makes the bytes of pages of rows, one page after the other. */
export function createRowWriter(
  columns: readonly CellColumn[],
  form: RowForm,
): (rows: readonly unknown[]) => Buffer {
  const text = createByteText();
  const rowStart = Buffer.from(form.rowStart);
  const rowEnd = Buffer.from(form.rowEnd);
  const cells = columns.map(({ name }, i) => cellPutter(text, form, form.cellStart(name, i)));
  const { length } = columns;
  /** The values of the row before, and where its cells start and the last one ends. */
  const values: (CellValue | undefined)[] = [];
  const places = new Array<number>(length + 1).fill(0);

  /** Cells `first` to `next` − 1 are as in the row before. */
  const repeatCells = (first: number, next: number) => {
    const from = places[first]!;
    const moved = text.end() - from;
    text.repeat(from, places[next]!);
    for (let i = first; i < next; i += 1) places[i]! += moved;
  };

  const putRow = (source: unknown) => {
    text.put(rowStart);
    let same = 0;
    for (let i = 0; i < length; i += 1) {
      const value = columns[i]!.value(source);
      if (value === values[i]) continue;
      if (same < i) repeatCells(same, i);
      same = i + 1;
      values[i] = value;
      places[i] = text.end();
      cells[i]!(value);
    }
    if (same < length) repeatCells(same, length);
    places[length] = text.end();
    text.put(rowEnd);
  };

  return (rows) => {
    // The row before a page's first one was taken with its page.
    values.fill(undefined);
    while (values.length < length) values.push(undefined);
    for (const row of rows) putRow(row);
    return text.take();
  };
}

function cellPutter(text: ByteText, { cellText }: RowForm, start: string): PutCell {
  const before = Buffer.from(start);
  const known = new Map<CellValue, Uint8Array>();
  const bytesOf = (value: CellValue): Uint8Array => {
    const kept = known.get(value);
    if (kept !== undefined) return kept;
    if (known.size >= MOST_TEXTS) known.clear();
    const bytes = Buffer.from(start + cellText(value));
    known.set(value, bytes);
    return bytes;
  };
  return (value) => {
    if (typeof value !== 'number') {
      text.put(bytesOf(value));
      return;
    }
    text.put(before);
    if (value >= 0 && value < WHOLE_LIMIT && Number.isInteger(value)) text.putWhole(value);
    else text.putAscii(cellText(value));
  };
}
