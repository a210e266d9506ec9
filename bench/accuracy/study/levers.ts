/** What else could make the counts better: one change at a time against the defaults, on the same frozen detections. */
import type { ModelCard } from '../../../models/card.ts';
import type { IgnoreArea } from '../../../pipelines/domain/site.ts';
import type { TimelineEvent } from '../../../pipelines/domain/types.ts';
import { countingSite } from '../../../pipelines/site-file.ts';
import { countTuned, type TunedSettings } from '../run/count-tuned.ts';
import { type Compared, crossingFigures, presenceFigures, trackingFigures } from '../run/evaluate.ts';
import { aboveLowScore } from '../run/frozen-detections.ts';
import type { RecordedScene } from '../run/recorded-scene.ts';
import { resample } from '../run/resample.ts';
import { isGroup, shiftsAt } from './rate-curve.ts';
import { withoutStaticBoxes } from './static-boxes.ts';

/** One change. */
export interface Lever {
  readonly name: string;
  /** Another long side of the network's input; only models that take any size have it. */
  readonly longSidePx?: number;
  readonly events?: (events: readonly TimelineEvent[]) => readonly TimelineEvent[];
  readonly settings?: Omit<TunedSettings, 'thresholds'>;
  /** Areas to ignore that an operator of this scene would draw; other scenes are left out. */
  readonly ignore?: { readonly sceneId: string; readonly areas: readonly IgnoreArea[] };
}

/**
 * The foot, with half a box of room, of the blue signpost on the lawn of PETS09-S2L1 that YOLOX-nano takes for a person in
 * 759 of 795 pictures.
 */
const SIGNPOST: IgnoreArea = {
  id: 'rambu',
  polygon: [
    { x: 28 / 768, y: 130 / 576 },
    { x: 52 / 768, y: 130 / 576 },
    { x: 52 / 768, y: 150 / 576 },
    { x: 28 / 768, y: 150 / 576 },
  ],
};

/** Levers of issue 3 point 4 that can be tried on any recording. */
export const LEVERS: readonly Lever[] = [
  { name: 'defaults' },
  { name: 'input 384 px', longSidePx: 384 },
  { name: 'input 640 px', longSidePx: 640 },
  { name: 'input 768 px', longSidePx: 768 },
  { name: 'vehicle classes not joined', settings: { joinRule: null } },
  { name: 'no faint tracks', settings: { tracker: { faint: null } } },
  { name: 'static boxes left out', events: withoutStaticBoxes },
  {
    name: 'area to ignore at the signpost',
    ignore: { sceneId: 'pets09-s2l1-everyone', areas: [SIGNPOST] },
  },
  { name: 'no interpolation of gaps (coastSeconds 0)', settings: { zoneCounter: { coastSeconds: 0 } } },
  { name: 'coastSeconds 1', settings: { zoneCounter: { coastSeconds: 1 } } },
  { name: 'no track confirmation', settings: { tracker: { confirmSeconds: 0 } } },
  { name: 'new tracks at the score threshold', settings: { newTrackMargin: 0 } },
];

/** Rates at which levers are tried: full, flow and density. */
const LEVER_RATES: readonly number[] = [15, 10, 5, 1];

/** One lever at one rate, means over equally good choices of pictures. */
export interface LeverFigures {
  readonly lever: string;
  readonly sceneId: string;
  readonly modelId: string;
  readonly framesPerSecond: number;
  /** Mean over all zones and groups in which somebody really was. */
  readonly presenceMae: number;
  readonly presenceBias: number;
  readonly missed: number;
  readonly overCounted: number;
  readonly mota?: number;
  readonly idf1?: number;
}

/** A lever with the detections it needs. */
export interface LeverRun {
  readonly lever: Lever;
  readonly scene: RecordedScene;
  readonly card: ModelCard;
  readonly events: readonly TimelineEvent[];
}

/** Tries one lever at every rate the source has; none where the lever is another scene's. */
export function tryLever(run: LeverRun): LeverFigures[] {
  const { lever, scene, card } = run;
  if (lever.ignore !== undefined && lever.ignore.sceneId !== scene.id) return [];
  const source = scene.truth.framesPerSecond;
  const events = lever.events?.(run.events) ?? run.events;
  return LEVER_RATES.filter((rate) => rate <= source).map((framesPerSecond) => {
    const figures = shiftsAt(framesPerSecond, source).map((phaseSeconds) =>
      measureOnce({ ...run, events }, { framesPerSecond, phaseSeconds }),
    );
    const mean = (pick: (one: (typeof figures)[number]) => number) =>
      figures.reduce((sum, one) => sum + pick(one), 0) / figures.length;
    const hasTracks = figures.every(({ tracking }) => tracking !== undefined);
    return {
      lever: lever.name,
      sceneId: scene.id,
      modelId: card.id,
      framesPerSecond,
      presenceMae: mean((one) => one.mae),
      presenceBias: mean((one) => one.bias),
      missed: mean((one) => one.missed),
      overCounted: mean((one) => one.overCounted),
      ...(hasTracks
        ? { mota: mean((one) => one.tracking!.mota), idf1: mean((one) => one.tracking!.idf1) }
        : {}),
    };
  });
}

function measureOnce(
  { lever, scene, card, events }: LeverRun,
  sampling: { readonly framesPerSecond: number; readonly phaseSeconds: number },
) {
  const settings = { ...lever.settings, thresholds: card.thresholds };
  const compared: Compared = {
    truth: scene.truth,
    startUs: scene.recording.plan.startUs,
    framesPerSecond: sampling.framesPerSecond,
    views: countTuned(
      aboveLowScore(resample(events, sampling), card.thresholds.lowScore),
      { ...countingSite(scene.camera, scene.windowSeconds), ignore: lever.ignore?.areas ?? [] },
      settings,
    ),
  };
  const present = presenceFigures(compared, []).filter(({ perFrame }) => perFrame.meanTruth > 0);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const lineIds = scene.camera.lines.map(({ id }) => id);
  const crossings = crossingFigures(compared, lineIds).filter(({ roadUsers }) => isGroup(roadUsers));
  return {
    mae: mean(present.map(({ perFrame }) => perFrame.mae)),
    bias: mean(present.map(({ perFrame }) => perFrame.bias)),
    missed: crossings.reduce((sum, score) => sum + score.missed, 0),
    overCounted: crossings.reduce((sum, score) => sum + score.overCounted, 0),
    tracking: trackingFigures(compared),
  };
}
