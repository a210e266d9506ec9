import { expect, it } from 'vitest';
import { formatIsoUs, parseIsoUs } from '../../../pipelines/domain/time.ts';
import { LEVEL_SECONDS, type RolledLevel } from '../../../portal/levels/level.ts';
import { createTraceReads } from '../../../portal/reads/method-traces.ts';
import type { SeriesQuery } from '../../../portal/store/store.ts';
import { METHOD } from '../../support/portal-data.ts';

/** 5 January 2026, local midnight. */
const DAY_US = Date.UTC(2026, 0, 4, 17) * 1e3;

it('a day in detail is its quarter hours, and hours where windows nest in none', async () => {
  const counted: Partial<Record<RolledLevel, readonly number[]>> = {
    'quarter-hour': [0, 1, 2, 3, 4],
    hour: [0, 1, 2],
  };
  const methods = async ({ level, kind, fromUs = 0 }: SeriesQuery) => ({
    traces: (kind === 'flow' ? (counted[level as RolledLevel] ?? []) : []).map((window) => ({
      cameraId: 'cam',
      windowStart: formatIsoUs(fromUs + window * LEVEL_SECONDS[level] * 1e6),
      methods: [METHOD],
    })),
  });
  const days = { cameraId: 'cam', fromUs: DAY_US, toUs: DAY_US + 86_400e6 };
  const traces = await createTraceReads({ methods }).inDetail(days);
  const minutes = traces.map(({ windowStart }) => (parseIsoUs(windowStart) - DAY_US) / 60e6);
  expect(minutes).toEqual([0, 15, 30, 45, 60, 120]);
});
