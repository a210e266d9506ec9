import { expect, it } from 'vitest';
import type { ListedCamera } from '../../../portal/reads/camera-list.ts';
import { RECENT_WITHIN_MS, type StateRow, cameraState as stateAt } from '../../../portal/reads/city-state.ts';
import { CAMERA, flowRow, presenceRow } from '../../support/portal-data.ts';

const LISTED: ListedCamera = {
  cameraId: CAMERA.id,
  groups: CAMERA.groups,
  calibrated: true,
  lines: [],
  zones: [{ id: 'alun', polygon: [] }],
  health: { state: 'ok' },
};
const END_MS = Date.parse('2025-12-31T17:15:00Z');
const cameraState = (camera: ListedCamera, rows: readonly StateRow[]) => stateAt(camera, rows, END_MS);
const EARLIER = { windowStart: '2025-12-31T16:45:00Z', windowEnd: '2025-12-31T17:00:00Z' };

it('shows who is in the zones though their newest quarter hour waits for its release', () => {
  expect(cameraState(LISTED, [flowRow(), presenceRow(EARLIER)])).toMatchObject({
    windowStart: '2025-12-31T17:00:00Z',
    volume: 615,
    peoplePresent: 100,
    presenceWindowStart: EARLIER.windowStart,
    presenceWindowEnd: EARLIER.windowEnd,
  });
  const together = cameraState(LISTED, [presenceRow(), flowRow()]);
  expect(together).toMatchObject({ volume: 615, peoplePresent: 100 });
  expect(together).not.toHaveProperty('presenceWindowStart');
});

it('leaves out zones, and lines, that are no longer counted', () => {
  const old = { windowStart: '2025-12-31T16:30:00Z', windowEnd: '2025-12-31T16:45:00Z' };
  expect(cameraState(LISTED, [flowRow(), presenceRow(old)])).not.toHaveProperty('peoplePresent');
  expect(cameraState(LISTED, [flowRow(old), presenceRow()])).not.toHaveProperty('volume');
});

it('tells no rate, mean or level of what was hardly seen', () => {
  const scant = cameraState(LISTED, [flowRow({ coverage: 0.01 }), presenceRow(EARLIER)]);
  expect(scant).toMatchObject({
    coverage: 0.01,
    tooLittleSeen: ['flow'],
    presenceCoverage: 1,
    peoplePresent: 100,
    fruinLevel: 'C',
  });
  for (const measure of ['volume', 'flowRatePerHour', 'pcuPerHour', 'degreeOfSaturation', 'levelOfService']) {
    expect(scant).not.toHaveProperty(measure);
  }
  const zones = cameraState(LISTED, [flowRow(), presenceRow({ ...EARLIER, coverage: 0.4 })]);
  expect(zones).toMatchObject({
    coverage: 1,
    presenceCoverage: 0.4,
    tooLittleSeen: ['presence'],
    volume: 615,
  });
  expect(zones).not.toHaveProperty('peoplePresent');
  expect(cameraState(LISTED, [flowRow({ coverage: 0.5 })])).not.toHaveProperty('tooLittleSeen');
});

it('tells nothing of now by what was two hours ago', () => {
  const rows = [flowRow({ coverage: 0.01 }), presenceRow({ coverage: 0.01 })];
  expect(stateAt(LISTED, rows, END_MS + RECENT_WITHIN_MS)).toMatchObject({
    tooLittleSeen: ['flow', 'presence'],
  });
  expect(stateAt(LISTED, rows, END_MS + RECENT_WITHIN_MS + 1)).toEqual({
    cameraId: CAMERA.id,
    state: 'ok',
    windowStart: '2025-12-31T17:00:00Z',
    windowEnd: '2025-12-31T17:15:00Z',
    coverage: 0.01,
    isOutdated: true,
  });
});
