/** Fills the demo's quarter hours, hours and day while one looks: the same real footage, repeated up to now. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Config } from '../config.ts';
import { withCluster, withRegister } from './connect.ts';
import { type RepeatedFootage, withRecording } from './demo-site.ts';
import { enqueue, waitForRecording } from './enqueue.ts';
import { remark, say } from './output.ts';

const QUARTER_SECONDS = 900;
const QUARTER_MS = QUARTER_SECONDS * 1_000;
const QUARTERS = 12;
const WINDOW_SECONDS = 60;
/** No footage that set-up brings is shorter; the output is cut at a quarter hour anyway. */
const REPEATS = 100;
const COPY_DEADLINE_MS = 120_000;

/** What the charts are filled from. */
export interface ChartFilling {
  readonly config: Config;
  readonly footage: readonly RepeatedFootage[];
  readonly nowMs: number;
}

/**
 * Counts the last three hours, newest quarter hour first, one at a time; ends early once `stop` is aborted. A fault is
 * told and ends the filling, never the demo.
 */
export async function fillCharts(filling: ChartFilling, stop: AbortSignal): Promise<void> {
  try {
    await countQuarters(filling, stop);
  } catch (error) {
    if (stop.aborted) return;
    remark(`grafik tidak terisi / charts were not filled: ${error instanceof Error ? error.message : error}`);
  }
}

async function countQuarters({ config, footage, nowMs }: ChartFilling, stop: AbortSignal): Promise<void> {
  const quarters: { readonly cameraId: string; readonly file: string }[] = [];
  for (const one of footage) {
    const file = await quarterHourOf(one, config.mediaRoot, stop);
    quarters.push({ cameraId: one.camera.id, file });
    withRegister((register) => register.put(withRecording(one.camera, file), WINDOW_SECONDS), config);
  }
  const jobs = quarterStarts(nowMs).flatMap((start) => quarters.map((quarter) => ({ ...quarter, start })));
  await withCluster(async (connection) => {
    for (const [index, { cameraId, file, start }] of jobs.entries()) {
      if (stop.aborted) return;
      const { id } = await enqueue(connection, file, { camera: cameraId, start });
      await waitForRecording(connection, id);
      if (!stop.aborted)
        say(`   ✓ ${index + 1}/${jobs.length} seperempat jam/quarter hours: ${cameraId} ${start}`);
    }
  }, config);
}

/** The last whole quarter hours before an instant, newest first. */
export function quarterStarts(nowMs: number): string[] {
  const lastMs = (Math.floor(nowMs / QUARTER_MS) - 1) * QUARTER_MS;
  return Array.from({ length: QUARTERS }, (_, index) => new Date(lastMs - index * QUARTER_MS).toISOString());
}

/**
 * The footage repeated in a folder until the declared length is the quarter hour to the picture, so that it is seen
 * whole and nothing reaches into the next. Packets are copied as they are; about 92 MB for PETS 2009.
 */
export async function quarterHourOf(
  { video, cut }: RepeatedFootage,
  folder: string,
  signal: AbortSignal,
): Promise<string> {
  const { name, ext } = path.parse(video);
  const file = path.join(folder, `${name}-diulang-${QUARTER_SECONDS}-detik${ext}`);
  if (existsSync(file)) return file;
  const part = path.join(folder, `.${process.pid}-${path.basename(file)}`);
  const once = path.join(folder, `.${process.pid}-sekali${ext}`);
  const leadSeconds = cut?.leadSeconds ?? 0;
  try {
    if (cut !== undefined) {
      const seconds = cut.seconds - leadSeconds;
      await copyPackets({ input: ['-i', video], seconds, file: once }, signal);
    }
    const input = ['-stream_loop', String(REPEATS), '-i', cut === undefined ? video : once];
    await copyPackets({ input, seconds: QUARTER_SECONDS - leadSeconds, file: part }, signal);
    await rename(part, file);
  } finally {
    await Promise.all([part, once].map((left) => rm(left, { force: true })));
  }
  return file;
}

/** The first `seconds` of an input, by the time of decoding. */
async function copyPackets(
  { input, seconds, file }: { input: readonly string[]; seconds: number; file: string },
  signal: AbortSignal,
): Promise<void> {
  const copy = [...input, '-t', String(seconds), '-c', 'copy', '-an', file];
  await promisify(execFile)('ffmpeg', ['-v', 'error', '-y', ...copy], { signal, timeout: COPY_DEADLINE_MS });
}
