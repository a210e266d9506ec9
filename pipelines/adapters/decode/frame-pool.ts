/** Frame buffers that go round: in steady state no frame costs an allocation. */

export interface FramePool {
  /** A buffer whose content is undefined, or nothing when all are out. */
  acquire(): Buffer | undefined;
  release(buffer: Buffer): void;
}

/** At most `capacity` buffers of `byteLength`, made when first needed. */
export function createFramePool(options: { byteLength: number; capacity: number }): FramePool {
  const free: Buffer[] = [];
  let made = 0;
  return {
    acquire() {
      const buffer = free.pop();
      if (buffer !== undefined) return buffer;
      if (made === options.capacity) return undefined;
      made += 1;
      // Not from Node's shared 8 KiB slab: the memory is this frame's alone and may be handed to another thread.
      return Buffer.allocUnsafeSlow(options.byteLength);
    },
    release(buffer) {
      free.push(buffer);
    },
  };
}
