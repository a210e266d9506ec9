import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { csvHeader, csvRow } from '../../../pipelines/adapters/publish/csv.ts';
import type { Observation } from '../../../pipelines/domain/types.ts';
import { observationSchema } from '../../../portal/api/observation-schema.ts';

const golden = new URL('../../../fixtures/expected/golden-replay.ndjson', import.meta.url);
const records = readFileSync(golden, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Observation);

describe('the records that the path makes', () => {
  it('are of both kinds, so that this test says something', () => {
    expect(new Set(records.map((record) => record.kind))).toEqual(new Set(['flow', 'presence']));
  });

  it('pass the portal’s door unchanged', () => {
    for (const record of records) expect(observationSchema.parse(record)).toEqual(record);
  });

  it('fill one CSV cell per column', () => {
    const columns = csvHeader().split(',').length;
    for (const record of records) {
      const withoutQuoted = csvRow(record).replaceAll(/"[^"]*"/g, '');
      expect(withoutQuoted.split(',')).toHaveLength(columns);
    }
  });
});
