/** One level while it is being rolled up: what is stored, what is computed anew, and which of it differs. Pure. */
import { US_PER_SECOND } from '../../pipelines/domain/time.ts';
import type { Direction, Observation } from '../../pipelines/domain/types.ts';
import { LEVEL_SECONDS, type RolledLevel } from '../levels/level.ts';
import { peoplePartsOf } from '../levels/people-parts.ts';
import { type LevelPart, type LevelSums, putTogether } from '../levels/sums.ts';
import { decodeEntries, type LevelEntry, type LevelWindow, type LevelWindowKey } from './level-codec.ts';
import { compareText } from './merge-window.ts';
import type { Terms } from './terms.ts';

/** A row that has to be written. */
export interface RolledWindow extends LevelWindowKey {
  readonly level: RolledLevel;
  readonly recordedUs: number;
  readonly analysedUs: number;
  readonly reasons: number;
  /** By place, then direction. */
  readonly entries: readonly LevelEntry[];
}

/** One line and direction, or one zone, with the parts of the level below. */
export interface SeriesParts {
  readonly placeId: string;
  readonly direction: Direction | '';
  readonly parts: readonly LevelPart[];
}

/** One level of a roll-up. */
export interface LevelLayer {
  /**
   * Computes a window anew. `isSealable` windows that have more recorded time than the parts give keep what they have:
   * retention took their parts away. Throws `UnknownTermError`.
   */
  put(key: LevelWindowKey, series: readonly SeriesParts[], isSealable: boolean): void;
  /** The level's windows in `[fromUs, fromUs + lengthUs)`, as parts of the level above. */
  partsWithin(key: LevelWindowKey, lengthUs: number): readonly SeriesParts[];
  /** Windows whose content is new or other than stored. */
  changed(): readonly RolledWindow[];
}

const RECORDED = 0;
const ANALYSED = 1;

/** Starts with what is stored. */
export function createLayer(level: RolledLevel, stored: readonly LevelWindow[], terms: Terms): LevelLayer {
  const windowUs = LEVEL_SECONDS[level] * US_PER_SECOND;
  const known = new Map(stored.map((window) => [nameOf(window), window]));
  const changed = new Map<string, RolledWindow>();

  function entriesAt(key: LevelWindowKey): readonly LevelEntry[] {
    const name = nameOf(key);
    const computed = changed.get(name);
    if (computed !== undefined) return computed.entries;
    const window = known.get(name);
    return window === undefined ? [] : decodeEntries(window.payload, terms);
  }

  return {
    put(key, series, isSealable) {
      const sums = sumUp(key.kind, level, series);
      if (sums.length === 0) return;
      const before = known.get(nameOf(key));
      const totals = windowTotals(sums);
      if (isSealable && before !== undefined && before.recordedUs > totals.recordedUs) return;
      const old = before === undefined ? [] : decodeEntries(before.payload, terms);
      // Nobody was sent an open window: only a window that publishers saw is revised.
      const step = before !== undefined && before.changeSequence !== null ? 1 : 0;
      const entries = sums.map((entry) => withRevision(entry, old, step));
      if (entries.length === old.length && entries.every((entry) => old.includes(entry))) return;
      changed.set(nameOf(key), { level, ...key, ...totals, entries });
    },
    partsWithin({ cameraId, kind, windowStartUs: fromUs }, lengthUs) {
      const series = new Map<string, SeriesParts & { parts: LevelPart[] }>();
      for (let startUs = fromUs; startUs < fromUs + lengthUs; startUs += windowUs) {
        for (const { placeId, direction, sums } of entriesAt({ cameraId, kind, windowStartUs: startUs })) {
          const name = `${direction} ${placeId}`;
          const entry = series.get(name) ?? { placeId, direction, parts: [] };
          entry.parts.push({ startUs, lengthUs: windowUs, sums });
          series.set(name, entry);
        }
      }
      return [...series.values()];
    },
    changed: () => [...changed.values()],
  };
}

function nameOf({ cameraId, kind, windowStartUs }: LevelWindowKey): string {
  return `${windowStartUs} ${kind} ${cameraId}`;
}

type Unrevised = Omit<LevelEntry, 'revision'>;

function sumUp(
  kind: Observation['kind'],
  level: RolledLevel,
  series: readonly SeriesParts[],
): readonly Unrevised[] {
  return series
    .flatMap(({ placeId, direction, parts }): Unrevised[] => {
      const sums = putTogether(kind, parts);
      if (sums === undefined) return [];
      const people = level === 'quarter-hour' ? undefined : peoplePartsOf(kind, parts);
      return [{ placeId, direction, sums: people === undefined ? sums : { ...sums, people } }];
    })
    .sort((a, b) => compareText(a.placeId, b.placeId) || compareText(a.direction, b.direction));
}

/** Of a camera's window: as much as its best recorded and its worst analysed line or zone. */
function windowTotals(entries: readonly Unrevised[]) {
  return {
    recordedUs: Math.max(...entries.map(({ sums }) => sums.values[RECORDED] ?? 0)),
    analysedUs: Math.min(...entries.map(({ sums }) => sums.values[ANALYSED] ?? 0)),
    reasons: entries.reduce((bits, { sums }) => bits | sums.reasons, 0),
  };
}

/** The very entry that is stored when nothing changed. */
function withRevision(entry: Unrevised, old: readonly LevelEntry[], step: number): LevelEntry {
  const before = old.find(
    ({ placeId, direction }) => placeId === entry.placeId && direction === entry.direction,
  );
  if (before === undefined) return { ...entry, revision: 1 };
  if (isSame(before.sums, entry.sums)) return before;
  return { ...entry, revision: before.revision + step };
}

/** Stored values end where only zeros follow. */
function isSame(a: LevelSums, b: LevelSums): boolean {
  const isSameText = (name: 'methods' | 'empTables' | 'levelTables') =>
    a[name].join('\n') === b[name].join('\n');
  return (
    a.reasons === b.reasons &&
    b.values.every((value, i) => value === (a.values[i] ?? 0)) &&
    isSamePeople(a, b) &&
    isSameText('methods') &&
    isSameText('empTables') &&
    isSameText('levelTables')
  );
}

function isSamePeople(a: LevelSums, b: LevelSums): boolean {
  return JSON.stringify(a.people) === JSON.stringify(b.people);
}
