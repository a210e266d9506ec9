/** What one worker leaves for the next of a live camera: the sums of the open window. No box, no track id. */
import { measuresSpeed } from '../calibration/speed-sums.ts';
import { ROAD_USER_CLASSES } from '../classes.ts';
import type { CountingSite } from '../site.ts';
import { US_PER_SECOND } from '../time.ts';
import { GAP_REASONS } from '../types.ts';
import type { CoverageState } from './coverage.ts';
import type { HeldMotion, HeldPresence, WindowTotals } from './window-totals.ts';

/** Survives `JSON.parse(JSON.stringify(…))` unchanged. */
export interface AggregatorCheckpoint {
  readonly version: 1;
  /** Counts of other zones or lines must not be mixed in. */
  readonly siteVersion: string;
  readonly windowSeconds: number;
  readonly coverage: CoverageState;
  readonly lastFrameUs: number | null;
  readonly held: HeldPresence;
  /** Only on cameras that measure speeds. */
  readonly heldMotion?: HeldMotion;
  readonly totals: WindowTotals;
  /** Windows that begin before `untilUs` were published once as partial: their next record has `revision`. */
  readonly reissue: { readonly untilUs: number; readonly revision: number } | null;
}

/**
 * The checkpoint in `value` if it is whole and fits the site and its version, else `undefined`: a worker then starts
 * afresh. Reads without trust, because it comes out of Redis. On a camera that measures speeds the sums of speeds are
 * part of being whole; one that measures none reads checkpoints with and without them as before.
 */
export function readCheckpoint(
  value: unknown,
  expected: { readonly site: CountingSite; readonly siteVersion: string },
): AggregatorCheckpoint | undefined {
  const { site, siteVersion } = expected;
  if (!isRecord(value) || value.version !== 1 || value.siteVersion !== siteVersion) return undefined;
  if (value.windowSeconds !== site.windowSeconds) return undefined;
  const isWhole =
    isCoverageState(value.coverage) &&
    isNullOr(value.lastFrameUs, isWholeNumber) &&
    isListOf(value.held, site.zones.length, isClassVector) &&
    (!measuresSpeed(site) || isListOf(value.heldMotion, site.zones.length, isMotion)) &&
    isTotals(value.totals, site) &&
    isNullOr(
      value.reissue,
      (reissue) => isRecord(reissue) && isWholeNumber(reissue.untilUs) && isWholeNumber(reissue.revision),
    );
  if (!isWhole) return undefined;
  const checkpoint = value as unknown as AggregatorCheckpoint;
  const { startUs, coveredUs, uncoveredUs } = checkpoint.totals;
  return checkpoint.coverage.settledUs - startUs === coveredUs + uncoveredUs ? checkpoint : undefined;
}

/** What a checkpoint of any site tells of time; instants in microseconds of UTC. */
export interface CheckpointReach {
  readonly windowSeconds: number;
  /** Begin of the open window. */
  readonly openSinceUs: number;
  /** All time before this is accounted for. */
  readonly knownUntilUs: number;
  /** Windows up to here have records, the open one as well where it was published as partial. */
  readonly publishedUntilUs: number;
}

/** How far a checkpoint reaches; undefined for what is none. Reads without trust, as `readCheckpoint` does. */
export function checkpointReach(value: unknown): CheckpointReach | undefined {
  if (!isRecord(value) || !isRecord(value.totals) || !isRecord(value.coverage)) return undefined;
  const { windowSeconds, reissue } = value;
  const { startUs } = value.totals;
  const { settledUs } = value.coverage;
  if (!isWholeNumber(windowSeconds) || !isWholeNumber(startUs) || !isWholeNumber(settledUs)) return undefined;
  const reissuedUs = isRecord(reissue) && isWholeNumber(reissue.untilUs) ? reissue.untilUs : 0;
  return {
    windowSeconds,
    openSinceUs: startUs,
    knownUntilUs: settledUs,
    publishedUntilUs: Math.max(startUs, reissuedUs),
  };
}

type Guard = (value: unknown) => boolean;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isWholeNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isNullOr(value: unknown, guard: Guard): boolean {
  return value === null || guard(value);
}

function isListOf(value: unknown, length: number, guard: Guard): boolean {
  return Array.isArray(value) && value.length === length && value.every(guard);
}

function isClassVector(value: unknown): boolean {
  return isListOf(value, ROAD_USER_CLASSES.length, isWholeNumber);
}

function isReason(value: unknown): boolean {
  return (GAP_REASONS as readonly unknown[]).includes(value);
}

function isCoverageState(value: unknown): boolean {
  if (!isRecord(value)) return false;
  return (
    isWholeNumber(value.settledUs) &&
    isWholeNumber(value.gapSinceUs) &&
    isNullOr(value.pendingUs, isWholeNumber) &&
    isNullOr(value.lastGap, (gap) => isRecord(gap) && isWholeNumber(gap.toUs) && isReason(gap.reason))
  );
}

function isTotals(value: unknown, site: CountingSite): boolean {
  if (!isRecord(value)) return false;
  const { startUs, coveredUs, uncoveredUs, framesAnalysed, reasons } = value;
  const windowUs = site.windowSeconds * US_PER_SECOND;
  if (!isWholeNumber(startUs) || startUs % windowUs !== 0) return false;
  if (!isWholeNumber(coveredUs) || !isWholeNumber(uncoveredUs) || coveredUs + uncoveredUs > windowUs) {
    return false;
  }
  return (
    isWholeNumber(framesAnalysed) &&
    Array.isArray(reasons) &&
    reasons.every(isReason) &&
    isListOf(value.zones, site.zones.length, isZoneTotals) &&
    isListOf(
      value.lines,
      site.lines.length,
      (line) => isRecord(line) && isClassVector(line.in) && isClassVector(line.out),
    ) &&
    (!measuresSpeed(site) || hasSpeedSums(value.zones, value.lines))
  );
}

function hasSpeedSums(zones: unknown, lines: unknown): boolean {
  const hasSums = (sums: unknown, ...keys: readonly string[]) =>
    isRecord(sums) && keys.every((key) => isWholeNumber(sums[key]));
  return (
    (zones as { motion?: unknown }[]).every(({ motion }) => hasSums(motion, 'vehicleUs', 'distance')) &&
    (lines as { speeds?: unknown }[]).every(
      ({ speeds }) =>
        isRecord(speeds) && [speeds.in, speeds.out].every((sums) => hasSums(sums, 'samples', 'paceUsPerKm')),
    )
  );
}

function isMotion(value: unknown): boolean {
  return isRecord(value) && isWholeNumber(value.vehicles) && isWholeNumber(value.speedCmPerS);
}

function isZoneTotals(value: unknown): boolean {
  return (
    isRecord(value) &&
    ['countUs', 'max', 'entered', 'left'].every((key) => isClassVector(value[key])) &&
    isWholeNumber(value.vehiclesMax) &&
    isWholeNumber(value.occupiedUs)
  );
}
