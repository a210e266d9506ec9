/** The console's operations over register, queues, workers' reports and sources: what the portal knows as a port. */
import type { Redis } from 'ioredis';
import type { OperatedCamera, Operations } from '../../portal/operate/operations.ts';
import type { CameraDirectory, CameraEntry, CameraState } from '../cluster/cameras.ts';
import type { Queues } from '../cluster/queues.ts';
import { type Config, isLoopback } from '../config.ts';
import type { Register } from '../register/register.ts';
import type { Secrets } from '../secrets.ts';
import { cameraOf, createCameraEdits, noCamera } from './camera-edits.ts';
import { failedJob, listDeadLetters } from './dead-letters.ts';
import { enqueueRecording } from './enqueue-recording.ts';
import { listModels } from './known-models.ts';
import { createLiveRelay } from './live-relay.ts';
import { lookAtMachine } from './machine.ts';
import { listMedia, listRecordings } from './recordings.ts';
import { createSiteTransfer } from './site-import.ts';
import { takeSnapshot } from './snapshot.ts';
import { insideMediaRoot, shownAddress } from './sources.ts';

/** What the operations are made of. */
export interface OperationsOptions {
  readonly config: Pick<
    Config,
    | 'prefix'
    | 'mediaRoot'
    | 'segmentWindows'
    | 'cameraNetworks'
    | 'cameraHosts'
    | 'dataDir'
    | 'modelDir'
    | 'keepDays'
    | 'host'
    | 'smallCountBelow'
  >;
  readonly register: Register;
  readonly secrets: Secrets;
  readonly redis: Redis;
  readonly queues: Queues;
  readonly directory: CameraDirectory;
  /** Called after a change of the register. */
  readonly onChange: () => void;
}

/** The operations; `close` ends the connection of live counters. */
export function createOperations(options: OperationsOptions): Operations & { close(): void } {
  const { config, register, secrets, redis, queues, directory } = options;
  const { mediaRoot, segmentWindows } = config;
  const relay = createLiveRelay({
    redis,
    prefix: config.prefix,
    isHeld: async (cameraId) => (await leases(queues)).has(cameraId),
  });
  const entryOf = (cameraId: string): CameraEntry => {
    const entry = register.get(cameraId);
    if (entry === undefined) throw noCamera(register, cameraId);
    return entry;
  };
  const shown = async (entries: readonly CameraEntry[]): Promise<readonly OperatedCamera[]> => {
    const [held, states] = await Promise.all([leases(queues), directory.states()]);
    return entries.map((entry) => operated(entry, held.get(entry.cameraId), states[entry.cameraId]));
  };
  const edits = {
    ...{ register, secrets, rules: config, onChange: options.onChange },
    isThresholdOverruled: config.smallCountBelow !== undefined || isLoopback(config.host),
  };
  return {
    cameras: () => shown(register.list()),
    camera: async (cameraId) => (await shown([entryOf(cameraId)]))[0]!,
    ...createCameraEdits(edits),
    ...createSiteTransfer(edits),
    models: () => listModels(config),
    snapshot: async (cameraId, signal) =>
      await takeSnapshot(entryOf(cameraId), { secrets, rules: config }, signal),
    live: (cameraId, signal) => relay.listen(cameraId, signal),
    media: () => listMedia(mediaRoot),
    recordings: () => listRecordings(queues),
    enqueue: async ({ cameraId, file, ...wish }) =>
      await enqueueRecording(
        { queues, cameras: directory, register, mediaRoot, segmentWindows },
        // Checked before it is looked up: whether a file elsewhere on this machine exists is nobody's to know.
        await insideMediaRoot(file, mediaRoot),
        { camera: cameraId, ...wish },
      ),
    deadLetters: () => listDeadLetters(queues),
    retry: async (queue, id) => await (await failedJob(queues, id, queue)).retry(),
    removeDeadLetter: async (queue, id) => await (await failedJob(queues, id, queue)).remove(),
    machine: () => lookAtMachine({ config, redis, queues, held: () => heldByWorker(queues) }),
    close: relay.close,
  };
}

interface Lease {
  readonly worker: string;
  readonly since: string;
}

/** Who holds which camera now. */
async function leases({ byName }: Queues): Promise<ReadonlyMap<string, Lease>> {
  const active = await byName.live.getActive();
  return new Map(
    active.map((job) => [
      String((job.data as { cameraId?: unknown } | null)?.cameraId),
      { worker: job.processedBy ?? '–', since: new Date(job.processedOn ?? job.timestamp).toISOString() },
    ]),
  );
}

function operated(
  entry: CameraEntry,
  lease: Lease | undefined,
  state: CameraState | undefined,
): OperatedCamera {
  const { cameraId, revision, enabled, sourceKind, windowSeconds } = entry;
  return {
    ...{ cameraId, revision, enabled, sourceKind, windowSeconds },
    sourceShown: shownAddress(entry),
    definition: cameraOf(entry),
    ...(lease === undefined ? {} : { lease }),
    // What a former holder said of a camera that nobody holds now says nothing about the camera.
    ...(lease === undefined || state === undefined ? {} : stateOf(state)),
  };
}

function stateOf({ state, reason, atMs }: CameraState) {
  const stateAt = new Date(atMs).toISOString();
  return { state, stateAt, ...(reason === undefined ? {} : { lastReason: reason }) };
}

/** Live cameras by the worker that holds them. */
async function heldByWorker(queues: Queues): Promise<ReadonlyMap<string, number>> {
  const held = new Map<string, number>();
  for (const { worker } of (await leases(queues)).values()) held.set(worker, (held.get(worker) ?? 0) + 1);
  return held;
}
