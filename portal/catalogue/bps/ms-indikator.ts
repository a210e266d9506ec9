/** BPS metadata of indicators (MS-Indikator), field names of the form as reproduced in DOMAIN.md §4.2. */
import { type CodeList, CROWD_LEVEL_LIST, SERVICE_LEVEL_LIST } from '../../datasets/columns/code-lists.ts';
import type { DataSetId } from '../../datasets/data-set.ts';
import type { CatalogueContext } from '../context.ts';
import { ACTIVITY_TITLE } from './ms-kegiatan.ts';
import { NOT_APPLICABLE } from './ms-variabel.ts';

interface Indicator {
  readonly nama: string;
  readonly konsep: string;
  readonly definisi: string;
  readonly interpretasi: string;
  readonly metode_rumus: string;
  readonly ukuran: string;
  readonly satuan: string;
  readonly levels?: CodeList;
  /** Indicators it is made of, by name; none for a plain one. */
  readonly builtFrom?: readonly string[];
  readonly variables: readonly (readonly [dataSet: DataSetId, column: string])[];
  readonly level: string;
}

const INDICATORS: readonly Indicator[] = [
  {
    nama: 'Volume lalu lintas',
    konsep: 'Arus lalu lintas',
    definisi: 'Arus kendaraan bermotor dalam satuan mobil penumpang per jam, per garis hitung dan arah.',
    interpretasi: 'Makin tinggi, makin banyak lalu lintas yang melintas; saat macet nilainya turun.',
    metode_rumus: 'q = Σ (emp × jumlah kendaraan) × 3600 / detik teramati; emp menurut PKJI 2023',
    ukuran: 'laju',
    satuan: 'smp/jam',
    variables: [
      ['kepadatan-lalu-lintas', 'jumlah_sm'],
      ['kepadatan-lalu-lintas', 'jumlah_mp'],
      ['kepadatan-lalu-lintas', 'jumlah_bus'],
      ['kepadatan-lalu-lintas', 'jumlah_truk'],
    ],
    level: 'Garis hitung',
  },
  {
    nama: 'Kepadatan lalu lintas',
    konsep: 'Kepadatan lalu lintas',
    definisi: 'Kendaraan dalam satuan mobil penumpang per kilometer ruas.',
    interpretasi: 'Makin tinggi, makin padat; dibaca bersama kecepatan.',
    metode_rumus:
      'Zona: rata-rata smp hadir × 1000 / panjang zona (m); garis: k = q / v dengan v kecepatan rata-rata ruang',
    ukuran: 'rata-rata menurut waktu',
    satuan: 'smp/km',
    variables: [
      ['kepadatan-lalu-lintas', 'kendaraan_hadir_rata'],
      ['kepadatan-lalu-lintas', 'volume_smp_jam'],
      ['kepadatan-lalu-lintas', 'kecepatan_km_jam'],
    ],
    level: 'Zona atau garis hitung',
  },
  {
    nama: 'Derajat kejenuhan',
    konsep: 'Kinerja ruas jalan',
    definisi: 'Perbandingan arus dengan kapasitas ruas.',
    interpretasi: 'Sasaran perancangan paling tinggi 0,85; di atas 1 melampaui kapasitas.',
    metode_rumus: 'DJ = q / C; C = C0 × FCLJ × FCPA × FCHS × FCUK (PKJI 2023)',
    ukuran: 'rasio',
    satuan: 'rasio',
    levels: SERVICE_LEVEL_LIST,
    builtFrom: ['Volume lalu lintas'],
    variables: [['kepadatan-lalu-lintas', 'volume_smp_jam']],
    level: 'Garis hitung',
  },
  {
    nama: 'Tingkat keramaian',
    konsep: 'Kepadatan orang',
    definisi: 'Rata-rata orang per meter persegi zona, dinyatakan sebagai tingkat A sampai F.',
    interpretasi: 'A sangat lengang, F sangat padat; bukan alarm keselamatan.',
    metode_rumus: 'Rata-rata orang hadir / luas zona (m²); tingkat menurut Fruin 1971',
    ukuran: 'rata-rata menurut waktu',
    satuan: 'orang/m²',
    levels: CROWD_LEVEL_LIST,
    variables: [
      ['tingkat-keramaian', 'jumlah_orang_rata'],
      ['tingkat-keramaian', 'luas_m2'],
    ],
    level: 'Zona',
  },
  {
    nama: 'Keterisian data',
    konsep: 'Mutu data',
    definisi: 'Persentase waktu yang benar-benar teramati dari waktu yang direncanakan.',
    interpretasi: 'Makin dekat 100, makin lengkap; celah tidak pernah dihitung nol.',
    metode_rumus: 'Σ detik teramati / Σ detik terencana × 100',
    ukuran: 'persentase',
    satuan: 'persen',
    variables: [
      ['ketersediaan-kamera', 'jam_teramati'],
      ['ketersediaan-kamera', 'jam_terencana'],
    ],
    level: 'Kamera dan kota',
  },
  {
    nama: 'Kunjungan tahunan portal data terbuka per 100.000 penduduk (SNI ISO 37122 10.1)',
    konsep: 'Tata kelola kota cerdas',
    definisi: 'Kunjungan ke portal selama setahun per 100.000 penduduk, tanpa data pribadi.',
    interpretasi: 'Makin tinggi, makin banyak data kota dipakai.',
    metode_rumus: 'Kunjungan setahun / (penduduk / 100.000)',
    ukuran: 'rasio',
    satuan: 'kunjungan per 100.000 penduduk',
    variables: [],
    level: 'Kota',
  },
  {
    nama: 'Rata-rata waktu henti infrastruktur TIK per insiden (SNI ISO 37122 10.4)',
    konsep: 'Tata kelola kota cerdas',
    definisi:
      'Rata-rata jam tidak tersedia per insiden tak terencana; henti terencana (jam operasi, jeda operator, pemeliharaan) disajikan terpisah.',
    interpretasi: 'Makin rendah, makin andal.',
    metode_rumus: 'Σ jam tidak tersedia / jumlah insiden, hanya yang terencana = salah',
    ukuran: 'rata-rata',
    satuan: 'jam',
    variables: [['ketersediaan-kamera', 'jam_tidak_tersedia']],
    level: 'Kota',
  },
  {
    nama: 'Jalan utama yang dipantau (ITU U4SSC EC:ICT:T:2C)',
    konsep: 'Pemantauan lalu lintas',
    definisi: 'Persentase panjang jalan utama yang dipantau secara elektronik.',
    interpretasi: 'Makin tinggi, makin luas pemantauan.',
    metode_rumus: 'km jalan utama terpantau / km jalan utama × 100; tiap ruas dihitung sekali',
    ukuran: 'persentase',
    satuan: 'persen',
    variables: [['titik-cctv', 'panjang_ruas_m']],
    level: 'Kota',
  },
];

/** Every indicator that the data sets give. */
export function msIndikator(context: Pick<CatalogueContext, 'activityCode'>) {
  const kodeKegiatan = context.activityCode ?? NOT_APPLICABLE;
  return INDICATORS.map(({ levels, builtFrom = [], variables, level, ...fixed }) => ({
    ...fixed,
    klasifikasi_penyajian: levels?.codes.map(({ code, label }) => ({ kode: code, nama: label.id })) ?? [],
    komposit: builtFrom.length > 0 ? 'Ya' : 'Tidak',
    indikator_pembangun: builtFrom.map((nama) => ({ publikasi: ACTIVITY_TITLE, nama })),
    variabel_pembangun: variables.map(([dataset, nama]) => ({
      kegiatan: ACTIVITY_TITLE,
      kode_kegiatan: kodeKegiatan,
      dataset,
      nama,
    })),
    level_estimasi: level,
    akses_umum: 'Ya' as const,
  }));
}
