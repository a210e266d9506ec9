/** Actions that read the rows of the tables. */
import { DATASTORE_TYPES, datastoreFields } from '../../datasets/engine-types.ts';
import type { Actions } from '../action.ts';
import { requiredText, textOf } from '../parameters.ts';
import { countRows } from './read-rows.ts';
import { tableOf } from './row-query.ts';
import { searchDatastore } from './search.ts';

/** The DataStore's actions. There is no SQL. */
export const DATASTORE_ACTIONS: Actions = {
  datastore_search: {
    readsRows: true,
    help: 'Search a DataStore resource.\n\n:param resource_id: id of the resource, or _table_metadata for a list of all\n:param filters: JSON object of column to value, list of values, or {"gt"|"gte"|"lt"|"lte"|"eq"|"in": value}; instants without an offset are +07:00\n:param q: words that all have to be in the row, or a JSON object of column to words; "word:*" is a begin\n:param full_text: words in any column, also beside q\n:param plain: false for a query with | & ! and brackets in q and full_text, default true\n:param distinct: only distinct rows of the fields\n:param fields: columns, a list or with commas between; all unless said\n:param sort: e.g. "waktu_mulai desc, kode_titik"; by _id unless said. Time and _id are cheap, other columns have a limit of rows\n:param limit: rows of one answer, default 100, at most 32000\n:param offset: rows to pass over first\n:param include_total: also the number of all rows that match, default true; of very many it is estimated\n:param records_format: objects, lists, csv or tsv\n\n_id is told from the row: it is the same in every answer and grows in the table\'s order, but is not consecutive. To page through many rows use filters={"_id":{"gt":<last>}}.',
    run: searchDatastore,
  },
  datastore_info: {
    readsRows: true,
    help: 'Returns detailed metadata about a resource: its columns with the dictionary of each, and the number of rows.\n\n:param id: the id of the resource',
    run: async (parameters, { reads }) => {
      const id = textOf(parameters, 'resource_id') ?? requiredText(parameters, 'id');
      const resource = tableOf(id);
      const { primaryKey } = resource;
      const required = new Map(
        resource.columns.map(({ name, constraints }) => [name, constraints?.required === true]),
      );
      return {
        meta: {
          id: resource.id,
          count: await countRows({ reads, resource }, {}),
          // Of the bytes in the store nothing is published.
          size: null,
          db_size: null,
          idx_size: null,
          aliases: [],
          table_type: 'BASE TABLE',
        },
        fields: datastoreFields(resource).map((field) => {
          const isKey = primaryKey.includes(field.id);
          return {
            ...field,
            schema: {
              native_type: field.type === DATASTORE_TYPES.integer ? 'integer' : field.type,
              notnull: required.get(field.id) === true,
              index_name: isKey ? `${resource.id}_key` : null,
              is_index: isKey,
              // CKAN's word for a column that is unique by itself.
              uniquekey: primaryKey.length === 1 && isKey,
            },
          };
        }),
      };
    },
  },
};
