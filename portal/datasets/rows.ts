/** Rows of every table out of what the store and the register hold. Pure; the small-count rule comes before it. */
import type { AvailabilitySource, IncidentSource } from './columns/availability-columns.ts';
import { buildRow, type Row, type Table } from './data-set.ts';
import { countedGroup } from './data-sets.ts';
import type { MeasurementSource, PublishedSeriesRow } from './measurement-source.ts';
import type { PublicCamera } from './public-camera.ts';
import { filledShare } from './quality/filled-share.ts';
import { gapsOf, type Period, type WindowQuality } from './quality/gaps.ts';
import type { MethodBreak } from './quality/method-breaks.ts';
import { AVAILABILITY_TABLE, BREAK_TABLE, INCIDENT_TABLE, REGISTER_TABLE } from './tables.ts';

/**
 * The row of a record in a series table; undefined where the record has none: it is of another level, or its camera
 * does not count the table's group. `record` went through the small-count rule.
 */
export function seriesRow(
  table: Table<MeasurementSource>,
  record: PublishedSeriesRow,
  camera: PublicCamera,
): Row | undefined {
  if (record.level !== table.level || !camera.groups.includes(countedGroup(table))) return undefined;
  return buildRow(table, { record, camera });
}

/** A camera that no register knows any more, so that its series can still be published. */
export function unknownCamera(id: string): PublicCamera {
  return { id, groups: ['people', 'vehicles'], lines: [], zones: [], isPaused: true };
}

/** The register's row of a camera. */
export function registerRow(camera: PublicCamera): Row {
  return buildRow(REGISTER_TABLE, { camera });
}

/**
 * The row of a camera's day. `day` is the local day as far as it is over and the camera was there; `records` those of
 * one level in it.
 */
export function availabilityRow(camera: PublicCamera, day: Period, records: Iterable<WindowQuality>): Row {
  const source: AvailabilitySource = { camera, dayStart: day.start, filled: filledShare(records, day) };
  return buildRow(AVAILABILITY_TABLE, source);
}

/** The rows of a camera's incidents in a period, from its records of one level. */
export function incidentRows(camera: PublicCamera, period: Period, records: Iterable<WindowQuality>): Row[] {
  return gapsOf(records, period).map((gap) =>
    buildRow(INCIDENT_TABLE, { camera, gap } satisfies IncidentSource),
  );
}

/** The row of a method change. */
export function methodBreakRow(camera: PublicCamera, change: MethodBreak): Row {
  return buildRow(BREAK_TABLE, { camera, change });
}
