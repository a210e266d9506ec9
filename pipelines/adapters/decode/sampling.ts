/**
 * Which pictures of a stream are analysed. The rule looks at one picture and the decoded picture before it and
 * at nothing else, so where decoding began, and what was selected before, never changes the answer: a recording
 * read in twenty segments gives the pictures of one read whole.
 *
 * Ticks stand every 1/N seconds from the origin. A picture is selected when at least one tick lies between the
 * picture before it (exclusive) and itself (inclusive): the first picture at or after each tick.
 */

/** A grid of ticks on the media's time line. */
export interface SamplingGrid {
  /** Ticks per second of media time, > 0; need not be whole. */
  readonly framesPerSecond: number;
  /** Media time of the first tick, in the stream's own time stamps. */
  readonly originUs: number;
}

/**
 * A picture this much before a tick counts as on it. Matroska and FLV round time stamps to whole milliseconds,
 * so at N = the source's rate a picture may stand 0.5 ms early, and would otherwise be lost with its tick.
 */
export const TICK_TOLERANCE_US = 1_000;

/**
 * Pictures this much before a part are sampled as those in it, so that its first one has the neighbours that it would
 * have in the whole recording: one without a time gets that of the picture before it plus an interval.
 */
const PART_MARGIN_US = 2_000_000;
/** Of the pictures before that, one per 2 s is shown, as a sign of life: decoding up to a part may take a minute. */
const SIGN_OF_LIFE_S = 2;

/** Ticks passed at `ptsUs`, in ffmpeg's own formula. */
function ticksAt(ptsUs: number, grid: SamplingGrid): number {
  const seconds = (ptsUs - grid.originUs) / 1e6;
  return Math.floor(seconds * grid.framesPerSecond + toleranceTicks(grid));
}

/** The tolerance as a share of a tick, kept below half so that no tick is taken twice. */
function toleranceTicks(grid: SamplingGrid): number {
  return Math.min(0.4, (TICK_TOLERANCE_US / 1e6) * grid.framesPerSecond);
}

/**
 * The rule in TypeScript: what ffmpeg is held to, and what frozen time lines are thinned by. `previousPtsUs` is the
 * decoded picture before.
 */
export function isSampled(previousPtsUs: number | undefined, ptsUs: number, grid: SamplingGrid): boolean {
  return previousPtsUs === undefined || ticksAt(previousPtsUs, grid) !== ticksAt(ptsUs, grid);
}

/**
 * The same rule as an expression of ffmpeg's `select` filter. `prev_t` is the time of the picture before, selected
 * or not, and NaN at the first one; `eq` with NaN is 0, so the first picture and one without a time are selected.
 *
 * What stands before `partFromUs` (the stream's own time) is decoded only to reach the part: few of it are selected,
 * as scaling and handing over a picture costs more than decoding it.
 */
export function samplingExpression(grid: SamplingGrid, partFromUs?: number): string {
  const ticks = (time: string) =>
    `floor((${time}-(${seconds(grid.originUs)}))*${decimal(grid.framesPerSecond)}+${decimal(toleranceTicks(grid))})`;
  const isSampled = `not(eq(${ticks('t')},${ticks('prev_t')}))`;
  if (partFromUs === undefined || grid.framesPerSecond * SIGN_OF_LIFE_S <= 1) return isSampled;
  const signOfLife = `not(eq(floor(t/${SIGN_OF_LIFE_S}),floor(prev_t/${SIGN_OF_LIFE_S})))`;
  return `if(lt(t,${seconds(partFromUs - PART_MARGIN_US)}),${signOfLife},${isSampled})`;
}

/** Exact decimal seconds of whole microseconds. */
export function seconds(us: number): string {
  if (!Number.isSafeInteger(us)) throw new RangeError(`not a whole number of microseconds: ${us}`);
  const sign = us < 0 ? '-' : '';
  const digits = String(Math.abs(us)).padStart(7, '0');
  return `${sign}${digits.slice(0, -6)}.${digits.slice(-6)}`;
}

/** A finite number without exponent, which ffmpeg's parser would take for a variable. */
function decimal(value: number): string {
  if (!Number.isFinite(value) || value < 0) throw new RangeError(`not a finite positive number: ${value}`);
  return value.toFixed(12).replace(/\.?0+$/, '');
}
