/** BPS metadata of variables (MS-Variabel), field names of the form as reproduced in DOMAIN.md §4.2. */
import type { Column, ColumnType } from '../../datasets/columns/column.ts';
import type { DataSet } from '../../datasets/data-set.ts';

/** One code of a variable. */
export interface MsCode {
  readonly kode: string;
  readonly nama: string;
}

/** One variable. */
export interface MsVariabel {
  readonly nama: string;
  /** The column's name. */
  readonly alias: string;
  readonly konsep: string;
  readonly definisi: string;
  readonly referensi_pemilihan: string;
  readonly referensi_waktu: string;
  readonly ukuran: string;
  readonly satuan: string;
  readonly tipe_data: string;
  readonly klasifikasi_isian: readonly MsCode[];
  readonly aturan_validasi: string;
  readonly kalimat_pertanyaan: string;
  readonly akses_umum: 'Ya';
}

const DATA_TYPES: Readonly<Record<ColumnType, string>> = {
  string: 'Teks',
  integer: 'Bilangan bulat',
  number: 'Bilangan desimal',
  boolean: 'Boolean',
  datetime: 'Tanggal dan waktu',
  date: 'Tanggal',
  year: 'Tahun',
};

/** The form has no empty answers; this is its word for "does not apply". */
export const NOT_APPLICABLE = '-';

/** Every variable of a data set, each once though several resources hold it. */
export function msVariabel(dataSet: DataSet): MsVariabel[] {
  const columns = new Map<string, Column>();
  for (const { columns: some } of dataSet.resources) {
    for (const column of some) if (!columns.has(column.name)) columns.set(column.name, column);
  }
  const resolutions = dataSet.resources.flatMap(({ temporalResolution }) => temporalResolution ?? []);
  return [...columns.values()].map((column) => variable(column, timeReference(resolutions)));
}

const DURATION_NAMES: Readonly<Record<string, string>> = { PT15M: '15 menit', PT1H: 'jam', P1D: 'hari' };

function timeReference(resolutions: readonly string[]): string {
  const names = [...new Set(resolutions)].map((duration) => DURATION_NAMES[duration] ?? duration);
  return names.length === 0 ? 'saat pendataan' : `selama satu ${names.join(' / ')}`;
}

function variable(column: Column, referensiWaktu: string): MsVariabel {
  const { name, label, concept, definition, measure, unit, type, codeList } = column;
  return {
    nama: label.id,
    alias: name,
    konsep: concept.id,
    definisi: definition.id,
    referensi_pemilihan: referenceOf(column),
    referensi_waktu: column.role === 'measure' ? referensiWaktu : NOT_APPLICABLE,
    ukuran: measure?.id ?? NOT_APPLICABLE,
    satuan: unit?.name.id ?? NOT_APPLICABLE,
    tipe_data: DATA_TYPES[type],
    klasifikasi_isian: codeList?.codes.map(({ code, label: text }) => ({ kode: code, nama: text.id })) ?? [],
    aturan_validasi: validationRule(column),
    kalimat_pertanyaan: NOT_APPLICABLE,
    akses_umum: 'Ya',
  };
}

function referenceOf({ name }: Column): string {
  if (/^(kode|nama)_(provinsi|kabupaten_kota|kecamatan)$/.test(name)) return 'Kode wilayah Kemendagri';
  if (/bps/.test(name)) return 'Kode wilayah BPS';
  if (/emp|smp|derajat|pelayanan|tabel_tp|jumlah_(sm|mp|bus|truk|ktb)/.test(name)) return 'PKJI 2023';
  return /keramaian|tabel_tk|orang_m2/.test(name) ? 'Fruin 1971' : NOT_APPLICABLE;
}

function validationRule({ constraints = {}, codeList }: Column): string {
  const { required, unique, minimum, maximum, pattern } = constraints;
  const rules = [
    required ? 'wajib terisi' : undefined,
    unique ? 'tidak berulang' : undefined,
    minimum === undefined ? undefined : `≥ ${minimum}`,
    maximum === undefined ? undefined : `≤ ${maximum}`,
    pattern === undefined ? undefined : `berpola ${pattern}`,
    codeList === undefined ? undefined : 'salah satu kode klasifikasi',
  ].filter((rule) => rule !== undefined);
  return rules.length === 0 ? NOT_APPLICABLE : rules.join('; ');
}
