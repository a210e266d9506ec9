import { places, type SqlValue } from './sql.ts';

/** Collects conditions and their values. */
export function createConditions() {
  const parts: string[] = [];
  const values: SqlValue[] = [];
  const place = (value: SqlValue) => `$${values.push(value)}`;
  return {
    values,
    place,
    add(value: SqlValue | undefined, condition: (place: string) => string) {
      if (value !== undefined) parts.push(condition(place(value)));
    },
    isIn(column: string, list: readonly string[] | undefined) {
      if (list === undefined) return;
      const first = values.length + 1;
      values.push(...list);
      parts.push(list.length === 0 ? '1 = 0' : `${column} IN (${places(list.length, first)})`);
    },
    where: () => (parts.length === 0 ? '' : `WHERE ${parts.join(' AND ')}`),
  };
}
