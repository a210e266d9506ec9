/** The part of a migration that both engines share: a database that has windows already knows of none of its spans. */
import { ROLLED_LEVELS } from '../levels/level.ts';
import { spanStartUs, spanUs } from './span.ts';
import { LEVEL_TABLES } from './sql.ts';

/** Statements that note the span of every stored window, nothing of it gathered. */
export function spansOfStored(): string {
  return ROLLED_LEVELS.map((level) => {
    // Some span begins there, before every window: whole numbers of both engines round towards zero.
    const originUs = spanStartUs(level, EARLIEST_US);
    const lengthUs = spanUs(level);
    return `INSERT INTO level_span
      SELECT DISTINCT '${level}', kind, camera_id,
          ${originUs} + (window_start_us - (${originUs})) / ${lengthUs} * ${lengthUs}, 0, 0, ''
        FROM ${LEVEL_TABLES[level]};`;
  }).join('\n');
}

/** Microseconds before 1685 are no whole numbers of this program. */
const EARLIEST_US = Date.UTC(1700, 0) * 1000;
