/** The published tables: whole, with their source, and never other numbers under a name that records carry. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { LEVEL_TABLES } from '../../../pipelines/domain/tables/level-of-service.ts';
import { parseSite } from '../../../pipelines/site-file.ts';
import { TABLE_FILES, tableFaults } from './table-faults.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../../pipelines/domain/tables');
const FILES = Object.keys(TABLE_FILES) as (keyof typeof TABLE_FILES)[];

function contentOf(file: string): Record<string, Record<string, unknown>> {
  return JSON.parse(readFileSync(path.join(FOLDER, file), 'utf8'));
}

/** The faults of a file in which one field, given by its path, holds something else. */
function faultsWith(file: keyof typeof TABLE_FILES, field: string, wrong: unknown): string[] {
  const content = contentOf(file);
  const steps = field.split('.');
  const last = steps.pop()!;
  const parent = steps.reduce<Record<string, unknown>>((at, step) => at[step] as typeof at, content);
  parent[last] = wrong;
  return tableFaults(file, content);
}

/** A short digest of a table's numbers, whatever the order of its fields. */
function digestOf({
  edition: _e,
  source: _s,
  unit: _u,
  reading: _r,
  ...numbers
}: object & Record<string, unknown>) {
  const sorted = (_key: string, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return createHash('sha256').update(JSON.stringify(numbers, sorted)).digest('hex').slice(0, 12);
}

describe('the table files', () => {
  it.each(FILES)('%s is whole', (file) => {
    expect(tableFaults(file, contentOf(file))).toEqual([]);
  });

  it('are all checked', () => {
    expect(readdirSync(FOLDER).filter((file) => file.endsWith('.json'))).toEqual(FILES);
  });

  it.each([
    ['emp.json', 'PKJI-2023.source.place', 7, 'Invalid input: expected string, received number'],
    ['emp.json', 'PKJI-2023.rows.0.emp.heavy', 1.305, 'Invalid number: must be a multiple of 0.01'],
    ['capacity.json', 'PKJI-2023.laneWidthM.2.0', 3.1, '3.1 after 3.25: must grow'],
    ['capacity.json', 'PKJI-2023.sideFriction.kerb.divided.T', [0.8, 0.9], '2 factors for 4 distances'],
    ['capacity.json', 'PKJI-2023.cityMillions.4', { upTo: 9, factor: 1 }, 'the last row must have no limit'],
    ['fruin.json', 'Fruin-1971-queue.upperEdges.C', 1, '1 after 1.08: must grow'],
    ['level-of-service.json', 'KM-14-2006.edition', '', 'Too small: expected string to have >=1 characters'],
  ] as const)('%s: a wrong %s is named', (file, field, wrong, fault) => {
    expect(faultsWith(file, field, wrong)).toEqual([`${file}: ${field}: ${fault}`]);
  });

  it('give every flow and width one row of emp', () => {
    const faults = (field: string, wrong: number) => faultsWith('emp.json', `PKJI-2023.rows.${field}`, wrong);
    expect(faults('4.flowBelow', 3800)).toEqual([
      'emp.json: PKJI-2023.rows: 4/2-TT at 3700 vehicles/h and 0.5 m: 2 rows hold, must be 1',
    ]);
    expect(faults('1.widthAboveM', 6.2)).toEqual([
      'emp.json: PKJI-2023.rows: 2/2-TT at 0 vehicles/h and 6.2 m: 0 rows hold, must be 1',
    ]);
  });
});

describe('the name of a table', () => {
  const names = FILES.flatMap((file) => Object.keys(contentOf(file)));

  it('carries the year of its edition', () => {
    const withoutYear = names.filter((name) => !/(^|-)(19|20)\d\d(-|$)/.test(name));
    // Common practice has no edition; records have carried this name from the first.
    expect(withoutYear).toEqual(['VC-Indonesia']);
  });

  it('is that of one table of levels', () => {
    const levels = LEVEL_TABLES.map(({ name }) => name);
    expect(new Set(levels).size).toBe(levels.length);
  });

  it('stands for the same numbers for ever: other numbers need another name', () => {
    const digests = FILES.map((file) => {
      const tables = Object.entries(contentOf(file));
      return [file, Object.fromEntries(tables.map(([name, table]) => [name, digestOf(table)]))];
    });
    expect(Object.fromEntries(digests)).toEqual({
      'capacity.json': { 'PKJI-2023': 'acb5cbfb9d49' },
      'emp.json': { 'PKJI-2023': '6849606de5f0' },
      'fruin.json': { 'Fruin-1971-queue': '1ee2f05e4be0', 'Fruin-1971-walkway': '392edb614d75' },
      'level-of-service.json': { 'KM-14-2006': 'dc45d9116e23', 'VC-Indonesia': 'a6ecc6ee7382' },
    });
  });

  it('of a level of service is what a site file may say', () => {
    const road = (levelOfServiceTable: string) => ({ type: '2/1', lanes: 2, levelOfServiceTable });
    const parse = (table: string) => {
      const line = { id: 'l', from: { x: 0.5, y: 0 }, to: { x: 0.5, y: 1 }, road: road(table) };
      return parseSite(JSON.stringify({ cameras: [{ id: 'cam', lines: [line] }] }), 'site.json');
    };
    for (const name of Object.keys(contentOf('level-of-service.json'))) {
      expect(parse(name).cameras[0]!.lines[0]!.road!.levelOfServiceTable).toBe(name);
    }
    expect(() => parse('PM-96-2015')).toThrow('allowed is one of "VC-Indonesia", "KM-14-2006"');
  });
});
