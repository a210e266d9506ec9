/** Records of one camera as an even row of windows, gaps included. Pure: no DOM, no clock. */
import type { Direction, GapReason, Observation, PresentCount } from '../../../pipelines/domain/types.ts';

/** A record as the API serves it. */
export type ServedObservation = Observation & { readonly suppressed?: readonly string[] };

/** Crossings of one line in one direction in one window; undefined where withheld or not analysed. */
export interface Crossings {
  readonly people: number | undefined;
  readonly vehicles: number | undefined;
}

/** One window of the chosen zone and line. */
export interface WindowRow {
  readonly startMs: number;
  readonly endMs: number;
  /** 0 where there is no record at all. */
  readonly coverage: number;
  readonly reasons: readonly GapReason[];
  /** False where nobody sent a record: worse than a gap with a reason. */
  readonly isRecorded: boolean;
  readonly people: PresentCount | undefined;
  readonly vehicles: PresentCount | undefined;
  readonly crossings: Readonly<Record<Direction, Crossings | undefined>>;
  /** True when a number of people was withheld by the small-count rule. */
  readonly isSuppressed: boolean;
}

/** The zones and lines that occur, in alphabetical order. */
export function placesOf(records: readonly ServedObservation[]): { zones: string[]; lines: string[] } {
  const zones = new Set<string>();
  const lines = new Set<string>();
  for (const record of records) {
    if (record.kind === 'flow') lines.add(record.lineId);
    else zones.add(record.zoneId);
  }
  return { zones: [...zones].sort(), lines: [...lines].sort() };
}

/** Rows from the first to the last window of any record, without a hole: a missing window is a row of its own. */
export function windowRows(
  records: readonly ServedObservation[],
  chosen: { readonly zoneId?: string | undefined; readonly lineId?: string | undefined },
): WindowRow[] {
  if (records.length === 0) return [];
  const byStart = new Map<number, ServedObservation[]>();
  let stepMs = Number.POSITIVE_INFINITY;
  for (const record of records) {
    const startMs = Date.parse(record.windowStart);
    stepMs = Math.min(stepMs, Date.parse(record.windowEnd) - startMs);
    const isChosen =
      record.kind === 'flow' ? record.lineId === chosen.lineId : record.zoneId === chosen.zoneId;
    const known = byStart.get(startMs) ?? [];
    if (isChosen) known.push(record);
    byStart.set(startMs, known);
  }
  const starts = [...byStart.keys()];
  const lastMs = Math.max(...starts);
  const rows: WindowRow[] = [];
  for (let startMs = Math.min(...starts); startMs <= lastMs; startMs += stepMs) {
    rows.push(rowOf(byStart.get(startMs) ?? [], startMs, startMs + stepMs));
  }
  return rows;
}

function rowOf(records: readonly ServedObservation[], startMs: number, endMs: number): WindowRow {
  const presence = records.find((record) => record.kind === 'presence');
  const flow = (direction: Direction) => {
    const record = records.find(
      (candidate) => candidate.kind === 'flow' && candidate.direction === direction,
    );
    return record?.kind === 'flow' && record.coverage > 0
      ? { people: record.peopleVolume, vehicles: record.volume }
      : undefined;
  };
  return {
    startMs,
    endMs,
    coverage: records.length === 0 ? 0 : Math.min(...records.map((record) => record.coverage)),
    reasons: [...new Set(records.flatMap((record) => record.reasons))],
    isRecorded: records.length > 0,
    people: presence?.kind === 'presence' ? presence.peoplePresent : undefined,
    vehicles: presence?.kind === 'presence' ? presence.vehiclesPresent : undefined,
    crossings: { in: flow('in'), out: flow('out') },
    isSuppressed: records.some((record) => (record.suppressed?.length ?? 0) > 0),
  };
}

/** What a range sums up to. Means are weighted by how much of each window was seen; absent where nothing was. */
export interface RangeSummary {
  readonly coverage: number;
  readonly people: PresentCount | undefined;
  readonly vehicles: PresentCount | undefined;
  readonly crossings: Readonly<Record<Direction, Crossings>>;
}

/** Sums rows up. A withheld or missing number makes its sum a lower bound: it is counted as nothing. */
export function summarise(rows: readonly WindowRow[]): RangeSummary {
  const coverage = rows.reduce((sum, row) => sum + row.coverage, 0) / Math.max(1, rows.length);
  const total = (direction: Direction, group: keyof Crossings) => {
    const counts = rows
      .map((row) => row.crossings[direction]?.[group])
      .filter((count) => count !== undefined);
    return counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0);
  };
  const totals = (direction: Direction) => ({
    people: total(direction, 'people'),
    vehicles: total(direction, 'vehicles'),
  });
  return {
    coverage,
    people: presentSummary(rows, 'people'),
    vehicles: presentSummary(rows, 'vehicles'),
    crossings: { in: totals('in'), out: totals('out') },
  };
}

function presentSummary(rows: readonly WindowRow[], group: 'people' | 'vehicles'): PresentCount | undefined {
  let weight = 0;
  let weighted = 0;
  let max = 0;
  for (const row of rows) {
    const present = row[group];
    if (present === undefined) continue;
    weight += row.coverage;
    weighted += present.mean * row.coverage;
    max = Math.max(max, present.max);
  }
  return weight === 0 ? undefined : { mean: weighted / weight, max };
}
