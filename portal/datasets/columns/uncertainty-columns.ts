/** How far a measure may be from the truth: 95 % intervals out of measured figures, as two columns per measure. */
import type { MeasurementSource } from '../measurement-source.ts';
import { type BoundColumn, fromRaw, text } from './column.ts';
import { UNITS, type Unit } from './units.ts';

type Measurement = BoundColumn<MeasurementSource>;

/** Lower and upper end for the measure `of`; shown only beside its value, so that a withheld value stays unknown. */
function interval(of: string, raw: string, unit: Unit): readonly Measurement[] {
  const measured = fromRaw(raw);
  const end = (suffix: string, rawSuffix: string, definition: Measurement['definition']): Measurement => {
    const found = fromRaw(`${raw}_${rawSuffix}`);
    return {
      ...found,
      name: `${of}_${suffix}`,
      concept: text('mutu data: ketidakpastian', 'data quality: uncertainty'),
      definition,
      role: 'attribute',
      type: 'number',
      measure: text('rentang 95 %', '95 % interval'),
      unit,
      constraints: { minimum: 0 },
      value: (source) => (measured.value(source) === undefined ? undefined : found.value(source)),
    };
  };
  return [
    end(
      'bawah',
      'low',
      text(
        `Batas bawah rentang 95 % ${of}, menurut galat yang diukur terhadap hitungan tangan.`,
        `Lower end of the 95 % interval of ${of}, by errors measured against hand counts.`,
      ),
    ),
    end(
      'atas',
      'high',
      text(
        `Batas atas rentang 95 % ${of}, menurut galat yang diukur terhadap hitungan tangan.`,
        `Upper end of the 95 % interval of ${of}, by errors measured against hand counts.`,
      ),
    ),
  ];
}

const BASIS: Measurement = {
  ...fromRaw('uncertainty_basis'),
  name: 'dasar_ketidakpastian',
  concept: text('mutu data: ketidakpastian', 'data quality: uncertainty'),
  definition: text(
    'Berkas angka ketepatan yang diukur beserta sidiknya; kosong bila galat belum diukur.',
    'File of measured accuracy figures with its digest; empty where the error was not measured.',
  ),
  role: 'attribute',
  type: 'string',
};

/** Intervals of the traffic measures. */
export const TRAFFIC_UNCERTAINTY_COLUMNS: readonly Measurement[] = [
  ...interval('jumlah_kendaraan', 'volume', UNITS.vehicles),
  ...interval('kendaraan_hadir_rata', 'vehicles_present_mean', UNITS.vehicles),
  BASIS,
];

/** Intervals of the crowd measures. */
export const CROWD_UNCERTAINTY_COLUMNS: readonly Measurement[] = [
  ...interval('jumlah_orang_rata', 'people_present_mean', UNITS.people),
  ...interval('jumlah_orang_melintas', 'people_volume', UNITS.people),
  BASIS,
];
