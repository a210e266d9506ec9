/** Simulated cameras: one RTSP server process that any number of camera entries open. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { RtspServerOptions } from '../../test/support/rtsp-server.ts';
import { stopProcess } from '../../workers/cluster/own-redis.ts';

/** A running server. */
export interface CameraServer {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Encodes the footage, then serves it in a loop, in real time, to whoever connects. */
export async function startCameraServer(options: RtspServerOptions): Promise<CameraServer> {
  const isSource = import.meta.filename.endsWith('.ts');
  const entry = fileURLToPath(new URL(`./camera-process.${isSource ? 'ts' : 'js'}`, import.meta.url));
  const child = spawn(
    process.execPath,
    [...(isSource ? ['--import', 'tsx'] : []), entry, JSON.stringify(options)],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (text: Buffer) => resolve(text.toString().trim()));
    child.once('exit', (code) => reject(new Error(`the simulated camera ended with exit code ${code}`)));
  });
  return { url, pid: child.pid ?? 0, stop: () => stopProcess(child) };
}
