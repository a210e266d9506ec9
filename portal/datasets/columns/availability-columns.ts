/** Columns of *ketersediaan kamera* (days and incidents) and of *perubahan metode*. */

import type { PublicCamera } from '../public-camera.ts';
import type { FilledShare } from '../quality/filled-share.ts';
import type { Gap } from '../quality/gaps.ts';
import type { MethodBreak } from '../quality/method-breaks.ts';
import { formatWib, wibDay } from '../wib.ts';
import { BREAK_LIST } from './code-lists.ts';
import { type BoundColumn, text } from './column.ts';
import { REASONS_TEXT } from './quality-columns.ts';
import { UNITS } from './units.ts';

const AVAILABILITY_CONCEPT = text('ketersediaan', 'availability');
const HOURS = text('durasi', 'duration');

/** A camera's day. */
export interface AvailabilitySource {
  readonly camera: PublicCamera;
  /** Begin of the local day, ISO 8601. */
  readonly dayStart: string;
  readonly filled: FilledShare;
}

/** The local day: last part of the key. */
export const DAY_COLUMN: BoundColumn<AvailabilitySource> = {
  name: 'tanggal',
  label: text('tanggal', 'day'),
  concept: text('periode pengamatan', 'period of observation'),
  definition: text('Hari setempat (WIB).', 'Local day (WIB).'),
  role: 'key',
  type: 'date',
  constraints: { required: true },
  value: ({ dayStart }) => wibDay(dayStart),
};

/** How much of the day was observed. */
export const AVAILABILITY_COLUMNS: readonly BoundColumn<AvailabilitySource>[] = [
  {
    name: 'jam_terencana',
    label: text('jam terencana', 'planned hours'),
    concept: AVAILABILITY_CONCEPT,
    definition: text(
      'Panjang hari yang dinilai: 24 jam, kurang pada hari yang sedang berjalan atau hari pertama.',
      'Length of the day that is judged: 24 hours, less on a day that is not over or the first one.',
    ),
    role: 'measure',
    type: 'number',
    measure: HOURS,
    unit: UNITS.hours,
    constraints: { required: true, minimum: 0, maximum: 24 },
    value: ({ filled }) => hours(filled.periodSeconds),
  },
  {
    name: 'jam_teramati',
    label: text('jam teramati', 'observed hours'),
    concept: AVAILABILITY_CONCEPT,
    definition: text('Waktu yang benar-benar dianalisis.', 'Time that was really analysed.'),
    role: 'measure',
    type: 'number',
    measure: HOURS,
    unit: UNITS.hours,
    constraints: { required: true, minimum: 0, maximum: 24 },
    value: ({ filled }) => hours(filled.analysedSeconds),
  },
  {
    name: 'cakupan_persen',
    label: text('keterisian', 'filled share'),
    concept: text('mutu data: cakupan', 'data quality: coverage'),
    definition: text(
      'jam_teramati / jam_terencana × 100: keterisian menurut Satu Data.',
      'jam_teramati / jam_terencana × 100: "keterisian" of Satu Data.',
    ),
    role: 'measure',
    type: 'number',
    measure: text('persentase', 'percentage'),
    unit: UNITS.percent,
    constraints: { required: true, minimum: 0, maximum: 100 },
    value: ({ filled }) => Math.round(filled.share * 1e6) / 1e4,
  },
  { ...REASONS_TEXT, role: 'attribute', value: ({ filled }) => filled.reasons.join(';') || undefined },
];

/** One incident of a camera. */
export interface IncidentSource {
  readonly camera: PublicCamera;
  readonly gap: Gap;
}

/** Begin of the incident: last part of the key. */
export const INCIDENT_START_COLUMN: BoundColumn<IncidentSource> = {
  name: 'waktu_mulai',
  label: text('awal insiden', 'start of the incident'),
  concept: AVAILABILITY_CONCEPT,
  definition: text(
    'Awal jendela pertama yang tidak lengkap (WIB).',
    'Start of the first window that is not complete (WIB).',
  ),
  role: 'key',
  type: 'datetime',
  constraints: { required: true },
  value: ({ gap }) => formatWib(gap.start),
};

/** How long and why. */
export const INCIDENT_COLUMNS: readonly BoundColumn<IncidentSource>[] = [
  {
    name: 'waktu_selesai',
    label: text('akhir insiden, eksklusif', 'end of the incident, exclusive'),
    concept: AVAILABILITY_CONCEPT,
    definition: text(
      'Akhir jendela terakhir yang tidak lengkap (WIB).',
      'End of the last window that is not complete (WIB).',
    ),
    role: 'attribute',
    type: 'datetime',
    constraints: { required: true },
    value: ({ gap }) => formatWib(gap.end),
  },
  {
    name: 'jam_tidak_tersedia',
    label: text('jam tidak tersedia', 'hours unavailable'),
    concept: AVAILABILITY_CONCEPT,
    definition: text(
      'Waktu yang tidak dianalisis di dalam insiden; dasar ISO 37122 indikator 10.4 (yang tak terencana).',
      'Time within the incident that was not analysed; basis of ISO 37122 indicator 10.4 (unplanned ones).',
    ),
    role: 'measure',
    type: 'number',
    measure: HOURS,
    unit: UNITS.hours,
    constraints: { required: true, minimum: 0 },
    value: ({ gap }) => hours(gap.lostSeconds),
  },
  {
    name: 'terencana',
    label: text('terencana', 'planned'),
    concept: AVAILABILITY_CONCEPT,
    definition: text(
      'Benar bila semua alasannya disengaja (jam operasi, jeda operator, tepi rekaman). Henti terencana dan tak terencana yang bersambung menjadi dua insiden.',
      'True when every reason is by plan (operating hours, pause, edge of a recording). A planned stop next to an unplanned one is an incident of its own.',
    ),
    role: 'attribute',
    type: 'boolean',
    constraints: { required: true },
    value: ({ gap }) => gap.isPlanned,
  },
  { ...REASONS_TEXT, role: 'attribute', value: ({ gap }) => gap.reasons.join(';') },
];

/** One change of method of a camera. */
export interface MethodBreakSource {
  readonly camera: PublicCamera;
  readonly change: MethodBreak;
}

const METHOD_CONCEPT = text('metode pengukuran', 'method of measurement');

/** Since when, and what changed: the rest of the key. */
export const BREAK_KEY_COLUMNS: readonly BoundColumn<MethodBreakSource>[] = [
  {
    name: 'berlaku_sejak',
    label: text('berlaku sejak', 'valid from'),
    concept: METHOD_CONCEPT,
    definition: text(
      'Awal jendela pertama dengan metode baru (WIB). Bandingkan deret sebelum dan sesudahnya dengan hati-hati.',
      'Start of the first window with the new method (WIB). Compare the series across it with care.',
    ),
    role: 'key',
    type: 'datetime',
    constraints: { required: true },
    value: ({ change }) => formatWib(change.since),
  },
  {
    name: 'jenis_perubahan',
    label: text('jenis perubahan', 'kind of change'),
    concept: METHOD_CONCEPT,
    definition: text('Bagian metode yang berubah.', 'Part of the method that changed.'),
    role: 'key',
    type: 'string',
    codeList: BREAK_LIST,
    constraints: { required: true },
    value: ({ change }) => change.kind,
  },
];

/** What it was and what it is. */
export const BREAK_COLUMNS: readonly BoundColumn<MethodBreakSource>[] = [
  {
    name: 'nilai_lama',
    label: text('nilai lama', 'old value'),
    concept: METHOD_CONCEPT,
    definition: text('Versi atau nilai sebelum perubahan.', 'Version or value before the change.'),
    role: 'attribute',
    type: 'string',
    constraints: { required: true },
    value: ({ change }) => change.before,
  },
  {
    name: 'nilai_baru',
    label: text('nilai baru', 'new value'),
    concept: METHOD_CONCEPT,
    definition: text('Versi atau nilai sesudah perubahan.', 'Version or value after the change.'),
    role: 'attribute',
    type: 'string',
    constraints: { required: true },
    value: ({ change }) => change.after,
  },
];

/** Hours to the second. */
function hours(seconds: number): number {
  return Math.round((seconds / 3600) * 1e4) / 1e4;
}
