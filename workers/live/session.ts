/** One stretch of holding a live camera with one definition: the data path, checkpoints, and a tidy end. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { LiveState } from '../../pipelines/adapters/decode/live-reconnect.ts';
import { countTimeline, detectTimeline } from '../../pipelines/analyze.ts';
import type { Counting, CountingCheckpoint } from '../../pipelines/domain/counting.ts';
import type { Observation, TimelineEvent } from '../../pipelines/domain/types.ts';
import type { Detector, FrameSource, ObservationSink, SourceInfo } from '../../pipelines/ports.ts';
import { motionGateOf } from '../../pipelines/recording.ts';
import type { CameraEntry } from '../cluster/cameras.ts';
import type { CameraModel, Host } from '../host.ts';
import { awaitCamera } from './await-camera.ts';
import { hasJustBegun, isAhead, leaseStart, liveCounting } from './begin-counting.ts';
import { type CheckpointPace, createCheckpointPace, RETRY_MS } from './checkpoint-pace.ts';
import { type Entry, withEntryReason } from './entry-gaps.ts';
import { createLiveCounters, type LiveCounters } from './live-counters.ts';
import { noteStatus, openLiveSource } from './open-source.ts';

/**
 * `lost`: another worker may hold the camera; `changed`: new definition; `over`: not wanted now; `clock-set-back`: time
 * that was counted already comes again.
 */
export type SessionStop = 'draining' | 'lost' | 'changed' | 'over' | 'clock-set-back';

/** How long a leaving session waits for its last records to reach the portal; the outbox keeps them anyway. */
const LAST_FLUSH_MS = 3_000;

interface Session {
  readonly host: Host;
  readonly entry: CameraEntry;
  readonly fence: number;
  /** Aborted when the session has to end, from outside or because a newer lease showed itself. */
  readonly signal: AbortSignal;
  readonly overtaken: AbortController;
  readonly model: CameraModel;
  readonly source: FrameSource;
  readonly sink: ObservationSink;
  readonly before: Entry;
  readonly counters: LiveCounters;
  readonly checkpoints: CheckpointPace;
  /** Replaced when the camera's rate becomes known, and each time its picture gets another shape. */
  counting: Counting;
}

/** Runs until `stop` is aborted (its reason is the answer) or a newer lease is found (`lost`). */
export async function runSession(
  host: Host,
  entry: CameraEntry,
  fence: number,
  stop: AbortSignal,
): Promise<SessionStop> {
  const model = await host.modelOf(entry.definition);
  const start = await leaseStart(host, entry);
  const overtaken = new AbortController();
  const before: Entry = {
    reason: 'checkpoint' in start.from ? 'worker-down' : start.from.reason,
    hasPicture: false,
    isCameraAtFault: false,
  };
  const session: Session = {
    host,
    entry,
    fence,
    model,
    overtaken,
    signal: AbortSignal.any([stop, overtaken.signal]),
    before,
    source: openLiveSource(host, entry, (status) => noteFault(before, status.state)),
    sink: host.sinkFor(fence),
    counters: createLiveCounters({
      ...{ redis: host.redis, prefix: host.config.prefix, cameraId: entry.cameraId },
      lineIds: entry.definition.lines.map(({ id }) => id),
      nowMs: host.nowMs,
    }),
    checkpoints: createCheckpointPace({
      save: async () => {
        if (!(await saveCheckpoint(session))) overtaken.abort();
      },
      everyMs: host.config.checkpointMs,
      nowMs: host.nowMs,
      onRefused: (error) =>
        host.log.warn(
          { camera: entry.cameraId, error: String(error) },
          'checkpoint not saved, tried again until it is',
        ),
    }),
    counting: liveCounting(entry, model, start),
  };
  try {
    await watchCamera(session, start.pausedAtUs);
    const why = overtaken.signal.aborted ? 'lost' : (stop.reason as SessionStop);
    if (why === 'lost') await keepForSuccessor(session);
    else await leave(session, why);
    return why;
  } finally {
    await session.sink.close();
  }
}

/** First the time until the camera answers, then the data path for as long as the session lasts. */
async function watchCamera(session: Session, pausedAtUs: number | undefined): Promise<void> {
  let info = await count(session, untilCameraAnswers(session, pausedAtUs));
  while (info !== undefined) info = await watchPicture(session, info);
}

/** The data path for pictures of one shape; the answer is the shape with which the camera came back, if it did. */
async function watchPicture(session: Session, info: SourceInfo): Promise<SourceInfo | undefined> {
  const { host, entry, model } = session;
  const from = { checkpoint: session.counting.checkpoint() };
  session.counting = liveCounting(entry, model, { from, source: info, onFrame: session.counters.see });
  const detector = await model.open(info, { cameraId: entry.cameraId, priority: 'live' });
  try {
    const end = await count(session, liveTimeline(session, detector, info));
    if (end.outcome !== 'reshaped') return undefined;
    const { widthPx, heightPx } = end.info;
    host.log.warn(
      { camera: entry.cameraId, before: info, widthPx, heightPx },
      'the camera has another picture now',
    );
    return end.info;
  } finally {
    await detector.close();
  }
}

async function count<End>(
  session: Session,
  timeline: AsyncGenerator<TimelineEvent, End, void>,
): Promise<End> {
  const { counting, sink, before } = session;
  return await countTimeline(withEntryReason(timeline, before), {
    counting,
    sink,
    onEvent: createEventWatcher(session),
  });
}

async function* untilCameraAnswers(
  session: Session,
  pausedAtUs: number | undefined,
): AsyncGenerator<TimelineEvent, SourceInfo | undefined, void> {
  const { host, entry, source, signal } = session;
  const nowUs = host.nowMs() * 1_000;
  if (pausedAtUs !== undefined) yield { kind: 'gap', fromUs: pausedAtUs, toUs: nowUs, reason: 'paused' };
  return yield* awaitCamera({
    source,
    signal,
    fromUs: nowUs,
    nowMs: host.nowMs,
    random: Math.random,
    onDown: (state, reason) => {
      noteFault(session.before, state);
      noteStatus(host, entry, { state, reason });
    },
  });
}

function noteFault(before: Entry, state: LiveState): void {
  if (state !== 'connecting' && state !== 'live') before.isCameraAtFault = true;
}

function liveTimeline({ host, entry, model, source, signal }: Session, detector: Detector, info: SourceInfo) {
  const { framesPerSecond, keyframesOnly } = entry.definition.sampling;
  return detectTimeline({
    source,
    request: { format: detector.format, framesPerSecond, keyframesOnly },
    detector: counted(host, entry.cameraId, detector),
    dropWhenBusy: true,
    scene: {
      sceneReference: entry.definition.sceneReference,
      windowSeconds: entry.windowSeconds,
      info,
      onChange: (change) => host.log.warn({ camera: entry.cameraId, ...change }, 'scene changed'),
    },
    motionGate: motionGateOf({
      camera: entry.definition,
      windowSeconds: entry.windowSeconds,
      card: model.card,
      onGated: () => {
        host.metrics.decodedFrames.inc({ camera: entry.cameraId });
        host.metrics.gatedFrames.inc({ camera: entry.cameraId });
      },
    }),
    signal,
  });
}

function counted(host: Host, camera: string, detector: Detector): Detector {
  return {
    ...detector,
    detect: (frame) => {
      host.metrics.decodedFrames.inc({ camera });
      return detector.detect(frame);
    },
  };
}

/** Metrics after each event, and now and then a checkpoint. */
function createEventWatcher({
  host,
  entry,
  counters,
  checkpoints,
}: Session): (event: TimelineEvent, records: readonly Observation[]) => void {
  return (event, records) => {
    host.metrics.observeEvent(entry.cameraId, event, host.nowMs());
    host.metrics.observeRecords(records);
    counters.tick();
    checkpoints.see(records.length > 0);
  };
}

/** False when another lease has taken the camera over since. */
async function saveCheckpoint(
  { host, entry, fence, counting }: Session,
  saved: { readonly counting?: CountingCheckpoint; readonly pausedAtUs?: number } = {},
): Promise<boolean> {
  const checkpoint = { counting: counting.checkpoint(), ...saved };
  // What is there reaches further than one that nobody could go on from.
  if (isAhead(checkpoint.counting, host.nowMs())) return true;
  return await host.checkpoints.put(entry.cameraId, { fence, siteVersion: entry.siteVersion, ...checkpoint });
}

/**
 * For a next holder that goes on without a break. While Redis was away or full this went on counting and publishing: from an
 * older checkpoint it would publish those windows again, without what was seen. Where there is one already, its checkpoint
 * stands.
 */
async function keepForSuccessor(session: Session): Promise<void> {
  await saveCheckpoint(session).catch((error: unknown) =>
    session.host.log.warn(
      { camera: session.entry.cameraId, error: String(error) },
      'last checkpoint not saved',
    ),
  );
}

/**
 * Publishes the open window as partial and leaves its sums for the next holder. Not so at a change of the definition, which
 * takes place where a window begins: what was seen of that one already would be a record beside the new definition's.
 */
async function leave(session: Session, why: Exclude<SessionStop, 'lost'>): Promise<void> {
  const { host, entry, counting, sink } = session;
  const log = host.log.child({ camera: entry.cameraId });
  const isPause = why === 'over';
  const open = counting.checkpoint();
  if (why === 'changed' && hasJustBegun(open, host.nowMs())) {
    await keepForSuccessor(session);
    return;
  }
  const pausedAtUs = host.nowMs() * 1_000;
  const records = counting.finish({ reason: isPause ? 'paused' : 'worker-down' });
  const fault = await sink.publish(records).then(
    () => undefined,
    (error: unknown) => String(error),
  );
  if (fault === undefined) host.metrics.observeRecords(records);
  else log.error({ error: fault }, 'open window not published, its sums are left for the next holder');
  // After `finish` a checkpoint asks the next holder for a higher revision of what was just published.
  const save = async (): Promise<boolean> =>
    await saveCheckpoint(session, {
      ...(fault === undefined ? {} : { counting: open }),
      ...(isPause ? { pausedAtUs } : {}),
    });
  const flushed = sink
    .flush(AbortSignal.timeout(LAST_FLUSH_MS))
    .catch(() => log.warn('last records wait in the outbox'));
  // Once more while Redis is away or full: the camera is given back only after this.
  await save()
    .catch(() => sleep(RETRY_MS).then(save))
    .catch((error: unknown) => log.warn({ error: String(error) }, 'last checkpoint not saved'));
  await flushed;
}
