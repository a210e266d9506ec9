/** What rows that were counted alike have in common. Most rows of a series are: it is made once for all of them. Pure. */
import { LEVEL_TABLES, type LevelTable } from '../../pipelines/domain/tables/level-of-service.ts';
import type { Method } from './series-row.ts';
import type { LevelSums } from './sums.ts';

/** How rows were counted, as they tell it. */
export interface CountedBy {
  readonly methods: readonly Method[];
  /** Every name that took part, joined: a reader sees that tables changed within the window. Empty where none did. */
  readonly empTable: string;
  /** The same of the tables of levels. */
  readonly levelTableName: string;
  /** A letter is told only where one known table says it. */
  readonly levelTable: LevelTable | undefined;
}

/** Reads the canonical JSON of methods; the caller may keep the results. */
export type MethodsOf = (texts: readonly string[]) => readonly Method[];

/** What the lists of the sums say. */
export function countedBy(
  { methods, empTables, levelTables }: Pick<LevelSums, 'methods' | 'empTables' | 'levelTables'>,
  methodsOf: MethodsOf,
): CountedBy {
  const levelTableName = joinedNames(levelTables);
  return {
    methods: methodsOf(methods),
    empTable: joinedNames(empTables),
    levelTableName,
    levelTable: LEVEL_TABLES.find(({ name }) => name === levelTableName),
  };
}

function joinedNames(names: readonly string[]): string {
  return names.join(' + ');
}
