/** Byte ranges (RFC 9110 §14): DuckDB and other readers of Parquet fetch the parts of a file that they need. Pure. */

/** Positions of the first and the last byte, both included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * The part that a Range header asks for of `size` bytes. Undefined where the whole answers it: no header, another unit,
 * several ranges, nonsense. `none` where the part lies beyond the end.
 */
export function rangeOf(header: string | undefined, size: number): ByteRange | 'none' | undefined {
  const found = /^\s*bytes\s*=\s*(\d{0,15})\s*-\s*(\d{0,15})\s*$/i.exec(header ?? '');
  if (found === null) return undefined;
  const [, from = '', to = ''] = found;
  if (from === '' && to === '') return undefined;
  if (from === '') {
    const length = Number(to);
    return length === 0 || size === 0 ? 'none' : { first: Math.max(0, size - length), last: size - 1 };
  }
  const first = Number(from);
  const last = to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (to !== '' && Number(to) < first) return undefined;
  return first >= size ? 'none' : { first, last };
}

/** True where a part may be sent: no If-Range, or the strong tag of this very content. Dates are too coarse for that. */
export function holdsIfRange(header: string | undefined, tag: string): boolean {
  return header === undefined || header.trim() === tag;
}
