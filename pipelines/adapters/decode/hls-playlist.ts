/** HLS playlists (RFC 8216) as data, and which segment comes next. Pure: text in, decisions out. */
import { type M3u8ByteRange, type M3u8Manifest, type M3u8Segment, Parser } from 'm3u8-parser';
import { AnalysisError } from '../../errors.ts';
import { absoluteUrl } from './egress-http.ts';

/** Bytes `[offset, offset + length)` of a resource. */
export type ByteRange = M3u8ByteRange;

/** One media segment. URLs are absolute and not yet checked. */
export interface HlsSegment {
  readonly sequence: number;
  readonly url: string;
  readonly durationUs: number;
  readonly range?: ByteRange;
  /** UTC of its first picture by the camera's own clock (EXT-X-PROGRAM-DATE-TIME). */
  readonly programDateUs?: number;
  readonly isDiscontinuity: boolean;
  /** Declared absent (EXT-X-GAP). */
  readonly isGap: boolean;
  /** Initialisation of fragmented MP4 (EXT-X-MAP). */
  readonly map?: { readonly url: string; readonly range?: ByteRange };
  /** AES-128-CBC. */
  readonly key?: { readonly url: string; readonly iv: Buffer };
}

/** One quality of a camera. */
export interface HlsVariant {
  readonly url: string;
  readonly widthPx?: number;
  readonly heightPx?: number;
  readonly bandwidth: number;
}

export type HlsPlaylist =
  | { readonly kind: 'master'; readonly variants: readonly HlsVariant[] }
  | {
      readonly kind: 'media';
      readonly targetDurationUs: number;
      readonly segments: readonly HlsSegment[];
      readonly isEnded: boolean;
    };
export type MediaPlaylist = Extract<HlsPlaylist, { kind: 'media' }>;

/** A playlist of a live camera has some KB. */
export const MAX_PLAYLIST_BYTES = 1_000_000;

/** Parses a playlist that was fetched from `base`. Throws `source-not-video` or `source-refused`. */
export function parsePlaylist(text: string, base: URL): HlsPlaylist {
  if (!text.startsWith('#EXTM3U')) {
    throw new AnalysisError(
      'source-not-video',
      'hls',
      `host ${base.hostname} sent something that is no playlist`,
    );
  }
  const parser = new Parser();
  parser.addParser({ expression: /^#EXT-X-GAP/, customType: 'gap', segment: true });
  parser.push(text);
  parser.end();
  const { manifest } = parser;
  if ((manifest.playlists ?? []).length > 0) return { kind: 'master', variants: variantsOf(manifest, base) };
  // RFC 8216 requires the tag; servers that forget it get the common value.
  const targetDurationS = manifest.targetDuration ?? 6;
  const first = manifest.mediaSequence ?? 0;
  const segments = (manifest.segments ?? []).map((segment, index) => toSegment(segment, first + index, base));
  return {
    kind: 'media',
    targetDurationUs: Math.min(60, Math.max(0.5, targetDurationS)) * 1e6,
    segments,
    isEnded: manifest.endList ?? false,
  };
}

function variantsOf(manifest: M3u8Manifest, base: URL): HlsVariant[] {
  const variants: HlsVariant[] = [];
  for (const { uri, attributes } of manifest.playlists ?? []) {
    const codecs = attributes?.CODECS;
    const hasVideo = codecs === undefined || /avc|hvc|hev|vp0?9|av01|mp4v/i.test(codecs);
    if (uri === undefined || !hasVideo) continue;
    const size = attributes?.RESOLUTION;
    variants.push({
      url: absoluteUrl(uri, base),
      bandwidth: attributes?.BANDWIDTH ?? 0,
      ...(size === undefined ? {} : { widthPx: size.width, heightPx: size.height }),
    });
  }
  return variants;
}

function toSegment(segment: M3u8Segment, sequence: number, base: URL): HlsSegment {
  const { key, map } = segment;
  return {
    sequence,
    url: absoluteUrl(segment.uri ?? '', base),
    durationUs: Math.round((segment.duration ?? 0) * 1e6),
    isDiscontinuity: segment.discontinuity ?? false,
    isGap: segment.custom?.gap !== undefined,
    ...(segment.programDateTime === undefined
      ? {}
      : { programDateUs: Math.round(segment.programDateTime * 1000) }),
    ...(segment.byterange === undefined ? {} : { range: segment.byterange }),
    ...(map?.uri === undefined
      ? {}
      : {
          map: {
            url: absoluteUrl(map.uri, base),
            ...(map.byterange === undefined ? {} : { range: map.byterange }),
          },
        }),
    ...(key === undefined ? {} : { key: toKey(key, sequence, base) }),
  };
}

function toKey(key: NonNullable<M3u8Segment['key']>, sequence: number, base: URL) {
  if (key.method !== 'AES-128' || key.uri === undefined) {
    const message = `the stream is encrypted with ${JSON.stringify(key.method ?? '?')}; known is AES-128`;
    throw new AnalysisError('source-refused', 'hls', message);
  }
  const iv = Buffer.alloc(16);
  // Without an IV it is the media sequence number (RFC 8216 §5.2).
  if (key.iv === undefined) iv.writeBigUInt64BE(BigInt(sequence), 8);
  else for (const [index, word] of key.iv.entries()) iv.writeUInt32BE(word >>> 0, index * 4);
  return { url: absoluteUrl(key.uri, base), iv };
}

/**
 * The cheapest variant that is at least as wide as the model's input, else the widest: pixels beyond the input are
 * decoded only to be thrown away. Variants without a size count only when none has one; then the richest.
 */
export function chooseVariant(
  variants: readonly HlsVariant[],
  wantedWidthPx: number,
): HlsVariant | undefined {
  const byCost = variants.toSorted(
    (a, b) => (a.widthPx ?? 0) - (b.widthPx ?? 0) || a.bandwidth - b.bandwidth,
  );
  const wideEnough = byCost.find((variant) => (variant.widthPx ?? 0) >= wantedWidthPx);
  return wideEnough ?? byCost.at(-1);
}

/** Why the next segment doesn't follow the last one. */
export type SkipReason = 'backlog' | 'source-down';

/** What to fetch next. */
export interface NextSegment {
  readonly segment: HlsSegment;
  /** Media time in the playlist after this segment. */
  readonly behindUs: number;
  readonly skipped?: SkipReason;
}

/** How many segments before the end a player begins (RFC 8216 §6.3.3: not less than three target durations). */
const START_SEGMENTS = 3;
/** Farther behind than this many target durations, we will not catch up by ourselves. */
const MAX_BEHIND_TARGETS = 3;
/** A CDN's edge may be some segments older than another; more than this and the server has started anew. */
const STALE_EDGE_SEGMENTS = 5;

/**
 * The segment to fetch next, or undefined when it isn't there yet.
 *
 * @param nextSequence the number after the last one fetched; undefined at the start
 */
export function pickNext(playlist: MediaPlaylist, nextSequence: number | undefined): NextSegment | undefined {
  const { segments } = playlist;
  const last = segments.at(-1);
  const first = segments[0];
  if (first === undefined || last === undefined) return undefined;
  const startIndex = Math.max(0, segments.length - START_SEGMENTS);
  if (nextSequence === undefined) return at(segments, startIndex);
  if (nextSequence > last.sequence) {
    const isRestart = nextSequence - last.sequence > 1 + STALE_EDGE_SEGMENTS;
    return isRestart ? at(segments, startIndex, 'source-down') : undefined;
  }
  const edgeIndex = segments.length - 1;
  if (nextSequence < first.sequence) return at(segments, edgeIndex, 'backlog');
  const next = at(segments, nextSequence - first.sequence);
  const isBehind = (next?.behindUs ?? 0) > MAX_BEHIND_TARGETS * playlist.targetDurationUs;
  return isBehind ? at(segments, edgeIndex, 'backlog') : next;
}

function at(segments: readonly HlsSegment[], index: number, skipped?: SkipReason): NextSegment | undefined {
  const segment = segments[index];
  if (segment === undefined) return undefined;
  const behindUs = segments.slice(index + 1).reduce((sum, { durationUs }) => sum + durationUs, 0);
  return { segment, behindUs, ...(skipped === undefined ? {} : { skipped }) };
}
