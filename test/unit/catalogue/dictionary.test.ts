import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { csvwMetadata } from '../../../portal/catalogue/csvw.ts';
import { dictionaryOf } from '../../../portal/catalogue/dictionary.ts';
import { dataPackage } from '../../../portal/catalogue/frictionless.ts';
import { DATA_SETS, RESOURCES } from '../../../portal/datasets/data-sets.ts';
import { seriesRow } from '../../../portal/datasets/rows.ts';
import { TRAFFIC_TABLES } from '../../../portal/datasets/tables.ts';
import { csvLines } from '../../support/csv-lines.ts';
import { CSVW_RULES, DATA_PACKAGE_RULES } from '../../support/dictionary-rules.ts';
import { CAMERA, CONTEXT, flowRow } from '../../support/portal-data.ts';

const ajv = new Ajv2020({ allErrors: true, strict: false });
addFormats.default(ajv);

/** As it goes over the wire: without what JSON cannot hold. */
const wire = (document: object): Record<string, unknown> => JSON.parse(JSON.stringify(document));

describe('Frictionless', () => {
  const validate = ajv.compile(DATA_PACKAGE_RULES);

  it.each(DATA_SETS.map((dataSet) => [dataSet.id, dataSet] as const))(
    'package of %s keeps the rules',
    (_id, dataSet) => {
      const found = wire(dataPackage(CONTEXT, dataSet));
      validate(found);
      expect(validate.errors ?? []).toEqual([]);
      expect((found.resources as unknown[]).length).toBe(dataSet.resources.length);
    },
  );

  it('rules find a wrong field', () => {
    const found = JSON.stringify(dataPackage(CONTEXT, DATA_SETS[0]!));
    expect(validate(JSON.parse(found.replaceAll('"type":"integer"', '"type":"int"')))).toBe(false);
  });

  it('describes a column in both languages, with unit, bounds and codes', () => {
    const fields = dataPackage(CONTEXT, DATA_SETS[0]!).resources[0]!.schema.fields;
    const field = (name: string) => fields.find((candidate) => candidate.name === name);
    expect(field('jumlah_sm')).toMatchObject({
      type: 'integer',
      title: 'lintasan sepeda motor',
      title_en: 'crossings of motorcycles',
      constraints: { minimum: 0 },
      unit: '{vehicle}',
    });
    expect(field('status')?.constraints).toEqual({
      required: true,
      enum: ['lengkap', 'parsial', 'kosong', 'terganggu'],
    });
  });
});

describe('CSVW', () => {
  const validate = ajv.compile(CSVW_RULES);

  it.each(RESOURCES.map((resource) => [resource.id, resource] as const))(
    'of %s keeps the rules',
    (_id, resource) => {
      const found = wire(csvwMetadata(CONTEXT, resource));
      validate(found);
      expect(validate.errors ?? []).toEqual([]);
    },
  );

  it('names the columns as the file’s header does, and its values match their formats', async () => {
    const table = TRAFFIC_TABLES['quarter-hour'];
    const { columns } = csvwMetadata(CONTEXT, table).tableSchema;
    const row = seriesRow(table, flowRow(), CAMERA)!;
    const [header, line] = await csvLines(table, [row]);
    expect(columns.map(({ titles }) => titles).join(',')).toBe(header);
    for (const { name, datatype, required } of columns) {
      const cell = row[name] ?? '';
      if (required) expect(cell, name).not.toBe('');
      if ('format' in datatype && cell !== '')
        expect(String(cell), name).toMatch(new RegExp(datatype.format ?? ''));
    }
    expect(line).not.toMatch(/undefined|null|NaN/);
  });
});

describe('our own dictionary', () => {
  it('is plain data of every column', () => {
    for (const resource of RESOURCES) {
      const entries = dictionaryOf(resource);
      expect(wire({ entries }).entries).toEqual(entries);
      expect(entries.map(({ name }) => name)).toEqual(resource.columns.map(({ name }) => name));
    }
  });
});
