import fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { csvHeader, csvRow } from '../../../pipelines/adapters/publish/csv.ts';
import {
  countingWithUncertainty,
  withUncertainty,
} from '../../../pipelines/domain/accuracy/record-uncertainty.ts';
import { accuracyStatement } from '../../../pipelines/domain/accuracy/statement.ts';
import { createCounting } from '../../../pipelines/domain/counting.ts';
import type { Lineage, Observation, TimelineEvent } from '../../../pipelines/domain/types.ts';
import { addAccuracyRoutes } from '../../../portal/api/accuracy-routes.ts';
import { observationSchema } from '../../../portal/api/observation-schema.ts';
import { checkByZod } from '../../../portal/api/route-doc.ts';
import { publicObservation } from '../../../portal/privacy/publish-rows.ts';
import { sampleFlow, sampleGap, samplePresence } from '../portal/sample-observations.ts';
import { SAMPLE_FIGURES } from './sample-figures.ts';

const LINEAGE: Lineage = {
  modelId: SAMPLE_FIGURES.modelId,
  modelSha256: SAMPLE_FIGURES.modelSha256,
  siteVersion: 's1',
  pipelineVersion: SAMPLE_FIGURES.pipelineVersion,
  framesPerSecond: 5,
  jobId: 'rec_1',
};
const ofModel = <T extends Observation>(record: T, change: Partial<Lineage> = {}): T => ({
  ...record,
  lineage: { ...LINEAGE, ...change },
});
const rated = (record: Observation) => withUncertainty(ofModel(record), SAMPLE_FIGURES);

describe('the uncertainty of a record', () => {
  it('is computed from what the record publishes', () => {
    expect(rated(sampleFlow(0, { people: 15 })).uncertainty).toMatchObject({
      peopleVolume: { standard: 0.91, low: 13.18, high: 16.82 },
    });
    expect(rated(samplePresence(0, { mean: 4, max: 6 })).uncertainty).toMatchObject({
      peoplePresentMean: { standard: 0.849 },
    });
  });

  it('goes by the rate at which pictures really were due, not by the one asked for', () => {
    const slow = { ...sampleFlow(0, { people: 15 }), framesExpected: 60 };
    expect(rated(slow)).not.toHaveProperty('uncertainty');
  });

  it.each<Partial<Lineage>>([
    { modelId: 'other' },
    { modelSha256: 'cd'.repeat(32) },
    { pipelineVersion: '0.9.0' },
  ])('is absent for %o: nothing was measured of it', (change) => {
    const record = ofModel(sampleFlow(0, { people: 15 }), change);
    expect(withUncertainty(record, SAMPLE_FIGURES)).toBe(record);
  });

  it('is absent without figures and without coverage', () => {
    const record = ofModel(sampleFlow(0));
    expect(withUncertainty(record, undefined)).toBe(record);
    expect(rated(sampleGap(0))).not.toHaveProperty('uncertainty');
  });

  it('passes the portal’s door, as do records without it; half of one, or one without coverage, does not', () => {
    const record = rated(sampleFlow(0, { people: 15, cars: 2 }));
    expect(observationSchema.parse(record)).toEqual(record);
    expect(observationSchema.safeParse(sampleFlow(0)).success).toBe(true);
    const half = { ...record, uncertainty: { basis: 'b', volume: { standard: 1, low: 3, high: 2 } } };
    expect(observationSchema.safeParse(half).success).toBe(false);
    expect(observationSchema.safeParse({ ...sampleGap(0), uncertainty: { basis: 'b' } }).success).toBe(false);
  });

  it('has its columns at the end', () => {
    const names = csvHeader().trimEnd().split(',');
    expect(names.slice(-19, -16)).toEqual(['volume_uncertainty', 'volume_low', 'volume_high']);
    const cells = csvRow(rated(sampleFlow(0, { people: 15 })))
      .trimEnd()
      .split(',');
    expect(cells.slice(-13, -10)).toEqual(['0.91', '13.18', '16.82']);
    expect(cells.at(-1)).toBe(SAMPLE_FIGURES.basis);
  });
});

describe('what withholds a count', () => {
  it('withholds its uncertainty, whose middle is the count', () => {
    const published = publicObservation(rated(sampleFlow(0, { people: 3, cars: 40 })), 5);
    expect(Object.keys(published.uncertainty ?? {})).toEqual(['volume', 'flowRatePerHour', 'basis']);
    expect(publicObservation(rated(samplePresence(0, { mean: 2, max: 3 })), 5)).not.toHaveProperty(
      'uncertainty',
    );
  });
  it('leaves that of a shown count', () => {
    const record = rated(sampleFlow(0, { people: 15, cars: 1 }));
    expect(publicObservation(record, 0)).toEqual(record);
  });
});

describe('counting with uncertainty', () => {
  const site = {
    ...{ cameraId: 'cam', windowSeconds: 60, groups: ['people', 'vehicles'] as const },
    zones: [
      {
        id: 'z',
        polygon: [
          { x: 0, y: 0 },
          { x: 1, y: 0 },
          { x: 1, y: 1 },
          { x: 0, y: 1 },
        ],
      },
    ],
    lines: [],
  };
  const events: TimelineEvent[] = Array.from({ length: 601 }, (_, i) => ({
    kind: 'frame',
    capturedAtUs: i * 200_000,
    detections: [],
  }));
  const run = () => {
    const plain = createCounting({
      ...{ site, framesPerSecond: 5, lineage: LINEAGE, thresholds: { score: 0.4, lowScore: 0.2 } },
      from: { startUs: 0, reason: 'outside-recording' },
    });
    const counting = countingWithUncertainty(plain, SAMPLE_FIGURES);
    return [
      ...events.flatMap((event) => counting.push(event)),
      ...counting.finish({ toUs: 150_000_000, reason: 'outside-recording' }),
    ];
  };

  it('rates pushed and finished records, the same bytes in every run', () => {
    const records = run();
    expect(records).toHaveLength(3);
    for (const record of records) expect(record.uncertainty).toBeDefined();
    expect(JSON.stringify(records)).toBe(JSON.stringify(run()));
  });
});

describe('the statement of accuracy', () => {
  it('gives numbers, scenes and limits, and a summary in both languages', () => {
    const statement = accuracyStatement(SAMPLE_FIGURES);
    expect(
      statement.crossings.map(({ group, framesPerSecond, missed, missRate }) => [
        group,
        framesPerSecond,
        missed,
        missRate,
      ]),
    ).toEqual([
      ['people', 5, 0, 0.017],
      ['vehicles', 5, 10, 0.206],
    ]);
    expect(statement.presence).toMatchObject([
      {
        group: 'people',
        errorsOf: 'windows',
        mae: 0.4,
        bias: 0.1,
        independentErrors: 4,
        standardUncertainty: 0.849,
      },
    ]);
    expect(statement.summary.id).toContain('dari 50, 10 terlewat dan 0 lebih hitung');
    expect(statement.summary.en).toContain('mean absolute error 0.4 of 4 (bias 0.1)');
  });

  it('is what GET /accuracy answers; without figures the list is empty', async () => {
    for (const figures of [[SAMPLE_FIGURES], undefined]) {
      const app = fastify();
      checkByZod(app);
      addAccuracyRoutes(app, figures);
      const answer = await app.inject('/accuracy');
      expect(answer.json()).toEqual({ accuracy: (figures ?? []).map(accuracyStatement) });
      await app.close();
    }
  });
});
