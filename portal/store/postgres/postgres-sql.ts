/** Statements on a PostgreSQL connection, or on any of a pool. */
import type { Pool, PoolClient } from 'pg';
import type { Insertion, Sql, SqlValue, ValueList } from '../sql.ts';

/** Names of texts that the server keeps planned, per connection. */
export type StatementNames = Map<string, string>;

/** Texts beyond this are planned each time: they differ by how many cameras somebody asked for. */
const MOST_NAMES = 300;

/** Runs there; `names` is shared by all connections of a pool. */
export function createPostgresSql(connection: Pool | PoolClient, names: StatementNames): Sql {
  const configOf = (text: string, values: readonly (SqlValue | readonly SqlValue[])[]) => {
    const name = nameOf(names, text);
    return { text, values: [...values], ...(name === undefined ? {} : { name }) };
  };
  const query = (...statement: Parameters<typeof configOf>) => connection.query(configOf(...statement));
  return {
    async all<Row>(text: string, values: readonly SqlValue[] = []) {
      return (await query(text, values)).rows as Row[];
    },
    async lists<Row extends SqlValue[]>(text: string, values: readonly SqlValue[] = []) {
      return (await connection.query<Row>({ ...configOf(text, values), rowMode: 'array' })).rows;
    },
    async run(text, values = []) {
      return (await query(text, values)).rowCount ?? 0;
    },
    async insert(insertion) {
      if (insertion.rows.length === 0) return;
      await query(insertText(insertion), columnsOf(insertion.rows, Object.keys(insertion.columns).length));
    },
    async allOf<Row>(list: ValueList, text: (table: string) => string) {
      if (list.rows.length === 0) return [];
      return (await query(text(tableOf(list)), valuesOf(list))).rows as Row[];
    },
    async runOf(list, text) {
      if (list.rows.length > 0) await query(text(tableOf(list)), valuesOf(list));
    },
  };
}

function nameOf(names: StatementNames, text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= MOST_NAMES) return known;
  const name = `pantau_${names.size}`;
  names.set(text, name);
  return name;
}

/** One array per column: the text stays the same however many rows there are, and is planned once. */
function insertText({ table, columns, onConflict = '' }: Insertion): string {
  const arrays = Object.values(columns).map((type, i) => `$${i + 1}::${type}[]`);
  const names = Object.keys(columns).join(', ');
  return `INSERT INTO ${table} (${names}) SELECT * FROM unnest(${arrays.join(', ')}) ${onConflict}`;
}

function tableOf({ types, values = [] }: ValueList): string {
  const arrays = types.map((type, i) => `$${values.length + i + 1}::${type}[]`);
  const names = types.map((_, i) => `column${i + 1}`);
  return `unnest(${arrays.join(', ')}) AS k (${names.join(', ')})`;
}

function valuesOf({ types, rows, values = [] }: ValueList) {
  return [...values, ...columnsOf(rows, types.length)];
}

function columnsOf(rows: readonly (readonly SqlValue[])[], count: number): SqlValue[][] {
  return Array.from({ length: count }, (_, column) => rows.map((row) => row[column] ?? null));
}
