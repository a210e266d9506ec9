/** Columns that say where: region, camera, measuring place. Shared by every data set. */

import { lineOf, type MeasurementSource, zoneOf } from '../measurement-source.ts';
import type { PublicCamera } from '../public-camera.ts';
import { type RowRegion, regionOf } from '../regions.ts';
import { DIRECTION_LIST, PLACE_LIST } from './code-lists.ts';
import { type BoundColumn, type Cell, type Column, text } from './column.ts';

/** Whatever a row is made of, it belongs to a camera. */
interface OfCamera {
  readonly camera: PublicCamera;
}

const REGION_CONCEPT = text('wilayah administrasi', 'administrative area');
const CODE_TRAP = text(
  'Baca sebagai teks: perangkat lembar kerja mengubah kode bertitik menjadi angka.',
  'Read it as text: spreadsheets turn codes with a dot into numbers.',
);

function region(
  name: string,
  texts: Pick<Column, 'label' | 'definition' | 'constraints'>,
  value: (region: RowRegion) => Cell,
): BoundColumn<OfCamera> {
  return {
    name,
    ...texts,
    concept: REGION_CONCEPT,
    role: 'dimension',
    type: 'string',
    value: ({ camera }) => value(regionOf(camera.location?.kecamatan)),
  };
}

/** Province, city and kecamatan by Kemendagri's and BPS' codes. */
export const REGION_COLUMNS: readonly BoundColumn<OfCamera>[] = [
  region(
    'kode_provinsi',
    {
      label: text('kode provinsi', 'province code'),
      definition: text('Kode provinsi menurut Kemendagri.', 'Code of the province by Kemendagri.'),
      constraints: { required: true, pattern: '\\d{2}' },
    },
    ({ provinceCode }) => provinceCode,
  ),
  region(
    'nama_provinsi',
    {
      label: text('nama provinsi', 'province'),
      definition: text('Nama provinsi, huruf besar.', 'Name of the province, upper case.'),
    },
    ({ provinceName }) => provinceName,
  ),
  region(
    'kode_kabupaten_kota',
    {
      label: text('kode kabupaten/kota (Kemendagri)', 'city or regency code (Kemendagri)'),
      definition: text(
        `Kode kabupaten/kota menurut Kemendagri. ${CODE_TRAP.id}`,
        `Code of the city or regency by Kemendagri. ${CODE_TRAP.en}`,
      ),
      constraints: { required: true, pattern: '\\d{2}\\.\\d{2}' },
    },
    ({ cityCode }) => cityCode,
  ),
  region(
    'kode_bps',
    {
      label: text('kode kabupaten/kota (BPS)', 'city or regency code (BPS)'),
      definition: text(
        'Kode kabupaten/kota menurut BPS, empat angka.',
        'Code of the city or regency by BPS, four digits.',
      ),
      constraints: { pattern: '\\d{4}' },
    },
    ({ cityBps }) => cityBps,
  ),
  region(
    'nama_kabupaten_kota',
    {
      label: text('nama kabupaten/kota', 'city or regency'),
      definition: text('Nama kabupaten/kota, huruf besar.', 'Name of the city or regency, upper case.'),
    },
    ({ cityName }) => cityName,
  ),
  region(
    'kode_kecamatan',
    {
      label: text('kode kecamatan (Kemendagri)', 'kecamatan code (Kemendagri)'),
      definition: text(
        'Kode kecamatan menurut Kemendagri. Urutannya berbeda dari kode BPS.',
        'Code of the kecamatan by Kemendagri. Its order differs from that of BPS.',
      ),
      constraints: { pattern: '\\d{2}\\.\\d{2}\\.\\d{2}' },
    },
    ({ kecamatanCode }) => kecamatanCode,
  ),
  region(
    'kode_bps_kecamatan',
    {
      label: text('kode kecamatan (BPS)', 'kecamatan code (BPS)'),
      definition: text(
        'Kode kecamatan menurut BPS, tujuh angka.',
        'Code of the kecamatan by BPS, seven digits.',
      ),
      constraints: { pattern: '\\d{7}' },
    },
    ({ kecamatanBps }) => kecamatanBps,
  ),
  region(
    'nama_kecamatan',
    {
      label: text('nama kecamatan', 'kecamatan'),
      definition: text('Nama kecamatan, huruf besar.', 'Name of the kecamatan, upper case.'),
    },
    ({ kecamatanName }) => kecamatanName,
  ),
];

/** The site file's rule for ids of cameras, lines and zones. */
const ID_PATTERN = '[A-Za-z0-9][A-Za-z0-9._-]{0,63}';

/** The camera: every data set's first key. */
export const CAMERA_KEY_COLUMN: BoundColumn<OfCamera> = {
  name: 'kode_titik',
  label: text('kode titik CCTV', 'CCTV point code'),
  concept: text('titik pengamatan CCTV', 'CCTV observation point'),
  definition: text(
    'Kode tetap sebuah kamera; keterangannya ada di dataset titik-cctv.',
    'Stable code of a camera; the data set titik-cctv describes it.',
  ),
  role: 'key',
  type: 'string',
  constraints: { required: true, pattern: ID_PATTERN },
  value: ({ camera }) => camera.id,
};

/** Name and road of the camera. */
export const CAMERA_COLUMNS: readonly BoundColumn<OfCamera>[] = [
  {
    name: 'nama_titik',
    label: text('nama titik CCTV', 'CCTV point name'),
    concept: text('titik pengamatan CCTV', 'CCTV observation point'),
    definition: text('Nama kamera yang dikenal orang.', 'Name by which people know the camera.'),
    role: 'dimension',
    type: 'string',
    value: ({ camera }) => camera.name,
  },
  {
    name: 'nama_ruas',
    label: text('nama ruas jalan', 'road section'),
    concept: text('ruas jalan', 'road section'),
    definition: text(
      'Nama ruas jalan atau tempat yang dipantau.',
      'Name of the watched road section or place.',
    ),
    role: 'dimension',
    type: 'string',
    value: ({ camera }) => camera.location?.road,
  },
];

/** Line or zone with its direction: the rest of a measurement's key but for the time. */
export const PLACE_KEY_COLUMNS: readonly BoundColumn<MeasurementSource>[] = [
  {
    name: 'jenis_lokasi',
    label: text('jenis lokasi ukur', 'kind of measuring place'),
    concept: text('lokasi ukur', 'measuring place'),
    definition: text(
      'Garis hitung memberi jumlah yang melintas dan arus; zona memberi yang hadir dan kepadatan.',
      'Counting lines give crossings and flow; zones give presence and density.',
    ),
    role: 'key',
    type: 'string',
    codeList: PLACE_LIST,
    constraints: { required: true },
    value: ({ record }) => (record.kind === 'flow' ? 'garis' : 'zona'),
  },
  {
    name: 'kode_lokasi',
    label: text('kode lokasi ukur', 'measuring place code'),
    concept: text('lokasi ukur', 'measuring place'),
    definition: text(
      'Kode garis hitung atau zona, unik di dalam satu titik CCTV dan jenis lokasi.',
      'Code of the counting line or zone, unique within one CCTV point and kind of place.',
    ),
    role: 'key',
    type: 'string',
    constraints: { required: true, pattern: ID_PATTERN },
    value: ({ record }) => (record.kind === 'flow' ? record.lineId : record.zoneId),
  },
  {
    name: 'arah',
    label: text('arah', 'direction'),
    concept: text('arah lintasan', 'direction of the crossing'),
    definition: text(
      'Arah melintasi garis hitung; "semua" pada baris zona.',
      'Direction over the counting line; "semua" in rows of zones.',
    ),
    role: 'key',
    type: 'string',
    codeList: DIRECTION_LIST,
    constraints: { required: true },
    value: ({ record }) => {
      if (record.kind === 'presence') return 'semua';
      return record.direction === 'in' ? 'masuk' : 'keluar';
    },
  },
];

/** What the place and its direction are called. */
export const PLACE_COLUMNS: readonly BoundColumn<MeasurementSource>[] = [
  {
    name: 'nama_lokasi',
    label: text('nama lokasi ukur', 'measuring place name'),
    concept: text('lokasi ukur', 'measuring place'),
    definition: text('Nama garis hitung atau zona.', 'Name of the counting line or zone.'),
    role: 'dimension',
    type: 'string',
    value: (source) => (lineOf(source) ?? zoneOf(source))?.name,
  },
  {
    name: 'nama_arah',
    label: text('nama arah', 'direction name'),
    concept: text('arah lintasan', 'direction of the crossing'),
    definition: text(
      'Arti arah di lapangan, misalnya "ke utara".',
      'What the direction is on the ground, e.g. "ke utara".',
    ),
    role: 'dimension',
    type: 'string',
    value: (source) =>
      source.record.kind === 'flow' ? lineOf(source)?.directionNames?.[source.record.direction] : undefined,
  },
];
