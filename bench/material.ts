/** Footage, truth and models that are measured with. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { ModelCard } from '../models/card.ts';
import { DEFAULT_MODEL_ID } from '../models/registry.ts';
import { detectorFormat } from '../pipelines/adapters/detect/detector-format.ts';
import { AnalysisError } from '../pipelines/errors.ts';
import type { FrameFormat } from '../pipelines/ports.ts';
import { type OpenedRecording, openRecording } from '../pipelines/recording.ts';
import { loadSiteFile, type SiteCamera } from '../pipelines/site-file.ts';
import { PACKAGE_ROOT, readConfig } from '../workers/config.ts';
import { findModel, withLongSide } from './accuracy/run/models.ts';
import { cameraClip } from './cluster/camera-clip.ts';
import type { Part } from './subjects/subject.ts';

/** Everything a subject needs to know. */
export interface Material {
  readonly root: string;
  readonly dataDir: string;
  readonly modelDir: string;
  readonly sharedDir: string;
  readonly footage: string;
  /** Rate of the footage; every picture is analysed, and the truth's frames are numbered by it. */
  readonly framesPerSecond: number;
  readonly recording: OpenedRecording;
  readonly camera: SiteCamera;
  /** Detector processes, workers and bare sessions: one per core. */
  readonly cores: number;
}

/** A model at the size it gets for the footage. */
export interface MeasuredModel {
  readonly card: ModelCard;
  readonly path: string;
  readonly format: FrameFormat;
}

/** The footage begins with the epoch: nothing here depends on when it was filmed. */
export const START_US = 0;
/** PETS09-S2L1 at the rate its container says; the truth is numbered by it. */
const FOOTAGE_FRAMES_PER_SECOND = 10;
/** Length of `vtest.avi`, 795 pictures. */
export const FOOTAGE_US = 79_500_000;
/** Two segments of the queue's. */
const SHORT_SECONDS = 24;
/** Five minutes: a little more than one segment of the queue's default length. */
const LONG_TIMES = 4;
const run = promisify(execFile);

/**
 * Opens the footage that set-up keeps.
 * @throws AnalysisError `source-missing`
 */
export async function openMaterial(signal: AbortSignal): Promise<Material> {
  const config = readConfig();
  const footage = path.join(config.dataDir, 'footage', 'vtest.avi');
  if (!existsSync(footage)) {
    throw new AnalysisError(
      'source-missing',
      'bench',
      `${footage} is missing: run "npm run bench", which fetches it, or "npm run setup" once`,
    );
  }
  const recording = await openRecording({ path: footage, startUs: START_US }, signal);
  const site = await loadSiteFile(path.join(PACKAGE_ROOT, 'fixtures/sites/pets09.json'));
  return {
    root: PACKAGE_ROOT,
    dataDir: config.dataDir,
    modelDir: config.modelDir,
    sharedDir: path.resolve(PACKAGE_ROOT, '../shared'),
    footage,
    framesPerSecond: FOOTAGE_FRAMES_PER_SECOND,
    recording,
    camera: site.cameras[0]!,
    cores: config.detectors,
  };
}

/**
 * The same footage as a city's camera would send it: 1080p H.264 at 25 pictures a second, every one of them the next
 * picture of the original, so that its truth holds frame by frame.
 */
export async function openCityMaterial(material: Material, signal: AbortSignal): Promise<Material> {
  const folder = path.join(material.dataDir, 'bench');
  const clip = await cameraClip({ footage: material.footage, folder, widthPx: 1920, heightPx: 1080 });
  const recording = await openRecording({ path: clip.file, startUs: START_US }, signal);
  const { camera } = material;
  const { framesPerSecond } = clip;
  return {
    ...material,
    footage: clip.file,
    framesPerSecond,
    recording,
    camera: { ...camera, sampling: { ...camera.sampling, framesPerSecond } },
  };
}

/** The first seconds of the footage as a file of their own, for a run that only shows that everything works. */
export async function openShortMaterial(material: Material, signal: AbortSignal): Promise<Material> {
  const cut = ['-i', material.footage, '-t', String(SHORT_SECONDS)];
  return await openCopy(material, { name: `first-${SHORT_SECONDS}s-v1.avi`, cut }, signal);
}

/**
 * The footage so many times over as one recording, as long as what an operator enqueues: what a recording costs once
 * (its plan, the start of its decoder) is spread as it is in use.
 */
export async function openLongMaterial(material: Material, signal: AbortSignal): Promise<Material> {
  const cut = ['-stream_loop', String(LONG_TIMES - 1), '-i', material.footage];
  return await openCopy(material, { name: `${LONG_TIMES}-times-v1.avi`, cut }, signal);
}

/** Packets of the footage as they are in another file, which is kept; `cut` says to ffmpeg which ones. */
async function openCopy(
  material: Material,
  { name, cut }: { readonly name: string; readonly cut: readonly string[] },
  signal: AbortSignal,
): Promise<Material> {
  const folder = path.join(material.dataDir, 'bench');
  const file = path.join(folder, name);
  if (!existsSync(file)) {
    await mkdir(folder, { recursive: true });
    const unfinished = `${file}.${process.pid}.part.avi`;
    await run('ffmpeg', ['-nostdin', '-y', '-loglevel', 'error', ...cut, '-c', 'copy', unfinished]);
    await rename(unfinished, file);
  }
  return {
    ...material,
    footage: file,
    recording: await openRecording({ path: file, startUs: START_US }, signal),
  };
}

/** A model that is on this machine, or what it lacks. Nothing is downloaded. */
export async function measuredModel(
  material: Material,
  id: string = DEFAULT_MODEL_ID,
  longSidePx?: number,
): Promise<MeasuredModel | { readonly missing: string }> {
  const found = await findModel(id, material, material.modelDir);
  if ('missing' in found) return { missing: `${id}: ${found.missing}` };
  const { path: file } = found.model;
  const card = longSidePx === undefined ? found.model.card : withLongSide(found.model.card, longSidePx);
  return { card, path: file, format: detectorFormat(card, material.recording.plan.info) };
}

/**
 * The same model as it was published where it is one for padded pictures: on a square of the same long side. One for
 * stretched pictures is left as it is, since there the square would only be more work.
 */
export function asPublished(model: MeasuredModel, material: Material): MeasuredModel {
  const { card, path: file } = model;
  const { size, resize } = card.input;
  if (size.kind === 'fixed' || resize === 'stretch') return model;
  const square = { kind: 'fixed', widthPx: size.longSidePx, heightPx: size.longSidePx } as const;
  const published = { ...card, input: { ...card.input, size: square } };
  return { card: published, path: file, format: detectorFormat(published, material.recording.plan.info) };
}

/** Cuts the footage into `count` parts of the same length, to the frame. */
export function cutParts(material: Material, count: number): Part[] {
  const { startUs, endUs = startUs } = material.recording.plan;
  const frameUs = 1e6 / material.framesPerSecond;
  const frames = Math.round((endUs - startUs) / frameUs);
  const edge = (index: number): number => startUs + Math.round((frames * index) / count) * frameUs;
  return Array.from({ length: count }, (_, index) => ({
    ...{ index, count },
    ...{ fromUs: edge(index), toUs: edge(index + 1) },
  }));
}
