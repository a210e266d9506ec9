/** How many people were really in view of a simulated camera in a window: it plays labelled footage from a known place. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Observation } from '../../pipelines/domain/types.ts';
import { type CountError, countError } from '../accuracy/metrics/presence.ts';
import { readMotTruth } from '../accuracy/truth/mot-truth.ts';
import { presenceOfBoxes } from '../accuracy/truth/recorded-truth.ts';
import type { CameraFleet, FleetCamera } from '../cluster/cameras.ts';
import type { Material } from '../material.ts';

/** Windows with less of them analysed say nothing of the count. */
const LEAST_COVERAGE = 0.9;

/** Error of the mean number of people per window, all cameras together; undefined without truth or windows. */
export type LoopTruth = (records: readonly (readonly Observation[])[]) => CountError | undefined;

/** Footage that is shown over and over, and where in it each camera was when. */
export interface LoopedFootage {
  readonly clip: Pick<CameraFleet['clip'], 'framesPerSecond' | 'frames'>;
  readonly cameras: readonly Pick<FleetCamera, 'epochMs' | 'offset'>[];
}

/** Reads the truth beside the clone; undefined where it is not there. */
export function readLoopTruth(material: Material, fleet: LoopedFootage): LoopTruth | undefined {
  const file = path.join(material.sharedDir, 'truth/pets09-s2l1.mot.csv');
  if (!existsSync(file)) return undefined;
  const boxes = readMotTruth(readFileSync(file, 'utf8'), material.recording.plan.info, 'everyone');
  const zone = material.camera.zones[0]!;
  const people = presenceOfBoxes(boxes, [zone]).map(({ counts }) => counts.person);
  return (records) =>
    countError(
      records.flatMap((list, index) =>
        list.flatMap((record) => {
          if (record.kind !== 'presence' || record.zoneId !== zone.id) return [];
          if (record.coverage < LEAST_COVERAGE || record.peoplePresent === undefined) return [];
          const truth = meanInLoop(people, { fleet, camera: fleet.cameras[index]!, record });
          return [{ truth, counted: record.peoplePresent.mean }];
        }),
      ),
    );
}

interface LoopWindow {
  readonly fleet: Pick<LoopedFootage, 'clip'>;
  readonly camera: LoopedFootage['cameras'][number];
  readonly record: Pick<Observation, 'windowStart' | 'windowEnd'>;
}

/** Mean over the pictures that the camera showed in the window. `people[i]` belongs to picture i of the footage. */
export function meanInLoop(people: readonly number[], { fleet, camera, record }: LoopWindow): number {
  const { framesPerSecond, frames } = fleet.clip;
  const shownAt = (iso: string): number =>
    Math.ceil(((Date.parse(iso) - camera.epochMs) / 1_000) * framesPerSecond);
  const [from, to] = [shownAt(record.windowStart), shownAt(record.windowEnd)];
  let sum = 0;
  for (let shown = from; shown < to; shown++) sum += people[(camera.offset + shown) % frames] ?? 0;
  return sum / (to - from);
}
