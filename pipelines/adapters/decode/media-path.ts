/** Which files may be opened as a recording at all, decided before ffmpeg sees them. */
import { open, realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve } from 'node:path';
import { AnalysisError } from '../../errors.ts';

/** A file that may be read. */
export interface MediaFile {
  /** Absolute, symbolic links resolved. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Of the last change of content, name or date (`ctime`), ms since 1970 with a fraction. */
  readonly changedMs: number;
}

/**
 * Resolves and checks the path of a recording.
 * @throws AnalysisError `source-refused` for a URL, a directory, a device, a pipe, a playlist, or a file outside
 *   `mediaRoot`; `source-missing`; `source-empty`
 */
export async function openMediaPath(path: string, mediaRoot?: string): Promise<MediaFile> {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(path)?.[1];
  if (scheme !== undefined || path.startsWith('-')) {
    const found = scheme === undefined ? 'an option' : `an address (${scheme}:)`;
    throw refused(`found ${found} where a file was expected; a file of such a name needs ./ before it`);
  }
  const real = await realpath(path).catch((error: NodeJS.ErrnoException) => {
    throw new AnalysisError('source-missing', 'probe', `${path} can't be opened: ${error.code}`);
  });
  if (mediaRoot !== undefined) await requireInside(real, mediaRoot);
  const info = await stat(real);
  if (!info.isFile()) throw refused(`${real} is ${kindOf(info)}, not a file`);
  if (info.size === 0) throw new AnalysisError('source-empty', 'probe', `${real} is empty (0 bytes)`);
  await refusePlaylist(real);
  return { path: real, sizeBytes: info.size, changedMs: info.ctimeMs };
}

async function requireInside(real: string, mediaRoot: string): Promise<void> {
  const root = await realpath(resolve(mediaRoot)).catch(() => {
    throw refused(`the media folder ${mediaRoot} doesn't exist`);
  });
  const way = relative(root, real);
  if (way === '' || way.startsWith('..') || isAbsolute(way)) {
    throw refused(`the file lies outside the media folder ${root}`);
  }
}

function kindOf(info: { isDirectory(): boolean; isFIFO(): boolean; isSocket(): boolean }): string {
  if (info.isDirectory()) return 'a directory';
  return info.isFIFO() || info.isSocket() ? 'a pipe' : 'a device';
}

/**
 * ffmpeg's format whitelist refuses these too; this says why. One of them named `video.mp4` made ffmpeg decode
 * another local file without a warning (RELIABILITY §2.4).
 */
async function refusePlaylist(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(1024), 0, 1024, 0);
    const kind = playlistKind(buffer.subarray(0, bytesRead));
    if (kind !== undefined) throw refused(`${path} is ${kind}, which points at other files`);
  } finally {
    await handle.close();
  }
}

/** Names the kind of a file that only points at other files, from its first bytes. */
export function playlistKind(head: Buffer): string | undefined {
  const text = head
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart();
  if (text.startsWith('#EXTM3U')) return 'an HLS playlist';
  if (/^ffconcat\s/i.test(text)) return 'an ffconcat list';
  if (/^(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)?<MPD\b/i.test(text)) return 'a DASH manifest';
  if (/^<smil\b|^<asx\b|^\[playlist\]|^\[reference\]/i.test(text)) return 'a playlist';
  if (/^v=0\r?\n/.test(text)) return 'an SDP session description';
  return undefined;
}

function refused(found: string): AnalysisError {
  return new AnalysisError(
    'source-refused',
    'probe',
    `${found}. A recording must be one video file on this machine, inside the media folder where one is set.`,
  );
}
