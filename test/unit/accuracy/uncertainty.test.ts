import { describe, expect, it } from 'vitest';
import {
  comparableRate,
  crossingEvidence,
  presenceEvidence,
} from '../../../pipelines/domain/accuracy/figures.ts';
import {
  countUncertainty,
  crossingErrorRates,
  flowRateUncertainty,
  presenceUncertainty,
  uncertaintyOf,
} from '../../../pipelines/domain/accuracy/uncertainty.ts';
import { SAMPLE_FIGURES } from './sample-figures.ts';

const FLAWLESS = { truth: 28, missed: 0, overCounted: 0 };

describe('rates of miss and over-count', () => {
  it('of 28 without an error are not certain to be zero', () => {
    // p = 0.5/29; u²(p) = p(1−p)/30; q = 0.5/28; u²(q) = 0.5/28².
    const rates = crossingErrorRates(FLAWLESS);
    expect(rates.missRate).toBeCloseTo(0.017241, 6);
    expect(Math.sqrt(rates.missVariance)).toBeCloseTo(0.023766, 6);
    expect(rates.overRate).toBeCloseTo(0.017857, 6);
    expect(Math.sqrt(rates.overVariance)).toBeCloseTo(0.025254, 6);
  });
});

describe('uncertainty of a count', () => {
  // By hand: T = (N + ½)/(1 − p + q); u² = T(p(1 − p) + q) + T²((q − p)² + u²(p) + u²(q)).
  it.each([
    { count: 15, evidence: FLAWLESS, standard: 0.9098, why: 'T 15.4905, chance 0.5391, rates 0.2887' },
    { count: 0, evidence: FLAWLESS, standard: 0.133, why: 'nobody counted is not nobody there' },
    {
      count: 100,
      evidence: { truth: 50, missed: 10, overCounted: 0 },
      standard: 25.9475,
      why: 'a fifth missed: bias of 24 dominates, T 124.98, chance 21.68, rates 651.59',
    },
    { count: 1500, evidence: FLAWLESS, standard: 52.5097, why: 'shared rates dominate: 3.5 %, not 1/√N' },
    {
      count: 0,
      evidence: { truth: 27.6, missed: 27.6, overCounted: 0 },
      standard: 13.5728,
      why: 'an instrument that misses everything knows nothing',
    },
  ])('$count counted: $standard ($why)', ({ count, evidence, standard }) => {
    expect(countUncertainty(count, evidence)).toBeCloseTo(standard, 4);
  });

  it('of a sum is neither the sum nor the quadrature of its windows', () => {
    const one = countUncertainty(15, FLAWLESS);
    const hundred = countUncertainty(1500, FLAWLESS);
    expect(hundred).toBeLessThan(100 * one);
    expect(hundred).toBeGreaterThan(10 * one);
  });
});

describe('uncertainty of a flow rate', () => {
  const totals = { kind: 'flow', framesPerSecond: 5, coverage: 1, analysedSeconds: 60 } as const;
  it('is that of the count where the whole window was analysed', () => {
    expect(flowRateUncertainty(15, totals, FLAWLESS)).toBeCloseTo(0.9098009754 * 60, 6);
  });
  it('adds the Poisson number of the time not analysed', () => {
    // √(0.8277 + 15.5 × 0.5) × 3600/30
    const half = { ...totals, coverage: 0.5, analysedSeconds: 30 };
    expect(flowRateUncertainty(15, half, FLAWLESS)).toBeCloseTo(351.4533, 4);
  });
});

describe('uncertainty of presence', () => {
  // u² = rmse² n/(n − 2) max(r, r²) + (1 − c)² 2(M + ½), r = (M + ½)/(L + ½); here rmse² n/(n − 2) = 0.72.
  const evidence = { level: 4, rmse: 0.6, independent: 4, mae: 0.4, bias: 0.1 };
  it.each([
    { mean: 4, coverage: 1, standard: 0.848528, why: 'at the measured level' },
    { mean: 8.5, coverage: 1, standard: 1.697056, why: 'r = 2: twice' },
    { mean: 0, coverage: 1, standard: 0.282843, why: 'r = 1/9: a third' },
    { mean: 4, coverage: 0.5, standard: 1.723369, why: '√(0.72 + ¼ × 9)' },
  ])('$mean present, coverage $coverage: $standard ($why)', ({ mean, coverage, standard }) => {
    expect(presenceUncertainty(mean, coverage, evidence)).toBeCloseTo(standard, 6);
  });
});

describe('the measured rate a camera is compared with', () => {
  it.each([
    { own: 5, found: 5 },
    { own: 9.99, found: 5 },
    { own: 10, found: 10 },
    { own: 20, found: 10 },
    { own: 25, found: undefined },
    { own: 0.2, found: 0.2 },
    { own: 0.1, found: undefined },
    { own: 12 / 60, found: 0.2 },
  ])('$own/s: $found', ({ own, found }) => {
    expect(comparableRate([0.2, 0.5, 1, 2, 5, 10], own)).toBe(found);
  });
});

describe('evidence of several scenes', () => {
  it('a rate at which no true event was seen is no measured rate', () => {
    expect(crossingEvidence(SAMPLE_FIGURES, 'people', 8)).toEqual(FLAWLESS);
    expect(crossingEvidence(SAMPLE_FIGURES, 'people', 15)).toBeUndefined();
  });

  it('counts windows before instants', () => {
    expect(presenceEvidence(SAMPLE_FIGURES, 'people', 5)).toEqual({
      ...{ level: 4, rmse: 0.6, mae: 0.4, bias: 0.1, independent: 4 },
    });
  });

  it('zones of one scene share its weight, scenes add theirs', () => {
    const [row] = SAMPLE_FIGURES.presence;
    const rows = [
      { ...row!, zoneId: 'a', perWindow: { ...row!.perWindow!, rmse: 1, meanTruth: 6 } },
      { ...row!, zoneId: 'b', perWindow: { ...row!.perWindow!, rmse: 0, meanTruth: 2 } },
      { ...row!, sceneId: 'other', perWindow: { ...row!.perWindow!, rmse: 1, meanTruth: 4 } },
    ];
    const found = presenceEvidence({ presence: rows }, 'people', 5);
    expect(found).toMatchObject({ independent: 8, level: 4 });
    // Mean square: (4 × (1 + 0)/2 + 4 × 1) / 8 = 0.75.
    expect(found?.rmse).toBeCloseTo(Math.sqrt(0.75), 12);
  });

  it('two independent errors are too few to say anything', () => {
    const presence = SAMPLE_FIGURES.presence.map((row) => ({ ...row, independent: 2 }));
    expect(presenceEvidence({ presence }, 'people', 5)).toBeUndefined();
  });
});

describe('uncertainties of a window', () => {
  const flow = { kind: 'flow', framesPerSecond: 5, coverage: 1, analysedSeconds: 60 } as const;
  it('are of what was counted, with the interval of ± 2 cut at zero, and name their basis', () => {
    const found = uncertaintyOf({ ...flow, peopleVolume: 0, volume: 100 }, SAMPLE_FIGURES);
    expect(found).toEqual({
      volume: { standard: 25.948, low: 48.105, high: 151.895 },
      flowRatePerHour: { standard: 1556.852, low: 2886.296, high: 9113.704 },
      peopleVolume: { standard: 0.133, low: 0, high: 0.266 },
      peopleFlowRatePerHour: { standard: 7.98, low: 0, high: 15.961 },
      basis: SAMPLE_FIGURES.basis,
    });
  });

  it('are absent where nothing was measured', () => {
    expect(uncertaintyOf({ ...flow, framesPerSecond: 25, volume: 3 }, SAMPLE_FIGURES)).toBeUndefined();
    expect(uncertaintyOf({ ...flow, coverage: 0, analysedSeconds: 0 }, SAMPLE_FIGURES)).toBeUndefined();
    const presence = { kind: 'presence', framesPerSecond: 5, coverage: 1 } as const;
    expect(uncertaintyOf({ ...presence, vehiclesPresentMean: 3 }, SAMPLE_FIGURES)).toBeUndefined();
    const people = uncertaintyOf(
      { ...presence, peoplePresentMean: 8.5, vehiclesPresentMean: 3 },
      SAMPLE_FIGURES,
    );
    expect(people).toEqual({
      peoplePresentMean: { standard: 1.697, low: 5.106, high: 11.894 },
      basis: SAMPLE_FIGURES.basis,
    });
  });
});
