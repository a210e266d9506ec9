/**
 * Data dictionary as CSV on the Web metadata (W3C "Metadata Vocabulary for Tabular Data"). `titles` is the header as it
 * stands in the file, because validators compare the two; labels and definitions are `dc:title` and `dc:description`.
 */
import type { BilingualText } from '../../pipelines/domain/bilingual-text.ts';
import type { Column } from '../datasets/columns/column.ts';
import type { Resource } from '../datasets/data-set.ts';
import { type CatalogueContext, LICENCE, stateOf } from './context.ts';
import { createLinks } from './links.ts';

/** Media type of CSVW metadata, also in a CSV's `Link: <…>; rel="describedby"`. */
export const CSVW_TYPE = 'application/csvm+json';

const DATATYPES: Readonly<Record<Column['type'], string>> = {
  string: 'string',
  integer: 'integer',
  // `number` of CSVW is a double; DataStore and CSV hold decimals.
  number: 'decimal',
  boolean: 'boolean',
  // Unlike dateTime it demands the offset.
  datetime: 'dateTimeStamp',
  date: 'date',
  year: 'gYear',
};

/** The metadata of a resource's CSV, for `<file>.csv-metadata.json`. */
export function csvwMetadata(context: CatalogueContext, resource: Resource) {
  const links = createLinks(context.baseUrl);
  const { modified } = stateOf(context, resource.id);
  const dataSet = { id: resource.dataSetId };
  return {
    '@context': ['http://www.w3.org/ns/csvw', { '@language': 'id' }],
    '@id': links.csvw(resource),
    url: links.file(resource, 'csv'),
    'dc:title': bilingual(resource.title),
    'dc:description': bilingual(resource.description),
    'dc:publisher': { 'schema:name': context.publisher.name },
    'dc:license': { '@id': LICENCE.url },
    'dc:isPartOf': { '@id': links.dataSet(dataSet) },
    ...(modified === undefined
      ? {}
      : { 'dc:modified': { '@value': modified.slice(0, 10), '@type': 'xsd:date' } }),
    dialect: { delimiter: ',', header: true, encoding: 'utf-8', lineTerminators: ['\r\n', '\n'] },
    tableSchema: {
      columns: resource.columns.map((column) =>
        csvwColumn(column, `${links.metadataPage(dataSet)}#kolom-${column.name}`),
      ),
      primaryKey: resource.primaryKey,
    },
  };
}

function csvwColumn(column: Column, propertyUrl: string) {
  const { name, label, definition, unit, constraints } = column;
  return {
    name,
    titles: name,
    'dc:title': bilingual(label),
    'dc:description': bilingual(definition),
    ...(unit === undefined ? {} : { 'schema:unitText': unit.name.id, 'schema:unitCode': unit.ucum }),
    datatype: datatypeOf(column),
    required: constraints?.required ?? false,
    null: '',
    propertyUrl,
  };
}

function datatypeOf({ type, constraints = {}, codeList }: Column) {
  const { minimum, maximum, pattern } = constraints;
  // A code list is a pattern in CSVW, which has no enumerations.
  const format =
    codeList === undefined ? pattern : codeList.codes.map(({ code }) => escapeRegex(code)).join('|');
  return {
    base: DATATYPES[type],
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
    ...(format === undefined ? {} : { format: `^(?:${format})$` }),
  };
}

function escapeRegex(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function bilingual({ id, en }: BilingualText) {
  return [
    { '@value': id, '@language': 'id' },
    { '@value': en, '@language': 'en' },
  ];
}
