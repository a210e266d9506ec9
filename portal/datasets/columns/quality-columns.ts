/** Columns that say when, how well and how a row was measured, and the two that portals of Indonesia expect last. */
import type { Method } from '../../levels/series-row.ts';
import type { MeasurementSource } from '../measurement-source.ts';
import { reasonCodes } from '../quality/gaps.ts';
import { modelVersion } from '../quality/method-breaks.ts';
import { formatWib, wibYear } from '../wib.ts';
import { REASON_LIST, STATUS_CODES, STATUS_LIST } from './code-lists.ts';
import { type BoundColumn, type Column, fromRaw, text } from './column.ts';
import { UNITS, type Unit } from './units.ts';

type Measurement = BoundColumn<MeasurementSource>;

/** Begin of the window: the last part of a measurement's key. */
export const WINDOW_START_COLUMN: Measurement = {
  name: 'waktu_mulai',
  label: text('awal jendela waktu', 'start of the window'),
  concept: text('periode pengamatan', 'period of observation'),
  definition: text(
    'Awal jendela waktu (WIB, UTC+07:00). Kunci baris: data susulan menggantikan baris yang sama.',
    'Start of the window (WIB, UTC+07:00). Part of the key: late data replace the same row.',
  ),
  role: 'key',
  type: 'datetime',
  constraints: { required: true },
  value: ({ record }) => formatWib(record.windowStart),
};

/** End of the window. */
export const WINDOW_END_COLUMN: Measurement = {
  name: 'waktu_selesai',
  label: text('akhir jendela waktu, eksklusif', 'end of the window, exclusive'),
  concept: text('periode pengamatan', 'period of observation'),
  definition: text(
    'Akhir jendela waktu (WIB); saat ini sendiri tidak termasuk.',
    'End of the window (WIB); the instant itself is not part of it.',
  ),
  role: 'dimension',
  type: 'datetime',
  constraints: { required: true },
  value: ({ record }) => formatWib(record.windowEnd),
};

const COVERAGE: Measurement = {
  name: 'cakupan_persen',
  label: text('cakupan', 'coverage'),
  concept: text('mutu data: cakupan', 'data quality: coverage'),
  definition: text(
    'Bagian jendela waktu yang benar-benar dianalisis. Kurang dari 100: jumlah adalah batas bawah, laju tetap sebanding.',
    'Share of the window that was really analysed. Below 100 counts are a lower bound, while rates stay comparable.',
  ),
  role: 'attribute',
  type: 'number',
  measure: text('persentase', 'percentage'),
  unit: UNITS.percent,
  constraints: { required: true, minimum: 0, maximum: 100 },
  rawColumn: 'coverage',
  value: ({ record }) => Math.round(record.coverage * 1e6) / 1e4,
};

const STATUS: Measurement = {
  name: 'status',
  label: text('status', 'status'),
  concept: text('mutu data: status jendela', 'data quality: status of the window'),
  definition: text(
    'Tanpa cakupan, besaran kosong dan bukan nol.',
    'Without coverage measures are empty, which is not zero.',
  ),
  role: 'attribute',
  type: 'string',
  codeList: STATUS_LIST,
  constraints: { required: true },
  rawColumn: 'status',
  value: ({ record }) => STATUS_CODES[record.status],
};

/** Reasons of a gap as one cell; empty where there is no gap. */
export const REASONS_TEXT: Omit<Column, 'role'> = {
  name: 'alasan_celah',
  label: text('alasan celah', 'reasons of the gap'),
  concept: text('mutu data: celah', 'data quality: gaps'),
  definition: text(
    `Alasan bagian yang tidak dianalisis, dipisah titik koma: ${codesText('id')}.`,
    `Why a part was not analysed, joined by semicolons: ${codesText('en')}.`,
  ),
  type: 'string',
};

function codesText(language: 'id' | 'en'): string {
  return REASON_LIST.codes.map(({ code, label }) => `${code} (${label[language]})`).join('; ');
}

const REASONS: Measurement = {
  ...REASONS_TEXT,
  role: 'attribute',
  rawColumn: 'reasons',
  value: ({ record }) => reasonCodes(record).join(';') || undefined,
};

function suppressed(touches: (measure: string) => boolean): Measurement {
  return {
    name: 'disembunyikan',
    label: text('disembunyikan: jumlah kecil', 'suppressed: small counts'),
    concept: text('pelindungan data pribadi', 'protection of personal data'),
    definition: text(
      'Benar bila suatu besaran dikosongkan, atau hanya batas bawah, karena menghitung terlalu sedikit orang (UU 27/2022), atau belum dirilis: terbit setelah jendela dan pasangannya (00+15, 30+45) selesai.',
      'True where a measure was emptied, or is a lower bound, because it counts too few people (UU 27/2022), or is not released yet: it comes when the window and its pair (00+15, 30+45) are over.',
    ),
    role: 'attribute',
    type: 'boolean',
    constraints: { required: true },
    rawColumn: 'suppressed',
    value: ({ record }) => [...(record.suppressed ?? []), ...(record.partlyHidden ?? [])].some(touches),
  };
}

const REVISION: Measurement = {
  ...fromRaw('revision'),
  name: 'revisi',
  concept: text('mutu data: revisi', 'data quality: revision'),
  definition: text(
    'Nomor terbitan baris; naik bila data susulan atau koreksi menggantikannya.',
    'Edition of the row; it grows when late or corrected data replace it.',
  ),
  role: 'attribute',
  type: 'integer',
  constraints: { required: true, minimum: 0 },
};

const MODEL_VERSION: Measurement = {
  name: 'model_versi',
  label: text('versi model', 'model version'),
  concept: text('metode pengukuran', 'method of measurement'),
  definition: text(
    'Nama model deteksi dan dua belas angka pertama sha256-nya; beberapa, dipisah " + ", bila diganti dalam jendela itu.',
    'Name of the detection model and the first twelve digits of its sha256; several, joined by " + ", where it changed in the window.',
  ),
  role: 'attribute',
  type: 'string',
  constraints: { required: true },
  rawColumn: 'model_id',
  value: ({ record }) => distinct(record.methods, modelVersion),
};

const METHOD: Measurement = {
  name: 'metode',
  label: text('metode', 'method'),
  concept: text('metode pengukuran', 'method of measurement'),
  definition: text(
    'Versi perangkat lunak, definisi kamera dan laju sampel. Perubahannya ada di dataset perubahan-metode.',
    'Version of the software, camera definition and sampling rate. The data set perubahan-metode lists its changes.',
  ),
  role: 'attribute',
  type: 'string',
  constraints: { required: true },
  value: ({ record }) =>
    distinct(
      record.methods,
      ({ pipelineVersion, siteVersion, framesPerSecond }) =>
        `pantau ${pipelineVersion}; definisi ${siteVersion}; ${framesPerSecond} bingkai/detik`,
    ),
};

function distinct(methods: readonly Method[], textOf: (method: Method) => string): string {
  return [...new Set(methods.map(textOf))].join(' + ');
}

/** The unit of a table's main measure, as Indonesian portals print it in each row. */
export function unitColumn(unit: Unit): BoundColumn<unknown> {
  return {
    name: 'satuan',
    label: text('satuan', 'unit'),
    concept: text('satuan', 'unit'),
    definition: text(
      'Satuan besaran utama; satuan tiap kolom ada di kamus data.',
      'Unit of the main measure; the dictionary has the unit of every column.',
    ),
    role: 'attribute',
    type: 'string',
    constraints: { required: true },
    value: () => unit.name.id.toUpperCase(),
  };
}

/** The local year of an instant of the row. */
export function yearColumn<Source>(instant: (source: Source) => string): BoundColumn<Source> {
  return {
    name: 'tahun',
    label: text('tahun', 'year'),
    concept: text('periode pengamatan', 'period of observation'),
    definition: text('Tahun (WIB) awal periode.', 'Year (WIB) in which the period begins.'),
    role: 'dimension',
    type: 'year',
    constraints: { required: true },
    value: (source) => wibYear(instant(source)),
  };
}

/** Quality, method, unit and year of a measurement; `touches` tells which withheld measures concern this table. */
export function measurementTail(unit: Unit, touches: (measure: string) => boolean): readonly Measurement[] {
  return [
    COVERAGE,
    STATUS,
    REASONS,
    suppressed(touches),
    REVISION,
    MODEL_VERSION,
    METHOD,
    unitColumn(unit),
    yearColumn(({ record }) => record.windowStart),
  ];
}
