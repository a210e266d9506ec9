import { describe, expect, it } from 'vitest';
import { columnLabel, OBSERVATION_COLUMNS } from '../../../pipelines/domain/observation-columns.ts';
import { GAP_REASONS } from '../../../pipelines/domain/types.ts';
import {
  NO_RECORD,
  REASON_CODES,
  REASON_LIST,
  STATUS_CODES,
  STATUS_LIST,
} from '../../../portal/datasets/columns/code-lists.ts';
import { DATA_SETS, RESOURCES } from '../../../portal/datasets/data-sets.ts';
import { seriesRow } from '../../../portal/datasets/rows.ts';
import { CROWD_TABLES, TRAFFIC_TABLES } from '../../../portal/datasets/tables.ts';
import { CAMERA, flowRow, presenceRow } from '../../support/portal-data.ts';

const COLUMNS = RESOURCES.flatMap((resource) =>
  resource.columns.map((column) => ({ resource: resource.id, column })),
);

describe('every published column', () => {
  it('has a name that PostgreSQL and CKAN take, once per table', () => {
    for (const { resource, column } of COLUMNS)
      expect(column.name, resource).toMatch(/^[a-z][a-z0-9_]{0,62}$/);
    for (const { id, columns } of RESOURCES) {
      expect(new Set(columns.map(({ name }) => name)).size, id).toBe(columns.length);
    }
  });

  it('has concept, definition and label in two languages, and measures their measure', () => {
    for (const { resource, column } of COLUMNS) {
      const { name, label, concept, definition, role, measure, codeList } = column;
      for (const text of [label, concept, definition]) {
        expect(text.id.length * text.en.length, `${resource}.${name}`).toBeGreaterThan(0);
      }
      expect(definition.id, name).toMatch(/\.$/);
      if (role === 'measure') expect(measure ?? codeList, `${resource}.${name}`).toBeDefined();
    }
  });

  it('means the same wherever its name is used for measurements', () => {
    const byName = new Map(TRAFFIC_TABLES.hour.columns.map((column) => [column.name, column]));
    for (const column of CROWD_TABLES.hour.columns) {
      const other = byName.get(column.name);
      if (other === undefined || column.name === 'dasar_ketidakpastian') continue;
      expect(column.definition, column.name).toEqual(other.definition);
    }
  });

  it('contradicts no column of the raw CSV', () => {
    const measures = COLUMNS.filter(
      ({ column }) => column.role === 'measure' && column.rawColumn !== undefined,
    );
    expect(measures.length).toBeGreaterThan(60);
    for (const { column } of measures) expect(column.label).toEqual(columnLabel(column.rawColumn ?? ''));
    const names = new Set(OBSERVATION_COLUMNS.map(({ name }) => name));
    for (const { column } of COLUMNS) if (column.rawColumn) expect(names).toContain(column.rawColumn);
  });

  it.each([
    ['traffic', TRAFFIC_TABLES['quarter-hour'], flowRow()],
    ['traffic', TRAFFIC_TABLES['quarter-hour'], presenceRow()],
    ['crowd', CROWD_TABLES['quarter-hour'], flowRow()],
    ['crowd', CROWD_TABLES['quarter-hour'], presenceRow()],
  ] as const)('keeps its own constraints (%s)', (_name, table, record) => {
    const row = seriesRow(table, record, CAMERA)!;
    for (const { name, type, constraints = {}, codeList } of table.columns) {
      const value = row[name] ?? null;
      if (constraints.required) expect(value, name).not.toBeNull();
      if (value === null) continue;
      const kind = { integer: 'number', number: 'number', year: 'number', boolean: 'boolean' }[
        type as string
      ];
      expect(typeof value, name).toBe(kind ?? 'string');
      if (type === 'integer') expect(Number.isInteger(value), name).toBe(true);
      if (constraints.minimum !== undefined) expect(value, name).toBeGreaterThanOrEqual(constraints.minimum);
      if (constraints.maximum !== undefined) expect(value, name).toBeLessThanOrEqual(constraints.maximum);
      if (constraints.pattern) expect(value, name).toMatch(new RegExp(`^(?:${constraints.pattern})$`, 'u'));
      if (codeList)
        expect(
          codeList.codes.map(({ code }) => code),
          name,
        ).toContain(value);
    }
  });
});

describe('code lists', () => {
  it('hold every status and reason of a record', () => {
    expect(STATUS_LIST.codes.map(({ code }) => code)).toEqual(Object.values(STATUS_CODES));
    expect(REASON_LIST.codes.map(({ code }) => code)).toEqual([
      ...GAP_REASONS.map((reason) => REASON_CODES[reason]),
      NO_RECORD,
    ]);
  });
});

describe('data sets', () => {
  it('have ids and tags that CKAN takes, and unique resource ids', () => {
    for (const { id, keywords } of DATA_SETS) {
      expect(id).toMatch(/^[a-z0-9-]{2,100}$/);
      for (const keyword of keywords) expect(keyword).toMatch(/^[\p{L}\p{N} .-]{2,100}$/u);
    }
    expect(new Set(RESOURCES.map(({ id }) => id)).size).toBe(RESOURCES.length);
  });

  it('keep their addresses: harvesters delete what changes its name', () => {
    expect(RESOURCES.map(({ id }) => id)).toEqual([
      'kepadatan-lalu-lintas-15-menit',
      'kepadatan-lalu-lintas-jam',
      'kepadatan-lalu-lintas-hari',
      'tingkat-keramaian-15-menit',
      'tingkat-keramaian-jam',
      'tingkat-keramaian-hari',
      'ketersediaan-kamera-hari',
      'ketersediaan-kamera-insiden',
      'titik-cctv-daftar',
      'perubahan-metode-daftar',
    ]);
  });
});
