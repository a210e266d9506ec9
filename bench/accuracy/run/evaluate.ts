/** Counted against truth: every figure of one run over one recording. */
import {
  type ClassGroup,
  classGroup,
  ROAD_USER_CLASSES,
  type RoadUserClass,
} from '../../../pipelines/domain/classes.ts';
import type { CountedFrameView } from '../../../pipelines/domain/counting.ts';
import type { Observation, TimelineEvent } from '../../../pipelines/domain/types.ts';
import { type ClearMot, clearMot } from '../metrics/clear-mot.ts';
import {
  type CrossingEvent,
  type CrossingScore,
  scoreCrossings,
  type TimeTolerance,
} from '../metrics/crossings.ts';
import { type DetectionScores, detectionScores } from '../metrics/detection.ts';
import { type Hota, hota } from '../metrics/hota.ts';
import { type IdentityScores, identityScores } from '../metrics/identity.ts';
import { type CountError, type CountPair, countError } from '../metrics/presence.ts';
import { createTrackingCase } from '../metrics/tracking-case.ts';
import type { RecordedTruth, TruePresence } from '../truth/recorded-truth.ts';
import { crossingsOf } from './count-frozen.ts';

/** Who is counted where. */
export interface PresenceKey {
  readonly zoneId: string;
  readonly group: ClassGroup;
}

/** Presence of one zone and group. */
export interface PresenceFigures extends PresenceKey {
  /** At single analysed frames. */
  readonly perFrame: CountError;
  /** Means over whole windows; absent where the truth isn't known at every frame. */
  readonly perWindow?: CountError;
}

/** Detector alone, before tracking. */
export interface DetectorFigures extends DetectionScores {
  /** Least score of a box that counts. */
  readonly score: number;
  /** Boxes against people in the whole picture. */
  readonly count: CountError;
}

/** Tracks as `--mot` writes them: confirmed and seen in the frame. */
export interface TrackingFigures extends ClearMot, IdentityScores, Hota {}

/** What is compared. */
export interface Compared {
  readonly truth: RecordedTruth;
  readonly startUs: number;
  readonly framesPerSecond: number;
  readonly views: readonly CountedFrameView[];
}

/** Frame number of the source, from 1. */
function frameNumber(capturedAtUs: number, { truth, startUs }: Pick<Compared, 'truth' | 'startUs'>): number {
  return Math.round(((capturedAtUs - startUs) / 1e6) * truth.framesPerSecond) + 1;
}

/** Sum over the classes of a group; classes left out are 0. */
export function groupSum(
  counts: Readonly<Partial<Record<RoadUserClass, number>>>,
  group: ClassGroup,
): number {
  return ROAD_USER_CLASSES.reduce(
    (sum, name) => sum + (classGroup(name) === group ? (counts[name] ?? 0) : 0),
    0,
  );
}

/** Whether the truth knows every frame, not only some instants. */
function isDense({ presence, frameCount }: RecordedTruth): boolean {
  return new Set(presence.map(({ frame }) => frame)).size >= frameCount;
}

/** Truth and count of one zone and group, in time order. */
export interface PresenceSample extends CountPair {
  readonly atSeconds: number;
}

/**
 * Pairs the truth with what was counted in the same frame. Where only some instants were labelled, an instant between
 * two analysed frames takes the nearer one, at most half a sampling interval away.
 */
export function presenceSamples(compared: Compared, { zoneId, group }: PresenceKey): PresenceSample[] {
  const { truth, framesPerSecond } = compared;
  const counted = new Map(
    compared.views.map((view) => [
      frameNumber(view.capturedAtUs, compared),
      view.zones.find((zone) => zone.zoneId === zoneId)?.present,
    ]),
  );
  const reach = isDense(truth) ? 0 : truth.framesPerSecond / framesPerSecond / 2;
  return truth.presence
    .filter((row) => row.zoneId === zoneId)
    .flatMap(({ frame, counts }) => {
      const present = nearest(counted, frame, reach);
      if (present === undefined) return [];
      const atSeconds = (frame - 1) / truth.framesPerSecond;
      return [{ atSeconds, truth: groupSum(counts, group), counted: groupSum(present, group) }];
    });
}

function nearest<T>(values: ReadonlyMap<number, T>, frame: number, reach: number): T | undefined {
  for (let distance = 0; distance <= reach; distance++) {
    const found = values.get(frame - distance) ?? values.get(frame + distance);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Presence of every labelled zone and group. */
export function presenceFigures(compared: Compared, observations: readonly Observation[]): PresenceFigures[] {
  const zoneIds = [...new Set(compared.truth.presence.map(({ zoneId }) => zoneId))];
  return zoneIds.flatMap((zoneId) =>
    compared.truth.groups.flatMap((group) => {
      const samples = presenceSamples(compared, { zoneId, group });
      const perFrame = countError(samples, samplesPerSecond(samples));
      if (perFrame === undefined) return [];
      const perWindow = countError(windowPairs(compared, observations, { zoneId, group }));
      return [{ zoneId, group, perFrame, ...(perWindow === undefined ? {} : { perWindow }) }];
    }),
  );
}

/** Undefined for fewer than two instants. */
function samplesPerSecond(samples: readonly PresenceSample[]): number | undefined {
  const seconds = (samples.at(-1)?.atSeconds ?? 0) - (samples[0]?.atSeconds ?? 0);
  return seconds > 0 ? (samples.length - 1) / seconds : undefined;
}

/** Published window means against the mean of the truth over every frame of the window. */
export function windowPairs(
  { truth, startUs }: Pick<Compared, 'truth' | 'startUs'>,
  observations: readonly Observation[],
  { zoneId, group }: PresenceKey,
): CountPair[] {
  if (!isDense(truth)) return [];
  const rows = truth.presence.filter((row) => row.zoneId === zoneId);
  return observations.flatMap((record) => {
    if (record.kind !== 'presence' || record.zoneId !== zoneId || record.coverage < 1) return [];
    const counted = group === 'people' ? record.peoplePresent?.mean : record.vehiclesPresent?.mean;
    const within = rows.filter(isWithin(record, { truth, startUs }));
    if (counted === undefined || within.length === 0) return [];
    const mean = within.reduce((sum, { counts }) => sum + groupSum(counts, group), 0) / within.length;
    return [{ truth: mean, counted }];
  });
}

function isWithin(record: Observation, { truth, startUs }: Pick<Compared, 'truth' | 'startUs'>) {
  const fromS = (Date.parse(record.windowStart) * 1e3 - startUs) / 1e6;
  const toS = (Date.parse(record.windowEnd) * 1e3 - startUs) / 1e6;
  return ({ frame }: TruePresence): boolean => {
    const atSeconds = (frame - 1) / truth.framesPerSecond;
    return atSeconds >= fromS && atSeconds < toS;
  };
}

/**
 * A crossing is told when it is certain: at the second clear sight of the other side, which for a walker is about a
 * second after the ground point passed the line; two sampling intervals come on top. Labels and boxes may be a second
 * early.
 */
export function crossingTolerance(framesPerSecond: number): TimeTolerance {
  return { earlyS: 1 + 1 / framesPerSecond, lateS: 2 + 2 / framesPerSecond };
}

/** Crossings per line × direction for every class that occurs, and for each labelled group as a whole. */
export function crossingFigures(compared: Compared, lineIds: readonly string[]): CrossingScore[] {
  const { truth, framesPerSecond } = compared;
  const tolerance = crossingTolerance(framesPerSecond);
  const counted = crossingsOf(compared.views, compared.startUs);
  // A study may begin later than the recording; what passed before then could not be seen.
  const fromS = ((compared.views[0]?.capturedAtUs ?? 0) - compared.startUs) / 1e6;
  const happened = truth.crossings.filter(({ atSeconds }) => atSeconds >= fromS);
  const classes = truth.groups.flatMap((group) => [
    group,
    ...ROAD_USER_CLASSES.filter(
      (name) =>
        name !== 'person' &&
        classGroup(name) === group &&
        [...happened, ...counted].some(({ roadUserClass }) => roadUserClass === name),
    ),
  ]);
  return lineIds.flatMap((lineId) =>
    (['in', 'out'] as const).flatMap((direction) =>
      classes.map((roadUsers) => {
        const isMeant = (event: CrossingEvent) =>
          event.lineId === lineId &&
          event.direction === direction &&
          (event.roadUserClass === roadUsers || classGroup(event.roadUserClass) === roadUsers);
        const [ours, theirs] = [counted.filter(isMeant), happened.filter(isMeant)];
        const doubtful = truth.doubtfulCrossings?.filter(isMeant) ?? [];
        const score = scoreCrossings({ sure: theirs, doubtful }, ours, tolerance);
        return { lineId, direction, roadUsers, truth: theirs.length, counted: ours.length, ...score };
      }),
    ),
  );
}

/** Detector alone against true boxes of people; undefined where the truth has no boxes. */
export function detectorFigures(
  events: readonly TimelineEvent[],
  compared: Omit<Compared, 'views'>,
  score: number,
): DetectorFigures | undefined {
  const { boxes } = compared.truth;
  if (boxes === undefined) return undefined;
  const frames = events.flatMap((event) => {
    if (event.kind === 'gap') return [];
    const truth = boxes.get(frameNumber(event.capturedAtUs, compared))?.map(({ box }) => box) ?? [];
    const people = event.detections.filter((one) => one.roadUserClass === 'person' && one.score >= score);
    return [{ truth, detected: people.map(({ box }) => box) }];
  });
  const pairs = frames.map(({ truth, detected }) => ({ truth: truth.length, counted: detected.length }));
  const count = countError(pairs, compared.framesPerSecond);
  return count === undefined ? undefined : { score, ...detectionScores(frames), count };
}

/** Tracks against true identities of people; undefined where the truth has no boxes. */
export function trackingFigures(compared: Compared): TrackingFigures | undefined {
  const { boxes } = compared.truth;
  if (boxes === undefined) return undefined;
  const sequence = createTrackingCase(
    compared.views.map((view) => ({
      truth: boxes.get(frameNumber(view.capturedAtUs, compared)) ?? [],
      tracked: view.tracks.filter(
        (track) => track.state === 'confirmed' && track.isObserved && track.roadUserClass === 'person',
      ),
    })),
  );
  return { ...clearMot(sequence), ...identityScores(sequence), ...hota(sequence) };
}
