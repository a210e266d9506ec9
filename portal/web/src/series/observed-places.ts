/** Places of cameras that are no longer registered, told from their newest records. Pure. */
import type { Observation } from '../../../../pipelines/domain/types.ts';
import type { Camera } from '../api/answers.ts';

/** True for a camera that has data but whose lines and zones nobody describes. */
export function lacksPlaces(camera: Camera): boolean {
  return camera.lines.length === 0 && camera.zones.length === 0 && camera.lastWindowEnd !== undefined;
}

/** The cameras, those without places with the lines and zones of their newest records. */
export function withObservedPlaces(
  cameras: readonly Camera[],
  latest: readonly Observation[],
): readonly Camera[] {
  return cameras.map((camera) => {
    if (!lacksPlaces(camera)) return camera;
    const records = latest.filter(({ cameraId }) => cameraId === camera.cameraId);
    const lines = new Set(records.flatMap((record) => (record.kind === 'flow' ? [record.lineId] : [])));
    const zones = new Set(records.flatMap((record) => (record.kind === 'presence' ? [record.zoneId] : [])));
    const ids = (found: ReadonlySet<string>) => [...found].sort().map((id) => ({ id }));
    return { ...camera, lines: ids(lines), zones: ids(zones) };
  });
}
