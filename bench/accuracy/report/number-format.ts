/** How numbers of the report are written. */
import type { Interval } from '../metrics/bootstrap.ts';

/** Stands for a value that was not measured. */
export const ABSENT = '–';

/** `low…high`. */
export function interval(value: Interval | undefined): string {
  return value === undefined ? ABSENT : `${twoDigits(value.low)}…${twoDigits(value.high)}`;
}

/** Two digits, below zero with a minus sign. */
export function twoDigits(value: number): string {
  return value.toFixed(2).replace('-', '−');
}

/** With its sign, two digits. */
export function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;
}

/** A share 0..1 in per cent. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** Without needless zeros. */
export function shortNumber(value: number): string {
  return String(Number(value.toFixed(3)));
}
