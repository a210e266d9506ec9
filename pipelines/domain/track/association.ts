import { intersectionOverUnion } from '../geometry.ts';
import type { Box, Detection } from '../types.ts';
import { createAssignmentSolver } from './assignment.ts';
import {
  type BoxFilterNoise,
  centreSpreadX,
  centreSpreadY,
  filteredHeight,
  filteredWidth,
} from './kalman.ts';
import type { TrackRecord } from './track-record.ts';

/** When a detection may belong to a track. */
export interface AssociationGate {
  /** Overlap of predicted and detected box that is enough by itself. */
  readonly minOverlap: number;
  /** Distance of the centres in standard deviations of the prediction that is enough without overlap. */
  readonly maxSpreads: number;
  /** Cap of that standard deviation, in box sizes, so that a long lost track doesn't claim half of the picture. */
  readonly maxSpread: number;
  /** Largest ratio of the two widths, and of the two heights. */
  readonly maxSizeRatio: number;
}

/** What a pair costs that may not be: more than any limit. */
const FORBIDDEN = Number.POSITIVE_INFINITY;

/**
 * How badly a detection fits a track that was predicted to its frame: 0 (same box) to 1 (at the gate), `Infinity`
 * beyond. Half of it is the missing overlap, which tells neighbours apart while boxes overlap from frame to frame;
 * half is the distance in units of the prediction's own uncertainty, which grows with the time step, so that at
 * 1–2 frames per second, where the boxes of a walker hardly overlap, the expected motion decides.
 */
function associationCost(
  track: TrackRecord,
  box: Box,
  rules: { readonly gate: AssociationGate; readonly noise: BoxFilterNoise },
): number {
  const { gate, noise } = rules;
  const width = filteredWidth(track.filter);
  const height = filteredHeight(track.filter);
  if (sizeRatio(width, box.right - box.left) > gate.maxSizeRatio) return FORBIDDEN;
  if (sizeRatio(height, box.bottom - box.top) > gate.maxSizeRatio) return FORBIDDEN;
  const dx = (box.left + box.right - track.box.left - track.box.right) / 2 / width;
  const dy = (box.top + box.bottom - track.box.top - track.box.bottom) / 2 / height;
  const spreads = Math.hypot(
    dx / Math.min(gate.maxSpread, centreSpreadX(track.filter, noise)),
    dy / Math.min(gate.maxSpread, centreSpreadY(track.filter, noise)),
  );
  const overlap = intersectionOverUnion(track.box, box);
  if (overlap < gate.minOverlap && spreads > gate.maxSpreads) return FORBIDDEN;
  return (1 - overlap + Math.min(1, spreads / gate.maxSpreads)) / 2;
}

/** Finds the best pairing of a set of tracks with a set of detections, in buffers it keeps. */
export interface Matcher {
  /** @returns for each track the index of its detection or -1; a view that the next call overwrites. */
  match(
    tracks: readonly TrackRecord[],
    detections: readonly Detection[],
    rules: { readonly gate: AssociationGate; readonly noise: BoxFilterNoise },
  ): Int32Array;
}

/** Costs end at 1, so a pair at the very gate is still better than none. */
const COST_LIMIT = 1 + 1e-9;

/** A matcher by `associationCost` and optimal assignment. */
export function createMatcher(): Matcher {
  const solver = createAssignmentSolver();
  let costs = new Float64Array(0);
  return {
    match(tracks, detections, rules) {
      const size = tracks.length * detections.length;
      if (costs.length < size) costs = new Float64Array(2 * size);
      for (let row = 0; row < tracks.length; row++) {
        for (let column = 0; column < detections.length; column++) {
          const cost = associationCost(tracks[row]!, detections[column]!.box, rules);
          costs[row * detections.length + column] = cost;
        }
      }
      return solver.solve({
        costs,
        rowCount: tracks.length,
        columnCount: detections.length,
        costLimit: COST_LIMIT,
      });
    },
  };
}

function sizeRatio(a: number, b: number): number {
  return b > 0 ? Math.max(a / b, b / a) : Number.POSITIVE_INFINITY;
}
