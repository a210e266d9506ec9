/** Classifications (klasifikasi): the codes that published columns may hold, with what they mean. */
import type { BilingualText } from '../../../pipelines/domain/bilingual-text.ts';
import type { GapReason, WindowStatus } from '../../../pipelines/domain/types.ts';

/** One code. */
export interface Code {
  readonly code: string;
  readonly label: BilingualText;
}

/** A closed list of codes. */
export interface CodeList {
  readonly id: string;
  readonly title: BilingualText;
  readonly codes: readonly Code[];
}

type Entry = readonly [code: string, id: string, en: string];

function codeList(id: string, title: readonly [id: string, en: string], entries: readonly Entry[]): CodeList {
  return {
    id,
    title: { id: title[0], en: title[1] },
    codes: entries.map(([code, label, en]) => ({ code, label: { id: label, en } })),
  };
}

/** Published status of each record status. */
export const STATUS_CODES: Readonly<Record<WindowStatus, string>> = {
  complete: 'lengkap',
  partial: 'parsial',
  empty: 'kosong',
  disrupted: 'terganggu',
};

/** `status`. */
export const STATUS_LIST = codeList(
  'status',
  ['Status jendela', 'Status of the window'],
  [
    ['lengkap', 'seluruh jendela dianalisis', 'the whole window was analysed'],
    ['parsial', 'sebagian jendela dianalisis', 'a part of the window was analysed'],
    ['kosong', 'tidak dianalisis, sesuai rencana', 'not analysed, by plan'],
    ['terganggu', 'tidak dianalisis, karena gangguan', 'not analysed, because of a disruption'],
  ],
);

/** A part of a period for which the store holds no record at all. */
export const NO_RECORD = 'tanpa-catatan';

/** Published code of each gap reason. */
export const REASON_CODES: Readonly<Record<GapReason, string>> = {
  'source-down': 'kamera-mati',
  'decode-stall': 'dekode-macet',
  backlog: 'antrean-penuh',
  'camera-moved': 'kamera-bergeser',
  paused: 'dijeda',
  'worker-down': 'pekerja-mati',
  'media-damaged': 'media-rusak',
  'outside-recording': 'di-luar-rekaman',
};

/** `alasan_celah`; a cell holds one code or several joined by `;`. */
export const REASON_LIST = codeList(
  'alasan_celah',
  ['Alasan celah data', 'Reason of a gap'],
  [
    ['kamera-mati', 'kamera atau jaringan tidak memberi gambar', 'camera or network gave no pictures'],
    ['dekode-macet', 'gambar tidak keluar dari dekoder', 'no pictures came out of the decoder'],
    ['antrean-penuh', 'gambar dilewati karena analisis tertinggal', 'pictures dropped, analysis was behind'],
    [
      'kamera-bergeser',
      'penghitungan ditunda karena kamera bergeser',
      'counting suspended, the camera was moved',
    ],
    ['dijeda', 'sengaja tidak beroperasi', 'off on purpose'],
    ['pekerja-mati', 'proses analisis mati atau diganti', 'the analysing process died or was replaced'],
    ['media-rusak', 'bagian rekaman tidak dapat dibaca', 'that part of the recording is unreadable'],
    ['di-luar-rekaman', 'jendela melampaui rekaman', 'the window reaches beyond the recording'],
    [NO_RECORD, 'tidak ada catatan di simpanan', 'the store holds no record'],
  ],
);

/** `arah`. `semua` stands in rows of zones, which have no direction: a key column is never empty. */
export const DIRECTION_LIST = codeList(
  'arah',
  ['Arah lintasan', 'Direction of the crossing'],
  [
    [
      'masuk',
      'dari sisi kiri ke sisi kanan garis hitung; artinya di lapangan ada di nama_arah',
      'from the left to the right hand of the counting line; nama_arah says what that is on the ground',
    ],
    [
      'keluar',
      'dari sisi kanan ke sisi kiri garis hitung',
      'from the right to the left hand of the counting line',
    ],
    ['semua', 'zona: tidak dibedakan menurut arah', 'zone: not told apart by direction'],
  ],
);

/** `jenis_lokasi`. */
export const PLACE_LIST = codeList(
  'jenis_lokasi',
  ['Jenis lokasi ukur', 'Kind of measuring place'],
  [
    [
      'garis',
      'garis hitung: apa yang melintas dihitung',
      'counting line: what crosses it is counted (arus, flow)',
    ],
    [
      'zona',
      'zona: apa yang berada di dalamnya dihitung',
      'zone: what is inside is counted (kehadiran, presence)',
    ],
  ],
);

/** `tingkat_pelayanan`. */
export const SERVICE_LEVEL_LIST = codeList(
  'tingkat_pelayanan',
  ['Tingkat pelayanan jalan', 'Level of service of the road'],
  [
    ['A', 'arus bebas', 'free flow'],
    ['B', 'arus stabil', 'stable flow'],
    ['C', 'arus stabil, gerak dibatasi', 'stable flow, movement restricted'],
    ['D', 'mendekati tidak stabil', 'approaching unstable flow'],
    ['E', 'tidak stabil, mendekati kapasitas', 'unstable, near capacity'],
    ['F', 'melampaui kapasitas', 'over capacity'],
  ],
);

/** `tingkat_keramaian`. */
export const CROWD_LEVEL_LIST = codeList(
  'tingkat_keramaian',
  ['Tingkat keramaian (Fruin)', 'Crowd level (Fruin)'],
  [
    ['A', 'sangat lengang', 'very free'],
    ['B', 'lengang', 'free'],
    ['C', 'sedang', 'moderate'],
    ['D', 'ramai', 'busy'],
    ['E', 'padat', 'dense'],
    ['F', 'sangat padat', 'very dense'],
  ],
);

/** `jenis_perubahan`. */
export const BREAK_LIST = codeList(
  'jenis_perubahan',
  ['Jenis perubahan metode', 'Kind of method change'],
  [
    ['model', 'model deteksi diganti', 'the detection model was changed'],
    [
      'definisi-kamera',
      'garis, zona, kalibrasi atau parameter kamera diubah',
      'lines, zones, calibration or parameters of the camera were changed',
    ],
    ['perangkat-lunak', 'versi perangkat lunak berganti', 'the version of the software changed'],
    ['laju-sampel', 'laju sampel bingkai diubah', 'the sampling rate was changed'],
  ],
);

/** `golongan`. */
export const GROUP_LIST = codeList(
  'golongan',
  ['Golongan yang dihitung', 'Counted groups'],
  [
    ['orang', 'orang', 'people'],
    ['kendaraan', 'kendaraan', 'vehicles'],
    ['orang;kendaraan', 'orang dan kendaraan', 'people and vehicles'],
  ],
);

/** `status_operasi`. */
export const OPERATION_LIST = codeList(
  'status_operasi',
  ['Status operasi kamera', 'Operating status of the camera'],
  [
    ['aktif', 'dianalisis', 'analysed'],
    ['dijeda', 'tidak dianalisis atas keputusan operator', 'not analysed, by decision of an operator'],
  ],
);
