/** What a row of measurements is made of. */
import type { PublicSeriesRow } from '../privacy/public-row.ts';
import type { PublicCamera, PublicLine, PublicZone } from './public-camera.ts';

/** A row of the pyramid after the disclosure rule; only `portal/privacy/` makes one. */
export type PublishedSeriesRow = PublicSeriesRow;

/** A row of any level and the camera that made it. */
export interface MeasurementSource {
  readonly record: PublicSeriesRow;
  readonly camera: PublicCamera;
}

/** The line of a flow row; absent for zones, and for lines the camera no longer has. */
export function lineOf({ record, camera }: MeasurementSource): PublicLine | undefined {
  return record.kind === 'flow' ? camera.lines.find(({ id }) => id === record.lineId) : undefined;
}

/** The zone of a presence row; absent for lines, and for zones the camera no longer has. */
export function zoneOf({ record, camera }: MeasurementSource): PublicZone | undefined {
  return record.kind === 'presence' ? camera.zones.find(({ id }) => id === record.zoneId) : undefined;
}
