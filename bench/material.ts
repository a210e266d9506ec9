/** Footage, truth and models that are measured with. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { ModelCard } from '../models/card.ts';
import { DEFAULT_MODEL_ID } from '../models/registry.ts';
import { detectorFormat } from '../pipelines/adapters/detect/detector-format.ts';
import { AnalysisError } from '../pipelines/errors.ts';
import type { FrameFormat } from '../pipelines/ports.ts';
import { type OpenedRecording, openRecording } from '../pipelines/recording.ts';
import { loadSiteFile, type SiteCamera } from '../pipelines/site-file.ts';
import { PACKAGE_ROOT, readConfig } from '../workers/config.ts';
import { findModel } from './accuracy/run/models.ts';
import type { Part } from './subjects/subject.ts';

/** Everything a subject needs to know. */
export interface Material {
  readonly root: string;
  readonly dataDir: string;
  readonly modelDir: string;
  readonly sharedDir: string;
  readonly footage: string;
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
export const FOOTAGE_FRAMES_PER_SECOND = 10;

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
    recording,
    camera: site.cameras[0]!,
    cores: config.detectors,
  };
}

/** A model that is on this machine, or what it lacks. Nothing is downloaded. */
export async function measuredModel(
  material: Material,
  id: string = DEFAULT_MODEL_ID,
): Promise<MeasuredModel | { readonly missing: string }> {
  const found = await findModel(id, material, material.modelDir);
  if ('missing' in found) return { missing: `${id}: ${found.missing}` };
  const { card, path: file } = found.model;
  return { card, path: file, format: detectorFormat(card, material.recording.plan.info) };
}

/** Cuts the footage into `count` parts of the same length, to the frame. */
export function cutParts(material: Material, count: number): Part[] {
  const { startUs, endUs = startUs } = material.recording.plan;
  const frameUs = 1e6 / FOOTAGE_FRAMES_PER_SECOND;
  const frames = Math.round((endUs - startUs) / frameUs);
  const edge = (index: number): number => startUs + Math.round((frames * index) / count) * frameUs;
  return Array.from({ length: count }, (_, index) => ({
    ...{ index, count },
    ...{ fromUs: edge(index), toUs: edge(index + 1) },
  }));
}
