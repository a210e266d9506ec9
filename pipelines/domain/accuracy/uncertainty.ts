/**
 * From measured errors to the uncertainty of one published value (JCGM 100, GUM). The derivation is in
 * `docs/data-contract.md`, "Ketidakpastian". A published value is never corrected by what was measured on other scenes;
 * their bias is a part of the uncertainty instead (GUM F.2.4.5).
 *
 * Levels: add up counts and analysed time, then call `uncertaintyOf` on the totals. The uncertainty of a sum is not a
 * combination of the windows' uncertainties: miss and over rates are the same unknown numbers in every window.
 */
import { roundedRatio } from '../aggregate/indicators.ts';
import type { ClassGroup } from '../classes.ts';
import type { FlowUncertainty, PresenceUncertainty, Uncertainty } from '../types.ts';
import {
  type AccuracyFigures,
  type CrossingEvidence,
  crossingEvidence,
  type PresenceEvidence,
  presenceEvidence,
} from './figures.ts';

/** Half width of the published interval in standard uncertainties: 95 % of a normal distribution, as GUM 6.2.2 uses it. */
const COVERAGE_FACTOR = 2;

/** Jeffreys' prior counts half an event: none of 28 missed does not mean that none is ever missed. */
const HALF_EVENT = 0.5;

const DECIMALS = 3;
const SECONDS_PER_HOUR = 3_600;

/** What was counted over one line in one direction. A measure left out was not made. */
export interface FlowTotals {
  readonly kind: 'flow';
  /** At which pictures were due, 1/s: `framesExpected` / window seconds. */
  readonly framesPerSecond: number;
  /** Share of the window that was analysed, above 0. */
  readonly coverage: number;
  readonly analysedSeconds: number;
  readonly volume?: number;
  readonly peopleVolume?: number;
}

/** What was present in one zone. A measure left out was not made. */
export interface PresenceTotals {
  readonly kind: 'presence';
  readonly framesPerSecond: number;
  readonly coverage: number;
  /** Means over the analysed time. */
  readonly peoplePresentMean?: number;
  readonly vehiclesPresentMean?: number;
}

/** Chances of the two errors of a crossing and the variances with which they are known. */
export interface CrossingErrorRates {
  /** Chance that a true crossing is not counted. */
  readonly missRate: number;
  readonly missVariance: number;
  /** False crossings per true one. */
  readonly overRate: number;
  readonly overVariance: number;
}

/** Posterior means and variances with Jeffreys' priors: Beta(m + ½, n − m + ½) and Gamma(o + ½) / n. */
export function crossingErrorRates({ truth, missed, overCounted }: CrossingEvidence): CrossingErrorRates {
  const missRate = (missed + HALF_EVENT) / (truth + 2 * HALF_EVENT);
  const overRate = (overCounted + HALF_EVENT) / truth;
  return {
    missRate,
    missVariance: (missRate * (1 - missRate)) / (truth + 2),
    overRate,
    overVariance: overRate / truth,
  };
}

/**
 * Standard uncertainty of a count of crossings in the analysed time. With T = (N + ½) / (1 − p + q) true crossings
 * expected: chance T (p (1 − p) + q), the same in no two windows, and bias with its own doubt T² ((q − p)² + u²(p) +
 * u²(q)), the same in all.
 */
export function countUncertainty(count: number, evidence: CrossingEvidence): number {
  const { missRate: p, overRate: q, missVariance, overVariance } = crossingErrorRates(evidence);
  const expected = (count + HALF_EVENT) / (1 - p + q);
  const chance = expected * (p * (1 - p) + q);
  const bias = expected * expected * ((q - p) * (q - p) + missVariance + overVariance);
  return Math.sqrt(chance + bias);
}

/**
 * Standard uncertainty of a flow rate per hour, which speaks for the whole window: that of the count, and what may have
 * passed in the time not analysed. Given N in a share c of the window the rest is negative binomial (Poisson arrivals,
 * Jeffreys' prior), which adds (N + ½)(1 − c) to the variance of the count.
 */
export function flowRateUncertainty(count: number, totals: FlowTotals, evidence: CrossingEvidence): number {
  const ofCount = countUncertainty(count, evidence);
  const unseen = (count + HALF_EVENT) * (1 - totals.coverage);
  return (Math.sqrt(ofCount * ofCount + unseen) * SECONDS_PER_HOUR) / totals.analysedSeconds;
}

/**
 * Standard uncertainty of a mean number present. The measured root mean square error is scaled from the level L it was
 * measured at by r = (mean + ½) / (L + ½): in proportion above L, as √r below it; n / (n − 2) because it rests on n errors
 * only. Time not analysed adds (1 − c)² · 2 (mean + ½): the analysed and the other part taken as one instant each of a
 * Poisson number.
 */
export function presenceUncertainty(mean: number, coverage: number, evidence: PresenceEvidence): number {
  const { level, rmse, independent } = evidence;
  const ratio = (mean + HALF_EVENT) / (level + HALF_EVENT);
  const measured = rmse * rmse * (independent / (independent - 2)) * Math.max(ratio, ratio * ratio);
  const unseen = (1 - coverage) * (1 - coverage) * 2 * (mean + HALF_EVENT);
  return Math.sqrt(measured + unseen);
}

type FindEvidence<Evidence> = (
  figures: AccuracyFigures,
  group: ClassGroup,
  framesPerSecond: number,
) => Evidence | undefined;

/** Rates in use at a time: those of a city's cameras. */
const MOST_RATES = 100;

/** Looks through the figures once for each rate: every row of a series asks for the same. */
function remembered<Evidence>(find: FindEvidence<Evidence>): FindEvidence<Evidence> {
  const known = new WeakMap<AccuracyFigures, Map<string, { readonly evidence: Evidence | undefined }>>();
  return (figures, group, framesPerSecond) => {
    const key = `${group} ${framesPerSecond}`;
    const found = known.get(figures)?.get(key);
    if (found !== undefined) return found.evidence;
    const evidence = find(figures, group, framesPerSecond);
    const ofFigures = known.get(figures);
    if (ofFigures === undefined || ofFigures.size >= MOST_RATES)
      known.set(figures, new Map([[key, { evidence }]]));
    else ofFigures.set(key, { evidence });
    return evidence;
  };
}

const crossingsOf = remembered(crossingEvidence);
const presencesOf = remembered(presenceEvidence);

function uncertaintyAround(value: number, standard: number): Uncertainty {
  return {
    standard: roundedRatio(standard, 1, DECIMALS),
    low: roundedRatio(Math.max(0, value - COVERAGE_FACTOR * standard), 1, DECIMALS),
    high: roundedRatio(value + COVERAGE_FACTOR * standard, 1, DECIMALS),
  };
}

/**
 * Uncertainties of the totals of one window, of whatever length. Undefined where nothing was analysed or nothing measured
 * that these totals can be compared with. The caller sees to it that the figures are those of the totals' model
 * (`areFiguresOf`).
 */
export function uncertaintyOf(totals: FlowTotals, figures: AccuracyFigures): FlowUncertainty | undefined;
export function uncertaintyOf(
  totals: PresenceTotals,
  figures: AccuracyFigures,
): PresenceUncertainty | undefined;
export function uncertaintyOf(
  totals: FlowTotals | PresenceTotals,
  figures: AccuracyFigures,
): FlowUncertainty | PresenceUncertainty | undefined {
  if (!(totals.coverage > 0)) return undefined;
  return totals.kind === 'flow' ? ofFlow(totals, figures) : ofPresence(totals, figures);
}

type Unfinished<T> = { -readonly [Key in keyof T]?: T[Key] };

// Put in one by one: every row of every answer comes through here.
function ofFlow(totals: FlowTotals, figures: AccuracyFigures): FlowUncertainty | undefined {
  const { framesPerSecond, volume, peopleVolume } = totals;
  const ofVehicles = volume === undefined ? undefined : crossingsOf(figures, 'vehicles', framesPerSecond);
  const ofPeople = peopleVolume === undefined ? undefined : crossingsOf(figures, 'people', framesPerSecond);
  if (ofVehicles === undefined && ofPeople === undefined) return undefined;
  const measures: Unfinished<FlowUncertainty> = {};
  if (volume !== undefined && ofVehicles !== undefined) {
    measures.volume = uncertaintyAround(volume, countUncertainty(volume, ofVehicles));
    measures.flowRatePerHour = aroundRate(volume, totals, ofVehicles);
  }
  if (peopleVolume !== undefined && ofPeople !== undefined) {
    measures.peopleVolume = uncertaintyAround(peopleVolume, countUncertainty(peopleVolume, ofPeople));
    measures.peopleFlowRatePerHour = aroundRate(peopleVolume, totals, ofPeople);
  }
  measures.basis = figures.basis;
  return measures as FlowUncertainty;
}

function aroundRate(count: number, totals: FlowTotals, evidence: CrossingEvidence): Uncertainty {
  const ratePerHour = (count * SECONDS_PER_HOUR) / totals.analysedSeconds;
  return uncertaintyAround(ratePerHour, flowRateUncertainty(count, totals, evidence));
}

function ofPresence(totals: PresenceTotals, figures: AccuracyFigures): PresenceUncertainty | undefined {
  const { framesPerSecond, coverage, peoplePresentMean, vehiclesPresentMean } = totals;
  const ofPeople =
    peoplePresentMean === undefined ? undefined : presencesOf(figures, 'people', framesPerSecond);
  const ofVehicles =
    vehiclesPresentMean === undefined ? undefined : presencesOf(figures, 'vehicles', framesPerSecond);
  if (ofPeople === undefined && ofVehicles === undefined) return undefined;
  const around = (mean: number, evidence: PresenceEvidence) =>
    uncertaintyAround(mean, presenceUncertainty(mean, coverage, evidence));
  const measures: Unfinished<PresenceUncertainty> = {};
  if (peoplePresentMean !== undefined && ofPeople !== undefined) {
    measures.peoplePresentMean = around(peoplePresentMean, ofPeople);
  }
  if (vehiclesPresentMean !== undefined && ofVehicles !== undefined) {
    measures.vehiclesPresentMean = around(vehiclesPresentMean, ofVehicles);
  }
  measures.basis = figures.basis;
  return measures as PresenceUncertainty;
}
