/** Every text of the page in both languages, and how numbers and times are written in them. */
import type { GapReason } from '../../../pipelines/domain/types.ts';

export type Language = 'id' | 'en';

/** The city's clock: every time on the page is local time of Semarang. */
const TIME_ZONE = 'Asia/Jakarta';
export const TIME_ZONE_NAME = 'WIB';
export { TIME_ZONE };

const INDONESIAN = {
  tagline: 'Keramaian dan lalu lintas dari CCTV kota',
  otherLanguage: 'English',
  skip: 'Langsung ke isi',
  cameras: 'Kamera',
  lastSeen: 'data terakhir',
  coverage: 'Cakupan',
  coverageHint: 'bagian waktu yang benar-benar dianalisis',
  range: 'Rentang waktu',
  hours: (count: number) => `${count} jam`,
  earlier: 'Lebih awal',
  later: 'Lebih baru',
  newest: 'Terbaru',
  zone: 'Zona',
  line: 'Garis hitung',
  downloadCsv: 'Unduh CSV',
  downloadJson: 'JSON',
  people: 'Orang',
  vehicles: 'Kendaraan',
  peoplePresent: 'Orang hadir',
  vehiclesPresent: 'Kendaraan hadir',
  peopleCrossings: 'Lintasan orang',
  vehicleCrossings: 'Lintasan kendaraan',
  mean: 'rata-rata',
  max: 'maksimum',
  in: 'masuk',
  out: 'keluar',
  perWindow: (seconds: number) => `per jendela ${seconds} detik`,
  perMinute: 'per menit',
  inRange: 'dalam rentang ini',
  gap: 'celah',
  partial: 'sebagian',
  complete: 'lengkap',
  unrecorded: 'tanpa catatan',
  gapLegend: 'Celah: tidak ada data, bukan nol',
  partialLegend: 'Teramati sebagian',
  noZone: 'Kamera ini belum mempunyai zona',
  noLine: 'Kamera ini belum mempunyai garis hitung',
  table: 'Jendela terakhir',
  time: 'Waktu',
  showAll: (count: number) => `Tampilkan semua ${count} jendela`,
  suppressed: 'disembunyikan',
  suppressedHint: (below: number) =>
    `Jumlah orang 1–${below - 1} disembunyikan untuk melindungi privasi; jumlah yang tampak adalah batas bawah.`,
  rawHint: 'Tampilan internal: jumlah kecil tidak disembunyikan. Jangan dipublikasikan.',
  privacy: 'Tidak ada gambar, wajah, atau pelat nomor yang disimpan. Hanya hitungan.',
  loading: 'Memuat …',
  failed: 'Portal tidak dapat dihubungi. Halaman mencoba lagi secara otomatis.',
  nothingInRange: 'Tidak ada catatan dalam rentang ini.',
  emptyTitle: 'Belum ada data',
  emptyText: 'Portal sudah berjalan dan menunggu catatan pertama. Kirim rekaman, atau tambahkan kamera:',
  emptyAfter: 'Halaman ini terisi sendiri begitu jendela pertama selesai dihitung.',
  keys: 'tombol panah memilih jendela',
};

export type Texts = typeof INDONESIAN;

const ENGLISH: Texts = {
  tagline: 'Crowd and traffic from city CCTV',
  otherLanguage: 'Bahasa Indonesia',
  skip: 'Skip to content',
  cameras: 'Cameras',
  lastSeen: 'last data',
  coverage: 'Coverage',
  coverageHint: 'share of the time really analysed',
  range: 'Time range',
  hours: (count) => (count === 1 ? '1 hour' : `${count} hours`),
  earlier: 'Earlier',
  later: 'Later',
  newest: 'Newest',
  zone: 'Zone',
  line: 'Counting line',
  downloadCsv: 'Download CSV',
  downloadJson: 'JSON',
  people: 'People',
  vehicles: 'Vehicles',
  peoplePresent: 'People present',
  vehiclesPresent: 'Vehicles present',
  peopleCrossings: 'People crossing',
  vehicleCrossings: 'Vehicles crossing',
  mean: 'mean',
  max: 'maximum',
  in: 'in',
  out: 'out',
  perWindow: (seconds) => `per ${seconds}-second window`,
  perMinute: 'per minute',
  inRange: 'in this range',
  gap: 'gap',
  partial: 'partial',
  complete: 'complete',
  unrecorded: 'no record',
  gapLegend: 'Gap: no data, not zero',
  partialLegend: 'Partly seen',
  noZone: 'This camera has no zone yet',
  noLine: 'This camera has no counting line yet',
  table: 'Latest windows',
  time: 'Time',
  showAll: (count) => `Show all ${count} windows`,
  suppressed: 'suppressed',
  suppressedHint: (below) =>
    `People counts of 1–${below - 1} are suppressed to protect privacy; sums shown are lower bounds.`,
  rawHint: 'Internal view: small counts are not suppressed. Do not publish.',
  privacy: 'No picture, face or number plate is stored. Only counts.',
  loading: 'Loading …',
  failed: 'The portal cannot be reached. The page keeps trying by itself.',
  nothingInRange: 'There are no records in this range.',
  emptyTitle: 'No data yet',
  emptyText: 'The portal is running and waits for its first record. Send a recording, or add a camera:',
  emptyAfter: 'This page fills by itself as soon as the first window is counted.',
  keys: 'arrow keys choose a window',
};

export const TEXTS: Readonly<Record<Language, Texts>> = { id: INDONESIAN, en: ENGLISH };

const REASONS: Readonly<Record<Language, Readonly<Record<GapReason, string>>>> = {
  id: {
    'source-down': 'kamera mati',
    'decode-stall': 'gambar macet',
    backlog: 'antrean penuh',
    'camera-moved': 'kamera bergeser',
    paused: 'dijeda',
    'worker-down': 'pekerja mati',
    'media-damaged': 'rekaman rusak',
    'outside-recording': 'di luar rekaman',
  },
  en: {
    'source-down': 'camera down',
    'decode-stall': 'picture stalled',
    backlog: 'backlog',
    'camera-moved': 'camera moved',
    paused: 'paused',
    'worker-down': 'worker down',
    'media-damaged': 'recording damaged',
    'outside-recording': 'outside recording',
  },
};

/** Why a window was not wholly seen, in words. */
export function reasonText(language: Language, reason: GapReason): string {
  return REASONS[language][reason];
}

const LOCALES: Readonly<Record<Language, string>> = { id: 'id-ID', en: 'en-GB' };

/** Writers of numbers and times in one language. */
export function createFormat(language: Language) {
  const locale = LOCALES[language];
  const at = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { timeZone: TIME_ZONE, ...options });
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const tenth = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const clock = at({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const day = at({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
  const shortDay = at({ weekday: 'short', day: 'numeric', month: 'short' });
  const dayKey = at({ day: 'numeric', month: 'numeric', year: 'numeric' });
  return {
    count: (value: number | undefined) => (value === undefined ? '–' : whole.format(value)),
    mean: (value: number | undefined) => (value === undefined ? '–' : tenth.format(value)),
    /** Never rounds a window with a hole up to 100 %, nor one with something seen down to 0 %. */
    percent: (share: number) => {
      const kept = share > 0 && share < 1 ? Math.min(0.99, Math.max(0.01, share)) : share;
      return percent.format(kept);
    },
    clock: (ms: number) => clock.format(ms),
    day: (ms: number) => day.format(ms),
    shortDay: (ms: number) => shortDay.format(ms),
    isSameDay: (a: number, b: number) => dayKey.format(a) === dayKey.format(b),
  };
}

export type Format = ReturnType<typeof createFormat>;
