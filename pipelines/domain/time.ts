/**
 * UTC instants and windows. Instants are whole microseconds since 1970-01-01T00:00:00Z; no leap seconds, as in POSIX.
 * The calendar is computed here, without `Date`, so that the domain holds no clock.
 */
import type { Window } from './types.ts';

/** Microseconds in one second. */
export const US_PER_SECOND = 1_000_000;

const US_PER_DAY = 86_400 * US_PER_SECOND;
/** Beyond it a whole number of microseconds is no exact integer any more: years 1684 to 2255 are inside. */
const MAX_US = Number.MAX_SAFE_INTEGER;

const ISO = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,6}))?(?:(Z)|([+-])(\d{2}):(\d{2}))$/;

/**
 * An ISO 8601 instant in microseconds of UTC, exact. The offset (`Z` or `+07:00`) is required, because a time
 * without one means another instant on another machine. Throws `RangeError` with the allowed form.
 */
export function parseIsoUs(text: string): number {
  const match = ISO.exec(text);
  if (match === null) throw isoError(text, 'allowed is YYYY-MM-DDTHH:mm:ss[.ffffff] with Z or an offset');
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const offsetHours = Number(match[10] ?? 0);
  const offsetMinutes = Number(match[11] ?? 0);
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) {
    throw isoError(text, 'there is no such day');
  }
  if (hour > 23 || minute > 59 || second > 59 || offsetHours > 14 || offsetMinutes > 59) {
    throw isoError(text, 'hours go to 23, minutes and seconds to 59, offsets to 14:59');
  }
  const offsetSign = match[9] === '-' ? -1 : 1;
  const offsetS = offsetSign * (offsetHours * 3600 + offsetMinutes * 60);
  const seconds = daysSince1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offsetS;
  const us = seconds * US_PER_SECOND + Number((match[7] ?? '').padEnd(6, '0'));
  if (Math.abs(us) > MAX_US) throw isoError(text, 'years 1684 to 2255 can be told to the microsecond');
  return us;
}

function isoError(text: string, allowed: string): RangeError {
  return new RangeError(
    `instant "${text.slice(0, 40)}": ${allowed}, for example 2026-01-05T07:00:00+07:00 or 2026-01-05T00:00:00Z`,
  );
}

/** `YYYY-MM-DDTHH:mm:ssZ` in UTC, with exactly six decimals when the instant is not a whole second. */
export function formatIsoUs(us: number): string {
  if (!Number.isSafeInteger(us)) throw new RangeError(`${us} is not a whole number of microseconds`);
  const days = Math.floor(us / US_PER_DAY);
  const inDay = us - days * US_PER_DAY;
  const fraction = inDay % US_PER_SECOND;
  const seconds = (inDay - fraction) / US_PER_SECOND;
  const { year, month, day } = civilDate(days);
  const date = `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
  const time = `${pad(Math.floor(seconds / 3600), 2)}:${pad(Math.floor(seconds / 60) % 60, 2)}:${pad(seconds % 60, 2)}`;
  return `${date}T${time}${fraction === 0 ? '' : `.${pad(fraction, 6)}`}Z`;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/**
 * Days from 1970-01-01 in the proleptic Gregorian calendar. The year begins in March, so that the leap day is
 * the last one (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`).
 */
function daysSince1970(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** The inverse of `daysSince1970` (`civil_from_days` of the same source). */
function civilDate(days: number): { year: number; month: number; day: number } {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1;
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

/** The window that holds an instant: `[k·length, (k+1)·length)` since 1970, so every machine cuts alike. */
export function windowOf(us: number, windowSeconds: number): Window {
  const lengthUs = windowSeconds * US_PER_SECOND;
  const startUs = Math.floor(us / lengthUs) * lengthUs;
  return { startUs, endUs: startUs + lengthUs };
}
