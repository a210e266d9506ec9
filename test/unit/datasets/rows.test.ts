import { describe, expect, it } from 'vitest';
import { buildRow, rowKey } from '../../../portal/datasets/data-set.ts';
import { RESOURCES, SERIES_TABLES } from '../../../portal/datasets/data-sets.ts';
import { DATASTORE_TYPES, datastoreFields } from '../../../portal/datasets/engine-types.ts';
import { registerRow, seriesRow, unknownCamera } from '../../../portal/datasets/rows.ts';
import { CROWD_TABLES, TRAFFIC_TABLES } from '../../../portal/datasets/tables.ts';
import { csvLines } from '../../support/csv-lines.ts';
import { CAMERA, flowRow, METHOD, presenceRow } from '../../support/portal-data.ts';

const TRAFFIC = TRAFFIC_TABLES['quarter-hour'];
const CROWD = CROWD_TABLES['quarter-hour'];

describe('a traffic row', () => {
  it('holds the counts, the local time, both region codes and the density k = q / v', () => {
    expect(seriesRow(TRAFFIC, flowRow(), CAMERA)).toMatchObject({
      kode_provinsi: '33',
      kode_kabupaten_kota: '33.74',
      kode_bps: '3374',
      kode_kecamatan: '33.74.01',
      kode_bps_kecamatan: '3374130',
      nama_kecamatan: 'SEMARANG TENGAH',
      kode_titik: 'SMG-017',
      nama_ruas: 'Jl. Pahlawan',
      jenis_lokasi: 'garis',
      kode_lokasi: 'utara',
      arah: 'masuk',
      nama_arah: 'ke utara',
      waktu_mulai: '2026-01-01T00:00:00+07:00',
      waktu_selesai: '2026-01-01T00:15:00+07:00',
      jumlah_sm: 420,
      jumlah_mp: 180,
      jumlah_ktb: 3,
      jumlah_kendaraan: 615,
      jumlah_kendaraan_bawah: 595,
      jumlah_kendaraan_atas: 635,
      volume_smp_jam: 1197.6,
      // DOMAIN.md §5.5: 1197.6 smp/h at 32 km/h.
      kepadatan_smp_km: 37.425,
      derajat_kejenuhan: 0.371,
      tingkat_pelayanan: 'B',
      cakupan_persen: 100,
      status: 'lengkap',
      alasan_celah: null,
      disembunyikan: false,
      model_versi: 'centernet@0123456789ab',
      metode: 'pantau 0.1.0; definisi a1b2c3d4e5f60718; 5 bingkai/detik',
      satuan: 'KENDARAAN',
      tahun: 2026,
    });
  });

  it('of an outage is empty, never zero', () => {
    const {
      count: _c,
      volume: _v,
      flowRatePerHour: _f,
      pcuPerHour: _p,
      ...lost
    } = flowRow() as never as Record<string, unknown>;
    const row = seriesRow(
      TRAFFIC,
      {
        ...lost,
        coverage: 0,
        status: 'disrupted',
        reasons: ['source-down', 'worker-down'],
        recordedUs: 600_000_000,
      } as never,
      CAMERA,
    );
    expect(row).toMatchObject({
      jumlah_sm: null,
      jumlah_kendaraan: null,
      jumlah_kendaraan_bawah: null,
      volume_smp_jam: null,
      kepadatan_smp_km: null,
      cakupan_persen: 0,
      status: 'terganggu',
      alasan_celah: 'kamera-mati;pekerja-mati;tanpa-catatan',
    });
  });

  it('names every method that had a part in its window', () => {
    const methods = [METHOD, { ...METHOD, modelId: 'yolox' }];
    expect(seriesRow(TRAFFIC, flowRow({ methods }), CAMERA)?.model_versi).toBe(
      'centernet@0123456789ab + yolox@0123456789ab',
    );
  });

  it('exists only at its level and of cameras that count vehicles', () => {
    expect(seriesRow(TRAFFIC_TABLES.hour, flowRow(), CAMERA)).toBeUndefined();
    expect(seriesRow(TRAFFIC, flowRow(), { ...CAMERA, groups: ['people'] })).toBeUndefined();
    expect(seriesRow(CROWD, flowRow(), { ...CAMERA, groups: ['people'] })).toBeDefined();
  });
});

describe('a crowd row', () => {
  it('has mean and greatest density', () => {
    expect(seriesRow(CROWD, presenceRow(), CAMERA)).toMatchObject({
      jenis_lokasi: 'zona',
      arah: 'semua',
      jumlah_orang_rata: 100,
      jumlah_orang_rata_bawah: 92,
      masuk: 40,
      keluar: 35,
      luas_m2: 200,
      kepadatan_orang_m2: 0.5,
      kepadatan_orang_m2_maks: 0.75,
      tingkat_keramaian: 'C',
      satuan: 'ORANG',
    });
  });

  it('tells nothing of a withheld count, also not by its interval or greatest density', () => {
    const {
      peoplePresent: _p,
      peoplePerM2: _d,
      fruinLevel: _l,
      ...rest
    } = presenceRow() as never as Record<string, unknown>;
    const withheld = { ...rest, suppressed: ['peoplePresent', 'peoplePerM2', 'fruinLevel'] };
    const row = seriesRow(CROWD, withheld as never, CAMERA);
    expect(row).toMatchObject({ disembunyikan: true, masuk: 40 });
    for (const name of Object.keys(row ?? {})) {
      if (/orang_rata|orang_maks|orang_m2|tingkat_keramaian/.test(name)) expect(row?.[name], name).toBeNull();
    }
    expect(seriesRow(TRAFFIC, withheld as never, CAMERA)).toMatchObject({ disembunyikan: false });
  });
});

describe('rows as text', () => {
  it('have the header of their columns and one cell for each', async () => {
    const row = seriesRow(TRAFFIC, flowRow(), { ...CAMERA, name: '=cmd|A0' })!;
    const [header, cells] = (await csvLines(TRAFFIC, [row])).map((line) => line.split(','));
    if (header === undefined || cells === undefined) throw new Error('no line');
    // The road's emp table holds a comma and is quoted, hence one cell more.
    expect(cells).toHaveLength(header.length + 1);
    expect(cells[header.indexOf('nama_titik')]).toBe("'=cmd|A0");
    expect(cells[header.indexOf('kendaraan_hadir_rata') + 1]).toBe('');
    expect(cells.at(-1)).toBe('2026');
  });

  it('tell CKAN every type and dictionary entry', () => {
    const fields = datastoreFields(TRAFFIC);
    expect(fields.map(({ id }) => id)).toEqual(TRAFFIC.columns.map(({ name }) => name));
    expect(fields.find(({ id }) => id === 'jumlah_sm')).toMatchObject({
      type: DATASTORE_TYPES.integer,
      info: { label: 'lintasan sepeda motor', satuan: 'kendaraan', unit: '{vehicle}' },
    });
  });
});

describe('keys', () => {
  it('are never empty and tell rows of lines, zones and directions apart', () => {
    const records = [
      flowRow(),
      flowRow({ direction: 'out' }),
      flowRow({ lineId: 'alun' }),
      presenceRow(),
      presenceRow({ windowStart: '2025-12-31T17:15:00Z' }),
    ];
    const rows = records.map((record) => buildRow(TRAFFIC, { record, camera: unknownCamera('X') }));
    expect(new Set(rows.map((row) => rowKey(TRAFFIC, row))).size).toBe(records.length);
    for (const row of rows) for (const name of TRAFFIC.primaryKey) expect(row[name], name).not.toBeNull();
  });

  it('are required columns of every resource', () => {
    for (const resource of RESOURCES) {
      expect(resource.primaryKey, resource.id).not.toEqual([]);
      for (const name of resource.primaryKey) {
        const column = resource.columns.find((candidate) => candidate.name === name);
        expect(column?.constraints?.required, `${resource.id}.${name}`).toBe(true);
      }
    }
    expect(SERIES_TABLES).toHaveLength(6);
  });
});

describe('the register', () => {
  it('leaves what nobody said empty', () => {
    expect(registerRow(CAMERA)).toMatchObject({
      lintang: -6.9903,
      bujur: 110.4229,
      golongan: 'orang;kendaraan',
      panjang_ruas_m: 850,
      status_operasi: 'aktif',
      papan_informasi: null,
    });
  });
});
