/** Fills a level with months of windows below the store: going through a year of minutes would take hours. */
import { US_PER_SECOND } from '../../pipelines/domain/time.ts';
import type { Observation } from '../../pipelines/domain/types.ts';
import { LEVEL_SECONDS, type RolledLevel } from '../../portal/levels/level.ts';
import { sumsOf } from '../../portal/levels/record-sums.ts';
import { type LevelPart, putTogether } from '../../portal/levels/sums.ts';
import { encodeEntries, type LevelEntry } from '../../portal/store/level-codec.ts';
import { methodText } from '../../portal/store/lineage-text.ts';
import { type Dialect, insertRows, LEVEL_TABLES } from '../../portal/store/sql.ts';
import { createTermBook } from '../../portal/store/term-book.ts';
import { cameraName, minuteOfCity } from './city-records.ts';

/** What is filled. */
export interface FillOptions {
  readonly dialect: Dialect;
  readonly level: RolledLevel;
  readonly cameras: number;
  readonly fromUs: number;
  readonly windows: number;
}

/**
 * Rows like those of the store: every window holds the sums of five made-up minutes scaled to its length, with its own
 * change number. Answers the number of series rows.
 */
export async function fillLevel({ dialect, level, cameras, fromUs, windows }: FillOptions): Promise<number> {
  const book = createTermBook(dialect);
  const lengthUs = LEVEL_SECONDS[level] * US_PER_SECOND;
  let rows = 0;
  let sequence = 1;
  for (let i = 0; i < windows; i += 1) {
    const startUs = fromUs + i * lengthUs;
    const parts = new Map<string, { kind: Observation['kind']; cameraId: string; entries: LevelEntry[] }>();
    for (const { observation } of minuteOfCity(startUs, cameras)) {
      const part: LevelPart = {
        startUs,
        lengthUs,
        sums: sumsOf(observation, { lengthUs, method: methodText(observation) }),
      };
      const name = `${observation.cameraId} ${observation.kind}`;
      const { kind, cameraId } = observation;
      const window = parts.get(name) ?? { kind, cameraId, entries: [] };
      window.entries.push({
        placeId: observation.kind === 'flow' ? observation.lineId : observation.zoneId,
        direction: observation.kind === 'flow' ? observation.direction : '',
        revision: 1,
        sums: putTogether(
          kind,
          [part, part, part, part, part].map((one, k) => ({ ...one, startUs: startUs + k })),
        )!,
      });
      parts.set(name, window);
      rows += 1;
    }
    const entries = [...parts.values()];
    await book.learn(
      entries.flatMap((window) =>
        window.entries.flatMap(({ sums }) => [...sums.methods, ...sums.empTables, ...sums.levelTables]),
      ),
    );
    await dialect.makeRoom([startUs]);
    await dialect.transaction('fill-level', (sql) =>
      insertRows(sql, {
        table: LEVEL_TABLES[level],
        columns: [
          'camera_id',
          'kind',
          'window_start_us',
          'change_sequence',
          'recorded_us',
          'analysed_us',
          'reasons',
          'row_count',
          'payload',
        ],
        rows: entries.map(({ kind, cameraId, entries: each }) => [
          cameraId,
          kind,
          startUs,
          sequence++,
          lengthUs,
          lengthUs,
          0,
          each.length,
          encodeEntries(each, book.terms),
        ]),
        onConflict: 'ON CONFLICT (camera_id, kind, window_start_us) DO NOTHING',
      }),
    );
  }
  return rows;
}

/** The names of the first cameras. */
export function camerasOf(count: number): string[] {
  return Array.from({ length: count }, (_, i) => cameraName(i));
}
