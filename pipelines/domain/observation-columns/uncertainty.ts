import type { FlowUncertainty, PresenceUncertainty, Uncertainty } from '../types.ts';
import { column, type Label, type ObservationColumn, type PublishedObservation } from './column.ts';

function uncertaintyColumns(
  name: string,
  [id, en]: Label,
  unit: string,
  value: (record: PublishedObservation) => Uncertainty | undefined,
): readonly ObservationColumn[] {
  return [
    column(
      `${name}_uncertainty`,
      [`ketidakpastian baku ${id}`, `standard uncertainty of ${en}`],
      unit,
      (record) => value(record)?.standard,
    ),
    column(
      `${name}_low`,
      [`batas bawah 95 % ${id}`, `lower end, 95 %, of ${en}`],
      unit,
      (record) => value(record)?.low,
    ),
    column(
      `${name}_high`,
      [`batas atas 95 % ${id}`, `upper end, 95 %, of ${en}`],
      unit,
      (record) => value(record)?.high,
    ),
  ];
}

const ofFlow = (name: Exclude<keyof FlowUncertainty, 'basis'>) => (record: PublishedObservation) =>
  record.kind === 'flow' ? record.uncertainty?.[name] : undefined;
const ofPresence = (name: Exclude<keyof PresenceUncertainty, 'basis'>) => (record: PublishedObservation) =>
  record.kind === 'presence' ? record.uncertainty?.[name] : undefined;

/** How sure the measures are. */
export const UNCERTAINTY_COLUMNS: readonly ObservationColumn[] = [
  ...uncertaintyColumns('volume', ['volume kendaraan', 'vehicle volume'], '', ofFlow('volume')),
  ...uncertaintyColumns(
    'flow_rate_per_hour',
    ['arus kendaraan', 'vehicle flow rate'],
    '/h',
    ofFlow('flowRatePerHour'),
  ),
  ...uncertaintyColumns('people_volume', ['volume orang', 'people volume'], '', ofFlow('peopleVolume')),
  ...uncertaintyColumns(
    'people_flow_rate_per_hour',
    ['arus orang', 'people flow rate'],
    '/h',
    ofFlow('peopleFlowRatePerHour'),
  ),
  ...uncertaintyColumns(
    'people_present_mean',
    ['rata-rata orang hadir', 'mean of people present'],
    '',
    ofPresence('peoplePresentMean'),
  ),
  ...uncertaintyColumns(
    'vehicles_present_mean',
    ['rata-rata kendaraan hadir', 'mean of vehicles present'],
    '',
    ofPresence('vehiclesPresentMean'),
  ),
  column(
    'uncertainty_basis',
    ['dasar ketidakpastian', 'basis of the uncertainties'],
    '',
    (record) => record.uncertainty?.basis,
  ),
];
