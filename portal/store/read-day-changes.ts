/** `SeriesStore.dayChanges`: from the numbers that publishers stand on, no payload is read. */
import { levelWindowStartUs } from '../levels/level.ts';
import type { CameraDay, DayChanges, SeriesStore } from './store.ts';
import type { WindowReader, WindowStart } from './window-reader.ts';

/** The newest number is read first: what is written meanwhile has a greater one and is told the next time. */
export async function readDayChanges(
  reader: WindowReader,
  { sequence: since, limit }: Parameters<SeriesStore['dayChanges']>[0],
): Promise<DayChanges> {
  const newest = await reader.newestSequence();
  const sequence = since === undefined ? newest : Math.min(newest, since + limit);
  const changed = since === undefined || since >= sequence ? [] : await reader.changedStarts(since, sequence);
  const { runs, removed } = await reader.removals();
  return {
    sequence,
    newest,
    changed: daysOf(changed),
    open: daysOf(await reader.openStarts()),
    removals: `${runs}-${removed}`,
  };
}

function daysOf(windows: readonly WindowStart[]): CameraDay[] {
  const days = new Map<string, CameraDay>();
  for (const { camera_id: cameraId, window_start_us: startUs } of windows) {
    const dayStartUs = levelWindowStartUs('day', startUs);
    days.set(`${dayStartUs} ${cameraId}`, { cameraId, dayStartUs });
  }
  return [...days.values()];
}
