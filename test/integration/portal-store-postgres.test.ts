import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPostgresStore } from '../../portal/store/postgres-store.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { sampleFlow } from '../unit/portal/sample-observations.ts';
import { gatherContract } from './store-gather-contract.ts';
import { identityContract } from './store-identity-contract.ts';
import { levelContract } from './store-level-contract.ts';
import { recordContract } from './store-record-contract.ts';

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
});

afterAll(() => server.stop());

async function withDatabase(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

describe('PostgreSQL', () => {
  const open = async () => openPostgresStore({ url: await server.createDatabase() });
  recordContract(open);
  levelContract(open);
  identityContract(open);
  gatherContract(async () => {
    const url = await server.createDatabase();
    const reopen = () => openPostgresStore({ url });
    const newest = 'DELETE FROM pantau_schema WHERE version = (SELECT max(version) FROM pantau_schema)';
    const earlier = (statements: string) =>
      withDatabase(url, (client) => client.query(`${statements} ${newest}`));
    return { store: await reopen(), other: await reopen(), reopen, earlier };
  });
});

describe('the database', () => {
  it('keeps its records over a restart', async () => {
    const url = await server.createDatabase();
    const first = await openPostgresStore({ url });
    await first.upsert([{ fence: 1, observation: sampleFlow(0, { cars: 3 }) }]);
    await first.close();
    const second = await openPostgresStore({ url });
    expect((await second.observations({}, { limit: 10 })).observations).toEqual([sampleFlow(0, { cars: 3 })]);
    await second.close();
  });

  it('is migrated once by several programs that start together', async () => {
    const url = await server.createDatabase();
    const stores = await Promise.all([1, 2, 3].map(() => openPostgresStore({ url })));
    const versions = await Promise.all(stores.map((store) => store.version()));
    expect(new Set(versions).size).toBe(1);
    await Promise.all(stores.map((store) => store.close()));
  });

  it('is refused when it is newer than the program', async () => {
    const url = await server.createDatabase();
    await (await openPostgresStore({ url })).close();
    await withDatabase(url, (client) =>
      client.query("INSERT INTO pantau_schema VALUES (99, 'later', now())"),
    );
    await expect(openPostgresStore({ url })).rejects.toMatchObject({
      code: 'store-failed',
      message: expect.stringMatching(/version 99.*knows up to \d+.*newer Pantau/s),
    });
  });

  it('tells what is wrong without the password', async () => {
    const url = 'postgresql://pantau:geheim@127.0.0.1:1/none';
    const fault = await openPostgresStore({ url }).catch((error: unknown) => error);
    expect(fault).toMatchObject({
      code: 'store-failed',
      message: expect.stringContaining('nothing answers'),
    });
    expect(String(fault)).not.toContain('geheim');
    const missing = (await server.createDatabase()).replace(/\w+$/, 'no_such');
    await expect(openPostgresStore({ url: missing })).rejects.toThrow(/no such database/);
  });

  it('loses no record and no change to several writers at once', async () => {
    const url = await server.createDatabase();
    const stores = await Promise.all([1, 2, 3].map(() => openPostgresStore({ url })));
    const nowUs = Date.UTC(2027, 0) * 1000;
    let isWriting = true;
    const seen = new Map<string, number>();
    const follow = async () => {
      let sequence = 0;
      for (let last = false; ; ) {
        const changes = await stores[0]!.changesSince(sequence, { limit: 50, level: 'quarter-hour' });
        for (const { windowStartUs, rows } of changes) {
          for (const row of rows)
            seen.set(`${row.cameraId} ${windowStartUs}`, row.kind === 'flow' ? (row.volume ?? 0) : 0);
        }
        sequence = changes.at(-1)?.sequence ?? sequence;
        if (changes.length === 0 && last) return;
        last = !isWriting;
      }
    };
    const write = async (store: (typeof stores)[number], writer: number) => {
      for (let round = 0; round < 20; round += 1) {
        // Of four hours of a day: each writer rolls up some of them.
        const minutes = Array.from({ length: 10 }, (_, i) => (round * 17 + i * 31 + writer) % 240);
        const records = minutes.map((minute) =>
          sampleFlow(minute, { cars: minute, cameraId: `cam-${round % 2}` }),
        );
        await store.upsert(records.map((observation) => ({ fence: 1, observation })));
        await store.rollUp({ nowUs, limit: 5 });
        await store.gather({ nowUs, limit: 3 });
      }
    };
    const following = follow();
    await Promise.all(stores.map(write));
    while ((await stores[1]!.rollUp({ nowUs, limit: 5 })) > 0);
    isWriting = false;
    await following;
    const stored = await stores[0]!.series({ level: 'quarter-hour', kind: 'flow' }, { limit: 100 });
    const expected = new Map<string, number>();
    for (const record of (await stores[0]!.observations({}, { limit: 1000 })).observations) {
      const startUs = Math.floor(Date.parse(record.windowStart) / 900_000) * 900_000_000;
      const name = `${record.cameraId} ${startUs}`;
      expected.set(name, (expected.get(name) ?? 0) + (record.kind === 'flow' ? (record.volume ?? 0) : 0));
    }
    expect(stored.rows).toHaveLength(2 * 16);
    const volumes = stored.rows.map((row) => [
      `${row.cameraId} ${Date.parse(row.windowStart) * 1000}`,
      row.kind === 'flow' ? row.volume : 0,
    ]);
    expect(new Map(volumes as [string, number][])).toEqual(expected);
    expect(seen).toEqual(expected);
    const days = (await stores[0]!.series({ level: 'day', kind: 'flow' }, { limit: 100 })).rows;
    const sumOf = (cameraId: string) =>
      [...expected].reduce((sum, [name, cars]) => (name.startsWith(`${cameraId} `) ? sum + cars : sum), 0);
    expect(days.map((row) => [row.cameraId, row.kind === 'flow' && row.volume])).toEqual(
      ['cam-0', 'cam-1'].map((cameraId) => [cameraId, sumOf(cameraId)]),
    );
    await Promise.all(stores.map((store) => store.close()));
  });

  it('drops whole months', async () => {
    const url = await server.createDatabase();
    const store = await openPostgresStore({ url });
    const nowUs = Date.UTC(2026, 5) * 1000;
    await store.prepare(nowUs);
    await store.upsert([{ fence: 1, observation: sampleFlow(0) }]);
    const run = await store.retain({ level: 'minute', beforeUs: nowUs, nowUs });
    expect(run.removed).toBe(1);
    await withDatabase(url, async (client) => {
      const { rows } = await client.query<{ name: string }>(
        "SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'record_window'::regclass ORDER BY 1",
      );
      expect(rows.map(({ name }) => name)).toEqual([
        'record_window_y2026m06',
        'record_window_y2026m07',
        'record_window_y2026m08',
      ]);
    });
    // A late record makes its month anew.
    await store.upsert([{ fence: 1, observation: sampleFlow(0) }]);
    await store.close();
  });
});
