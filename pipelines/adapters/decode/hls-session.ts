/** Fetches one camera's HLS segments in order: polls the playlist, decrypts, tells breaks, notices the end. */
import { createDecipheriv } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GapReason } from '../../domain/types.ts';
import { AnalysisError } from '../../errors.ts';
import type { HttpFetcher } from './egress-http.ts';
import {
  type ByteRange,
  chooseVariant,
  type HlsSegment,
  MAX_PLAYLIST_BYTES,
  type MediaPlaylist,
  parsePlaylist,
  pickNext,
} from './hls-playlist.ts';
import type { LiveClock } from './live-connection.ts';

/** A fetched segment. */
export interface HlsItem {
  readonly segment: HlsSegment;
  readonly data: Buffer;
  /** Initialisation of fragmented MP4. */
  readonly init?: Buffer;
  readonly container: 'mpegts' | 'mp4';
  /** True when it doesn't continue the one before: the decoder and the time line start anew. */
  readonly isBreak: boolean;
  /** Why time is missing before it. */
  readonly gapReason?: GapReason;
  readonly seenAtUs: number;
  readonly behindUs: number;
  readonly targetDurationUs: number;
}

/** Where the last connection to this camera left off, so that a reconnect never shows the same pictures again. */
export interface HlsMemory {
  mediaUrl?: string;
  nextSequence?: number;
}

/** What a session needs. */
export interface HlsSessionOptions {
  readonly memory: HlsMemory;
  readonly fetcher: HttpFetcher;
  readonly url: string;
  readonly wantedWidthPx: number;
  readonly signal: AbortSignal;
  readonly clock: LiveClock;
  /** For one playlist or segment. */
  readonly deadlineMs: number;
}

/** 60 s at 6 Mbit/s, or 10 s of 4K. */
export const MAX_SEGMENT_BYTES = 50_000_000;
/** A playlist without a new segment for this many target durations is dead (RFC 8216 §6.2.1: 1.5 at most). */
const STALE_TARGETS = 3;
/** Segments in a row that can't be had. */
const MAX_MISSING = 3;

/**
 * Segments until the playlist stops changing or is ended; returns why. Throws `source-refused` for a URL that may
 * not be reached, and what the fetcher meets on the playlist itself.
 */
export async function* hlsItems(options: HlsSessionOptions): AsyncGenerator<HlsItem, string, void> {
  const loader = createLoader(options);
  let loaded = await loader.first();
  if (loaded.playlist.isEnded) {
    throw new AnalysisError(
      'source-unreachable',
      'hls',
      'the playlist is a finished recording, not a live stream',
    );
  }
  const { memory } = options;
  const breaks = createBreaks();
  let missing = 0;
  for (;;) {
    options.signal.throwIfAborted();
    const targetMs = loaded.playlist.targetDurationUs / 1000;
    const next = pickNext(loaded.playlist, memory.nextSequence);
    if (next === undefined) {
      if (loaded.playlist.isEnded) return 'the camera ended its playlist';
      if (performance.now() - loaded.changedMs > STALE_TARGETS * targetMs)
        return 'the playlist stopped changing';
      // Half a target duration after an unchanged playlist (RFC 8216 §6.3.4).
      await sleep(targetMs / 2, undefined, { signal: options.signal });
      loaded = await loader.again(loaded);
      continue;
    }
    const { segment } = next;
    memory.nextSequence = segment.sequence + 1;
    if (next.skipped !== undefined) breaks.note(next.skipped);
    const item = segment.isGap ? undefined : await fetchItem(options, loader, segment);
    if (item === undefined) {
      breaks.note('source-down');
      missing += segment.isGap ? 0 : 1;
      if (missing >= MAX_MISSING) {
        throw new AnalysisError('source-unreachable', 'hls', `${missing} segments in a row can't be fetched`);
      }
    } else {
      missing = 0;
      const { playlist } = loaded;
      const found = {
        behindUs: next.behindUs,
        seenAtUs: loaded.readAtUs,
        targetDurationUs: playlist.targetDurationUs,
      };
      yield { ...item, ...breaks.take(item), ...found };
    }
    // While we worked, the camera went on: how far behind we are shows only in a fresh playlist.
    if (performance.now() - loaded.loadedMs > targetMs) loaded = await loader.again(loaded);
  }
}

/** Remembers why the next segment doesn't continue the last one. */
function createBreaks() {
  let pending: GapReason | undefined;
  let last: { container: string; mapUrl: string | undefined } | undefined;
  return {
    note(reason: GapReason): void {
      pending = reason;
    },
    take(item: FetchedItem): { isBreak: boolean; gapReason?: GapReason } {
      const mapUrl = item.segment.map?.url;
      const isOtherFormat =
        last !== undefined && (last.container !== item.container || last.mapUrl !== mapUrl);
      const gapReason =
        pending ?? (item.segment.isDiscontinuity || isOtherFormat ? 'source-down' : undefined);
      const isBreak = last === undefined || gapReason !== undefined;
      pending = undefined;
      last = { container: item.container, mapUrl };
      return { isBreak, ...(gapReason === undefined ? {} : { gapReason }) };
    },
  };
}

interface Loaded {
  readonly playlist: MediaPlaylist;
  /** UTC when it was read. */
  readonly readAtUs: number;
  readonly loadedMs: number;
  /** When it last held a new segment. */
  readonly changedMs: number;
}

type Loader = ReturnType<typeof createLoader>;

function createLoader(options: HlsSessionOptions) {
  const { fetcher, signal, deadlineMs, memory } = options;
  let mediaUrl = options.url;

  const useMedia = (url: string): void => {
    mediaUrl = url;
    // Another variant numbers its segments by itself.
    if (memory.mediaUrl !== url) delete memory.nextSequence;
    memory.mediaUrl = url;
  };
  const small = new Map<string, Buffer>();

  const readText = async (url: string): Promise<{ url: URL; text: string }> => {
    const { url: finalUrl, body } = await fetcher.read({
      url,
      signal,
      deadlineMs,
      maxBytes: MAX_PLAYLIST_BYTES,
    });
    return { url: finalUrl, text: body.toString('utf8') };
  };

  const load = async (): Promise<MediaPlaylist> => {
    const { url, text } = await readText(mediaUrl);
    const playlist = parsePlaylist(text, url);
    if (playlist.kind === 'media') return playlist;
    throw new AnalysisError('source-refused', 'hls', 'a master playlist inside a master playlist');
  };

  const toLoaded = (playlist: MediaPlaylist, before?: Loaded): Loaded => {
    const loadedMs = performance.now();
    const isSame = before?.playlist.segments.at(-1)?.sequence === playlist.segments.at(-1)?.sequence;
    const changedMs = before !== undefined && isSame ? before.changedMs : loadedMs;
    return { playlist, readAtUs: options.clock.nowUs(), loadedMs, changedMs };
  };

  return {
    async first(): Promise<Loaded> {
      const { url, text } = await readText(options.url);
      const playlist = parsePlaylist(text, url);
      if (playlist.kind === 'media') {
        useMedia(options.url);
        return toLoaded(playlist);
      }
      const variant = chooseVariant(playlist.variants, options.wantedWidthPx);
      if (variant === undefined) {
        throw new AnalysisError('source-no-video-stream', 'hls', 'the master playlist offers no video');
      }
      useMedia(variant.url);
      return toLoaded(await load());
    },
    async again(before: Loaded): Promise<Loaded> {
      return toLoaded(await load(), before);
    },
    /** Keys and initialisations, fetched once for each URL; the oldest is forgotten. */
    async small(url: string, range: ByteRange | undefined, maxBytes: number): Promise<Buffer> {
      const id = `${url} ${range?.offset ?? ''} ${range?.length ?? ''}`;
      const known = small.get(id);
      if (known !== undefined) return known;
      const get = { url, signal, deadlineMs, maxBytes, ...(range === undefined ? {} : { range }) };
      const { body } = await fetcher.read(get);
      if (small.size >= 8) small.delete(small.keys().next().value ?? '');
      small.set(id, body);
      return body;
    },
  };
}

type FetchedItem = Pick<HlsItem, 'segment' | 'data' | 'init' | 'container'>;

/** Undefined when the segment can't be had now; refusals are thrown. */
async function fetchItem(
  options: HlsSessionOptions,
  loader: Loader,
  segment: HlsSegment,
): Promise<FetchedItem | undefined> {
  const { fetcher, signal, deadlineMs } = options;
  try {
    const range = segment.range === undefined ? {} : { range: segment.range };
    const { body } = await fetcher.read({
      url: segment.url,
      signal,
      deadlineMs,
      maxBytes: MAX_SEGMENT_BYTES,
      ...range,
    });
    const data =
      segment.key === undefined ? body : decrypt(body, await keyOf(loader, segment.key), segment.key.iv);
    const { map } = segment;
    const init =
      map === undefined ? {} : { init: await loader.small(map.url, map.range, MAX_PLAYLIST_BYTES) };
    return { segment, data, ...init, container: containerOf(data, map !== undefined) };
  } catch (cause) {
    const code = cause instanceof AnalysisError ? cause.code : undefined;
    if (code === 'source-missing' || code === 'source-unreachable') return undefined;
    throw cause;
  }
}

async function keyOf(loader: Loader, key: { readonly url: string }): Promise<Buffer> {
  const bytes = await loader.small(key.url, undefined, 1_024);
  if (bytes.length === 16) return bytes;
  throw new AnalysisError('decode-failed', 'hls', `the stream's key has ${bytes.length} bytes instead of 16`);
}

function decrypt(body: Buffer, key: Buffer, iv: Buffer): Buffer {
  try {
    const decipher = createDecipheriv('aes-128-cbc', key, iv);
    return Buffer.concat([decipher.update(body), decipher.final()]);
  } catch (cause) {
    throw new AnalysisError('decode-failed', 'hls', "a segment can't be decrypted with the stream's key", {
      cause,
    });
  }
}

/** By content, never by name; what is neither (a playlist, a page, raw audio) never reaches ffmpeg. */
function containerOf(data: Buffer, hasInit: boolean): 'mpegts' | 'mp4' {
  const isTransportStream = data[0] === 0x47 && (data.length < 189 || data[188] === 0x47);
  if (isTransportStream) return 'mpegts';
  const box = data.subarray(4, 8).toString('latin1');
  if (hasInit && ['ftyp', 'styp', 'moof', 'sidx', 'emsg', 'prft'].includes(box)) return 'mp4';
  const message = 'a segment is neither MPEG-TS nor fragmented MP4 with its EXT-X-MAP';
  throw new AnalysisError('source-refused', 'hls', message);
}
