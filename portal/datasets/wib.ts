/**
 * Waktu Indonesia Barat, the published time: UTC+07:00 all year, without daylight saving since 1964, so no time-zone
 * data base is needed.
 */
import { formatIsoUs, parseIsoUs, US_PER_SECOND } from '../../pipelines/domain/time.ts';
import { JAKARTA_OFFSET_SECONDS } from '../levels/level.ts';

const OFFSET_US = JAKARTA_OFFSET_SECONDS * US_PER_SECOND;

/** An instant with an offset as it is published: `2026-01-05T07:00:00+07:00`. Throws `RangeError` on no instant. */
export function formatWib(iso: string): string {
  return formatIsoUs(parseIsoUs(iso) + OFFSET_US).replace('Z', '+07:00');
}

/** The local day of an instant, `2026-01-05`. */
export function wibDay(iso: string): string {
  return formatWib(iso).slice(0, 10);
}

/** The local year of an instant. */
export function wibYear(iso: string): number {
  return Number(formatWib(iso).slice(0, 4));
}
