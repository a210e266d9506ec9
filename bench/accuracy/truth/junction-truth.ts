import { z } from 'zod';
import {
  type ClassGroup,
  classGroup,
  perClass,
  ROAD_USER_CLASSES,
} from '../../../pipelines/domain/classes.ts';
import type { SourceInfo } from '../../../pipelines/ports.ts';
import type { CrossingEvent } from '../metrics/crossings.ts';
import type { RecordedTruth } from './recorded-truth.ts';

const roadUserClass = z.enum(ROAD_USER_CLASSES);

const crossingSchema = z.object({
  lineId: z.string(),
  direction: z.enum(['in', 'out']),
  frame: z.int().positive(),
  class: roadUserClass,
});

/** What is read of a hand-labelled truth file; notes of the labeller may stand beside it. */
const labelledSchema = z.object({
  clip: z.object({ sha256: z.string() }).optional(),
  fps: z.number().positive(),
  frames: z.int().positive().optional(),
  crossings: z.array(crossingSchema),
  doubtfulCrossings: z.array(crossingSchema).default([]),
  presence: z.array(
    z.object({
      frame: z.int().positive(),
      zoneId: z.string(),
      counts: z.partialRecord(roadUserClass, z.int().min(0)),
    }),
  ),
});

/** Digest of the clip the labels belong to; undefined where they don't say. */
export function labelledClip(text: string): string | undefined {
  return labelledSchema.pick({ clip: true }).safeParse(JSON.parse(text)).data?.clip?.sha256;
}

/**
 * Reads labels made by hand: frame numbers from 1, classes left out of `counts` are 0. A group that is labelled nowhere
 * is taken as not labelled, so that nothing is said of it.
 *
 * @throws RangeError that lists what is wrong.
 */
export function readJunctionTruth(text: string, info: Pick<SourceInfo, 'framesPerSecond'>): RecordedTruth {
  const parsed = labelledSchema.safeParse(JSON.parse(text));
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new RangeError(`not a truth file: ${faults.slice(0, 10).join('; ')}`);
  }
  const { fps, crossings, doubtfulCrossings, presence, frames } = parsed.data;
  if (info.framesPerSecond !== undefined && Math.abs(info.framesPerSecond - fps) > 0.01)
    throw new RangeError(`labelled at ${fps} frames/s, the clip has ${info.framesPerSecond}`);
  const labelled = [
    ...crossings.map((crossing) => crossing.class),
    ...presence.flatMap(({ counts }) => ROAD_USER_CLASSES.filter((name) => counts[name] !== undefined)),
  ];
  const groups = new Set<ClassGroup>(labelled.map(classGroup));
  const toEvent = ({ lineId, direction, frame, class: name }: z.infer<typeof crossingSchema>) =>
    ({ lineId, direction, roadUserClass: name, atSeconds: (frame - 1) / fps }) satisfies CrossingEvent;
  const numbers = [...crossings, ...presence].map(({ frame }) => frame);
  return {
    framesPerSecond: fps,
    frameCount: frames ?? Math.max(0, ...numbers),
    groups: [...groups],
    crossings: crossings.map(toEvent),
    doubtfulCrossings: doubtfulCrossings.map(toEvent),
    presence: presence.map(({ frame, zoneId, counts }) => ({
      frame,
      zoneId,
      counts: perClass((name) => counts[name] ?? 0),
    })),
  };
}
