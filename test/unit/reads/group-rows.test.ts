import { describe, expect, it } from 'vitest';
import type { PublicSeriesRow } from '../../../portal/privacy/public-row.ts';
import { groupedColumns, groupedRow } from '../../../portal/reads/group-rows.ts';
import { groupKey } from '../../../portal/reads/grouping.ts';
import { zoneClusters } from '../../../portal/reads/zones-apart.ts';
import { CAMERA, flowRow, presenceRow } from '../../support/portal-data.ts';

const square = (left: number) => [
  { x: left, y: 0 },
  { x: left + 0.2, y: 0 },
  { x: left + 0.2, y: 0.2 },
  { x: left, y: 0.2 },
];
const camera = {
  ...CAMERA,
  zones: [
    { id: 'alun', groundAreaM2: 200 },
    { id: 'tepi', groundAreaM2: 100 },
    { id: 'jauh', groundAreaM2: 50 },
  ],
};
/** The second lies over the first; the third by itself. */
const clusters = zoneClusters([
  {
    id: camera.id,
    zones: [
      { id: 'alun', polygon: square(0) },
      { id: 'tepi', polygon: square(0.1) },
      { id: 'jauh', polygon: square(0.7) },
    ],
  },
]);

const grouped = (rows: readonly PublicSeriesRow[]) =>
  groupedRow({
    grouping: 'road',
    key: 'Jl. Pahlawan',
    kind: rows[0]!.kind,
    windowStartUs: Date.parse(rows[0]!.windowStart) * 1000,
    rows: rows.map((row) => ({ row, camera })),
    clusters,
  });

describe('grouped presence', () => {
  const rows = [
    presenceRow(),
    presenceRow({ zoneId: 'tepi', peoplePresent: { mean: 60, max: 80 }, peoplePerM2: 0.6, fruinLevel: 'D' }),
    presenceRow({ zoneId: 'jauh', peoplePresent: { mean: 10, max: 12 }, peoplePerM2: 0.2, fruinLevel: 'A' }),
  ];

  it('counts nobody twice where zones overlap, and says that it left one out', () => {
    expect(grouped(rows)).toMatchObject({
      people_present_mean: 110,
      entered_person: 80,
      zones_left_out: 1,
      places: 3,
      // 110 people on the 250 m² that they are counted on.
      people_per_m2: 0.44,
    });
    expect(grouped(rows.slice(0, 1))).toMatchObject({ people_present_mean: 100, zones_left_out: 0 });
  });

  it('has the letter of its densest zone, and none where that zone has none', () => {
    expect(grouped(rows)).toMatchObject({
      people_per_m2_max: 0.6,
      fruin_level: 'D',
      fruin_table: 'Fruin-1971-walkway',
    });
    const {
      fruinLevel: _level,
      fruinTable: _table,
      ...bare
    } = presenceRow({
      peoplePerM2: 0.9,
    }) as PublicSeriesRow & { kind: 'presence' };
    expect(grouped([...rows, bare as PublicSeriesRow])).toMatchObject({
      fruin_level: null,
      fruin_table: null,
    });
  });
});

describe('grouped flow', () => {
  it('has the level of service of the fullest line', () => {
    const rows = [flowRow(), flowRow({ direction: 'out', degreeOfSaturation: 0.75, levelOfService: 'D' })];
    expect(grouped(rows)).toMatchObject({
      degree_of_saturation_max: 0.75,
      level_of_service: 'D',
      level_of_service_table: 'VC-Indonesia',
      pending: false,
    });
    const { degreeOfSaturation: _dj, ...unmeasured } = flowRow() as PublicSeriesRow & { kind: 'flow' };
    expect(grouped([unmeasured as PublicSeriesRow])).toMatchObject({ level_of_service: null });
  });

  it('waits with its last row, and tells why a part of it was not seen', () => {
    const rows = [
      flowRow({ reasons: ['backlog'] }),
      { ...flowRow({ reasons: ['source-down', 'backlog'] }), isPending: true } as PublicSeriesRow,
    ];
    expect(grouped(rows)).toMatchObject({ pending: true, reasons: 'source-down;backlog' });
  });

  it('has a label and a type for every cell', () => {
    const names = groupedColumns('kecamatan', 'flow').map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(groupedColumns('road', 'flow').map(({ name }) => name)).toEqual(Object.keys(grouped([flowRow()])));
  });
});

it('a camera is of the city that its kecamatan lies in, of the portal’s where it tells none', () => {
  const cityOf = (kecamatan: string) => groupKey('city', { ...CAMERA, location: { kecamatan } });
  expect([cityOf('33.74.07'), cityOf('33.22.01')]).toEqual(['33.74', '33.22']);
  const { location: _location, ...nowhere } = CAMERA;
  expect(groupKey('city', nowhere)).toBe('33.74');
});
