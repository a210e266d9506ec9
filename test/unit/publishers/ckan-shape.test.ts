import { describe, expect, it } from 'vitest';
import { DATA_SETS, SERIES_TABLES } from '../../../portal/datasets/data-sets.ts';
import { datastoreFields } from '../../../portal/datasets/engine-types.ts';
import { packageOf } from '../../../portal/publishers/ckan/ckan-package.ts';
import { alignedFields, mergedExtras } from '../../../portal/publishers/ckan/ckan-setup.ts';
import { CONTEXT } from '../../support/portal-data.ts';

const NAMING = { organization: 'dishub', namePrefix: 'semarang-', isPrivate: false };

describe('a package', () => {
  it.each(DATA_SETS.map((dataSet) => [dataSet.id, dataSet] as const))(
    '%s keeps CKAN’s rules',
    (id, dataSet) => {
      const made = packageOf(CONTEXT, dataSet, NAMING);
      expect(made.name).toBe(`semarang-${id}`);
      expect(made.name).toMatch(/^[a-z0-9_-]{2,100}$/);
      for (const { name } of made.tags) expect(name).toMatch(/^[\w\-. ]{2,100}$/);
      const keys = made.extras.map(({ key }) => key);
      expect(new Set(keys).size).toBe(keys.length);
      expect(made.extras.every(({ value }) => typeof value === 'string' && value !== '')).toBe(true);
      const told = Object.fromEntries(made.extras.map(({ key, value }) => [key, value]));
      expect(told).toMatchObject({ akurasi: CONTEXT.accuracy.id, accuracy: CONTEXT.accuracy.en });
    },
  );
});

describe('a table', () => {
  it.each(SERIES_TABLES.map((table) => [table.id, table] as const))(
    '%s has columns that CKAN takes',
    (_id, table) => {
      const fields = datastoreFields(table);
      for (const { id } of fields) expect(id).toMatch(/^(?!_)(?! )[^"]{1,63}(?<! )$/);
      expect(fields.map(({ id }) => id)).toEqual(expect.arrayContaining([...table.primaryKey]));
    },
  );

  const wanted = [
    { id: 'a', type: 'text', info: { label: 'A' } },
    { id: 'b', type: 'int', info: { label: 'B' } },
  ];

  it('is left alone when nothing changes', () => {
    expect(alignedFields([...wanted].reverse(), wanted)).toBeUndefined();
  });

  it('keeps its order, foreign columns and remarks; new columns come last', () => {
    const present = [
      { id: 'theirs', type: 'text' },
      { id: 'b', type: 'numeric', info: { label: 'old', note: 'theirs' } },
    ];
    expect(alignedFields(present, wanted)).toEqual([
      { id: 'theirs', type: 'text' },
      { id: 'b', type: 'numeric', info: { label: 'B', note: 'theirs' } },
      { id: 'a', type: 'text', info: { label: 'A' } },
    ]);
  });
});

it('extras of others stay when ours change', () => {
  const theirs = { key: 'catatan', value: 'x' };
  expect(mergedExtras([theirs, { key: 'modified', value: '1' }], [{ key: 'modified', value: '2' }])).toEqual([
    theirs,
    { key: 'modified', value: '2' },
  ]);
  expect(
    mergedExtras([theirs, { key: 'modified', value: '2' }], [{ key: 'modified', value: '2' }]),
  ).toBeUndefined();
});
