/** Detections of a whole recording, computed once per clip, model and input size and kept under `var/bench/`. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ModelCard } from '../../../models/card.ts';
import type { DetectorPool } from '../../../pipelines/adapters/detect/detector-pool.ts';
import { detectTimeline } from '../../../pipelines/analyze.ts';
import { type JoinRule, worthHandingOn } from '../../../pipelines/domain/detect/join-vehicles.ts';
import { decodeTimeline, encodeTimeline } from '../../../pipelines/domain/timeline-codec.ts';
import type { TimelineEvent } from '../../../pipelines/domain/types.ts';
import { AnalysisError } from '../../../pipelines/errors.ts';
import type { OpenedRecording } from '../../../pipelines/recording.ts';

/** One recording seen by one model. */
export interface FreezeRequest {
  readonly recording: OpenedRecording;
  readonly card: ModelCard;
  readonly modelPath: string;
  /** Folder of the kept detections. */
  readonly cacheDir: string;
  /** Made only when something must be detected. */
  readonly pool: () => DetectorPool;
  readonly onEvent?: (event: TimelineEvent) => void;
}

/**
 * Lower than any card's `lowScore`, so that thresholds can be studied without detecting again. Leaving weak boxes out
 * later gives the same boxes as never having asked for them: suppression only ever removes the weaker of two.
 */
const FROZEN_LOW_SCORE = 0.1;

/** Raise it when decode, the network's input or suppression change what is detected. */
const FROZEN_VERSION = 2;

/** Above any source's rate: every decoded picture is taken. */
const EVERY_PICTURE = 60;

/** The time line at the source's full rate, from the cache or detected now. Throws what decode and detect throw. */
export async function frozenTimeline(request: FreezeRequest, signal: AbortSignal): Promise<TimelineEvent[]> {
  const file = path.join(request.cacheDir, `${cacheKey(request)}.timeline`);
  const kept = await readFile(file).catch(() => undefined);
  if (kept !== undefined) return [...decodeTimeline(kept)];
  const events = await detectAll(request, signal);
  await mkdir(request.cacheDir, { recursive: true });
  await writeFile(`${file}.part`, encodeTimeline(events));
  await rename(`${file}.part`, file);
  return events;
}

/** Leaves out what a card would not have handed on; `rule` instead of the default, for studies. */
export function aboveLowScore(
  events: readonly TimelineEvent[],
  lowScore: number,
  rule?: JoinRule,
): TimelineEvent[] {
  return events.map((event) =>
    event.kind === 'gap' ? event : { ...event, detections: worthHandingOn(event.detections, lowScore, rule) },
  );
}

function cacheKey({ recording, card }: FreezeRequest): string {
  const { input, output, labels, thresholds } = card;
  const identity = {
    version: FROZEN_VERSION,
    recording: recording.plan.fingerprint,
    startUs: recording.plan.startUs,
    model: card.sha256,
    detector: { input, output, labels, nmsIou: thresholds.nmsIou, lowScore: FROZEN_LOW_SCORE },
  };
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 32);
}

async function detectAll(request: FreezeRequest, signal: AbortSignal): Promise<TimelineEvent[]> {
  const { recording, modelPath } = request;
  const thresholds = { ...request.card.thresholds, lowScore: FROZEN_LOW_SCORE };
  const { widthPx, heightPx } = recording.plan.info;
  const card = { ...request.card, thresholds };
  const detector = await request
    .pool()
    .open({ card, modelPath, widthPx, heightPx, cameraId: card.id, priority: 'recording' });
  const events: TimelineEvent[] = [];
  try {
    const timeline = detectTimeline({
      source: recording.source,
      request: { format: detector.format, framesPerSecond: EVERY_PICTURE, keyframesOnly: false },
      detector,
      dropWhenBusy: false,
      signal,
    });
    for (;;) {
      const step = await timeline.next();
      if (step.done === true) {
        if (step.value.outcome === 'end') return events;
        throw new AnalysisError('decode-failed', 'freeze', `not whole: ${step.value.outcome}`);
      }
      events.push(step.value);
      request.onEvent?.(step.value);
    }
  } finally {
    await detector.close();
  }
}
