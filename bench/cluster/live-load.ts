/** A worker with simulated cameras whose number can change while it runs. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SiteCamera } from '../../pipelines/site-file.ts';
import type { Material } from '../material.ts';
import { type BenchCluster, type BenchWorker, PORTAL_PREFIX, startBenchCluster } from './bench-cluster.ts';
import type { CameraClip } from './camera-clip.ts';
import { type CameraFleet, startCameraFleet } from './cameras.ts';
import { type CoreSplit, confine } from './cores.ts';
import { scrapeCameras } from './worker-metrics.ts';

/** How cameras are analysed. */
export interface LiveRate {
  readonly framesPerSecond: number;
  readonly keyframesOnly: boolean;
}

/** What is started. */
export interface LiveLoadOptions {
  readonly material: Material;
  readonly clip: CameraClip;
  readonly rate: LiveRate;
  /** Simulated cameras that can be asked for. */
  readonly mostCameras: number;
  readonly windowSeconds: number;
  /** Undefined: all share all cores. */
  readonly split?: CoreSplit | undefined;
  readonly detectors: number;
  /** Cameras that run from the start, found by the portal's first look. Default none. */
  readonly startWith?: number;
  /** See `BenchClusterOptions`. */
  readonly reconcileMs?: number;
  /** Options of the worker's Node.js. */
  readonly nodeOptions?: readonly string[];
}

/** A running load. */
export interface LiveLoad {
  readonly options: LiveLoadOptions;
  readonly cluster: BenchCluster;
  readonly worker: BenchWorker;
  readonly fleet: CameraFleet;
  /** Resolves when just so many cameras give pictures; false when they don't within the deadline. */
  setCameras(count: number, signal: AbortSignal): Promise<boolean>;
  stop(): Promise<void>;
}

/** Starting twenty cameras on one core takes about half a minute. */
const PLAY_DEADLINE_MS = 90_000;
const POLL_MS = 250;

/** Camera ids in the order in which they are added. */
export function liveCameraId(index: number): string {
  return `live-${index}`;
}

/** The definition of simulated camera `index`. */
function liveCamera(
  { camera }: Material,
  { url, index, rate }: { url: string; index: number; rate: LiveRate },
): SiteCamera {
  return {
    ...camera,
    id: liveCameraId(index),
    source: { kind: 'rtsp', url } as SiteCamera['source'] & object,
    sampling: {
      ...camera.sampling,
      ...rate,
      ...(rate.keyframesOnly ? { keyframeIntervalS: 1 } : {}),
      // Every picture is inferred, as in a scene that never rests: what must be planned for.
      motionGate: false,
    },
  };
}

/**
 * Starts simulated cameras, Redis, portal and a worker. With `split` the worker and its children have one core for
 * themselves and everything else, this process included, is kept off it.
 */
export async function startLiveLoad(options: LiveLoadOptions): Promise<LiveLoad> {
  const { material, clip, mostCameras, split, detectors } = options;
  const cleanUp: (() => unknown)[] = [];
  const stop = async (): Promise<void> => {
    for (const undo of cleanUp.reverse()) await undo();
    cleanUp.length = 0;
  };
  try {
    if (split !== undefined) cleanUp.push(confine(process.pid, split.others));
    const fleet = await startCameraFleet(clip, mostCameras);
    cleanUp.push(fleet.stop);
    const cluster = await startBenchCluster(material, {
      cameras: camerasFrom(fleet, options, { from: 0, to: options.startWith ?? 0 }),
      windowSeconds: options.windowSeconds,
      ...(options.reconcileMs === undefined ? {} : { reconcileMs: options.reconcileMs }),
    });
    cleanUp.push(cluster.stop);
    const worker = await cluster.startWorker({
      ...{ prefix: PORTAL_PREFIX, detectors, name: 'live' },
      ...(split === undefined ? {} : { cores: split.worker }),
      ...(options.nodeOptions === undefined ? {} : { nodeOptions: options.nodeOptions }),
    });
    return {
      options,
      cluster,
      worker,
      fleet,
      setCameras: createCameraSetter({ options, cluster, worker, fleet }),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function camerasFrom(
  fleet: CameraFleet,
  { material, rate }: LiveLoadOptions,
  { from, to }: { from: number; to: number },
): SiteCamera[] {
  return fleet.cameras
    .slice(from, to)
    .map(({ url }, index) => liveCamera(material, { url, index: from + index, rate }));
}

function createCameraSetter(load: Omit<LiveLoad, 'setCameras' | 'stop'>): LiveLoad['setCameras'] {
  const { options, cluster, worker, fleet } = load;
  let registered = options.startWith ?? 0;
  return async (count, signal) => {
    const before = (await scrapeCameras(worker.metricsUrl)).byId;
    const isGrown = (index: number, now: typeof before): boolean => {
      const id = liveCameraId(index);
      return (now.get(id)?.frames ?? 0) > (before.get(id)?.frames ?? 0);
    };
    const indices = Array.from({ length: Math.max(count, registered) }, (_, index) => index);
    cluster.register(camerasFrom(fleet, options, { from: registered, to: count }), options.windowSeconds);
    cluster.unregister(indices.slice(count, registered).map(liveCameraId));
    registered = count;
    const deadlineMs = performance.now() + PLAY_DEADLINE_MS;
    while (performance.now() < deadlineMs) {
      signal.throwIfAborted();
      const { held, byId } = await scrapeCameras(worker.metricsUrl);
      if (held === count && indices.slice(0, count).every((index) => isGrown(index, byId))) return true;
      await sleep(POLL_MS);
    }
    return false;
  };
}
