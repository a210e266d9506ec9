import { describe, expect, it } from 'vitest';
import { createNumbering, idBlock, idStepUs, instantUs } from '../../../portal/ckan/datastore/row-ids.ts';
import { TRAFFIC_TABLES } from '../../../portal/datasets/tables.ts';

const RANKS = new Map([
  ['a', 0],
  ['b', 1],
]);
const row = (kode_titik: string, jenis_lokasi: string, waktu_mulai: string) => ({
  kode_titik,
  jenis_lokasi,
  waktu_mulai,
});

describe('numbers of rows', () => {
  const ordered = [
    row('a', 'garis', '2026-01-05T07:00:00+07:00'),
    row('a', 'garis', '2026-01-05T07:00:00+07:00'),
    row('a', 'garis', '2026-01-05T07:15:00+07:00'),
    row('a', 'zona', '2026-01-05T07:00:00+07:00'),
    row('b', 'garis', '2025-01-05T07:00:00+07:00'),
  ];

  it("grow in the table's order and are exact as a JSON number", () => {
    const ids = ordered.map(createNumbering(TRAFFIC_TABLES['quarter-hour'], RANKS)).map(({ _id }) => _id);
    expect(ids).toEqual([...new Set(ids)].sort((x, y) => x - y));
    expect(Number.isSafeInteger(idBlock(9999, 'presence').last)).toBe(true);
  });

  it('are the same wherever reading begins', () => {
    const all = ordered.map(createNumbering(TRAFFIC_TABLES['quarter-hour'], RANKS));
    const late = ordered.slice(2).map(createNumbering(TRAFFIC_TABLES['quarter-hour'], RANKS));
    expect(late).toEqual(all.slice(2));
  });

  it('lead back to their window', () => {
    const [{ _id }] = [ordered[2]!].map(createNumbering(TRAFFIC_TABLES['quarter-hour'], RANKS)) as [
      { _id: number },
    ];
    expect(idStepUs(idBlock(0, 'flow'), _id)).toBe(Date.parse('2026-01-05T00:15:00Z') * 1000);
  });
});

describe('instantUs', () => {
  it.each([
    ['2026-01-05T07:00:00+07:00'],
    ['2026-01-05T07:00:00 07:00'],
    ['2026-01-05T00:00:00Z'],
    ['2026-01-05T07:00:00'],
    ['2026-01-05 07:00:00'],
  ])('%s', (text) => {
    expect(instantUs(text)).toBe(Date.parse('2026-01-05T00:00:00Z') * 1000);
  });

  it('takes a day for its begin in WIB', () => {
    expect(instantUs('2026-01-05')).toBe(Date.parse('2026-01-04T17:00:00Z') * 1000);
  });
});
