/** The rows of every published table, read page by page: what files, CKAN and publishers serve. */
import { formatIsoUs, parseIsoUs, US_PER_SECOND } from '../../pipelines/domain/time.ts';
import type { Observation } from '../../pipelines/domain/types.ts';
import type { Resource, Row, Table } from '../datasets/data-set.ts';
import { countedGroup, findSeriesTable } from '../datasets/data-sets.ts';
import type { MeasurementSource } from '../datasets/measurement-source.ts';
import type { PublicCamera } from '../datasets/public-camera.ts';
import type { Period } from '../datasets/quality/gaps.ts';
import { availabilityRow, incidentRows, methodBreakRow, registerRow, seriesRow } from '../datasets/rows.ts';
import { AVAILABILITY_TABLE, BREAK_TABLE, INCIDENT_TABLE, REGISTER_TABLE } from '../datasets/tables.ts';
import { levelWindowStartUs } from '../levels/level.ts';
import type { PublicReader } from '../privacy/public-reader.ts';
import { grouped } from '../store/grouped.ts';
import type { CameraSummary, SeriesPosition } from '../store/store.ts';
import { breathe } from './breathe.ts';
import { publicCameras } from './camera-list.ts';
import type { CameraRegister } from './camera-register.ts';
import { readMethodBreaks } from './method-changes.ts';
import { DAY_US } from './observed-windows.ts';
import { settledDays } from './settled-days.ts';

/** Rows read from the store at once: about a megabyte. */
const PAGE_ROWS = 1000;

/** The order of a camera's rows. */
export const SERIES_KINDS = ['flow', 'presence'] as const satisfies readonly Observation['kind'][];

/** What tables are read from. */
export interface DataSetReads {
  readonly reader: PublicReader;
  readonly register: CameraRegister;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** Which rows are wanted; a part left out does not narrow. The register has no time and is narrowed by camera only. */
export interface RowFilter {
  /** Rows whose window, day or event starts at or after this instant, µs UTC. */
  readonly fromUs?: number;
  /** Rows that start before this instant, µs UTC. */
  readonly toUs?: number;
  readonly cameraIds?: readonly string[];
  /** Of a series only: rows of lines (`flow`), of zones (`presence`), or both. */
  readonly kinds?: readonly Observation['kind'][];
}

/** Pages of rows of a resource: by camera, then by time; of a series lines come before zones. */
export async function* dataSetPages(
  reads: DataSetReads,
  resource: Resource,
  filter: RowFilter = {},
): AsyncGenerator<readonly Row[]> {
  const cameras = await wantedCameras(reads, filter);
  const table = findSeriesTable(resource.id);
  if (table !== undefined) {
    yield* seriesPages(reads.reader, table, { cameras, filter });
    return;
  }
  switch (resource.id) {
    case REGISTER_TABLE.id:
      yield cameras.filter(({ id }) => isRegistered(reads.register, id)).map(registerRow);
      return;
    case BREAK_TABLE.id:
      yield await breakRows(reads, cameras, filter);
      return;
    case AVAILABILITY_TABLE.id:
      yield* availabilityPages(reads, cameras, filter);
      return;
    case INCIDENT_TABLE.id:
      yield* incidentPages(reads, cameras, filter);
      return;
    default:
      throw new RangeError(`no rows are known for the resource ${resource.id}`);
  }
}

async function wantedCameras({ reader, register }: DataSetReads, { cameraIds }: RowFilter) {
  const cameras = await publicCameras({ store: reader, register });
  return [...cameras.values()].filter(({ id }) => cameraIds === undefined || cameraIds.includes(id));
}

function isRegistered(register: CameraRegister, cameraId: string): boolean {
  return register.cameras().some(({ definition }) => definition.id === cameraId);
}

interface Wanted {
  readonly cameras: readonly PublicCamera[];
  readonly filter: RowFilter;
}

async function* seriesPages(
  reader: PublicReader,
  table: Table<MeasurementSource>,
  { cameras, filter }: Wanted,
): AsyncGenerator<readonly Row[]> {
  const { level } = table;
  if (level === undefined) throw new RangeError(`the series table ${table.id} has no level`);
  const group = countedGroup(table);
  const { fromUs, toUs, kinds = SERIES_KINDS } = filter;
  const range = { ...(fromUs === undefined ? {} : { fromUs }), ...(toUs === undefined ? {} : { toUs }) };
  for (const camera of cameras) {
    if (!camera.groups.includes(group)) continue;
    for (const kind of SERIES_KINDS.filter((one) => kinds.includes(one))) {
      let after: SeriesPosition | undefined;
      do {
        const page = await reader.series(
          { level, kind, cameraIds: [camera.id], ...range },
          { limit: PAGE_ROWS, ...(after === undefined ? {} : { after }) },
        );
        yield page.rows.map((record) => seriesRow(table, record, camera)).filter((row) => row !== undefined);
        after = page.next;
      } while (after !== undefined);
    }
  }
}

async function breakRows(
  { reader }: DataSetReads,
  cameras: readonly PublicCamera[],
  filter: RowFilter,
): Promise<Row[]> {
  const byId = new Map(cameras.map((camera) => [camera.id, camera]));
  const changes = await readMethodBreaks(reader, [...byId.keys()]);
  return changes.flatMap((change) => {
    const camera = byId.get(change.cameraId);
    return camera === undefined || !isWithin(filter, parseIsoUs(change.since))
      ? []
      : [methodBreakRow(camera, change)];
  });
}

function isWithin({ fromUs, toUs }: RowFilter, startUs: number): boolean {
  return (fromUs === undefined || startUs >= fromUs) && (toUs === undefined || startUs < toUs);
}

/** A half-open range of time, µs UTC. */
interface TimeSpan {
  readonly fromUs: number;
  readonly toUs: number;
}

/** The time from a camera's first record to the end of its last. */
function recordedTime({ firstWindowStart, lastWindowEnd }: CameraSummary): TimeSpan {
  return { fromUs: parseIsoUs(firstWindowStart), toUs: parseIsoUs(lastWindowEnd) };
}

/** A camera with the time it is judged for, and the time from its first record to the end of its last. */
export interface JudgedCamera {
  readonly cameraId: string;
  readonly period: TimeSpan;
  readonly recorded: TimeSpan;
}

/** Cameras by id; those of which retention took every day are not judged, others from the first day that is kept. */
export async function judgedCameras(reads: DataSetReads): Promise<JudgedCamera[]> {
  const { reader } = reads;
  const keptSinceUs = (await reader.daysKeptSinceUs()) ?? Number.NEGATIVE_INFINITY;
  return (await reader.cameras()).flatMap((summary) => {
    const { fromUs, toUs } = judgedPeriod(reads, summary);
    const period = { fromUs: Math.max(fromUs, keptSinceUs), toUs };
    const { cameraId } = summary;
    return period.fromUs < toUs ? [{ cameraId, period, recorded: recordedTime(summary) }] : [];
  });
}

/**
 * The time of which a camera owes records: from its first window to now while it is live, else to its last window. A single
 * newest window may still be on its way and is owed a quarter hour later.
 */
export function judgedPeriod(
  { register, clock }: Pick<DataSetReads, 'register' | 'clock'>,
  summary: CameraSummary,
): TimeSpan {
  const camera = register.cameras().find(({ definition }) => definition.id === summary.cameraId);
  const { fromUs, toUs: lastUs } = recordedTime(summary);
  const nowUs = levelWindowStartUs('quarter-hour', clock() * 1000);
  const isOwed = camera?.isLive === true && nowUs - lastUs > camera.windowSeconds * US_PER_SECOND;
  return { fromUs, toUs: isOwed ? nowUs : lastUs };
}

async function* judgedAmong(reads: DataSetReads, cameras: readonly PublicCamera[]) {
  const judged = new Map((await judgedCameras(reads)).map((one) => [one.cameraId, one]));
  const settled = await settledDays(reads.reader);
  for (const camera of cameras) {
    const found = judged.get(camera.id);
    if (found === undefined) continue;
    yield { ...found, camera, settled };
    await breathe();
  }
}

async function* availabilityPages(
  reads: DataSetReads,
  cameras: readonly PublicCamera[],
  filter: RowFilter,
): AsyncGenerator<readonly Row[]> {
  for await (const { camera, period, recorded, settled } of judgedAmong(reads, cameras)) {
    const fromUs = Math.max(period.fromUs, filter.fromUs ?? period.fromUs);
    const toUs = Math.min(period.toUs, filter.toUs ?? period.toUs);
    if (fromUs >= toUs) continue;
    const firstDayUs = levelWindowStartUs('day', fromUs);
    const afterUs = levelWindowStartUs('day', toUs - 1) + DAY_US;
    const days = { fromUs: firstDayUs, toUs: afterUs };
    const observed = await settled.observed({ cameraId: camera.id, ...days, recorded });
    const byDay = grouped(observed, ({ windowStart }) => levelWindowStartUs('day', parseIsoUs(windowStart)));
    const rows: Row[] = [];
    for (let dayUs = firstDayUs; dayUs < toUs; dayUs += DAY_US) {
      if (!isWithin(filter, dayUs)) continue;
      const startUs = Math.max(dayUs, period.fromUs);
      const day = isoPeriod(startUs, Math.min(dayUs + DAY_US, period.toUs));
      rows.push(availabilityRow(camera, day, byDay.get(dayUs) ?? []));
    }
    yield rows;
  }
}

/** An incident keeps its start, which is its key, whatever range is asked for: all the time that is kept is judged. */
async function* incidentPages(
  reads: DataSetReads,
  cameras: readonly PublicCamera[],
  filter: RowFilter,
): AsyncGenerator<readonly Row[]> {
  for await (const { camera, period, recorded, settled } of judgedAmong(reads, cameras)) {
    const windows = await settled.observed({ cameraId: camera.id, ...period, recorded });
    const rows = incidentRows(camera, isoPeriod(period.fromUs, period.toUs), windows);
    yield rows.filter(({ waktu_mulai: start }) => isWithin(filter, parseIsoUs(String(start))));
  }
}

function isoPeriod(fromUs: number, toUs: number): Period {
  return { start: formatIsoUs(fromUs), end: formatIsoUs(toUs) };
}
