/** Refused sign-ins in the audit log: strangers make them, so they may not fill the disk with them. */
import type { FastifyRequest } from 'fastify';
import type { NoteDeed } from './audit.ts';

/** More than anybody mistypes, few enough to be read; beyond them the next hour's first entry tells how many. */
export const REFUSALS_PER_HOUR = 20;
const HOUR_MS = 3_600_000;
/** Known names are as many as there are users; this bounds the memory whatever is passed in. */
const MOST_TARGETS = 1_000;

/** Notes that somebody was refused as `target`; `detail` says at what. */
export type NoteRefusal = (
  request: FastifyRequest,
  refusal: { readonly target: string; readonly detail?: string },
) => Promise<void>;

interface Hour {
  readonly sinceMs: number;
  noted: number;
  /** Not written, since the last entry. */
  unsaid: number;
}

/** Counted apart by target, so that noise under one name hides nothing of another. `clock` is milliseconds since 1970. */
export function createRefusalNotes(options: {
  readonly note: NoteDeed;
  readonly clock: () => number;
}): NoteRefusal {
  const { note, clock } = options;
  const hours = new Map<string, Hour>();

  const hourOf = (target: string): Hour => {
    const known = hours.get(target);
    if (known !== undefined && clock() - known.sinceMs < HOUR_MS) return known;
    const fresh = { sinceMs: clock(), noted: 0, unsaid: known?.unsaid ?? 0 };
    hours.delete(target);
    hours.set(target, fresh);
    const [oldest] = hours.keys();
    if (hours.size > MOST_TARGETS && oldest !== undefined) hours.delete(oldest);
    return fresh;
  };

  return async (request, { target, detail }) => {
    const hour = hourOf(target);
    if (hour.noted >= REFUSALS_PER_HOUR) {
      hour.unsaid += 1;
      return;
    }
    const parts = [detail, hour.unsaid > 0 ? `${hour.unsaid} more before, not noted one by one` : undefined];
    hour.noted += 1;
    hour.unsaid = 0;
    const said = parts.filter((part) => part !== undefined).join('; ');
    await note(request, { action: 'session.refused', target, ...(said === '' ? {} : { detail: said }) });
  };
}
