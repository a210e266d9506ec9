/** Cuts a stream of picture files laid end to end. */

/**
 * One buffer per file, each up to and with `end`. What follows the last mark is no file and is dropped. Every byte is
 * searched once and copied once.
 */
export async function* splitAfter(stream: AsyncIterable<Buffer>, end: Buffer): AsyncGenerator<Buffer> {
  const overlap = end.length - 1;
  let parts: Buffer[] = [];
  /** The last bytes of what is in `parts`: a mark may lie across two chunks. */
  let tail: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    let rest = chunk;
    for (let length = lengthTo(end, tail, rest); length > 0; length = lengthTo(end, tail, rest)) {
      yield Buffer.concat([...parts, rest.subarray(0, length)]);
      parts = [];
      tail = Buffer.alloc(0);
      rest = rest.subarray(length);
    }
    parts.push(rest);
    tail = Buffer.concat([tail, rest.subarray(-overlap)]).subarray(-overlap);
  }
}

/** Bytes of `rest` up to and with the mark; 0 when it isn't there. */
function lengthTo(end: Buffer, tail: Buffer, rest: Buffer): number {
  const across = Buffer.concat([tail, rest.subarray(0, end.length - 1)]).indexOf(end);
  if (across >= 0) return across + end.length - tail.length;
  const at = rest.indexOf(end);
  return at < 0 ? 0 : at + end.length;
}
