import { expect, it } from 'vitest';
import type { Camera, CameraState } from '../../../portal/web/src/api/answers.ts';
import {
  cityCameras,
  cityTotals,
  letterOf,
  scantCoverageOf,
} from '../../../portal/web/src/map/city-state.ts';
import { MEASURES } from '../../../portal/web/src/series/measures.ts';
import type { Slot } from '../../../portal/web/src/series/slots.ts';
import { isScant } from '../../../portal/web/src/series/summary.ts';

const END_MS = Date.parse('2026-01-05T01:15:00Z');
const CAMERA: Camera = { cameraId: 'cam-1', groups: ['vehicles'], lines: [], zones: [] };

function city(changes: Partial<CameraState>) {
  const properties: CameraState = {
    cameraId: 'cam-1',
    state: 'ok',
    windowEnd: new Date(END_MS).toISOString(),
    coverage: 1,
    ...changes,
  };
  return cityCameras([CAMERA], { features: [{ geometry: null, properties }] }, END_MS);
}

it('marks a camera that hardly saw anything, for the topic it is true of', () => {
  const cameras = city({ coverage: 0.01, presenceCoverage: 0.9, tooLittleSeen: ['flow'], fruinLevel: 'B' });
  const [camera] = cameras;
  expect([letterOf(camera!, 'traffic'), scantCoverageOf(camera!, 'traffic')]).toEqual(['?', 0.01]);
  expect([letterOf(camera!, 'crowd'), scantCoverageOf(camera!, 'crowd')]).toEqual(['B', undefined]);
  expect(cityTotals(cameras).vehiclesPerHour).toEqual({ total: 0, cameras: 0, scant: 1 });
  const [blind] = city({ coverage: 0, tooLittleSeen: ['flow'] });
  expect([letterOf(blind!, 'traffic'), scantCoverageOf(blind!, 'traffic')]).toEqual(['-', undefined]);
});

it('holds back newest rates, means and graded values, not what was counted', () => {
  const slot: Slot = {
    startMs: END_MS - 900_000,
    endMs: END_MS,
    coverage: 0.01,
    isRecorded: true,
    reasons: [],
    readings: Object.fromEntries(MEASURES.map(({ id }) => [id, { state: 'value', value: 1 }])),
    levels: {},
    classes: {},
  };
  const heldBack = (of: Slot) => MEASURES.filter((measure) => isScant(of, measure)).map(({ id }) => id);
  expect(heldBack(slot)).toEqual(expect.arrayContaining(['flow', 'pcu', 'dj', 'people', 'peopleDensity']));
  expect(heldBack(slot)).not.toContain('volume');
  expect(heldBack(slot)).not.toContain('peopleMax');
  expect(heldBack({ ...slot, coverage: 0.5 })).toEqual([]);
  expect(heldBack({ ...slot, readings: {} })).toEqual([]);
});
