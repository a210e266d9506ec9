/**
 * BPS metadata of the statistical activity (MS-Kegiatan): field names and codes of the form as reproduced in
 * DOMAIN.md §4.2; the original form was not at hand.
 */
import { DATA_SETS } from '../../datasets/data-sets.ts';
import { wibDay, wibYear } from '../../datasets/wib.ts';
import { type CatalogueContext, cityOf, dataSetState, latest } from '../context.ts';
import { titleCase } from '../dcat-nodes.ts';
import { msVariabel, NOT_APPLICABLE } from './ms-variabel.ts';

/** An answer chosen from the form's list. */
function coded(kode: number, nama: string) {
  return { kode, nama } as const;
}

/** The activity's name, also what its indicators refer to. */
export const ACTIVITY_TITLE = 'Kompilasi Data Kepadatan Lalu Lintas dan Tingkat Keramaian dari CCTV';

/** The metadata of the activity that all data sets come from. */
export function msKegiatan(context: CatalogueContext) {
  const { activityCode } = context;
  const since = firstInstant(context);
  const year = wibYear(latestInstant(context) ?? context.issued ?? '1970-01-01T00:00:00Z');
  return {
    judul_kegiatan: ACTIVITY_TITLE,
    tahun: year,
    kode_kegiatan: activityCode ?? NOT_APPLICABLE,
    cara_pengumpulan: coded(4, 'Cara lain sesuai dengan perkembangan teknologi informasi'),
    sektor: coded(22, 'Transportasi'),
    rekomendasi_bps: activityCode === undefined ? 'Tidak' : 'Ya',
    identitas_rekomendasi: activityCode ?? NOT_APPLICABLE,
    ...organisation(context),
    perencanaan: planning(since),
    desain_kegiatan: design(context),
    ...conduct(context),
    variabel: measuredVariables(),
  };
}

function planning(since: string | undefined) {
  const running = { awal: since === undefined ? NOT_APPLICABLE : wibDay(since), akhir: 'berlangsung' };
  return {
    latar_belakang:
      'Kota memerlukan data kepadatan lalu lintas dan tingkat keramaian yang terbuka, mutakhir dan terukur mutunya.',
    tujuan:
      'Menyediakan deret waktu kepadatan lalu lintas dan tingkat keramaian untuk manajemen lalu lintas, keamanan dan perencanaan kota.',
    jadwal: {
      perencanaan: { awal: NOT_APPLICABLE, akhir: NOT_APPLICABLE },
      desain: { awal: NOT_APPLICABLE, akhir: NOT_APPLICABLE },
      pengumpulan: running,
      pengolahan: running,
      analisis: running,
      diseminasi: running,
      evaluasi: { awal: NOT_APPLICABLE, akhir: NOT_APPLICABLE },
    },
  };
}

function design(context: CatalogueContext) {
  const city = cityOf(context);
  return {
    kegiatan_dilakukan: coded(2, 'Berulang'),
    frekuensi: {
      ...coded(1, 'Harian'),
      catatan: 'Terus-menerus, terbit setiap 15 menit; formulir tidak punya kode di bawah harian',
    },
    tipe: coded(1, 'Longitudinal panel'),
    cakupan_wilayah: 'Sebagian wilayah: titik yang terpasang CCTV',
    wilayah: {
      kode_provinsi: city.provinceCode,
      provinsi: city.provinceName,
      kode_kabupaten_kota: city.kemendagri,
      kode_bps: city.bps,
      kabupaten_kota: city.name,
    },
    // Bit flags: their sum is the form's answer.
    metode: coded(4, 'Observasi'),
    sarana: coded(32, 'Lainnya: analisis citra CCTV otomatis tanpa menyimpan gambar'),
    unit: coded(8, 'Lainnya: kendaraan dan orang tanpa identitas'),
  };
}

function firstInstant(context: CatalogueContext): string | undefined {
  return DATA_SETS.map((dataSet) => dataSetState(context, dataSet).first)
    .filter((first) => first !== undefined)
    .sort((a, b) => Date.parse(a) - Date.parse(b))[0];
}

function latestInstant(context: CatalogueContext): string | undefined {
  return latest(DATA_SETS.map((dataSet) => dataSetState(context, dataSet).last));
}

/** Parts I and II of the form. */
function organisation(context: CatalogueContext) {
  const { publisher, contact } = context;
  return {
    penyelenggara: {
      instansi: publisher.name,
      alamat: publisher.address ?? NOT_APPLICABLE,
      telepon: publisher.telephone ?? NOT_APPLICABLE,
      faksimile: publisher.fax ?? NOT_APPLICABLE,
      email: publisher.email ?? contact.email,
    },
    penanggung_jawab: {
      unit_eselon_1: publisher.echelon1 ?? NOT_APPLICABLE,
      unit_eselon_2: publisher.echelon2 ?? publisher.name,
      teknis_eselon_3: {
        jabatan: publisher.responsible ?? NOT_APPLICABLE,
        alamat: publisher.address ?? NOT_APPLICABLE,
        telepon: publisher.telephone ?? NOT_APPLICABLE,
        email: contact.email,
      },
      walidata: context.dataSteward ?? NOT_APPLICABLE,
    },
  };
}

/** Parts V to VIII of the form. */
function conduct(context: CatalogueContext) {
  return {
    desain_sampel: {
      jenis: 'Bukan survei sampel: seluruh yang tampak di zona dan garis hitung pada waktu teramati',
      kerangka: 'Titik CCTV pada dataset titik-cctv',
    },
    pengumpulan_data: {
      uji_coba: 'Ya',
      metode_pemeriksaan_kualitas: `Ketepatan diukur terhadap hitungan tangan; cakupan dan alasan celah terbit di tiap baris. ${context.accuracy.id}`,
      penyesuaian_nonrespon: 'Tidak: jendela tanpa pengamatan dikosongkan, bukan nol',
      petugas: NOT_APPLICABLE,
    },
    pengolahan_dan_analisis: {
      tahapan: { editing: 'Tidak', coding: 'Ya', entry: 'Tidak', validasi: 'Ya' },
      metode_analisis: 'Deskriptif: agregat tepat 1 menit ke 15 menit, jam dan hari',
      unit_analisis: 'Ruas jalan dan tempat umum',
      tingkat_penyajian: `Titik CCTV, kecamatan dan ${titleCase(cityOf(context).name)}`,
    },
    diseminasi: {
      tercetak: 'Tidak',
      digital: 'Ya',
      data_mikro: 'Tidak',
      rencana_rilis: 'Setiap 15 menit',
    },
  };
}

function measuredVariables() {
  return DATA_SETS.flatMap((dataSet) =>
    msVariabel(dataSet)
      .filter(({ ukuran }) => ukuran !== NOT_APPLICABLE)
      .map(({ nama, alias, konsep, definisi, referensi_waktu }) => ({
        dataset: dataSet.id,
        nama,
        alias,
        konsep,
        definisi,
        referensi_waktu,
      })),
  );
}
