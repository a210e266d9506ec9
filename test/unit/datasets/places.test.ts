import { describe, expect, it } from 'vitest';
import { type CameraFacts, coordinatesOf, publicCamera } from '../../../portal/datasets/public-camera.ts';
import { KOTA_SEMARANG, regionOf } from '../../../portal/datasets/regions.ts';
import { registerRow } from '../../../portal/datasets/rows.ts';
import { formatWib, wibDay, wibYear } from '../../../portal/datasets/wib.ts';

describe('regions', () => {
  it('pair each kecamatan’s two codes as the sources do, which is in no common order', () => {
    const { kecamatan } = KOTA_SEMARANG;
    expect(new Set(kecamatan.map(({ kemendagri }) => kemendagri)).size).toBe(16);
    expect(kecamatan.map(({ bps }) => bps).sort()).toEqual(
      Array.from({ length: 16 }, (_, i) => `3374${String((i + 1) * 10).padStart(3, '0')}`),
    );
    expect(regionOf('33.74.14')).toMatchObject({ kecamatanName: 'MIJEN', kecamatanBps: '3374010' });
    expect(regionOf('33.74.01')).toMatchObject({ kecamatanName: 'SEMARANG TENGAH', kecamatanBps: '3374130' });
  });

  it('are the city where a camera gives none, and never guessed beyond it', () => {
    expect(regionOf(undefined)).toEqual({
      provinceCode: '33',
      provinceName: 'JAWA TENGAH',
      cityCode: '33.74',
      cityBps: '3374',
      cityName: 'KOTA SEMARANG',
    });
    expect(regionOf('35.78.01')).toEqual({
      provinceCode: '35',
      cityCode: '35.78',
      kecamatanCode: '35.78.01',
    });
  });
});

describe('local time', () => {
  it('turns the day and the year at 17:00 UTC', () => {
    expect(formatWib('2025-12-31T17:00:00Z')).toBe('2026-01-01T00:00:00+07:00');
    expect(wibDay('2025-12-31T16:59:59Z')).toBe('2025-12-31');
    expect(wibYear('2025-12-31T17:00:00Z')).toBe(2026);
  });
});

describe('the public view of a camera', () => {
  const secret = {
    id: 'SMG-017',
    source: { kind: 'rtsp', url: 'rtsp://admin:s3cret@10.0.0.9/stream' },
    location: { lat: -6.990_312_9, lon: 110.422_871, road: 'Jl. Pahlawan', note: 's3cret' },
    groups: ['vehicles'],
    lines: [{ id: 'utara', from: { x: 0.123, y: 0 }, to: { x: 1, y: 1 }, note: 's3cret' }],
    zones: [{ id: 'z', polygon: [{ x: 0.123, y: 0 }], groundAreaM2: 50 }],
    notice: { hasSignage: true, password: 's3cret' },
    calibration: { kind: 'length', from: { x: 0.123, y: 0 } },
  };
  const camera = publicCamera(secret as unknown as CameraFacts, { isPaused: false });

  it('lets neither stream, credential nor picture geometry through', () => {
    expect(JSON.stringify([camera, registerRow(camera)])).not.toMatch(
      /s3cret|rtsp|10\.0\.0\.9|0\.123|polygon/,
    );
    expect(camera.zones).toEqual([{ id: 'z', groundAreaM2: 50 }]);
    expect(camera.notice).toEqual({ hasSignage: true });
  });

  it('rounds the place to the street', () => {
    expect(camera.location).toEqual({ lat: -6.9903, lon: 110.4229, road: 'Jl. Pahlawan' });
  });

  it('tells road and region of a camera that nobody has surveyed', () => {
    const location = { road: 'Jl. Pemuda', kecamatan: '33.74.01' };
    const unsurveyed = publicCamera({ ...camera, location }, { isPaused: false });
    expect(unsurveyed.location).toEqual(location);
    expect(coordinatesOf(unsurveyed)).toBeUndefined();
    expect(registerRow(unsurveyed)).toMatchObject({
      nama_ruas: 'Jl. Pemuda',
      kode_kecamatan: '33.74.01',
      lintang: null,
      bujur: null,
    });
  });
});
