/** Reads of what was seen of each camera: from the levels' own columns, no payload is decoded. */
import { US_PER_SECOND } from '../../pipelines/domain/time.ts';
import { LEVEL_SECONDS } from '../levels/level.ts';
import { reasonBits, reasonsOf } from '../levels/sums.ts';
import type { CameraCoverage, CoverageQuery, CoverageRow } from './store.ts';
import type { WindowReader } from './window-reader.ts';

/** `SeriesStore.coverage`. */
export async function readCoverage(
  reader: WindowReader,
  query: CoverageQuery,
): Promise<readonly CoverageRow[]> {
  const lengthUs = LEVEL_SECONDS[query.level] * US_PER_SECOND;
  const rows: CoverageRow[] = [];
  for (const [cameraId, windowStartUs, recordedUs, analysedUs, reasons] of await reader.coverage(query)) {
    const last = rows.at(-1);
    const isSame = last?.cameraId === cameraId && last.windowStartUs === windowStartUs;
    if (isSame) rows.pop();
    rows.push({
      cameraId,
      windowStartUs,
      windowEndUs: windowStartUs + lengthUs,
      recordedUs: isSame ? Math.min(last.recordedUs, recordedUs) : recordedUs,
      analysedUs: isSame ? Math.min(last.analysedUs, analysedUs) : analysedUs,
      reasons: reasonsOf(isSame ? reasonBits(last.reasons) | reasons : reasons),
    });
  }
  return rows;
}

/** `SeriesStore.cameraCoverage`. */
export async function readCameraCoverage(
  reader: WindowReader,
  query: CoverageQuery,
): Promise<readonly CameraCoverage[]> {
  const lengthUs = LEVEL_SECONDS[query.level] * US_PER_SECOND;
  return (await reader.coverageTotals(query)).map((row) => ({
    cameraId: row.camera_id,
    analysedUs: row.analysed_us,
    windows: row.windows,
    firstWindowStartUs: row.first_us,
    lastWindowEndUs: row.last_us + lengthUs,
  }));
}
