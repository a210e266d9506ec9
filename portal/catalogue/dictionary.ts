/** The data dictionary of a resource for programs of our own: API, tooltips and pages, in both languages. */
import type { Column } from '../datasets/columns/column.ts';
import type { Resource } from '../datasets/data-set.ts';

/** A column without what only this process needs. */
export type DictionaryEntry = Column;

/** Every column of a resource in order, as plain data. */
export function dictionaryOf(resource: Resource): DictionaryEntry[] {
  return resource.columns.map((column) => {
    const { name, label, concept, definition, role, type, measure, unit, codeList, constraints, rawColumn } =
      column;
    return {
      name,
      label,
      concept,
      definition,
      role,
      type,
      ...(measure === undefined ? {} : { measure }),
      ...(unit === undefined ? {} : { unit }),
      ...(codeList === undefined ? {} : { codeList }),
      ...(constraints === undefined ? {} : { constraints }),
      ...(rawColumn === undefined ? {} : { rawColumn }),
    };
  });
}
