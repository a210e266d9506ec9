import { describe, expect, it } from 'vitest';
import { refuseUnknownCameras, refuseUnknownPlace } from '../../../portal/api/known-ids.ts';
import { parseObservationQuery } from '../../../portal/api/query.ts';
import { cursorOf } from '../../../portal/api/query-parts.ts';
import type { PublicObservation } from '../../../portal/privacy/public-row.ts';
import { NO_CAMERAS } from '../../../portal/reads/camera-register.ts';
import { sampleFlow } from './sample-observations.ts';

describe('query of observations', () => {
  it.each([
    { query: { from: '2026-01-31T12:00:00+07:00' }, fromUs: Date.UTC(2026, 0, 31, 5) * 1000 },
    { query: { from: '2026-01-31T05:00:00Z' }, fromUs: Date.UTC(2026, 0, 31, 5) * 1000 },
    { query: { from: '2026-01-31T12:00+07:00' }, fromUs: Date.UTC(2026, 0, 31, 5) * 1000 },
    // A "+" that the caller forgot to encode arrives as a space.
    { query: { from: '2026-01-31T12:00:00 07:00' }, fromUs: Date.UTC(2026, 0, 31, 5) * 1000 },
  ])('reads $query.from', ({ query, fromUs }) => {
    expect(parseObservationQuery(query, undefined).filter).toEqual({ fromUs });
  });

  it.each([
    { accept: undefined, format: 'json' },
    { accept: '*/*', format: 'json' },
    { accept: 'text/csv', format: 'csv' },
    { accept: 'text/csv;q=0.5, application/json', format: 'json' },
    { accept: 'text/html, text/csv;q=0.9, */*;q=0.1', format: 'csv' },
  ])('Accept $accept gives $format', ({ accept, format }) => {
    expect(parseObservationQuery({}, accept).format).toBe(format);
  });

  it('lets the format parameter win over Accept', () => {
    expect(parseObservationQuery({ format: 'json' }, 'text/csv').format).toBe('json');
  });

  it('gives a cursor back as it was', () => {
    const position = [1, 'cam "1"', 'flow', 'line', 'in', 60] as const;
    const { page } = parseObservationQuery({ cursor: cursorOf(position) }, undefined);
    expect(page.after).toEqual(position);
  });
});

it('cameras of which only the name is left are known, and all are listed once for however many of them', async () => {
  const ids = ['a', 'b', 'c'];
  const at = '2026-01-31T05:00:00Z';
  let lists = 0;
  const reader = {
    latest: async () => [],
    methods: async () => ({ traces: [] }),
    observations: async () => ({ observations: [] }),
    cameras: async () => {
      lists += 1;
      const time = { firstWindowStart: at, lastWindowStart: at, lastWindowEnd: at };
      return ids.map((cameraId) => ({ cameraId, ...time }));
    },
  };
  const reads = { reader, register: NO_CAMERAS };
  const refused = (...cameraIds: string[]) => refuseUnknownCameras(reads, { field: 'cameraId', cameraIds });
  await refused(...ids, ...ids);
  expect(lists).toBe(1);
  await expect(refused('a', 'x')).rejects.toThrow(/cameraId: found "x"; allowed: a, b, c;/);
});

it('a line that only older definitions had is known by the days that it counted, or by records not rolled up yet', async () => {
  const reader = {
    latest: async () => [],
    cameras: async () => [],
    observations: async ({ lineId }: { lineId?: string }) => ({
      observations: lineId === 'fresh' ? [sampleFlow(0) as unknown as PublicObservation] : [],
    }),
    methods: async ({ placeIds }: { placeIds?: readonly string[] }) => ({
      traces: placeIds?.includes('once') ? [{ cameraId: 'a', windowStart: '', methods: [] }] : [],
    }),
  };
  const reads = { reader, register: NO_CAMERAS };
  await refuseUnknownPlace(reads, { lineId: 'once', cameraIds: 'a' });
  await refuseUnknownPlace(reads, { lineId: 'fresh', cameraIds: 'a' });
  await expect(refuseUnknownPlace(reads, { lineId: 'never', cameraIds: 'a' })).rejects.toThrow(
    /lineId: found "never"; allowed: none yet/,
  );
});
