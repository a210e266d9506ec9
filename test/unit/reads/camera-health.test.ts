import { expect, it } from 'vitest';
import { cameraHealth, type HealthFacts } from '../../../portal/reads/camera-health.ts';

it('is as well as its last window was, also when the records of it are no longer kept', () => {
  const summary = {
    cameraId: 'cam-1',
    firstWindowStart: '2026-01-31T05:00:00Z',
    lastWindowStart: '2026-01-31T05:02:00Z',
    lastWindowEnd: '2026-01-31T05:03:00Z',
    lastAnalysedWindowEnd: '2026-01-31T05:03:00Z',
  };
  const recording: HealthFacts = {
    registered: { isEnabled: true, isLive: false, windowSeconds: 60 },
    summary,
    lastReasons: [],
    nowMs: Date.parse('2026-04-01T00:00:00Z'),
  };
  expect(cameraHealth(recording)).toEqual({
    state: 'ok',
    lastWindowEnd: summary.lastWindowEnd,
    lastAnalysedWindowEnd: summary.lastAnalysedWindowEnd,
  });
  const blind = { ...summary, lastAnalysedWindowEnd: '2026-01-31T05:02:00Z' };
  expect(cameraHealth({ ...recording, summary: blind }).state).toBe('paused');
  const dark = { ...recording, summary: { ...summary, lastCoverage: 0 } };
  expect(cameraHealth({ ...dark, lastReasons: ['source-down'] })).toMatchObject({
    state: 'down',
    lastCoverage: 0,
  });
});
