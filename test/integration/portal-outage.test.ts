import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startMaintenance } from '../../portal/maintenance.ts';
import { createSqliteStore, openPortalDatabase } from '../../portal/store/sqlite-store.ts';
import type { PortalStore } from '../../portal/store/store.ts';

const HOUR_MS = 3_600_000;
const log = { info: () => undefined, error: () => undefined };
let folder: string;
let store: PortalStore;
let nowMs: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pantau-outage-'));
  store = createSqliteStore(openPortalDatabase({ file: join(folder, 'portal.db') }));
  nowMs = Date.UTC(2026, 0, 5);
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

/** A portal that lives now; `isKilled` leaves it no time to note its end. */
async function live({ isKilled }: { readonly isKilled: boolean }): Promise<number> {
  const dying: PortalStore = isKilled
    ? {
        ...store,
        noteAlive: async (subject, at) => (subject === 'portal' ? store.noteAlive(subject, at) : undefined),
      }
    : store;
  const maintenance = startMaintenance({ store: dying, clock: () => nowMs, log, intervalMs: 5 });
  while ((await store.lastAliveUs('portal')) !== nowMs * 1000)
    await new Promise((done) => setTimeout(done, 5));
  await maintenance.stop();
  return nowMs * 1000;
}

it('a portal that was stopped in order was down by plan, one that was killed was not', async () => {
  const stoppedUs = await live({ isKilled: false });
  nowMs += 2 * HOUR_MS;
  const diedUs = await live({ isKilled: true });
  nowMs += HOUR_MS;
  const backUs = await live({ isKilled: false });
  // A restart within three minutes is no incident.
  nowMs += 60_000;
  await live({ isKilled: false });
  expect(await store.incidents(0, Number.MAX_SAFE_INTEGER)).toMatchObject([
    { subject: 'portal', isPlanned: true, startedAtUs: stoppedUs, endedAtUs: diedUs },
    { subject: 'portal', isPlanned: false, startedAtUs: diedUs, endedAtUs: backUs },
  ]);
});
