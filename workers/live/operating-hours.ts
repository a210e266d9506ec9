/** Daily operating hours in a camera's own time zone. Scheduling only: data time never comes from here. */

/** Local wall-clock times `HH:mm`; `from` included, `to` excluded; `to` ≤ `from` reaches past midnight. */
export interface OperatingHours {
  readonly from: string;
  readonly to: string;
  /** IANA name, e.g. `Asia/Jakarta`. */
  readonly timeZone: string;
}

/** True when a camera is meant to be watched at this instant; cameras without hours always are. */
export function isOpenAt(hours: OperatingHours | undefined, nowMs: number): boolean {
  if (hours === undefined) return true;
  const now = minutesOfDay(localTime(nowMs, hours.timeZone));
  const from = minutesOfDay(hours.from);
  const to = minutesOfDay(hours.to);
  if (from === to) return true;
  return from < to ? now >= from && now < to : now >= from || now < to;
}

function localTime(nowMs: number, timeZone: string): string {
  // `hourCycle: h23` keeps midnight at 00, which `hour12: false` alone prints as 24 in some locales.
  return new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(nowMs);
}

function minutesOfDay(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
