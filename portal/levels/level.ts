/** The levels of the aggregation pyramid and the windows they are cut into. Pure. */
import { US_PER_SECOND } from '../../pipelines/domain/time.ts';

/**
 * From fine to coarse. `minute` is what workers publish: its windows are as long as the camera counts them, shorter ones
 * put together to minutes. The others are rolled up by the store.
 */
export const LEVELS = ['minute', 'quarter-hour', 'hour', 'day'] as const;
export type Level = (typeof LEVELS)[number];

/** The levels whose rows the store computes and keeps, from fine to coarse. */
export const ROLLED_LEVELS = ['quarter-hour', 'hour', 'day'] as const;
export type RolledLevel = (typeof ROLLED_LEVELS)[number];

/** Length of a level's window in seconds. Of `minute` it is the shortest length; see `LEVELS`. */
export const LEVEL_SECONDS: Readonly<Record<Level, number>> = {
  minute: 60,
  'quarter-hour': 900,
  hour: 3600,
  day: 86_400,
};

/**
 * Local time of Semarang, Asia/Jakarta (WIB), ahead of UTC in seconds; no summer time since 1964. Days begin at local
 * midnight; shorter windows begin at the same instants in both zones.
 */
export const JAKARTA_OFFSET_SECONDS = 7 * 3600;

/** Start, µs UTC, of the window of a level that holds an instant. */
export function levelWindowStartUs(level: Level, instantUs: number): number {
  const lengthUs = LEVEL_SECONDS[level] * US_PER_SECOND;
  const offsetUs = level === 'day' ? JAKARTA_OFFSET_SECONDS * US_PER_SECOND : 0;
  return Math.floor((instantUs + offsetUs) / lengthUs) * lengthUs - offsetUs;
}

/**
 * True when windows of this length can be put together to windows of the level: they divide it. Days need windows that
 * divide an hour, since local midnight is a whole hour of UTC; the site file allows no others.
 */
export function nestsIn(windowSeconds: number, level: Level): boolean {
  return 3600 % windowSeconds === 0 && LEVEL_SECONDS[level] % windowSeconds === 0;
}
