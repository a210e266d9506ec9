/** What the tests of recordings share: reading one to its end, and looking for processes it left. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createRecordingSource,
  type RecordingOptions,
} from '../../pipelines/adapters/decode/recording-source.ts';
import type { FrameFormat, SourceEnd } from '../../pipelines/ports.ts';

export const FORMAT: FrameFormat = {
  ...{ widthPx: 128, heightPx: 96, pixelFormat: 'rgb24', fit: 'stretch', padValue: 114 },
};

/** 2026-11-21T00:00:00Z */
export const START_US = 1_795_219_200_000_000;

export const never = new AbortController().signal;

/** A new folder for clips. */
export function clipFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'pantau-decode-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** What came out of a source, pixels as digests. */
export interface Reading {
  /** `media time in µs, digest of the bytes`. */
  readonly pictures: string[];
  readonly mediaTimesUs: number[];
  readonly gaps: { readonly fromS: number; readonly toS: number; readonly reason: string }[];
  readonly end: SourceEnd;
}

/** Reads a recording (or its part) to the end. Parts and gaps are told in seconds of media time. */
export async function readAll(
  options: Omit<RecordingOptions, 'startUs' | 'part'> & {
    readonly part?: readonly [fromS: number, toS: number];
  },
  request: { framesPerSecond?: number; keyframesOnly?: boolean; format?: FrameFormat } = {},
): Promise<Reading> {
  const { part, ...rest } = options;
  const toUs = (s: number) => START_US + Math.round(s * 1e6);
  const source = createRecordingSource({
    ...{ ...rest, startUs: START_US },
    ...(part === undefined ? {} : { part: { fromUs: toUs(part[0]), toUs: toUs(part[1]) } }),
  });
  const events = source.frames(
    { format: FORMAT, framesPerSecond: 8, keyframesOnly: false, ...request },
    never,
  );
  const reading: Omit<Reading, 'end'> = { pictures: [], mediaTimesUs: [], gaps: [] };
  for (;;) {
    const step = await events.next();
    if (step.done === true) return { ...reading, end: step.value };
    const event = step.value;
    if (event.kind === 'gap') {
      const inS = (us: number) => (us - START_US) / 1e6;
      reading.gaps.push({ fromS: inS(event.fromUs), toS: inS(event.toUs), reason: event.reason });
      continue;
    }
    const mediaTimeUs = event.frame.capturedAtUs - START_US;
    reading.mediaTimesUs.push(mediaTimeUs);
    reading.pictures.push(`${mediaTimeUs} ${createHash('sha1').update(event.frame.data).digest('hex')}`);
    event.frame.release();
  }
}

/** Ids of processes whose command line holds `word` (not counting zombies). */
export function processesWith(word: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid && commandLine(pid).includes(word));
}

/** The same, among the children of this process only. */
export function childrenWith(word: string): number[] {
  return processesWith(word).filter((pid) => {
    try {
      return new RegExp(`^PPid:\\s+${process.pid}$`, 'm').test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    } catch {
      return false;
    }
  });
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** Resolves as soon as `holds` is true; fails after 10 s. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`never came true: ${what}`);
    await sleep(20);
  }
}

/** Times of every picture of a file in µs from the first, as ffprobe lists them. */
export function pictureTimesUs(path: string): number[] {
  const text = execFileSync(
    'ffprobe',
    [
      '-v',
      'error',
      '-select_streams',
      'v:0',
      '-show_entries',
      'frame=best_effort_timestamp_time',
      '-of',
      'csv=p=0',
      path,
    ],
    { encoding: 'utf8' },
  );
  const times = text
    .split('\n')
    .filter((line) => /^\d/.test(line))
    .map((line) => Math.round(Number.parseFloat(line) * 1e6));
  return times.map((timeUs) => timeUs - times[0]!);
}
