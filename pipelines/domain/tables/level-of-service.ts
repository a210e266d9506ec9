/**
 * Letter grades A to F by upper edges: the tables of `level-of-service.json` (roads) and `fruin.json` (crowds). A
 * value belongs to the first band whose edge it does not exceed.
 */
import crowdFile from './fruin.json' with { type: 'json' };
import serviceFile from './level-of-service.json' with { type: 'json' };
import { type PublishedTable, tablesByName } from './published-table.ts';

/** A named table of six levels. */
export interface LevelTable<Name extends string = string> extends PublishedTable<Name> {
  /** What the edges are compared with. */
  readonly measure: 'degreeOfSaturation' | 'peoplePerM2';
  /** Inclusive upper edges of A to E; above the last is F. */
  readonly upperEdges: readonly [A: number, B: number, C: number, D: number, E: number];
}

/** A table as it is printed. */
type LevelData = Omit<LevelTable, 'name' | 'measure' | 'upperEdges'> & {
  readonly upperEdges: Readonly<Record<'A' | 'B' | 'C' | 'D' | 'E', number>>;
};

function levelsOf(measure: LevelTable['measure']) {
  return <Name extends string>(name: Name, { upperEdges, ...data }: LevelData): LevelTable<Name> => {
    const { A, B, C, D, E } = upperEdges;
    return { ...data, name, measure, upperEdges: [A, B, C, D, E] };
  };
}

/** Names of the tables a road may be graded by, `RoadData.levelOfServiceTable`. */
export type ServiceTableName = keyof typeof serviceFile;

const service = tablesByName<ServiceTableName, LevelData, LevelTable<ServiceTableName>>(
  serviceFile,
  levelsOf('degreeOfSaturation'),
);
const crowd = tablesByName<keyof typeof crowdFile, LevelData, LevelTable>(crowdFile, levelsOf('peoplePerM2'));

/** The tables a road may be graded by. */
export const SERVICE_TABLES: readonly LevelTable<ServiceTableName>[] = Object.values(service);

/** V/C bands most used in Indonesia: the table of a road that names none. */
export const VC_INDONESIA = service['VC-Indonesia'];

/** Moving crowds. */
export const FRUIN_WALKWAY = crowd['Fruin-1971-walkway'];

/** Standing crowds. */
export const FRUIN_QUEUE = crowd['Fruin-1971-queue'];

/** Every table of levels: a record names one of them. */
export const LEVEL_TABLES: readonly LevelTable[] = [...SERVICE_TABLES, ...Object.values(crowd)];
