/** Cuts what is to be sent into requests that the far side takes. Pure. */

/** What one request may hold. */
export interface ChunkLimits<Item> {
  readonly maxItems: number;
  /** Of the body as JSON; an item that is larger goes alone. */
  readonly maxBytes: number;
  /** What of an item is written into the body. */
  readonly bodyOf: (item: Item) => unknown;
}

/** The items in their order, as few chunks as the limits allow. */
export function requestChunks<Item>(
  items: readonly Item[],
  { maxItems, maxBytes, bodyOf }: ChunkLimits<Item>,
): Item[][] {
  const chunks: Item[][] = [];
  let chunk: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    // With the comma behind it.
    const size = Buffer.byteLength(JSON.stringify(bodyOf(item))) + 1;
    if (chunk.length > 0 && (chunk.length >= maxItems || bytes + size > maxBytes)) {
      chunks.push(chunk);
      chunk = [];
      bytes = 0;
    }
    chunk.push(item);
    bytes += size;
  }
  if (chunk.length > 0) chunks.push(chunk);
  return chunks;
}
