/** How long the audit log is kept: it names people, so it may not be kept for ever (UU 27/2022 Pasal 16, DOMAIN.md §8). */
import { JAKARTA_OFFSET_SECONDS } from '../levels/level.ts';
import type { IdentityStore } from './identity-store.ts';

/**
 * Months that an entry is kept unless the operator says otherwise. The law asks to destroy data once their purpose is served
 * and names no number. The purpose is to tell who changed a camera or line behind a published figure: a year's figures are
 * published, compared and questioned in the year after, so the first of January is still told on the last day of the next year.
 */
export const DEFAULT_AUDIT_MONTHS = 24;

/** Whom the portal's own deeds are noted under. */
const ACTOR = 'portal';

/**
 * Removes what is older, whole months of Semarang at a time, and notes that in the log itself. Answers how many entries went.
 */
export async function removeOldAudit(
  store: Pick<IdentityStore, 'removeAudit'>,
  { nowMs, months }: { readonly nowMs: number; readonly months: number },
): Promise<number> {
  const beforeMs = keptFromMs(nowMs, months);
  return store.removeAudit(beforeMs, (removed) => ({
    atMs: nowMs,
    actor: ACTOR,
    action: 'audit.remove',
    target: 'audit',
    detail: `entries from before ${new Date(beforeMs).toISOString()}: ${removed}; months kept: ${months}`,
  }));
}

/** The first instant of the local month so many months ago: every entry is kept for that long, and less than a month more. */
function keptFromMs(nowMs: number, months: number): number {
  const offsetMs = JAKARTA_OFFSET_SECONDS * 1000;
  const local = new Date(nowMs + offsetMs);
  return Date.UTC(local.getUTCFullYear(), local.getUTCMonth() - months, 1) - offsetMs;
}
