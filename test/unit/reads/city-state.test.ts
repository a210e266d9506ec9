import { expect, it } from 'vitest';
import type { ListedCamera } from '../../../portal/reads/camera-list.ts';
import { cameraState } from '../../../portal/reads/city-state.ts';
import { CAMERA, flowRow, presenceRow } from '../../support/portal-data.ts';

const LISTED: ListedCamera = {
  cameraId: CAMERA.id,
  groups: CAMERA.groups,
  calibrated: true,
  lines: [],
  zones: [{ id: 'alun', polygon: [] }],
  health: { state: 'ok' },
};
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
