/**
 * The length an AVI file declares in its header. ffmpeg lowers it to what the file's size allows, so that a file cut
 * in the middle looks whole; the header still knows.
 */
import { open } from 'node:fs/promises';

/** Duration of the first video stream in µs as its header says; nothing for other files or an unfinished header. */
export async function declaredAviDurationUs(path: string): Promise<number | undefined> {
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0);
    return aviDurationUs(buffer.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}

/**
 * Reads `strh` of the first video stream: rate (dwRate / dwScale) and length in pictures (dwLength).
 * Layout: Microsoft "AVI RIFF File Reference", AVISTREAMHEADER.
 */
export function aviDurationUs(head: Buffer): number | undefined {
  if (head.toString('latin1', 0, 4) !== 'RIFF' || head.toString('latin1', 8, 12) !== 'AVI ') return undefined;
  for (let at = head.indexOf('strh', 12, 'latin1'); at >= 0; at = head.indexOf('strh', at + 4, 'latin1')) {
    const data = at + 8;
    if (data + 36 > head.length) return undefined;
    if (head.toString('latin1', data, data + 4) !== 'vids') continue;
    const scale = head.readUInt32LE(data + 20);
    const rate = head.readUInt32LE(data + 24);
    const length = head.readUInt32LE(data + 32);
    if (scale === 0 || rate === 0 || length === 0) return undefined;
    return Math.round((length * scale * 1e6) / rate);
  }
  return undefined;
}
