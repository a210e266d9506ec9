/** The read of what was seen of each camera; no payload is decoded. */
import { reasonsOf } from '../levels/sums.ts';
import { type WindowSeen, windowUsOf } from './span.ts';
import type { SpanReader } from './span-reader.ts';
import type { CoverageQuery, CoverageRow } from './store.ts';

/** `SeriesStore.coverage`. */
export async function readCoverage(
  reader: SpanReader,
  query: CoverageQuery,
): Promise<readonly CoverageRow[]> {
  const lengthUs = windowUsOf(query.level);
  const rows: CoverageRow[] = [];
  for (const [cameraId, windows] of await reader.seen(query)) {
    for (const { startUs, recordedUs, analysedUs, reasons } of ofBothKinds(windows)) {
      const windowEndUs = startUs + lengthUs;
      const row = { cameraId, windowStartUs: startUs, windowEndUs, recordedUs, analysedUs };
      rows.push({ ...row, reasons: reasonsOf(reasons) });
    }
  }
  return rows;
}

/** Lines and zones of one window as one: the least that was seen, every reason. They come in the order of time. */
function ofBothKinds(windows: readonly WindowSeen[]): readonly WindowSeen[] {
  const merged: WindowSeen[] = [];
  for (const window of windows) {
    const last = merged.at(-1);
    if (last?.startUs !== window.startUs) {
      merged.push(window);
      continue;
    }
    merged[merged.length - 1] = {
      ...last,
      recordedUs: Math.min(last.recordedUs, window.recordedUs),
      analysedUs: Math.min(last.analysedUs, window.analysedUs),
      reasons: last.reasons | window.reasons,
    };
  }
  return merged;
}
