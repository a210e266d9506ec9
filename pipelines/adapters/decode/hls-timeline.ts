/**
 * UTC of the pictures of contiguous HLS segments. With EXT-X-PROGRAM-DATE-TIME it is the camera's own clock. Without,
 * a segment's end can't be later than the moment the playlist first showed it, less what the playlist holds after
 * it: that is an arrival, and the anchor's running minimum over the segments takes out the waiting for the poll. Pure.
 */
import { type AnchorState, advanceAnchor, startAnchor } from './anchor.ts';

/** A segment as it was found. */
export interface FoundSegment {
  readonly durationUs: number;
  readonly programDateUs?: number | undefined;
  /** When the playlist that first held it was read. */
  readonly seenAtUs: number;
  /** Media time that this playlist held after it. */
  readonly behindUs: number;
}

/** The time line of one chapter: segments that follow each other without a break. */
export interface HlsTimeline {
  /** Appends a segment. */
  add(segment: FoundSegment): void;
  /** UTC of a picture `mediaUs` after the chapter's first picture. */
  utcOf(mediaUs: number): number;
}

/** A camera whose clock is farther off than this has none that can be used; the anchor is better. */
export const MAX_CLOCK_ERROR_US = 600_000_000;
/** EXTINF is rounded, so a picture may stand this much before the segment it belongs to by the sum of durations. */
const EDGE_TOLERANCE_US = 20_000;
/** Segments kept: more than ever lie between the feed and the decoder. */
const MAX_ENTRIES = 64;

/** A chapter without segments. */
export function createHlsTimeline(): HlsTimeline {
  let entries: { readonly mediaUs: number; readonly utcUs: number }[] = [];
  let endUs = 0;
  let anchor: AnchorState = startAnchor();
  return {
    add(segment) {
      const mediaUs = endUs;
      endUs += segment.durationUs;
      const step = advanceAnchor(anchor, { ptsUs: endUs, arrivalUs: segment.seenAtUs - segment.behindUs });
      anchor = step.state;
      const anchoredUs = mediaUs + (anchor.offsetUs ?? 0);
      const { programDateUs } = segment;
      const isTrusted =
        programDateUs !== undefined && Math.abs(programDateUs - anchoredUs) <= MAX_CLOCK_ERROR_US;
      entries.push({ mediaUs, utcUs: isTrusted ? programDateUs : anchoredUs });
      if (entries.length > MAX_ENTRIES) entries = entries.slice(-MAX_ENTRIES);
    },
    utcOf(mediaUs) {
      const reached = entries.findLast((entry) => entry.mediaUs <= mediaUs + EDGE_TOLERANCE_US) ?? entries[0];
      return Math.round((reached?.utcUs ?? 0) + mediaUs - (reached?.mediaUs ?? 0));
    },
  };
}
