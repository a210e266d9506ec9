import type { Box } from '../../../pipelines/domain/types.ts';
import type { IdentifiedBox } from '../metrics/tracking-case.ts';

/** Which rows of a MOTChallenge file count. */
export type MotRows = 'considered' | 'everyone';

/** Columns of a MOTChallenge 2015 ground-truth row that are used. */
const COLUMN = { frame: 0, id: 1, left: 2, top: 3, width: 4, height: 5, isConsidered: 6 } as const;

/**
 * Reads MOTChallenge 2015 ground truth: `frame,id,left,top,width,height,flag,…` in pixels. Boxes are normalised and not
 * clipped at the picture's edge.
 *
 * Rows with flag 0 are "not to be considered" by the benchmark's protocol. `considered` leaves them out and is what
 * published MOTA values mean; `everyone` keeps them, for they are people who are really there.
 *
 * @returns boxes per frame number; frames without a box are there too, up to the last one.
 * @throws RangeError that names the first line that isn't such a row.
 */
export function readMotTruth(
  text: string,
  picture: { readonly widthPx: number; readonly heightPx: number },
  rows: MotRows = 'considered',
): Map<number, IdentifiedBox[]> {
  const parsed = text
    .split('\n')
    .flatMap((line, index) => (line.trim() === '' ? [] : [readRow(line, index + 1)]));
  const lastFrame = parsed.reduce((last, row) => Math.max(last, row[COLUMN.frame]!), 0);
  const boxes = new Map<number, IdentifiedBox[]>();
  for (let frame = 1; frame <= lastFrame; frame++) boxes.set(frame, []);
  for (const row of parsed) {
    if (rows === 'considered' && row[COLUMN.isConsidered] === 0) continue;
    boxes.get(row[COLUMN.frame]!)?.push({ id: row[COLUMN.id]!, box: toBox(row, picture) });
  }
  return boxes;
}

function readRow(line: string, lineNumber: number): number[] {
  const row = line.split(',').map(Number);
  const needed = Object.values(COLUMN).map((column) => row[column]);
  if (!needed.every(Number.isFinite) || !Number.isInteger(row[COLUMN.frame]) || row[COLUMN.frame]! < 1)
    throw new RangeError(`line ${lineNumber} is not a MOTChallenge row: ${line.slice(0, 80)}`);
  return row;
}

function toBox(row: readonly number[], { widthPx, heightPx }: { widthPx: number; heightPx: number }): Box {
  const [left, top] = [row[COLUMN.left]!, row[COLUMN.top]!];
  return {
    left: left / widthPx,
    top: top / heightPx,
    right: (left + row[COLUMN.width]!) / widthPx,
    bottom: (top + row[COLUMN.height]!) / heightPx,
  };
}
