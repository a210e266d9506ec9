/** From a camera's definition to its `FrameSource`: the one place that knows all live kinds. */
import type { FrameSource } from '../../ports.ts';
import { credentialsOf } from './access-auth.ts';
import type { EgressPolicy } from './egress.ts';
import type { FfmpegTools } from './ffmpeg-program.ts';
import { createHlsConnector } from './hls-connection.ts';
import type { LiveClock, LiveConnector } from './live-connection.ts';
import type { ReconnectPolicy } from './live-reconnect.ts';
import { createLiveSource, type LiveStatus } from './live-source.ts';
import { createMjpegConnector } from './mjpeg-connection.ts';
import { createRtspConnector } from './rtsp-connection.ts';
import { createSnapshotConnector } from './snapshot-connection.ts';

/** The declared kinds of live sources. */
export const LIVE_KINDS = ['rtsp', 'hls', 'mjpeg', 'snapshot'] as const;
export type LiveKind = (typeof LIVE_KINDS)[number];

/** A live camera as the register holds it, credentials in the URL. */
export interface LiveDefinition {
  readonly kind: LiveKind;
  readonly url: string;
  /** HLS only: hosts of segments and keys besides the playlist's own; `*.example.go.id` means all below. */
  readonly allowedHosts?: readonly string[];
}

/** Settings shared by all live cameras of a worker. */
export interface CreateSourceOptions {
  /** `PANTAU_CAMERA_NETWORKS`; see `egress.ts`. */
  readonly allowedNetworks: readonly string[];
  /** Name look-up; the system's unless a test gives another. */
  readonly lookup?: EgressPolicy['lookup'];
  readonly tools?: FfmpegTools;
  readonly clock?: LiveClock;
  readonly reconnect?: Partial<ReconnectPolicy>;
  /** 0..1, for the jitter of reconnects. */
  readonly random?: () => number;
  readonly onStatus?: (status: LiveStatus) => void;
  /** Distance of the gap events while a camera is down; default 1 s. */
  readonly gapIntervalMs?: number;
  /** No picture for this long is a stall; the default of each kind is 9 to 10 s. Not for HLS. */
  readonly stallMs?: number;
  /** The same picture for this long is a frozen one; default 60 s for JPEGs, 120 s for decoded video. */
  readonly frozenAfterMs?: number;
  /** Whether https certificates must be valid; default true. `rtsps` takes any, as ffmpeg does. */
  readonly isTlsVerified?: boolean;
}

/** An endless source for a live camera. Nothing is opened or checked before `probe` or `frames`. */
export function createSource(definition: LiveDefinition, options: CreateSourceOptions): FrameSource {
  const { clock, reconnect, random, onStatus, gapIntervalMs } = options;
  return createLiveSource({
    connector: createConnector(definition, options),
    secrets: secretsOf(definition.url),
    ...(clock === undefined ? {} : { clock }),
    ...(reconnect === undefined ? {} : { reconnect }),
    ...(random === undefined ? {} : { random }),
    ...(onStatus === undefined ? {} : { onStatus }),
    ...(gapIntervalMs === undefined ? {} : { gapIntervalMs }),
    ...(options.frozenAfterMs === undefined ? {} : { frozenAfterMs: options.frozenAfterMs }),
  });
}

/** The literal user and password of a camera's URL, for redaction. */
export function secretsOf(url: string): readonly string[] {
  return URL.canParse(url) ? Object.values(credentialsOf(new URL(url)) ?? {}) : [];
}

function createConnector(definition: LiveDefinition, options: CreateSourceOptions): LiveConnector {
  const { url } = definition;
  const policy: EgressPolicy = {
    allowedNetworks: options.allowedNetworks,
    ...(options.lookup === undefined ? {} : { lookup: options.lookup }),
  };
  const tools = options.tools === undefined ? {} : { tools: options.tools };
  const tls = options.isTlsVerified === undefined ? {} : { isTlsVerified: options.isTlsVerified };
  const jpeg = {
    ...tls,
    ...(options.stallMs === undefined ? {} : { pictureTimeoutMs: options.stallMs }),
    ...(options.frozenAfterMs === undefined ? {} : { frozenAfterMs: options.frozenAfterMs }),
  };
  switch (definition.kind) {
    case 'rtsp': {
      const stall = options.stallMs === undefined ? {} : { stallMs: options.stallMs };
      return createRtspConnector({ url, policy, ...tools, ...stall });
    }
    case 'hls': {
      const hosts = definition.allowedHosts === undefined ? {} : { allowedHosts: definition.allowedHosts };
      return createHlsConnector({ url, policy: { ...policy, ...hosts }, ...tools, ...tls });
    }
    case 'mjpeg':
      return createMjpegConnector({ url, policy, ...jpeg });
    case 'snapshot':
      return createSnapshotConnector({ url, policy, ...jpeg });
  }
}
