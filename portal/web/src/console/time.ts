/** Instants as the console writes them. */
import { type Format, TIME_ZONE_NAME } from '../text/format.ts';

/** Day and clock in local time; a dash for none. */
export function instantText(format: Format, iso: string | number | undefined): string {
  if (iso === undefined) return '–';
  const ms = typeof iso === 'number' ? iso : Date.parse(iso);
  return `${format.shortDay(ms)} ${format.clock(ms)} ${TIME_ZONE_NAME}`;
}
