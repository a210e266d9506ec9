/** Simulated cameras: RTSP servers in a process of their own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { RtspServerOptions } from '../../test/support/rtsp-server.ts';
import { stopProcess } from '../../workers/cluster/own-redis.ts';
import type { CameraClip } from './camera-clip.ts';

/** A running server that any number of camera entries open. */
export interface CameraServer {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** One simulated camera. At `epochMs` it showed picture `offset` of the clip. */
export interface FleetCamera {
  readonly url: string;
  readonly epochMs: number;
  readonly offset: number;
}

/** Cameras that each play from another place of the footage. */
export interface CameraFleet {
  readonly clip: CameraClip;
  readonly cameras: readonly FleetCamera[];
  readonly pid: number;
  stop(): Promise<void>;
}

/** Encodes the footage, then serves it in a loop, in real time, to whoever connects. */
export async function startCameraServer(options: RtspServerOptions): Promise<CameraServer> {
  const { child, firstLine } = await startBeside('camera-process', options);
  return { url: firstLine, pid: child.pid ?? 0, stop: () => stopProcess(child) };
}

/** Serves the clip as it is, in a loop, in real time, from `cameras` ports. */
export async function startCameraFleet(clip: CameraClip, cameras: number): Promise<CameraFleet> {
  const { child, firstLine } = await startBeside('fleet-process', { clip, cameras });
  return {
    clip,
    cameras: JSON.parse(firstLine) as FleetCamera[],
    pid: child.pid ?? 0,
    stop: () => stopProcess(child),
  };
}

async function startBeside(
  entryName: string,
  options: unknown,
): Promise<{ child: ChildProcess; firstLine: string }> {
  const isSource = import.meta.filename.endsWith('.ts');
  const entry = fileURLToPath(new URL(`./${entryName}.${isSource ? 'ts' : 'js'}`, import.meta.url));
  const child = spawn(
    process.execPath,
    [...(isSource ? ['--import', 'tsx'] : []), entry, JSON.stringify(options)],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const firstLine = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`simulated cameras ended with exit code ${code}`)));
  });
  return { child, firstLine };
}
