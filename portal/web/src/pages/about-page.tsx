/** What Pantau is, how to read its numbers, what it never keeps. */
import { LevelLegend } from '../map/level-legend.tsx';
import { hrefOf } from '../route.ts';
import { useView } from '../view.ts';

interface Paragraph {
  readonly title: string;
  readonly text: string;
}

const PARAGRAPHS: Readonly<Record<'id' | 'en', readonly Paragraph[]>> = {
  id: [
    {
      title: 'Apa yang dihitung',
      text: 'Kamera kota menghitung kendaraan dan orang yang melintasi garis hitung, dan berapa yang berada di dalam zona. Hitungan disimpan per jendela waktu dan dijumlahkan menjadi 15 menit, jam, dan hari waktu setempat (WIB).',
    },
    {
      title: 'Membaca angkanya',
      text: 'Cakupan adalah bagian waktu yang benar-benar dianalisis. Celah bukan nol: di sana tidak ada data. Arus (smp/jam), derajat kejenuhan (DJ), dan tingkat pelayanan mengikuti PKJI 2023 dan hanya ada bila data jalan diketahui; kepadatan orang dan tingkat Fruin hanya bila luas zona diketahui.',
    },
    {
      title: 'Batas ketelitian',
      text: 'Setiap hitungan mempunyai rentang 95 % bila modelnya pernah diukur terhadap hitungan manusia. Di atas kira-kira dua orang per meter persegi deteksi menghitung terlalu sedikit: ini bukan alarm keselamatan.',
    },
    {
      title: 'Privasi',
      text: 'Tidak ada gambar, wajah, atau pelat nomor yang disimpan, dan tidak ada orang yang dikenali atau diikuti antar kamera. Jumlah orang yang kecil disembunyikan, dan lokasi kamera dibulatkan.',
    },
  ],
  en: [
    {
      title: 'What is counted',
      text: 'City cameras count vehicles and people that cross counting lines, and how many are inside zones. Counts are kept by window of time and summed to 15 minutes, hours and days of local time (WIB).',
    },
    {
      title: 'How to read the numbers',
      text: 'Coverage is the share of the time that was really analysed. A gap is no zero: there is no data. Flow (pcu/h), degree of saturation (DS) and level of service follow PKJI 2023 and exist only where the road is described; crowd density and Fruin level only where the area of the zone is known.',
    },
    {
      title: 'Limits of accuracy',
      text: 'Every count has a 95 % interval where its model was measured against counts by hand. Above about two people per square metre detection counts too few: this is no safety alarm.',
    },
    {
      title: 'Privacy',
      text: 'No picture, face or number plate is stored, and nobody is identified or followed from camera to camera. Small counts of people are suppressed, and the places of cameras are rounded.',
    },
  ],
};

export function AboutPage() {
  const { texts, language } = useView();
  return (
    <div class="prose-page">
      <header>
        <h1>{texts.aboutTitle}</h1>
        <p>{texts.tagline}</p>
      </header>
      <div class="about">
        <div class="card prose">
          {PARAGRAPHS[language].map(({ title, text }) => (
            <section key={title}>
              <h2>{title}</h2>
              <p>{text}</p>
            </section>
          ))}
          <p>
            <a href={hrefOf('data')}>{texts.dataTitle}</a> · <a href={hrefOf('mutu')}>{texts.qualityTitle}</a>
          </p>
        </div>
        <div class="card legends">
          <LevelLegend topic="traffic" />
          <LevelLegend topic="crowd" />
        </div>
      </div>
    </div>
  );
}
