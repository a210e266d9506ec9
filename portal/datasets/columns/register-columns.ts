/** Columns of *titik CCTV*: the register of cameras, without anything that leads to a stream. */
import type { PublicCamera } from '../public-camera.ts';
import { GROUP_LIST, OPERATION_LIST } from './code-lists.ts';
import { type BoundColumn, type Cell, type Column, type ColumnType, text } from './column.ts';
import { UNITS } from './units.ts';

/** What a row of the register is made of. */
export interface RegisterSource {
  readonly camera: PublicCamera;
}

const LEGAL_CONCEPT = text('pelindungan data pribadi', 'protection of personal data');
const ROAD_CONCEPT = text('ruas jalan', 'road section');
const LOCATION_CONCEPT = text('lokasi', 'location');

function attribute(
  name: string,
  type: ColumnType,
  texts: Pick<Column, 'label' | 'concept' | 'definition'> &
    Partial<Pick<Column, 'unit' | 'measure' | 'constraints' | 'codeList'>>,
  value: (camera: PublicCamera) => Cell,
): BoundColumn<RegisterSource> {
  return { name, type, role: 'attribute', ...texts, value: ({ camera }) => value(camera) };
}

const coordinate = (name: string, label: Column['label'], limit: number, of: 'lat' | 'lon') =>
  attribute(
    name,
    'number',
    {
      label,
      concept: LOCATION_CONCEPT,
      definition: text(
        'Derajat, WGS 84, dibulatkan ke empat desimal (sekitar 11 m).',
        'Degrees, WGS 84, rounded to four decimals (about 11 m).',
      ),
      unit: UNITS.degrees,
      constraints: { minimum: -limit, maximum: limit },
    },
    ({ location }) => location?.[of],
  );

/** Location, road, what is counted, and why the camera may be. */
export const REGISTER_COLUMNS: readonly BoundColumn<RegisterSource>[] = [
  coordinate('lintang', text('lintang', 'latitude'), 90, 'lat'),
  coordinate('bujur', text('bujur', 'longitude'), 180, 'lon'),
  attribute(
    'kelas_jalan',
    'string',
    {
      label: text('kelas jalan', 'road class'),
      concept: ROAD_CONCEPT,
      definition: text(
        'Fungsi jalan, misalnya "arteri sekunder".',
        'Function of the road, e.g. "arteri sekunder".',
      ),
    },
    ({ roadClass }) => roadClass,
  ),
  attribute(
    'panjang_ruas_m',
    'number',
    {
      label: text('panjang ruas', 'length of the road section'),
      concept: ROAD_CONCEPT,
      definition: text(
        'Panjang ruas jalan yang diwakili kamera; dasar indikator U4SSC.',
        'Length of the road section the camera stands for; basis of the U4SSC indicator.',
      ),
      measure: text('panjang', 'length'),
      unit: UNITS.metres,
      constraints: { minimum: 0 },
    },
    ({ roadLengthM }) => roadLengthM,
  ),
  attribute(
    'golongan',
    'string',
    {
      label: text('golongan yang dihitung', 'counted groups'),
      concept: text('klasifikasi pengguna jalan', 'classification of road users'),
      definition: text('Yang dihitung kamera ini.', 'What this camera counts.'),
      codeList: GROUP_LIST,
      constraints: { required: true },
    },
    ({ groups }) =>
      (['people', 'vehicles'] as const)
        .filter((group) => groups.includes(group))
        .map((group) => (group === 'people' ? 'orang' : 'kendaraan'))
        .join(';'),
  ),
  attribute(
    'jumlah_garis',
    'integer',
    {
      label: text('jumlah garis hitung', 'number of counting lines'),
      concept: text('lokasi ukur', 'measuring place'),
      definition: text('Banyaknya garis hitung kamera.', 'Number of counting lines of the camera.'),
      unit: UNITS.places,
      constraints: { required: true, minimum: 0 },
    },
    ({ lines }) => lines.length,
  ),
  attribute(
    'jumlah_zona',
    'integer',
    {
      label: text('jumlah zona', 'number of zones'),
      concept: text('lokasi ukur', 'measuring place'),
      definition: text('Banyaknya zona kamera.', 'Number of zones of the camera.'),
      unit: UNITS.places,
      constraints: { required: true, minimum: 0 },
    },
    ({ zones }) => zones.length,
  ),
  attribute(
    'status_operasi',
    'string',
    {
      label: text('status operasi', 'operating status'),
      concept: text('ketersediaan', 'availability'),
      definition: text('Apakah kamera dianalisis saat ini.', 'Whether the camera is analysed now.'),
      codeList: OPERATION_LIST,
      constraints: { required: true },
    },
    ({ isPaused }) => (isPaused ? 'dijeda' : 'aktif'),
  ),
  attribute(
    'tujuan_pemrosesan',
    'string',
    {
      label: text('tujuan pemrosesan', 'purpose of processing'),
      concept: LEGAL_CONCEPT,
      definition: text(
        'Tujuan menurut UU 27/2022 Pasal 17: lalu lintas, keamanan, penanggulangan bencana.',
        'Purpose by UU 27/2022 art. 17: traffic, security, disaster prevention.',
      ),
    },
    ({ notice }) => notice?.purpose,
  ),
  attribute(
    'dasar_hukum',
    'string',
    {
      label: text('dasar hukum', 'legal basis'),
      concept: LEGAL_CONCEPT,
      definition: text('Peraturan atau keputusan yang mendasari.', 'Regulation or decree it rests on.'),
    },
    ({ notice }) => notice?.legalBasis,
  ),
  attribute(
    'papan_informasi',
    'boolean',
    {
      label: text('papan informasi', 'signage'),
      concept: LEGAL_CONCEPT,
      definition: text(
        'Apakah papan pemberitahuan CCTV terpasang di lokasi.',
        'Whether a sign tells of the camera on the spot.',
      ),
    },
    ({ notice }) => notice?.hasSignage,
  ),
  attribute(
    'rujukan_dpia',
    'string',
    {
      label: text('rujukan penilaian dampak', 'impact assessment reference'),
      concept: LEGAL_CONCEPT,
      definition: text(
        'Nomor atau alamat penilaian dampak pelindungan data pribadi (Pasal 34).',
        'Number or address of the data protection impact assessment (art. 34).',
      ),
    },
    ({ notice }) => notice?.dpiaReference,
  ),
  attribute(
    'kontak',
    'string',
    {
      label: text('kontak', 'contact'),
      concept: LEGAL_CONCEPT,
      definition: text(
        'Kontak pengendali data untuk titik ini.',
        'Contact of the data controller for this point.',
      ),
    },
    ({ notice }) => notice?.contact,
  ),
];
