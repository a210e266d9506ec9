/** Statements on one SQLite connection, kept prepared. */
import type { Database, Statement } from 'better-sqlite3';
import type { Insertion, Sql, SqlValue, ValueList } from '../sql.ts';

interface Prepared {
  readonly statement: Statement<unknown[], SqlValue[]>;
  /** Of each `?` the place of its value. */
  readonly order: readonly number[];
  /** Names of the columns, of statements that give rows. */
  readonly columns: readonly string[];
}

/** Runs on this connection; every text is compiled once. */
export function createSqliteSql(database: Database): Sql {
  const prepared = new Map<string, Prepared>();
  const prepare = (text: string): Prepared => {
    const known = prepared.get(text);
    if (known !== undefined) return known;
    const fresh = prepareStatement(database, text);
    prepared.set(text, fresh);
    return fresh;
  };
  return {
    async all<Row>(text: string, values: readonly SqlValue[] = []) {
      const { statement, order, columns } = prepare(text);
      const rows = statement.all(order.map((place) => values[place]));
      return rows.map((cells) => rowOf(columns, cells) as Row);
    },
    async lists<Row extends SqlValue[]>(text: string, values: readonly SqlValue[] = []) {
      const { statement, order } = prepare(text);
      return statement.all(order.map((place) => values[place])) as Row[];
    },
    async run(text, values = []) {
      const { statement, order } = prepare(text);
      return statement.run(order.map((place) => values[place])).changes;
    },
    async insert(insertion) {
      const { statement } = prepare(insertText(insertion));
      for (const row of insertion.rows) statement.run(row);
    },
    async allOf<Row>(list: ValueList, text: (table: string) => string) {
      const { statement, order, columns } = prepare(text(oneRow(list)));
      const found: Row[] = [];
      for (const row of list.rows) {
        for (const cells of statement.all(valuesInOrder(order, list, row))) {
          found.push(rowOf(columns, cells) as Row);
        }
      }
      return found;
    },
    async runOf(list, text) {
      const { statement, order } = prepare(text(oneRow(list)));
      for (const row of list.rows) statement.run(valuesInOrder(order, list, row));
    },
  };
}

/** `$1` is a name to SQLite, and looking names up costs more than the write: places take their values in turn. */
function prepareStatement(database: Database, text: string): Prepared {
  const order: number[] = [];
  const statement = database.prepare<unknown[], SqlValue[]>(
    text.replace(/\$(\d+)/g, (_, place: string) => {
      order.push(Number(place) - 1);
      return '?';
    }),
  );
  // Rows as lists: the driver's own row objects are twice as slow to make and to read.
  if (statement.reader) statement.raw(true);
  return { statement, order, columns: statement.reader ? statement.columns().map(({ name }) => name) : [] };
}

function rowOf(columns: readonly string[], cells: readonly SqlValue[]): Record<string, SqlValue> {
  const row: Record<string, SqlValue> = {};
  for (let i = 0; i < columns.length; i += 1) row[columns[i]!] = cells[i]!;
  return row;
}

function insertText({ table, columns, onConflict = '' }: Insertion): string {
  const names = Object.keys(columns);
  const places = names.map((_, i) => `$${i + 1}`);
  return `INSERT INTO ${table} (${names.join(', ')}) VALUES (${places.join(', ')}) ${onConflict}`;
}

/** The list has one row at a time: a statement in this process costs less than a long text. */
function oneRow({ types, values = [] }: ValueList): string {
  const columns = types.map((_, i) => `$${values.length + i + 1} AS column${i + 1}`);
  return `(SELECT ${columns.join(', ')}) AS k`;
}

function valuesInOrder(order: readonly number[], { values = [] }: ValueList, row: readonly SqlValue[]) {
  return order.map((place) => (place < values.length ? values[place] : row[place - values.length]));
}
