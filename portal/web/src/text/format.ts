/** How numbers and times are written in each language. Every time on the page is local time of Semarang. */
import type { Language } from './language.ts';

export const TIME_ZONE = 'Asia/Jakarta';
export const TIME_ZONE_NAME = 'WIB';

const LOCALES: Readonly<Record<Language, string>> = { id: 'id-ID', en: 'en-GB' };

/** Writers of numbers and times in one language. `nowMs`: milliseconds since 1970, decides which year goes without saying. */
export function createFormat(language: Language, nowMs = Date.now()) {
  const locale = LOCALES[language];
  const at = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { timeZone: TIME_ZONE, ...options });
  const numbers = new Map<number, Intl.NumberFormat>();
  const number = (value: number, decimals: number) => {
    const known = numbers.get(decimals);
    const writer = known ?? new Intl.NumberFormat(locale, fixed(decimals));
    if (known === undefined) numbers.set(decimals, writer);
    return writer.format(value);
  };
  const axis = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const clock = at({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const day = at({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
  const shortDay = at({ weekday: 'short', day: 'numeric', month: 'short' });
  const date = at({ day: 'numeric', month: 'short' });
  const year = at({ year: 'numeric' });
  const thisYear = year.format(nowMs);
  const weekday = at({ weekday: 'short' });
  const dayKey = at({ day: 'numeric', month: 'numeric', year: 'numeric' });
  return {
    number: (value: number | undefined, decimals: number) =>
      value === undefined ? '–' : number(value, decimals),
    axis: (value: number) => axis.format(value),
    /** Never rounds a window with a hole up to 100 %, nor one with something seen down to 0 %. */
    percent: (share: number) => {
      const kept = share > 0 && share < 1 ? Math.min(0.99, Math.max(0.01, share)) : share;
      return percent.format(kept);
    },
    clock: (ms: number) => clock.format(ms),
    day: (ms: number) => day.format(ms),
    /** Without the year where it is this one: a recording of another year must not look like last month's. */
    shortDay: (ms: number) => (year.format(ms) === thisYear ? shortDay : day).format(ms),
    date: (ms: number) => date.format(ms),
    /** Name of a weekday, 0 is Monday. */
    weekday: (index: number) => weekday.format(Date.UTC(2024, 0, 1 + index, 5)),
    isSameDay: (a: number, b: number) => dayKey.format(a) === dayKey.format(b),
  };
}

function fixed(decimals: number): Intl.NumberFormatOptions {
  return { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
}

export type Format = ReturnType<typeof createFormat>;

/** "Thu, 12 Feb 2026, 09:00 – 12:00 WIB"; whole days without a clock. */
export function periodText(format: Format, fromMs: number, toMs: number, isWholeDays: boolean): string {
  if (isWholeDays) {
    const last = toMs - 1;
    if (format.isSameDay(fromMs, last)) return format.day(fromMs);
    return `${format.day(fromMs)} – ${format.day(last)}`;
  }
  const end = format.isSameDay(fromMs, toMs)
    ? format.clock(toMs)
    : `${format.day(toMs)}, ${format.clock(toMs)}`;
  return `${format.day(fromMs)}, ${format.clock(fromMs)} – ${end} ${TIME_ZONE_NAME}`;
}
