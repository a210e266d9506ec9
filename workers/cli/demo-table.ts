/** A recording's windows as a table: people and vehicles present, crossings by direction. */
import type { FlowObservation, Observation, PresenceObservation } from '../../pipelines/domain/types.ts';
import type { SiteCamera } from '../../pipelines/site-file.ts';
import { formatTable } from './output.ts';

/** One row per window and zone; crossings stand beside the first zone. A dash is a measure that is absent. */
export function windowTable(camera: SiteCamera, observations: readonly Observation[]): string {
  const starts = [...new Set(observations.map((record) => record.windowStart))].sort();
  const crossingHeads = camera.lines.flatMap((line) =>
    (['in', 'out'] as const).map(
      (direction) => `${line.name ?? line.id}: ${line.directionNames?.[direction] ?? direction}`,
    ),
  );
  const head = [
    'mulai/start (UTC)',
    'zona/zone',
    'orang/people ⌀',
    'maks',
    'kendaraan/vehicles ⌀',
    'maks',
    ...crossingHeads,
    'cakupan/coverage',
  ];
  const rows = starts.flatMap((start) => {
    const inWindow = observations.filter((record) => record.windowStart === start);
    const presences = inWindow.filter((record) => record.kind === 'presence');
    const flows = inWindow.filter((record) => record.kind === 'flow');
    return presences.map((presence, index) => [
      start.slice(0, 19).replace('T', ' '),
      camera.zones.find((zone) => zone.id === presence.zoneId)?.name ?? presence.zoneId,
      ...presentCells(presence),
      ...(index === 0 ? crossingCells(camera, flows) : crossingHeads.map(() => '')),
      `${Math.round(presence.coverage * 100)} %`,
    ]);
  });
  return formatTable(head, rows);
}

function presentCells({
  peoplePresent,
  vehiclesPresent,
}: PresenceObservation): (string | number | undefined)[] {
  return [
    peoplePresent?.mean.toFixed(2),
    peoplePresent?.max,
    vehiclesPresent?.mean.toFixed(2),
    vehiclesPresent?.max,
  ];
}

function crossingCells(camera: SiteCamera, flows: readonly FlowObservation[]): (number | undefined)[] {
  return camera.lines.flatMap((line) =>
    (['in', 'out'] as const).map((direction) => {
      const flow = flows.find((record) => record.lineId === line.id && record.direction === direction);
      return flow?.count === undefined
        ? undefined
        : Object.values(flow.count).reduce((sum, count) => sum + count, 0);
    }),
  );
}
