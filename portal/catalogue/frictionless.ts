/** Data dictionary as Frictionless Data Package and Table Schema (specification 2.0, readable by tools for 1.0). */
import type { Column } from '../datasets/columns/column.ts';
import type { DataSet, Resource } from '../datasets/data-set.ts';
import { type CatalogueContext, dataSetState, descriptionOf, LICENCE, STRUCTURE_VERSION } from './context.ts';
import { createLinks } from './links.ts';

const PROFILE = 'https://datapackage.org/profiles/2.0';

/** A Table Schema field; what the specification does not know (concept, unit, English) stands beside as own members. */
interface TableSchemaField {
  readonly name: string;
  readonly type: Column['type'];
  readonly format?: string;
  readonly title: string;
  readonly description: string;
  readonly constraints?: Readonly<Record<string, unknown>>;
  readonly [own: string]: unknown;
}

/**
 * Tools for version 1 take the default format of instants for UTC with a Z and refuse `+07:00`; `any` is ISO 8601 to all of
 * them, and to those for version 2.
 */
const INSTANT_FORMAT = 'any';

/** The Table Schema of a resource. */
export function tableSchema(resource: Resource) {
  return {
    $schema: `${PROFILE}/tableschema.json`,
    fields: resource.columns.map(field),
    primaryKey: resource.primaryKey,
    missingValues: [''],
  };
}

function field(column: Column): TableSchemaField {
  const { name, type, label, definition, concept, measure, unit, codeList } = column;
  const constraints = fieldConstraints(column);
  return {
    name,
    type,
    ...(type === 'datetime' ? { format: INSTANT_FORMAT } : {}),
    title: label.id,
    description: definition.id,
    ...(constraints === undefined ? {} : { constraints }),
    ...(codeList === undefined
      ? {}
      : { categories: codeList.codes.map(({ code, label: text }) => ({ value: code, label: text.id })) }),
    title_en: label.en,
    description_en: definition.en,
    konsep: concept,
    ...(measure === undefined ? {} : { ukuran: measure }),
    ...(unit === undefined
      ? {}
      : {
          satuan: unit.name,
          unit: unit.ucum,
          ...(unit.qudt === undefined ? {} : { unit_iri: unit.qudt }),
        }),
  };
}

function fieldConstraints({ constraints = {}, codeList }: Column): Record<string, unknown> | undefined {
  const all = {
    ...constraints,
    ...(codeList === undefined ? {} : { enum: codeList.codes.map(({ code }) => code) }),
  };
  return Object.keys(all).length === 0 ? undefined : all;
}

/** `datapackage.json` of a data set: its tables as CSV, with their schemas. */
export function dataPackage(context: CatalogueContext, dataSet: DataSet) {
  const links = createLinks(context.baseUrl);
  const { publisher, contact } = context;
  const { modified } = dataSetState(context, dataSet);
  return {
    $schema: `${PROFILE}/datapackage.json`,
    // Tools for version 1 look here.
    profile: 'tabular-data-package',
    name: dataSet.id,
    id: links.dataSet(dataSet),
    title: dataSet.title.id,
    title_en: dataSet.title.en,
    description: descriptionOf(context, dataSet).id,
    description_en: descriptionOf(context, dataSet).en,
    homepage: links.dataSet(dataSet),
    version: STRUCTURE_VERSION,
    ...(modified === undefined ? {} : { created: new Date(Date.parse(modified)).toISOString() }),
    keywords: dataSet.keywords,
    licenses: [{ name: LICENCE.openDefinitionId, path: LICENCE.url, title: LICENCE.title }],
    contributors: [
      { title: publisher.name, role: 'publisher', roles: ['publisher'] },
      { title: contact.name, email: contact.email, role: 'contributor', roles: ['contact'] },
    ],
    resources: dataSet.resources.map((resource) => ({
      $schema: `${PROFILE}/dataresource.json`,
      profile: 'tabular-data-resource',
      name: resource.id,
      type: 'table',
      title: resource.title.id,
      title_en: resource.title.en,
      description: resource.description.id,
      path: links.file(resource, 'csv'),
      format: 'csv',
      mediatype: 'text/csv',
      encoding: 'utf-8',
      dialect: { delimiter: ',', lineTerminator: '\r\n', header: true },
      schema: tableSchema(resource),
    })),
  };
}
