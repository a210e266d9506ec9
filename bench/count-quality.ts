/** Speed says nothing without the error of the same run: counts against the truth of PETS09-S2L1. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { CountedFrameView } from '../pipelines/domain/counting.ts';
import type { Direction, Observation } from '../pipelines/domain/types.ts';
import { type CrossingEvent, scoreCrossings } from './accuracy/metrics/crossings.ts';
import { countError } from './accuracy/metrics/presence.ts';
import { crossingTolerance, groupSum, windowPairs } from './accuracy/run/evaluate.ts';
import { readMotTruth } from './accuracy/truth/mot-truth.ts';
import { crossingsOfBoxes, presenceOfBoxes, type RecordedTruth } from './accuracy/truth/recorded-truth.ts';
import { FOOTAGE_US, type Material, START_US } from './material.ts';
import type { CountQuality, CrossingQuality } from './subjects/subject.ts';

/** Compares a run's counts with the truth. */
export interface CountTruth {
  /** People per frame number from 1, as a detector alone counts them. */
  ofFrames(people: ReadonlyMap<number, number>): CountQuality;
  /** A counted run, frame by frame; crossings are compared only where the records of the whole run are given. */
  ofViews(views: readonly CountedFrameView[], records?: readonly Observation[]): CountQuality;
  /**
   * Only the published records are known: presence as means over windows. Records of the footage's repetitions are left
   * out: where it begins anew, people vanish and appear, of which the truth knows nothing.
   */
  ofRecords(records: readonly Observation[]): CountQuality;
}

/** Size of the pictures in which the truth was labelled. */
const LABELLED_PICTURE = { widthPx: 768, heightPx: 576 };

/** The truth beside the clone; undefined where it is not there, which the report then says. */
export function readCountTruth(material: Material): CountTruth | undefined {
  const file = path.join(material.sharedDir, 'truth/pets09-s2l1.mot.csv');
  if (!existsSync(file)) return undefined;
  const { camera, framesPerSecond } = material;
  const endUs = Math.min(material.recording.plan.endUs ?? Number.POSITIVE_INFINITY, START_US + FOOTAGE_US);
  // Everyone who is labelled: an instrument counts people, whatever a tracking benchmark leaves out.
  const boxes = readMotTruth(readFileSync(file, 'utf8'), LABELLED_PICTURE, 'everyone');
  const truth: RecordedTruth = {
    framesPerSecond,
    frameCount: boxes.size,
    groups: ['people'],
    boxes,
    presence: presenceOfBoxes(boxes, camera.zones),
    crossings: crossingsOfBoxes(boxes, camera.lines, framesPerSecond).filter(
      ({ atSeconds }) => START_US + atSeconds * 1e6 < endUs,
    ),
  };
  return createCountTruth(truth, camera.zones[0]!.id);
}

/** The comparison with one recording's truth; presence of one zone. */
export function createCountTruth(truth: RecordedTruth, zoneId: string): CountTruth {
  const people = new Map(
    truth.presence
      .filter((row) => row.zoneId === zoneId)
      .map(({ frame, counts }) => [frame, groupSum(counts, 'people')]),
  );
  const ofFrames = (counted: ReadonlyMap<number, number>): CountQuality => {
    const pairs = [...counted].flatMap(([frame, count]) => {
      const real = people.get(frame);
      return real === undefined ? [] : [{ truth: real, counted: count }];
    });
    const error = countError(pairs);
    return {
      of: 'frame',
      samples: pairs.length,
      presenceMae: error?.mae ?? Number.NaN,
      presenceBias: error?.bias ?? Number.NaN,
    };
  };
  const crossings = (records: readonly Observation[]): NonNullable<CountQuality['crossings']> => ({
    in: scoreRecords(truth, records, 'in'),
    out: scoreRecords(truth, records, 'out'),
  });
  return {
    ofFrames,
    ofViews(views, records) {
      const counted = views.map((view): [number, number] => {
        const frame = Math.round(((view.capturedAtUs - START_US) / 1e6) * truth.framesPerSecond) + 1;
        const zone = view.zones.find((one) => one.zoneId === zoneId);
        return [frame, zone === undefined ? 0 : groupSum(zone.present, 'people')];
      });
      const presence = ofFrames(new Map(counted));
      return records === undefined ? presence : { ...presence, crossings: crossings(records) };
    },
    ofRecords(published) {
      const records = published.filter(({ windowStart }) => secondsOf(windowStart) < FOOTAGE_US / 1e6);
      const pairs = windowPairs({ truth, startUs: START_US }, records, { zoneId, group: 'people' });
      const error = countError(pairs);
      return {
        of: 'window',
        samples: pairs.length,
        presenceMae: error?.mae ?? Number.NaN,
        presenceBias: error?.bias ?? Number.NaN,
        crossings: crossings(records),
      };
    },
  };
}

/**
 * Pairs people one to one as `npm run accuracy` does. A record tells the window, not the instant: each of its crossings
 * stands in the window's middle and may be half a window further off, so errors cancel within neighbouring windows at most.
 */
function scoreRecords(
  truth: RecordedTruth,
  records: readonly Observation[],
  direction: Direction,
): CrossingQuality {
  const windows = records.flatMap((record) => {
    if (record.kind !== 'flow' || record.direction !== direction) return [];
    const [fromS, toS] = [secondsOf(record.windowStart), secondsOf(record.windowEnd)];
    const event: CrossingEvent = {
      ...{ lineId: record.lineId, direction, roadUserClass: 'person' },
      atSeconds: (fromS + toS) / 2,
    };
    return [{ event, count: record.count?.person ?? 0, halfS: (toS - fromS) / 2 }];
  });
  const halfS = Math.max(0, ...windows.map((one) => one.halfS));
  const { earlyS, lateS } = crossingTolerance(truth.framesPerSecond);
  const tolerance = { earlyS: earlyS + halfS, lateS: lateS + halfS };
  const counted = windows.flatMap(({ event, count }) => Array.from({ length: count }, () => event));
  const sure = truth.crossings.filter((one) => one.direction === direction);
  const lineIds = [...new Set([...sure, ...counted].map(({ lineId }) => lineId))];
  const scores = lineIds.map((lineId) => {
    const isOfLine = (one: CrossingEvent) => one.lineId === lineId;
    return scoreCrossings({ sure: sure.filter(isOfLine) }, counted.filter(isOfLine), tolerance);
  });
  return {
    ...{ counted: counted.length, truth: sure.length },
    missed: scores.reduce((sum, { missed }) => sum + missed, 0),
    overCounted: scores.reduce((sum, { overCounted }) => sum + overCounted, 0),
  };
}

/** Seconds since the footage's start. */
function secondsOf(iso: string): number {
  return (Date.parse(iso) * 1e3 - START_US) / 1e6;
}
