/** What the recordings with truth are like: what figures measured on them can stand for, and what not. */
import type { FigureScene } from '../../../pipelines/domain/accuracy/figures.ts';
import type { BilingualText } from '../../../pipelines/domain/bilingual-text.ts';

/** Title and conditions by scene id. */
export const SCENE_NOTES: Readonly<Record<string, Pick<FigureScene, 'title' | 'conditions'>>> = {
  'pets09-s2l1': {
    title: {
      id: 'PETS09-S2L1: pejalan kaki di persimpangan kampus, kebenaran MOTChallenge',
      en: 'PETS09-S2L1: pedestrians on a campus junction, truth of MOTChallenge',
    },
    conditions: {
      id: 'siang, kering, kamera tinggi dan diam, 768×576, orang renggang (2–8 sekaligus); kebenaran resmi tidak memuat 174 kotak orang di pintu masuk jauh, dan itu terhitung sebagai galat',
      en: 'daylight, dry, high fixed camera, 768×576, people far apart (2–8 at a time); the official truth leaves out 174 boxes of people at the far entrance, which counts as error',
    },
  },
  junction: {
    title: {
      id: 'Simpang kota dari demo OpenDataCam, label buatan tangan',
      en: 'Urban junction of the OpenDataCam demo, labelled by hand',
    },
    conditions: {
      id: 'siang, kering, kamera diam, 640×360; 50 mobil dan 1 truk melintas, 3–6 mobil dalam zona, tanpa sepeda motor',
      en: 'daylight, dry, fixed camera, 640×360; 50 cars and 1 truck cross, 3–6 cars in the zone, no motorcycles',
    },
  },
};

/** What these scenes do not tell, in the order of how much it matters to a reader in Semarang. */
export const LIMITS: readonly BilingualText[] = [
  {
    id: 'Diukur pada satu rekaman per kelompok (orang 80 detik, kendaraan 33 detik); beda antarkamera tidak termasuk dalam ketidakpastian. Kamera lain bisa lebih baik atau lebih buruk.',
    en: 'Measured on one recording per group (people 80 s, vehicles 33 s); differences between cameras are not part of the uncertainty. Other cameras may be better or worse.',
  },
  {
    id: 'Tidak diukur: malam, hujan, silau, kerumunan rapat (di atas 8 orang sekaligus), kemacetan, sepeda motor, sepeda, bus, dan pembagian menurut kelas.',
    en: 'Not measured: night, rain, glare, dense crowds (above 8 people at a time), jams, motorcycles, bicycles, buses, and the split by class.',
  },
  {
    id: 'Kehadiran kendaraan diukur pada 20 saat dalam satu zona; kebenarannya dibuat oleh satu pelabel.',
    en: 'Presence of vehicles was measured at 20 instants in one zone; its truth was made by one labeller.',
  },
];
