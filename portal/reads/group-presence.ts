/** Presence put together over zones and cameras, without counting anybody twice who stands in two zones. Pure. */
import { VEHICLE_CLASSES } from '../../pipelines/domain/classes.ts';
import {
  type GroupCells,
  type GroupColumn,
  greatest,
  groupColumn,
  type PresenceSource,
  rounded,
  total,
  weighted,
  zonesOf,
} from './group-column.ts';
import { fullestApart } from './zones-apart.ts';

type Read = (row: PresenceSource['row']) => number | undefined;

/** The zones that are added up, see `zones-apart.ts`. */
function apart(cells: GroupCells, read: Read): readonly PresenceSource[] {
  return fullestApart(zonesOf(cells), {
    clusters: cells.clusters,
    zoneOf: ({ row }) => row,
    value: ({ row }) => read(row),
  });
}

function sumApart(name: string, type: 'integer' | 'number', read: Read): GroupColumn {
  return groupColumn(name, type, (cells) => total(apart(cells, read).map(({ row }) => read(row))));
}

const peopleMean: Read = (row) => row.peoplePresent?.mean;

/** The zone that Fruin's level is of: the densest. */
function densest(cells: GroupCells) {
  return greatest(zonesOf(cells), ({ row }) => row.peoplePerM2);
}

/** Measures of grouped presence rows. */
export const PRESENCE_GROUP_COLUMNS: readonly GroupColumn[] = [
  groupColumn(
    'zones_left_out',
    'integer',
    (cells) => zonesOf(cells).length - apart(cells, ({ coverage }) => coverage).length,
    {
      label: {
        id: 'zona yang tidak dijumlahkan karena tumpang tindih dengan yang lebih penuh',
        en: 'zones not added up because they overlap with a fuller one',
      },
    },
  ),
  sumApart('people_present_mean', 'number', peopleMean),
  sumApart('vehicles_present_mean', 'number', (row) => row.vehiclesPresent?.mean),
  ...(['person', ...VEHICLE_CLASSES] as const).flatMap((name) => [
    sumApart(`entered_${name}`, 'integer', (row) => row.entered?.[name]),
    sumApart(`left_${name}`, 'integer', (row) => row.left?.[name]),
  ]),
  groupColumn('time_occupancy', 'number', (cells) =>
    weighted(zonesOf(cells).map(({ row }) => ({ value: row.timeOccupancy, weight: row.analysedUs }))),
  ),
  groupColumn('people_per_m2', 'number', perGround),
  groupColumn('people_per_m2_max', 'number', (cells) => densest(cells)?.value ?? null, {
    label: { id: 'kepadatan orang di zona terpadat', en: 'people density of the densest zone' },
    unit: 'orang/m²',
  }),
  groupColumn('fruin_level', 'string', (cells) => densest(cells)?.row.row.fruinLevel ?? null, {
    label: { id: 'tingkat Fruin zona terpadat', en: 'Fruin level of the densest zone' },
  }),
  groupColumn('fruin_table', 'string', (cells) => densest(cells)?.row.row.fruinTable ?? null),
  groupColumn('space_mean_speed_km_per_hour', 'number', (cells) =>
    weighted(
      zonesOf(cells).map(({ row }) => ({ value: row.spaceMeanSpeedKmPerHour, weight: row.speedSamples })),
    ),
  ),
  groupColumn('speed_samples', 'integer', (cells) =>
    total(zonesOf(cells).map(({ row }) => row.speedSamples)),
  ),
];

/** Those present over the ground of the zones they are counted in; null where the ground of one of them is not known. */
function perGround(cells: GroupCells): number | null {
  const sources = apart(cells, peopleMean);
  const grounds = sources.map(zoneArea);
  const known = grounds.filter((area) => area !== undefined);
  if (known.length === 0 || known.length < grounds.length) return null;
  const present = sources.reduce((sum, { row }) => sum + (peopleMean(row) ?? 0), 0);
  return rounded(present / known.reduce((sum, area) => sum + area, 0));
}

function zoneArea({ row, camera }: PresenceSource): number | undefined {
  return camera.zones.find(({ id }) => id === row.zoneId)?.groundAreaM2;
}
