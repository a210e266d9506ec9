/** Crossings put together over lines, directions and cameras. Pure. A road user who crosses two lines counts in both. */
import { ROAD_USER_CLASSES } from '../../pipelines/domain/classes.ts';
import {
  type FlowSource,
  flowsOf,
  type GroupCells,
  type GroupColumn,
  greatest,
  groupColumn,
  rounded,
  total,
} from './group-column.ts';

function sum(
  name: string,
  type: 'integer' | 'number',
  read: (row: FlowSource['row']) => number | undefined,
): GroupColumn {
  return groupColumn(name, type, (cells) => total(flowsOf(cells).map(({ row }) => read(row))));
}

/** The line that the level of service is of: the one nearest to its capacity. */
function fullest(cells: GroupCells) {
  return greatest(flowsOf(cells), ({ row }) => row.degreeOfSaturation);
}

/** Measures of grouped flow rows. */
export const FLOW_GROUP_COLUMNS: readonly GroupColumn[] = [
  ...ROAD_USER_CLASSES.map((name) => sum(`count_${name}`, 'integer', (row) => row.count?.[name])),
  sum('volume', 'integer', (row) => row.volume),
  sum('flow_rate_per_hour', 'number', (row) => row.flowRatePerHour),
  sum('people_volume', 'integer', (row) => row.peopleVolume),
  sum('people_flow_rate_per_hour', 'number', (row) => row.peopleFlowRatePerHour),
  sum('pcu_per_hour', 'number', (row) => row.pcuPerHour),
  groupColumn('degree_of_saturation_max', 'number', (cells) => fullest(cells)?.value ?? null, {
    label: { id: 'derajat kejenuhan (DJ) tertinggi', en: 'highest degree of saturation' },
  }),
  groupColumn('level_of_service', 'string', (cells) => fullest(cells)?.row.row.levelOfService ?? null, {
    label: { id: 'tingkat pelayanan di DJ tertinggi', en: 'level of service at the highest DJ' },
  }),
  groupColumn(
    'level_of_service_table',
    'string',
    (cells) => fullest(cells)?.row.row.levelOfServiceTable ?? null,
  ),
  // Space-mean speed over several lines is the harmonic mean over their crossings.
  groupColumn('space_mean_speed_km_per_hour', 'number', (cells) => harmonicSpeed(flowsOf(cells))),
  sum('speed_samples', 'integer', (row) => row.speedSamples),
];

function harmonicSpeed(sources: readonly FlowSource[]): number | null {
  let samples = 0;
  let paces = 0;
  for (const { row } of sources) {
    const { spaceMeanSpeedKmPerHour: speed, speedSamples = 0 } = row;
    if (speed === undefined || speed <= 0) continue;
    samples += speedSamples;
    paces += speedSamples / speed;
  }
  return paces === 0 ? null : rounded(samples / paces);
}
