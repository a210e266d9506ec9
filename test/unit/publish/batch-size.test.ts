import { describe, expect, it } from 'vitest';
import { createBatchSize, MOST_BATCH_ROWS } from '../../../pipelines/adapters/publish/batch-size.ts';
import { MAX_BATCH_RECORDS } from '../../../portal/api/observation-schema.ts';

const TIMEOUT_MS = 10_000;
const QUICK_MS = 1000;

describe('the size of a batch', () => {
  /** A size after full batches that were answered in `elapsedMs` each. */
  function grown(batches: number, elapsedMs: number, size = createBatchSize(TIMEOUT_MS)) {
    const sizes: number[] = [];
    for (let i = 0; i < batches; i++) {
      sizes.push(size.rows());
      size.took({ rows: size.rows(), elapsedMs });
    }
    return { size, sizes };
  }

  it('never exceeds what the portal takes at once', () => {
    expect(MOST_BATCH_ROWS).toBe(MAX_BATCH_RECORDS);
  });

  it('doubles while full batches are answered quickly', () => {
    expect(grown(5, QUICK_MS).sizes).toEqual([200, 400, 800, 1000, 1000]);
  });

  it('stays where answers take longer, or where no backlog waits', () => {
    expect(grown(9, QUICK_MS + 1).size.rows()).toBe(200);
    const live = createBatchSize(TIMEOUT_MS);
    for (let i = 0; i < 50; i++) live.took({ rows: 199, elapsedMs: 1 });
    expect(live.rows()).toBe(200);
  });

  it('halves on failure and tries a size that failed only after ten quick batches', () => {
    const { size } = grown(3, QUICK_MS);
    size.failed(1000);
    expect(grown(12, QUICK_MS, size).sizes).toEqual([...Array.from({ length: 10 }, () => 500), 1000, 1000]);
    size.failed(1000);
    size.failed(500);
    expect(size.rows()).toBe(250);
  });

  it('is not brought down by an outage that small batches meet', () => {
    const size = createBatchSize(TIMEOUT_MS);
    for (let i = 0; i < 99; i++) size.failed(Math.min(size.rows(), 20));
    expect(size.rows()).toBe(200);
    for (let i = 0; i < 99; i++) size.failed(size.rows());
    expect(size.rows()).toBe(25);
  });
});
