import { describe, expect, it } from 'vitest';
import type { Camera, CameraState } from '../../../portal/web/src/api/answers.ts';
import { cityCameras, cityTotals, letterOf } from '../../../portal/web/src/map/city-state.ts';
import { graticuleOf } from '../../../portal/web/src/map/graticule.ts';
import { hrefOf, parseRoute } from '../../../portal/web/src/route.ts';
import { withObservedPlaces } from '../../../portal/web/src/series/observed-places.ts';
import { queryOf, selectionOf } from '../../../portal/web/src/series/selection.ts';
import { sampleFlow, samplePresence } from '../portal/sample-observations.ts';

const CAMERA: Camera = {
  cameraId: 'cam-1',
  name: 'Simpang Lima',
  road: 'Jl. Pahlawan',
  location: { lat: -6.99, lon: 110.4225 },
  groups: ['people', 'vehicles'],
  lines: [{ id: 'line-1' }],
  zones: [{ id: 'zone-1' }],
  firstWindowStart: '2026-01-01T00:00:00Z',
  lastWindowEnd: '2026-01-31T05:00:00Z',
};

describe('the address', () => {
  it('is read back as it was written, and an unknown page is the map', () => {
    const choices = { camera: 'a b&c', range: '7d' };
    expect(parseRoute(hrefOf('lalu-lintas', choices))).toEqual({ page: 'lalu-lintas', rest: '', choices });
    expect(parseRoute('#/operator/kamera/1').rest).toBe('/kamera/1');
    expect(parseRoute('#/nothing').page).toBe('peta');
    expect(parseRoute('').page).toBe('peta');
  });
});

describe('a selection', () => {
  it('starts with the lines for traffic, the zones for crowds, and a day of quarter hours', () => {
    const traffic = selectionOf([CAMERA], {}, 'traffic')!;
    expect([traffic.place.key, traffic.range.id, traffic.level]).toEqual(['line:line-1', '24h', '15m']);
    expect(selectionOf([CAMERA], {}, 'crowd')!.place.key).toBe('zone:zone-1');
  });

  it('offers the road, and asks for it as one group', () => {
    const selection = selectionOf([CAMERA], { place: 'road:Jl. Pahlawan', dir: 'in' }, 'traffic')!;
    const grid = { fromMs: 0, toMs: 1, stepMs: 1 };
    expect(queryOf(selection, grid)).toMatchObject({ kind: 'flow', road: 'Jl. Pahlawan', direction: 'in' });
  });

  it('refuses a level that the range cannot have, and shows base windows of a short recording', () => {
    expect(selectionOf([CAMERA], { range: '1y', level: '1m' }, 'traffic')!.level).toBe('1d');
    const short = { ...CAMERA, firstWindowStart: '2026-01-31T04:48:00Z' };
    expect(selectionOf([short], {}, 'traffic')!.level).toBe('1m');
    expect(selectionOf([short], {}, 'crowd')!.level).toBe('15m');
  });

  it('ends where something was last seen when the camera has been blind since', () => {
    const blind = { ...CAMERA, lastAnalysedWindowEnd: '2026-01-20T00:00:00Z' };
    expect(selectionOf([blind], {}, 'traffic')!.endMs).toBe(Date.parse('2026-01-20T00:00:00Z'));
  });

  it('finds the places of a camera that is no longer registered in its records', () => {
    const bare = { ...CAMERA, lines: [], zones: [] };
    const [found] = withObservedPlaces([bare], [sampleFlow(0), samplePresence(0)]);
    expect([found!.lines, found!.zones]).toEqual([[{ id: 'line-1' }], [{ id: 'zone-1' }]]);
  });
});

describe('the state of the city', () => {
  const nowMs = Date.parse('2026-01-31T05:10:00Z');
  const state: CameraState = {
    cameraId: 'cam-1',
    state: 'ok',
    windowEnd: '2026-01-31T05:00:00Z',
    coverage: 1,
    flowRatePerHour: 1200,
    degreeOfSaturation: 0.8,
    levelOfService: 'D',
  };
  const joined = (properties: CameraState, atMs = nowMs) =>
    cityCameras([CAMERA], { features: [{ geometry: null, properties }] }, atMs);

  it('gives letters to what has them, and tells no level from no data', () => {
    expect(letterOf(joined(state)[0]!, 'traffic')).toBe('D');
    expect(letterOf(joined(state)[0]!, 'crowd')).toBe('•');
    expect(letterOf(joined({ ...state, coverage: 0 })[0]!, 'traffic')).toBe('-');
    expect(letterOf(cityCameras([CAMERA], { features: [] }, nowMs)[0]!, 'traffic')).toBe('-');
    expect(letterOf(joined({ ...state, isOutdated: true })[0]!, 'traffic')).toBe('-');
  });

  it('leaves stale cameras out of the totals', () => {
    expect(cityTotals(joined(state))).toMatchObject({
      fresh: 1,
      vehiclesPerHour: { total: 1200, cameras: 1 },
      people: { cameras: 0 },
    });
    const hourLater = joined(state, nowMs + 3_600_000);
    expect(hourLater[0]!.freshness).toBe('stale');
    expect(cityTotals(hourLater)).toMatchObject({ cameras: 1, fresh: 0, vehiclesPerHour: { cameras: 0 } });
  });
});

describe('the graticule', () => {
  it('draws round lines, few of them', () => {
    const { latitudes, longitudes, decimals } = graticuleOf({
      south: -7.12,
      west: 110.26,
      north: -6.93,
      east: 110.52,
    });
    expect(latitudes.map((value) => value.toFixed(2))).toEqual(['-7.10', '-7.05', '-7.00', '-6.95']);
    expect(longitudes.length).toBeLessThanOrEqual(8);
    expect(decimals).toBe(2);
  });
});
