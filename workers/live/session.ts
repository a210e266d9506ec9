/** One stretch of holding a live camera with one definition: the data path, checkpoints, and a tidy end. */
import { countTimeline, detectTimeline } from '../../pipelines/analyze.ts';
import type { Counting } from '../../pipelines/domain/counting.ts';
import type { Observation, TimelineEvent } from '../../pipelines/domain/types.ts';
import type { Detector, FrameSource, ObservationSink } from '../../pipelines/ports.ts';
import type { CameraEntry } from '../cluster/cameras.ts';
import type { CameraModel, Host } from '../host.ts';
import { awaitCamera } from './await-camera.ts';
import { beginCounting } from './begin-counting.ts';
import { noteStatus, openLiveSource } from './open-source.ts';

/** `lost`: another worker may hold the camera; `changed`: new definition; `over`: not wanted now. */
export type SessionStop = 'draining' | 'lost' | 'changed' | 'over';

/** How long a leaving session waits for its last records to reach the portal; the outbox keeps them anyway. */
const LAST_FLUSH_MS = 3_000;

interface Session {
  readonly host: Host;
  readonly entry: CameraEntry;
  readonly fence: number;
  readonly stop: AbortSignal;
  /** Ends the session from inside, when a newer lease shows itself. */
  readonly overtaken: AbortController;
  readonly model: CameraModel;
  readonly source: FrameSource;
  readonly sink: ObservationSink;
  readonly counting: Counting;
  /** When the camera was paused, if it was. */
  readonly pausedAtUs?: number;
}

/** Runs until `stop` is aborted (its reason is the answer) or a newer lease is found (`lost`). */
export async function runSession(
  host: Host,
  entry: CameraEntry,
  fence: number,
  stop: AbortSignal,
): Promise<SessionStop> {
  const model = await host.modelOf(entry.definition);
  const overtaken = new AbortController();
  const sink = host.sinkFor(fence);
  const session: Session = {
    host,
    entry,
    fence,
    stop,
    overtaken,
    model,
    sink,
    source: openLiveSource(host, entry),
    ...(await beginCounting(host, entry, model.card)),
  };
  try {
    await watchCamera(session);
    const why = overtaken.signal.aborted ? 'lost' : (stop.reason as SessionStop);
    if (why !== 'lost') await leave(session, why);
    return why;
  } finally {
    await sink.close();
  }
}

async function watchCamera(session: Session): Promise<void> {
  const signal = AbortSignal.any([session.stop, session.overtaken.signal]);
  await countTimeline(liveTimeline(session, signal), {
    counting: session.counting,
    sink: session.sink,
    onEvent: createEventWatcher(session),
  });
}

/** Waits for the camera, then decode → detect for as long as the session lasts. */
async function* liveTimeline(
  session: Session,
  signal: AbortSignal,
): AsyncGenerator<TimelineEvent, void, void> {
  const { host, entry, source, model, pausedAtUs } = session;
  const nowUs = host.nowMs() * 1_000;
  if (pausedAtUs !== undefined) yield { kind: 'gap', fromUs: pausedAtUs, toUs: nowUs, reason: 'paused' };
  const info = yield* awaitCamera({
    source,
    signal,
    fromUs: nowUs,
    nowMs: host.nowMs,
    random: Math.random,
    onDown: (state, reason) => noteStatus(host, entry, { state, reason }),
  });
  if (info === undefined) return;
  const detector = await model.open(info, { cameraId: entry.cameraId, priority: 'live' });
  try {
    const { framesPerSecond, keyframesOnly } = entry.definition.sampling;
    yield* detectTimeline({
      source,
      request: { format: detector.format, framesPerSecond, keyframesOnly },
      detector: counted(host, entry.cameraId, detector),
      dropWhenBusy: true,
      signal,
    });
  } finally {
    await detector.close();
  }
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

/** Metrics after each event, and now and then a checkpoint, never waited for: a slow Redis must not stall counting. */
function createEventWatcher(
  session: Session,
): (event: TimelineEvent, records: readonly Observation[]) => void {
  const { host, entry } = session;
  let savedAtMs = host.nowMs();
  let isSaving = false;
  return (event, records) => {
    host.metrics.observeEvent(entry.cameraId, event, host.nowMs());
    host.metrics.observeRecords(records);
    if (isSaving || host.nowMs() - savedAtMs < host.config.checkpointMs) return;
    isSaving = true;
    savedAtMs = host.nowMs();
    saveCheckpoint(session)
      .then((isNewest) => isNewest || session.overtaken.abort())
      .catch((error: unknown) => host.log.debug({ error: String(error) }, 'checkpoint not saved'))
      .finally(() => {
        isSaving = false;
      });
  };
}

async function saveCheckpoint(session: Session, pausedAtUs?: number): Promise<boolean> {
  const { host, entry, fence, counting } = session;
  return await host.checkpoints.put(entry.cameraId, {
    fence,
    siteVersion: entry.siteVersion,
    ...(pausedAtUs === undefined ? {} : { pausedAtUs }),
    counting: counting.checkpoint(),
  });
}

/** Publishes the open window as partial and leaves its sums for the next holder. */
async function leave(session: Session, why: Exclude<SessionStop, 'lost'>): Promise<void> {
  const { host, entry, counting, sink } = session;
  const isPause = why === 'over';
  const records = counting.finish({ reason: isPause ? 'paused' : 'worker-down' });
  host.metrics.observeRecords(records);
  await sink.publish(records);
  // After `finish`: the checkpoint then asks the next holder for a higher revision of what was just published.
  await saveCheckpoint(session, isPause ? host.nowMs() * 1_000 : undefined).catch((error: unknown) =>
    host.log.warn({ camera: entry.cameraId, error: String(error) }, 'last checkpoint not saved'),
  );
  await sink
    .flush(AbortSignal.timeout(LAST_FLUSH_MS))
    .catch(() => host.log.warn({ camera: entry.cameraId }, 'last records wait in the outbox'));
}
