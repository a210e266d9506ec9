import { describe, expect, it, vi } from 'vitest';
import { type MaintenanceOptions, startMaintenance } from '../../../portal/maintenance.ts';
import type { Incident, PortalStore, RetentionRun } from '../../../portal/store/store.ts';
import { createMemoryIdentityStore } from '../../support/memory-identity-store.ts';

const DAY_MS = 86_400_000;
/** 10 February 2026, 02:00 in Semarang. */
const NOW_MS = Date.UTC(2026, 1, 9, 19);

type Upkeep = Pick<
  PortalStore,
  'rollUp' | 'retain' | 'prepare' | 'gather' | 'noteAlive' | 'lastAliveUs' | 'addIncident' | 'identities'
>;

/** A store that notes what is asked of it. */
function noting(changes: Partial<Upkeep> = {}) {
  const calls: string[] = [];
  const incidents: Omit<Incident, 'id'>[] = [];
  const kept: { level: string; days: number }[] = [];
  const aliveUs = new Map<string, number>();
  const store: Upkeep = {
    async rollUp() {
      calls.push('rollUp');
      return 0;
    },
    async retain({ level, beforeUs, nowUs }): Promise<RetentionRun> {
      calls.push(`retain ${level}`);
      kept.push({ level, days: (nowUs - beforeUs) / (DAY_MS * 1000) });
      return { level, beforeUs, atUs: nowUs, removed: 0 };
    },
    async prepare() {
      calls.push('prepare');
    },
    async gather() {
      calls.push('gather');
      return 0;
    },
    async noteAlive(subject, atUs) {
      calls.push(`${subject} alive`);
      aliveUs.set(subject, atUs);
    },
    lastAliveUs: async (subject) => aliveUs.get(subject),
    async addIncident(incident) {
      incidents.push(incident);
      return incidents.length;
    },
    identities: createMemoryIdentityStore(),
    ...changes,
  };
  return { store: store as PortalStore, calls, incidents, kept };
}

/** Runs maintenance until its clock was read so often; each look is `stepMs` after the one before. */
async function looks(
  count: number,
  options: Pick<MaintenanceOptions, 'store' | 'retentionDays' | 'auditMonths'> & { stepMs?: number },
): Promise<{ errors: unknown[] }> {
  const errors: unknown[] = [];
  let seen = 0;
  let finish = (): void => undefined;
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const { stepMs = 2000, ...rest } = options;
  const maintenance = startMaintenance({
    ...rest,
    intervalMs: 0,
    clock: () => {
      seen += 1;
      if (seen === count + 1) finish();
      return NOW_MS + Math.min(seen - 1, count - 1) * stepMs;
    },
    log: { info: () => undefined, error: (detail) => errors.push(detail) },
  });
  await finished;
  await maintenance.stop();
  return { errors };
}

describe('maintenance', () => {
  it('removes each level by its days once a local day, from coarse to fine; what has no days stays', async () => {
    const { store, kept } = noting();
    // Eight looks of six hours: the days of 10 and 11 February in Semarang.
    await looks(8, { store, retentionDays: { minute: 30, day: 3650, hour: 400 }, stepMs: 6 * 3_600_000 - 1 });
    expect(kept.map(({ level, days }) => `${level} ${days}`)).toEqual(
      Array.from({ length: 2 }, () => ['day 3650', 'hour 400', 'minute 30']).flat(),
    );
  });

  it("logs what was removed under names that are not the line's own", async () => {
    const lines: object[] = [];
    const { store } = noting({
      retain: async ({ level, beforeUs, nowUs }) => ({ level, beforeUs, atUs: nowUs, removed: 7 }),
    });
    const log = { info: (detail: object) => lines.push(detail), error: () => undefined };
    const maintenance = startMaintenance({ store, clock: () => NOW_MS, log, intervalMs: 0 });
    await vi.waitFor(() => expect(lines).toContainEqual(expect.objectContaining({ removed: 7 })));
    await maintenance.stop();
    expect(lines[0]).not.toHaveProperty('level');
    expect(lines[0]).toMatchObject({ windows: 'minute' });
  });

  it('keeps the minutes of 30 days unless told otherwise', async () => {
    const { store, kept } = noting();
    await looks(1, { store });
    expect(kept).toEqual([{ level: 'minute', days: 30 }]);
  });

  it('removes deeds of before 24 whole months, or as many as are asked for, and notes it', async () => {
    const { store } = noting();
    const deeds = async () =>
      (await store.identities.audit({ limit: 9 })).map(({ actor, target, detail }) => [
        actor,
        target,
        detail,
      ]);
    const local = (text: string) => Date.parse(`${text}+07:00`);
    for (const at of ['2024-01-31T23:59:59', '2024-02-01T00:00', '2025-12-31T23:59', '2026-01-01T00:00']) {
      const entry = { actor: 'sari', action: 'camera.put', target: at, detail: '' };
      await store.identities.addAudit({ ...entry, atMs: local(at) });
    }
    // Two days: what is removed once is noted once.
    await looks(2, { store, stepMs: DAY_MS });
    const noted = ['portal', 'audit', 'entries from before 2024-01-31T17:00:00.000Z: 1; months kept: 24'];
    const left = ['2026-01-01T00:00', '2025-12-31T23:59', '2024-02-01T00:00'].map((at) => ['sari', at, '']);
    expect(await deeds()).toEqual([noted, ...left]);
    await looks(1, { store, auditMonths: 1 });
    expect(await deeds()).toEqual([
      ['portal', 'audit', 'entries from before 2025-12-31T17:00:00.000Z: 2; months kept: 1'],
      noted,
      left[0],
    ]);
  });

  it('rolls up what waits, before anything is removed', async () => {
    const left = [100, 50, 0];
    const { store, calls } = noting({
      async rollUp() {
        calls.push('rollUp');
        return left.shift() ?? 0;
      },
    });
    await looks(1, { store });
    expect(calls.slice(0, 6)).toEqual([
      'portal alive',
      'rollUp',
      'rollUp',
      'rollUp',
      'prepare',
      'retain minute',
    ]);
  });

  it('does not chase what comes while it rolls up: that waits for the next look', async () => {
    const { store, calls } = noting({
      async rollUp() {
        calls.push('rollUp');
        return 100;
      },
    });
    await looks(1, { store });
    expect(calls.slice(0, 5)).toEqual(['portal alive', 'rollUp', 'rollUp', 'rollUp', 'prepare']);
  });

  it('gathers a little at each look, also after a fault, and no more than waits', async () => {
    const counts = [20, 20, 20, 20, 20, 20, 'disk full', 20, 3];
    const left = [...counts];
    const gathered: unknown[] = [];
    const { store, calls } = noting({
      async rollUp() {
        gathered.push('look');
        return 0;
      },
      async gather({ limit }) {
        const count = left.shift() ?? 0;
        gathered.push(count);
        if (typeof count === 'string') throw new Error(count);
        return Math.min(limit, count);
      },
    });
    const { errors } = await looks(4, { store });
    expect(gathered.slice(0, 14)).toEqual([
      ...['look', 20, 20, 20, 20, 20],
      ...['look', 20, 'disk full'],
      ...['look', 20, 3],
      ...['look', 0],
    ]);
    expect(errors).toHaveLength(1);
    expect(calls.filter((call) => call === 'prepare')).toHaveLength(1);
  });

  it('notes a sign of life every minute', async () => {
    const { store, calls } = noting();
    await looks(61, { store, stepMs: 2000 });
    expect(calls.filter((call) => call === 'portal alive')).toHaveLength(3);
  });

  it.each([
    ['a crash three minutes ago', { portal: 3 }, [{ minutes: 3, isPlanned: false }]],
    ['a crash just now', { portal: 2.9 }, []],
    ['an orderly stop', { portal: 9, 'portal-stopped': 8.5 }, [{ minutes: 8.5, isPlanned: true }]],
    [
      'a crash after an earlier stop',
      { portal: 5, 'portal-stopped': 90 },
      [{ minutes: 5, isPlanned: false }],
    ],
    ['a first start', {}, []],
  ])('after %s notes the outage, from the last sign on', async (_what, minutesAgo, expected) => {
    const agoOf: Readonly<Record<string, number | undefined>> = minutesAgo;
    const { store, incidents } = noting({
      lastAliveUs: async (subject) => {
        const minutes = agoOf[subject];
        return minutes === undefined ? undefined : (NOW_MS - minutes * 60_000) * 1000;
      },
    });
    await looks(2, { store });
    expect(incidents).toEqual(
      expected.map(({ minutes, isPlanned }) => ({
        subject: 'portal',
        startedAtUs: (NOW_MS - minutes * 60_000) * 1000,
        endedAtUs: NOW_MS * 1000,
        isPlanned,
        note: '',
      })),
    );
  });

  it('logs a fault and tries again at the next look, removal included', async () => {
    let isBroken = true;
    const { store, kept } = noting({
      async prepare() {
        if (!isBroken) return;
        isBroken = false;
        throw new Error('the database restarts');
      },
    });
    const { errors } = await looks(3, { store });
    expect(errors).toMatchObject([{ err: { message: 'the database restarts' } }]);
    expect(kept).toHaveLength(1);
  });

  it('ends after the step that is under way', async () => {
    let release = (): void => undefined;
    const rolling = new Promise<number>((resolve) => {
      release = () => {
        resolve(5);
      };
    });
    let began = (): void => undefined;
    const started = new Promise<void>((resolve) => {
      began = resolve;
    });
    const { store, calls } = noting({
      rollUp: () => {
        calls.push('rollUp');
        began();
        return rolling;
      },
    });
    const log = { info: () => undefined, error: () => undefined };
    const maintenance = startMaintenance({ store, clock: () => NOW_MS, log, intervalMs: 0 });
    await started;
    const stopped = maintenance.stop();
    release();
    await stopped;
    expect(calls).toEqual(['portal alive', 'rollUp', 'portal-stopped alive']);
  });
});
