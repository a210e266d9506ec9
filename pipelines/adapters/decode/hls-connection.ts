/**
 * One HLS camera: our fetcher reads playlists and segments through the egress check and feeds them to ffmpeg's
 * stdin, so that ffmpeg itself opens no URL. Segments that follow each other are one chapter with one decoder; a
 * discontinuity, a missing segment or a skip begins the next.
 */
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GapReason } from '../../domain/types.ts';
import { AnalysisError } from '../../errors.ts';
import type { SourceInfo } from '../../ports.ts';
import { type EgressPolicy, pinUrl } from './egress.ts';
import { createHttpFetcher, type HttpFetcher } from './egress-http.ts';
import { type PictureEnd, readPictures } from './ffmpeg-frames.ts';
import type { FfmpegTools } from './ffmpeg-program.ts';
import { type HlsItem, type HlsMemory, hlsItems } from './hls-session.ts';
import { createHlsTimeline } from './hls-timeline.ts';
import {
  type ConnectionEnd,
  type ConnectionEvent,
  type ConnectRequest,
  intervalUsOf,
  type LiveClock,
  type LiveConnector,
  SYSTEM_CLOCK,
} from './live-connection.ts';
import { probeLive } from './live-probe.ts';
import { isOfShape } from './picture-shape.ts';
import { toConnectionEnd } from './rtsp-connection.ts';

/** Settings of an HLS camera. */
export interface HlsConnectorOptions {
  /** `http://` or `https://` of the master or media playlist. */
  readonly url: string;
  /** `allowedHosts` are hosts of segments and keys besides the playlist's own. */
  readonly policy: EgressPolicy;
  readonly tools?: FfmpegTools;
  /** Default true. */
  readonly isTlsVerified?: boolean;
  readonly clock?: LiveClock;
}

/** For one playlist or segment. */
const FETCH_DEADLINE_MS = 15_000;
/** Three segments of the usual 6 s, and the camera's own delay. */
const HLS_LAG_US = 30_000_000;
/** Wide enough for any model's input; only used when nobody told the width. */
const PROBE_WIDTH_PX = 640;

/** Opens nothing until asked. */
export function createHlsConnector(options: HlsConnectorOptions): LiveConnector {
  const memory: HlsMemory = {};
  let shape: SourceInfo | undefined;
  const session = async (wantedWidthPx: number, signal: AbortSignal) => {
    const fetcher = await openFetcher(options, FETCH_DEADLINE_MS);
    const clock = options.clock ?? SYSTEM_CLOCK;
    return { fetcher, url: options.url, wantedWidthPx, signal, clock, deadlineMs: FETCH_DEADLINE_MS, memory };
  };
  return {
    lagUs: HLS_LAG_US,
    async probe(signal) {
      const opened = await session(PROBE_WIDTH_PX, signal);
      // At the segment with which a connection would go on; a look changes nothing for the one that follows.
      const items = hlsItems({ ...opened, memory: { ...memory } });
      try {
        const first = await items.next();
        if (first.done === true) throw new AnalysisError('source-unreachable', 'probe', first.value);
        shape = await probeItem(first.value, options, signal);
        return shape;
      } finally {
        await items.return('');
        await opened.fetcher.close();
      }
    },
    async *connect(request) {
      const stopper = new AbortController();
      const signal = AbortSignal.any([request.signal, stopper.signal]);
      const opened = await session(request.frames.format.widthPx, signal);
      const items = hlsItems({ ...opened, clock: request.clock });
      try {
        return yield* playChapters(items, request, { ...options, shape, memory });
      } finally {
        stopper.abort();
        await items.return('').catch(() => undefined);
        await opened.fetcher.close();
      }
    },
  };
}

async function openFetcher(options: HlsConnectorOptions, timeoutMs: number): Promise<HttpFetcher> {
  const { allowedHosts, ...policy } = options.policy;
  const { hostname } = await pinUrl(options.url, 'http', policy);
  return createHttpFetcher({
    policy: { ...policy, allowedHosts: [hostname, ...(allowedHosts ?? [])] },
    limits: { headersTimeoutMs: timeoutMs, bodyTimeoutMs: timeoutMs },
    ...(options.isTlsVerified === undefined ? {} : { isTlsVerified: options.isTlsVerified }),
  });
}

type Items = AsyncGenerator<HlsItem, string, void>;
type NextItem = IteratorResult<HlsItem, string>;

async function probeItem(
  item: HlsItem,
  { tools }: HlsConnectorOptions,
  signal: AbortSignal,
): Promise<SourceInfo> {
  const feed = (stdin: Writable): void => void stdin.end(bytesOf(item, true));
  const input = { kind: 'stdin', demuxer: item.container } as const;
  return await probeLive({ input, timeoutMs: FETCH_DEADLINE_MS, signal, tools, feed });
}

async function* playChapters(
  items: Items,
  request: ConnectRequest,
  options: HlsConnectorOptions & { readonly shape: SourceInfo | undefined; readonly memory: HlsMemory },
): AsyncGenerator<ConnectionEvent, ConnectionEnd, void> {
  let lastUs = request.afterUs;
  let hasFrames = false;
  let next: NextItem = await items.next();
  for (;;) {
    if (next.done === true) return { outcome: 'loss', detail: next.value };
    const gapReason: GapReason | undefined = hasFrames ? next.value.gapReason : undefined;
    const chapter: ChapterEnd = yield* playChapter({
      items,
      first: next.value,
      request,
      options,
      lastUs,
      gapReason,
    });
    lastUs = chapter.lastUs;
    hasFrames ||= chapter.end.pictures > 0;
    // ffmpeg left before its stdin ended: it could not go on with what it got.
    if (chapter.next === undefined || chapter.end.outcome === 'reshaped') return toConnectionEnd(chapter.end);
    next = chapter.next;
    if (next.done !== true && (await isReshaped(next.value, request, options))) {
      // Looked at, not shown: the next connection begins with it.
      options.memory.nextSequence = next.value.segment.sequence;
      return toConnectionEnd({ ...chapter.end, outcome: 'reshaped' });
    }
  }
}

/**
 * An encoder that was set anew begins with a discontinuity; skips for our own backlog are not looked at, and what can't be is
 * left to the decoder.
 */
async function isReshaped(
  item: HlsItem,
  { frames, signal }: ConnectRequest,
  options: HlsConnectorOptions & { readonly shape: SourceInfo | undefined },
): Promise<boolean> {
  if (frames.format.fit !== 'letterbox' || options.shape === undefined || item.gapReason === 'backlog')
    return false;
  const now = await probeItem(item, options, signal).catch(() => undefined);
  return now !== undefined && !isOfShape(now, options.shape);
}

interface ChapterOptions {
  readonly items: Items;
  readonly first: HlsItem;
  readonly request: ConnectRequest;
  readonly options: HlsConnectorOptions;
  readonly lastUs: number;
  readonly gapReason: GapReason | undefined;
}

interface ChapterEnd {
  readonly end: PictureEnd;
  readonly lastUs: number;
  /** What came after the chapter; undefined when it ended by itself. */
  readonly next: NextItem | undefined;
}

async function* playChapter(chapter: ChapterOptions): AsyncGenerator<ConnectionEvent, ChapterEnd, void> {
  const { first, request, options } = chapter;
  const intervalUs = intervalUsOf(request.frames);
  const timeline = createHlsTimeline();
  const after: { next: NextItem | undefined } = { next: undefined };
  const progress = createProgress(2 * intervalUs);
  const feed = createFeed({ chapter, timeline, after, progress });
  const targetMs = first.targetDurationUs / 1000;
  const pictures = readPictures(
    {
      input: { kind: 'stdin', demuxer: first.container },
      format: request.frames.format,
      framesPerSecond: request.frames.framesPerSecond,
      keyframesOnly: request.frames.keyframesOnly,
      // Segments come faster than time: the detector's pace holds back the feed, and the session skips when it must.
      backPressure: 'block',
      endsAtRestart: request.frames.format.fit === 'letterbox',
      // The session notices a dead camera sooner; this is for bytes that give no pictures.
      stallMs: Math.max(10_000, 5 * targetMs),
      firstPictureMs: Math.max(15_000, 5 * targetMs),
      feed,
      ...(options.tools === undefined ? {} : { tools: options.tools }),
    },
    request.signal,
  );
  let lastUs = chapter.lastUs;
  let originUs: number | undefined;
  try {
    for (;;) {
      const event = await pictures.next();
      if (event.done === true) return { end: event.value, lastUs, next: after.next };
      if (event.value.kind === 'drop') continue;
      const { ptsUs, data, release } = event.value;
      const isFirst = originUs === undefined;
      originUs ??= ptsUs;
      const capturedAtUs = timeline.utcOf(ptsUs - originUs);
      if (capturedAtUs <= lastUs) {
        // A clock that was set back, or an anchor that came down: that time has its pictures already.
        release();
        continue;
      }
      const dueUs = lastUs + intervalUs;
      if (isFirst && chapter.gapReason !== undefined && capturedAtUs > dueUs + intervalUs / 2) {
        yield { kind: 'gap', fromUs: dueUs, toUs: capturedAtUs, reason: chapter.gapReason };
      }
      lastUs = capturedAtUs;
      yield { kind: 'frame', frame: { capturedAtUs, data, release } };
      progress.reach(ptsUs - originUs);
    }
  } finally {
    await pictures.return(undefined as never);
  }
}

/** How far the pictures of a chapter were taken, so that the feed stays near. */
interface Progress {
  reach(mediaUs: number): void;
  /** Resolves when pictures were taken up to `mediaUs` less the slack, or after `limitMs`. */
  near(mediaUs: number, limitMs: number): Promise<void>;
}

function createProgress(slackUs: number): Progress {
  let reachedUs = 0;
  let wake: (() => void) | undefined;
  return {
    reach(mediaUs) {
      reachedUs = mediaUs;
      wake?.();
    },
    async near(mediaUs, limitMs) {
      const deadlineMs = performance.now() + limitMs;
      while (reachedUs < mediaUs - slackUs && performance.now() < deadlineMs) {
        const changed = new Promise<void>((resolve) => {
          wake = resolve;
        });
        await Promise.race([changed, sleep(Math.min(200, limitMs))]);
      }
    },
  };
}

interface Feed {
  readonly chapter: ChapterOptions;
  readonly timeline: ReturnType<typeof createHlsTimeline>;
  readonly after: { next: NextItem | undefined };
  readonly progress: Progress;
}

/**
 * Writes the chapter's segments until one doesn't belong to it, which is left in `after`. Stays two segments ahead of
 * the pictures taken: pipes and decoder hold many seconds, in which a slow detector would fall behind unseen.
 */
function createFeed(feed: Feed): (stdin: Writable, signal: AbortSignal) => Promise<void> {
  const { chapter, timeline, after, progress } = feed;
  return async (stdin, signal) => {
    let item = chapter.first;
    let fedUs = 0;
    for (let isFirst = true; ; isFirst = false) {
      const { durationUs, programDateUs } = item.segment;
      timeline.add({ ...item, durationUs, programDateUs });
      fedUs += durationUs;
      await write(stdin, bytesOf(item, isFirst), signal);
      // The limit is for segments without pictures.
      await progress.near(fedUs - 2 * durationUs, (2 * item.targetDurationUs) / 1000);
      signal.throwIfAborted();
      const next = await chapter.items.next();
      signal.throwIfAborted();
      if (next.done === true || next.value.isBreak) {
        after.next = next;
        return;
      }
      item = next.value;
    }
  };
}

function bytesOf(item: HlsItem, isFirst: boolean): Buffer {
  return isFirst && item.init !== undefined ? Buffer.concat([item.init, item.data]) : item.data;
}

async function write(stdin: Writable, bytes: Buffer, signal: AbortSignal): Promise<void> {
  if (!stdin.write(bytes)) await once(stdin, 'drain', { signal });
}
