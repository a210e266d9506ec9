/** From command-line options and site files to what has to be carried. */
import { InvalidArgumentError } from 'commander';
import type { PlannedCamera } from '../../pipelines/domain/planning/camera-bill.ts';
import type { CameraGroup } from '../../pipelines/domain/planning/plan.ts';
import { AnalysisError } from '../../pipelines/errors.ts';
import type { Site } from '../../pipelines/site-file.ts';

/** What cameras are for. */
export const MEASURES = ['density', 'flow', 'both'] as const;
export type Measure = (typeof MEASURES)[number];

/** How the cameras send; a site file doesn't know it. */
export type Sending = Pick<
  PlannedCamera,
  'widthPx' | 'heightPx' | 'sourceFramesPerSecond' | 'keyframeIntervalS' | 'mbitPerSecond'
>;

/** Length of a window where neither the option nor a site file says one. */
const USUAL_WINDOW_SECONDS = 60;

/** Rates of issue 3 §2.9, and what such a camera usually has drawn into its picture. */
const USUAL = {
  density: { framesPerSecond: 1, zones: 1, lines: 0 },
  flow: { framesPerSecond: 5, zones: 0, lines: 1 },
  both: { framesPerSecond: 5, zones: 1, lines: 1 },
} as const satisfies Record<Measure, unknown>;

/** Cameras of one kind. Presence at the keyframes' own rate or slower needs keyframes only. */
export function groupOf(
  sending: Sending,
  options: {
    readonly count: number;
    readonly measure: Measure;
    readonly framesPerSecond?: number | undefined;
    readonly windowSeconds?: number | undefined;
  },
): CameraGroup {
  const usual = USUAL[options.measure];
  const { count, windowSeconds = USUAL_WINDOW_SECONDS, framesPerSecond = usual.framesPerSecond } = options;
  const { zones, lines } = usual;
  const keyframesOnly =
    options.measure === 'density' && framesPerSecond * sending.keyframeIntervalS <= 1 + 1e-9;
  return { ...sending, count, framesPerSecond, keyframesOnly, zones, lines, windowSeconds };
}

/**
 * The live cameras of a site file, those alike together. `windowSeconds` of all of them, instead of what the file says
 * of each.
 * @throws AnalysisError `site-invalid` when it has none.
 */
export function groupsOfSite(site: Site, sending: Sending, windowSeconds?: number): CameraGroup[] {
  const groups = new Map<string, CameraGroup>();
  for (const camera of site.cameras) {
    const { source, sampling, zones, lines } = camera;
    if (source?.kind === 'recording') continue;
    const { framesPerSecond, keyframesOnly } = sampling;
    const keyframeIntervalS = sampling.keyframeIntervalS ?? sending.keyframeIntervalS;
    const rate = { framesPerSecond, keyframesOnly, keyframeIntervalS };
    const window = windowSeconds ?? camera.windowSeconds ?? site.windowSeconds;
    const kind = { ...sending, ...rate, zones: zones.length, lines: lines.length, windowSeconds: window };
    const key = JSON.stringify(kind);
    groups.set(key, { ...kind, count: (groups.get(key)?.count ?? 0) + 1 });
  }
  if (groups.size > 0) return [...groups.values()];
  throw new AnalysisError('site-invalid', 'plan', 'the site file has no live camera, only recordings');
}

/**
 * `1920x1080` → pixels.
 * @throws InvalidArgumentError what was found and what is allowed.
 */
export function parseResolution(text: string): { widthPx: number; heightPx: number } {
  const match = /^(\d{2,5})[x×](\d{2,5})$/i.exec(text.trim());
  if (match === null) {
    const allowed = 'expected width x height in pixels, for example 1920x1080';
    throw new InvalidArgumentError(`--resolution: ${allowed}; found ${text}`);
  }
  return { widthPx: Number(match[1]), heightPx: Number(match[2]) };
}
