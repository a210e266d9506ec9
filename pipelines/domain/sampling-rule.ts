/**
 * How many pictures per second a camera needs for what it must measure. The constants are measured: error against
 * sampling rate on PETS09-S2L1 and on the junction clip (`docs/accuracy.md`, "Error against sampling rate").
 */
import { type BilingualText, decimalComma } from './bilingual-text.ts';

/** What a camera must measure. */
export interface SamplingNeed {
  /** Who is present in zones. */
  readonly presence: boolean;
  /** Who crosses counting lines, or enters and leaves zones. */
  readonly crossings: boolean;
  /**
   * Speed across the lines that nine of ten road users keep below, in their own sizes per second as the camera sees
   * them (body widths of a walker, lengths of a car). A walker has 2 to 2.5, a car at 50 km/h 3, a motorcycle at 60 km/h 8.
   */
  readonly speedSizesPerSecond?: number;
  /** Typical time for which one road user is in the picture. */
  readonly secondsInView?: number;
  /** The camera's own rate; more can't be had. */
  readonly sourceFramesPerSecond?: number;
}

/** What demanded the rate. */
export type SamplingReason = 'nothing' | 'presence' | 'presence-brief' | 'crossing-speed' | 'crossing-brief';

/** A rate and why. */
export interface SamplingChoice {
  /** Pictures per second of media time. */
  readonly framesPerSecond: number;
  readonly reason: SamplingReason;
  /** True where the camera gives less than is needed: errors grow. */
  readonly isLimitedBySource: boolean;
  /** One sentence for the operator. */
  readonly why: BilingualText;
}

/** The rates that are chosen from; each is one of the measured curve, so each has a known error. */
export const SAMPLING_STEPS: readonly number[] = [0.2, 0.5, 1, 2, 5, 10];

/**
 * Largest step between two pictures in own sizes of all but the fastest tenth. On PETS09-S2L1 that tenth crosses the line
 * with more than 2.5 widths per second: at steps of 0.25 (10 frames/s) all 28 crossings are right, at 0.5 (5/s) one is
 * missed and one counted too many in every second run, at 1.25 (2/s) 3.4 are missed, at 2.5 (1/s) 8, and at 5 (0.5/s) most:
 * tracks can no longer be told apart. 0.5 keeps what the rate itself costs at one crossing in twenty; so it does for the vehicles of the
 * junction clip (of 51 missed: 2.5 at 10/s, 3.7 at 5/s, 6.2 at 2/s, 16.4 at 1/s).
 */
const MAX_STEP_SIZES = 0.5;

/** Speed assumed where none is given: nine walkers of ten are slower (2.5 own widths per second on PETS09-S2L1). */
const ASSUMED_SPEED_SIZES_PER_SECOND = 2.5;

/**
 * A crossing needs two clear sights on either side of the line, and a track is confirmed at its second sight after
 * 0.4 s; twice that leaves room for misses. (Frigate asks for 8–10 detections per pass.)
 */
const SIGHTS_PER_PASS = 8;

/**
 * Presence: from 2 frames/s on the error falls little with the rate (PETS09-S2L1: MAE 0.50 of 5.6 people against 0.47 at
 * 10/s; junction: 0.23 of 4.0 vehicles against 0.11, on 20 labelled instants). At 1/s it is a quarter larger with people and
 * nearly twice as large with vehicles, at 0.2/s two and three times as large, because a weak sight can then not be joined to
 * a sure one before and after.
 */
const PRESENCE_FRAMES_PER_SECOND = 2;

/** Who is in view only briefly must still be sampled about twice, or whole visits fall between two pictures. */
const SIGHTS_PER_VISIT = 2;

/** The lowest measured rate for a camera on which nothing is counted: a look now and then that it still works. */
const IDLE_FRAMES_PER_SECOND = 0.2;

interface Demand {
  readonly needed: number;
  readonly reason: SamplingReason;
}

/**
 * The lowest rate of `SAMPLING_STEPS` that meets every demand, at most the highest step and the source's own rate.
 * @throws RangeError when speed, time or source rate is not above 0.
 */
export function chooseSamplingRate(need: SamplingNeed): SamplingChoice {
  checkAboveZero(need);
  const strictest = demandsOf(need).reduce((most, demand) => (demand.needed > most.needed ? demand : most));
  const most = SAMPLING_STEPS.at(-1)!;
  const step = SAMPLING_STEPS.find((rate) => rate >= strictest.needed - 1e-9) ?? most;
  const source = need.sourceFramesPerSecond ?? Number.POSITIVE_INFINITY;
  const framesPerSecond = Math.min(step, source);
  const isLimitedBySource = source < Math.min(strictest.needed, most);
  return {
    framesPerSecond,
    reason: strictest.reason,
    isLimitedBySource,
    why: explain({ need, reason: strictest.reason, framesPerSecond, isLimitedBySource }),
  };
}

function checkAboveZero(need: SamplingNeed): void {
  for (const name of ['speedSizesPerSecond', 'secondsInView', 'sourceFramesPerSecond'] as const) {
    const value = need[name];
    if (value !== undefined && !(value > 0))
      throw new RangeError(`${name}: found ${value}, allowed is above 0`);
  }
}

function demandsOf(need: SamplingNeed): Demand[] {
  const { secondsInView } = need;
  const demands: Demand[] = [{ needed: IDLE_FRAMES_PER_SECOND, reason: 'nothing' }];
  if (need.presence) {
    demands.push({ needed: PRESENCE_FRAMES_PER_SECOND, reason: 'presence' });
    if (secondsInView !== undefined)
      demands.push({ needed: SIGHTS_PER_VISIT / secondsInView, reason: 'presence-brief' });
  }
  if (need.crossings) {
    const speed = need.speedSizesPerSecond ?? ASSUMED_SPEED_SIZES_PER_SECOND;
    demands.push({ needed: speed / MAX_STEP_SIZES, reason: 'crossing-speed' });
    if (secondsInView !== undefined)
      demands.push({ needed: SIGHTS_PER_PASS / secondsInView, reason: 'crossing-brief' });
  }
  return demands;
}

function explain(choice: {
  readonly need: SamplingNeed;
  readonly reason: SamplingReason;
  readonly framesPerSecond: number;
  readonly isLimitedBySource: boolean;
}): SamplingChoice['why'] {
  const { id, en } = REASONS[choice.reason](choice.need);
  const rate = Number(choice.framesPerSecond.toFixed(2));
  const limit = choice.isLimitedBySource
    ? {
        id: '; kamera tidak memberi lebih, jadi galatnya lebih besar',
        en: '; the camera gives no more, so the error is larger',
      }
    : { id: '', en: '' };
  return {
    id: `${decimalComma(rate)} gambar/detik: ${id}${limit.id}.`,
    en: `${rate} pictures/s: ${en}${limit.en}.`,
  };
}

/** Who reads the rate must know that nobody said how fast road users pass here. */
const ASSUMED = {
  id: ', kecepatan pejalan yang diandaikan karena tidak disebut',
  en: ', the speed of walkers, assumed as none is given',
};

const REASONS: Readonly<Record<SamplingReason, (need: SamplingNeed) => BilingualText>> = {
  nothing: () => ({
    id: 'tidak ada yang dihitung, cukup untuk tahu bahwa kamera hidup',
    en: 'nothing is counted, enough to know that the camera lives',
  }),
  presence: () => ({
    id: 'hanya kehadiran; di atas ini galat hampir tidak turun lagi, di bawahnya orang yang sebentar tertutup hilang',
    en: 'presence only; above this the error hardly falls, below it people hidden for a moment are lost',
  }),
  'presence-brief': ({ secondsInView = 0 }) => ({
    id: `kehadiran orang yang tampak hanya ${decimalComma(secondsInView)} detik; masing-masing perlu terlihat ${SIGHTS_PER_VISIT} kali`,
    en: `presence of road users in view for only ${secondsInView} s; each must be seen ${SIGHTS_PER_VISIT} times`,
  }),
  'crossing-speed': ({ speedSizesPerSecond: given }) => ({
    id: `lintasan pada ${decimalComma(given ?? ASSUMED_SPEED_SIZES_PER_SECOND)} kali ukuran tubuh/kendaraan per detik${given === undefined ? ASSUMED.id : ''}; antara dua gambar paling jauh ${decimalComma(MAX_STEP_SIZES)} ukuran`,
    en: `crossings at ${given ?? ASSUMED_SPEED_SIZES_PER_SECOND} own sizes per second${given === undefined ? ASSUMED.en : ''}; at most ${MAX_STEP_SIZES} sizes between two pictures`,
  }),
  'crossing-brief': ({ secondsInView = 0 }) => ({
    id: `lintasan pengguna jalan yang tampak hanya ${decimalComma(secondsInView)} detik; masing-masing perlu terlihat ${SIGHTS_PER_PASS} kali`,
    en: `crossings of road users in view for only ${secondsInView} s; each must be seen ${SIGHTS_PER_PASS} times`,
  }),
};
