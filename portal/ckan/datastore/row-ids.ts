/**
 * `_id` of a row. CKAN gives numbers out as rows are written; here a number is told from the row itself, so that it is
 * the same in every answer and after a restart, data that come later move no number, and a number leads to its row
 * without counting: camera (its place among all cameras by id), lines before zones, quarter hour since 1970, and the
 * row's place in that window. In a table's stable order numbers grow; they are not consecutive. They change where a
 * camera is added before others, or a line to a camera: who keeps rows keeps their natural key, not `_id`.
 */
import { parseIsoUs, US_PER_SECOND } from '../../../pipelines/domain/time.ts';
import { BOUND_YEARS, boundUs } from '../../api/query-parts.ts';
import { CAMERA_KEY_COLUMN, PLACE_KEY_COLUMNS } from '../../datasets/columns/place-columns.ts';
import type { Resource, Row } from '../../datasets/data-set.ts';
import { LEVEL_SECONDS } from '../../levels/level.ts';

/** A row with its number. */
export type NumberedRow = Row & { readonly _id: number };

/** Quarter hours that a number can tell apart: 2^23 last from 1970 to 2209. */
const STEPS = 2 ** 23;
/** Rows of one camera, kind and quarter hour: 256 lines in both directions. */
const PLACES = 2 ** 9;
const STEP_US = LEVEL_SECONDS['quarter-hour'] * US_PER_SECOND;
const PLACE_KIND = PLACE_KEY_COLUMNS[0]!.name;

/** The key column of a resource that holds a time; undefined where none does. */
export function timeColumnOf(resource: Resource): string | undefined {
  return resource.columns.find(({ role, type }) => role === 'key' && (type === 'datetime' || type === 'date'))
    ?.name;
}

/** An instant, or the begin of a local day, µs UTC. Throws `RangeError` on anything else. */
export function instantUs(text: string): number {
  return parseIsoUs(zoned(text));
}

/** As `instantUs`, of what rows are compared with: also of years that no row has, which stand for "everything". */
export function comparedInstantUs(text: string): number {
  const instant = zoned(text);
  const [year = ''] = /^\d{4}/.exec(instant) ?? [];
  const isFar = year !== '' && (Number(year) < BOUND_YEARS.first || Number(year) > BOUND_YEARS.last);
  if (!isFar) return parseIsoUs(instant);
  // The rest of it has to be an instant all the same: of a leap year, and one whose µs are safe integers.
  parseIsoUs(instant.replace(year, '2000'));
  return boundUs(instant);
}

function zoned(text: string): string {
  const instant = /^\d{4}-\d\d-\d\d$/.test(text)
    ? `${text}T00:00:00`
    : text.replace(/^(\d{4}-\d\d-\d\d) /, '$1T');
  // Without an offset it is what is published: WIB. A "+" that was not encoded arrived as a space.
  const withOffset = instant.replace(/T([\d:.]+) (\d\d:\d\d)$/, 'T$1+$2');
  return /(Z|[+-]\d\d:\d\d)$/.test(withOffset) ? withOffset : `${withOffset}+07:00`;
}

/** Numbers of one camera and kind of place, and the quarter hours they stand for. */
export interface IdBlock {
  readonly first: number;
  readonly last: number;
}

/** The block of a camera, by its place among all cameras. */
export function idBlock(cameraRank: number, kind: 'flow' | 'presence'): IdBlock {
  const first = (cameraRank * 2 + (kind === 'flow' ? 0 : 1)) * STEPS * PLACES;
  return { first, last: first + STEPS * PLACES - 1 };
}

/** Start, µs UTC, of the quarter hour of a number within its block. */
export function idStepUs(block: IdBlock, id: number): number {
  return Math.floor((id - block.first) / PLACES) * STEP_US;
}

/** Numbers rows that come in the stable order, from the begin of a window on. */
export function createNumbering(resource: Resource, cameraRanks: ReadonlyMap<string, number>) {
  const timeColumn = timeColumnOf(resource);
  let before = -1;
  let place = 0;
  return (row: Row): NumberedRow => {
    const rank = cameraRanks.get(String(row[CAMERA_KEY_COLUMN.name])) ?? cameraRanks.size;
    if (timeColumn === undefined) return { _id: rank + 1, ...row };
    const { first } = idBlock(rank, row[PLACE_KIND] === 'zona' ? 'presence' : 'flow');
    const start = first + Math.floor(instantUs(String(row[timeColumn])) / STEP_US) * PLACES;
    place = start === before ? place + 1 : 0;
    before = start;
    return { _id: start + place, ...row };
  };
}
