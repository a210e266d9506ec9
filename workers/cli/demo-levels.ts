/** How the demo's series lie in the portal, once it has rolled up what came in. */
import { setTimeout as sleep } from 'node:timers/promises';
import { AnalysisError } from '../../pipelines/errors.ts';
import type { SiteCamera } from '../../pipelines/site-file.ts';
import { formatTable } from './output.ts';

/** From fine to coarse: as the API names a level, and as people do. */
const LEVELS = [
  ['1m', 'menit/minute'],
  ['15m', '15 menit/minutes'],
  ['1h', 'jam/hour'],
  ['1d', 'hari/day (WIB)'],
] as const;

/** The portal looks for work every 2 s; a minute is far more than a clip needs. */
const ROLL_UP_DEADLINE_MS = 60_000;
const POLL_MS = 200;

/** Rows of one level and the pictures they were made of. */
interface LevelRows {
  readonly level: string;
  readonly rows: number;
  readonly frames: number;
}

/**
 * Waits until every level holds at least the pictures of the finest one (which retention may have shortened), then tells how many rows each has.
 * @throws AnalysisError `publish-failed` when the portal does not answer or never rolls up.
 */
export async function levelTable(portalUrl: string, camera: SiteCamera): Promise<string> {
  const deadlineMs = performance.now() + ROLL_UP_DEADLINE_MS;
  for (;;) {
    const levels = await Promise.all(
      LEVELS.map(async ([level]) => await readLevel(portalUrl, camera, level)),
    );
    if (levels.every(({ frames }) => frames >= (levels[0]?.frames ?? 0))) return describe(levels);
    if (performance.now() > deadlineMs) {
      const found = levels.map(({ level, frames }) => `${level}: ${frames}`).join(', ');
      throw new AnalysisError(
        'publish-failed',
        'demo',
        `the portal did not roll up within ${ROLL_UP_DEADLINE_MS / 1000} s; pictures by level: ${found}`,
      );
    }
    await sleep(POLL_MS);
  }
}

async function readLevel(portalUrl: string, camera: SiteCamera, level: string): Promise<LevelRows> {
  const query = new URLSearchParams({
    level,
    cameraId: camera.id,
    kind: camera.zones.length > 0 ? 'presence' : 'flow',
    columns: 'frames_analysed',
    format: 'ndjson',
  });
  const lines = (await portalText(`${portalUrl}/api/v1/series?${query}`)).split('\n');
  const rows = lines
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { frames_analysed: number });
  return { level, rows: rows.length, frames: rows.reduce((sum, row) => sum + row.frames_analysed, 0) };
}

function describe(levels: readonly LevelRows[]): string {
  return formatTable(
    ['tingkat/level', 'baris/rows', 'gambar/pictures'],
    levels.map(({ rows, frames }, index) => [LEVELS[index]?.[1], rows, frames]),
  );
}

/**
 * Body of a read of the portal.
 * @throws AnalysisError `publish-failed` on another status than 200.
 */
export async function portalText(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(30_000) });
  if (response.ok) return await response.text();
  throw new AnalysisError('publish-failed', 'demo', `the portal answered ${response.status} to ${url}`);
}
