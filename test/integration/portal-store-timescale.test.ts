/**
 * The store on TimescaleDB. Debian does not have it: unless `PANTAU_TEST_TIMESCALE_URL` names a server that does, whose role
 * may create databases, this runs on PostgreSQL with a stand-in that shows the calls and nothing about TimescaleDB itself.
 */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPostgresStore } from '../../portal/store/postgres-store.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { TIMESCALE_STAND_IN } from '../support/timescale-stand-in.ts';
import { sampleFlow } from '../unit/portal/sample-observations.ts';
import { identityContract } from './store-identity-contract.ts';
import { levelContract } from './store-level-contract.ts';
import { recordContract } from './store-record-contract.ts';

const REAL = process.env.PANTAU_TEST_TIMESCALE_URL;
type Databases = Pick<PostgresServer, 'createDatabase' | 'stop'>;
let server: Databases;

beforeAll(async () => {
  server = REAL === undefined ? await startPostgres({ extensions: [TIMESCALE_STAND_IN] }) : databasesOn(REAL);
});

afterAll(() => server.stop());

/** Databases on a server that runs already; they are dropped at the end. */
function databasesOn(url: string): Databases {
  const names: string[] = [];
  return {
    async createDatabase() {
      const name = `pantau_test_${randomBytes(6).toString('hex')}`;
      await ask(url, `CREATE DATABASE ${name}`);
      names.push(name);
      const own = new URL(url);
      own.pathname = name;
      return own.href;
    },
    async stop() {
      for (const name of names) await ask(url, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

async function ask<Row extends object = object>(url: string, ...statements: string[]): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    let rows: Row[] = [];
    for (const statement of statements) ({ rows } = await client.query<Row>(statement));
    return rows;
  } finally {
    await client.end();
  }
}

const isPartitioned = async (url: string) =>
  (
    await ask<{ kind: string }>(url, "SELECT relkind AS kind FROM pg_class WHERE relname = 'record_window'")
  )[0]?.kind === 'p';

const EARLY_US = Date.UTC(2026, 0) * 1000;
const LATE_US = Date.UTC(2026, 5) * 1000;

describe(REAL === undefined ? 'the store on a stand-in for TimescaleDB' : 'the store on TimescaleDB', () => {
  const open = async () => openPostgresStore({ url: await server.createDatabase() });
  levelContract(open);
  // On the stand-in these meet plain tables, as they do in portal-store-postgres.test.ts.
  if (REAL !== undefined) {
    recordContract(open);
    identityContract(open);
  }

  it('makes hypertables of all tables that grow, and says nothing', async () => {
    const url = await server.createDatabase();
    const told: string[] = [];
    const report = (message: string) => told.push(message);
    const stores = await Promise.all([1, 2, 3].map(() => openPostgresStore({ url, report })));
    expect(told).toEqual([]);
    const statement =
      REAL === undefined
        ? 'SELECT relation::text AS name FROM timescaledb_stand_in.hypertable ORDER BY 1'
        : 'SELECT hypertable_name AS name FROM timescaledb_information.hypertables ORDER BY 1';
    expect((await ask<{ name: string }>(url, statement)).map(({ name }) => name)).toEqual([
      'level_day',
      'level_hour',
      'level_quarter',
      'record_window',
    ]);
    await Promise.all(stores.map((store) => store.close()));
  });

  it('drops old chunks whole, the rest of the cut day by rows, and takes what comes late', async () => {
    const store = await open();
    await store.prepare(LATE_US);
    const minutes = [0, 1, 2].map((minute) => ({ fence: 1, observation: sampleFlow(minute) }));
    await store.upsert(minutes);
    expect(await store.retain({ level: 'minute', beforeUs: EARLY_US, nowUs: LATE_US })).toMatchObject({
      removed: 0,
    });
    expect(await store.retain({ level: 'minute', beforeUs: LATE_US, nowUs: LATE_US })).toMatchObject({
      removed: 3,
    });
    await store.upsert(minutes);
    expect((await store.observations({}, { limit: 10 })).observations).toHaveLength(3);
    await store.close();
  });

  it('keeps the partitions of a store that was made before the extension came', async () => {
    const url = await server.createDatabase();
    await ask(url, 'DROP EXTENSION IF EXISTS timescaledb CASCADE');
    const role = await plainRole(url);
    const before = await openPostgresStore({ url: role.url });
    await before.upsert([{ fence: 1, observation: sampleFlow(0) }]);
    await before.close();
    await role.drop();
    expect(await isPartitioned(url)).toBe(true);
    await ask(url, 'CREATE EXTENSION timescaledb');
    const told: string[] = [];
    const after = await openPostgresStore({ url, report: (message) => told.push(message) });
    expect(await isPartitioned(url)).toBe(true);
    expect(told).toEqual([]);
    expect(await after.retain({ level: 'minute', beforeUs: LATE_US, nowUs: LATE_US })).toMatchObject({
      removed: 1,
    });
    await after.close();
  });
});

/** A role that may make tables and nothing else; what it made is left to who dropped it. */
async function plainRole(url: string) {
  const name = `pantau_plain_${randomBytes(4).toString('hex')}`;
  await ask(
    url,
    `CREATE ROLE ${name} LOGIN PASSWORD 'plain'`,
    `GRANT CREATE ON SCHEMA public TO ${name}`,
    `GRANT ${name} TO CURRENT_USER`,
  );
  const own = new URL(url);
  own.username = name;
  own.password = 'plain';
  const drop = () =>
    ask(url, `REASSIGN OWNED BY ${name} TO CURRENT_USER`, `DROP OWNED BY ${name}`, `DROP ROLE ${name}`);
  return { url: own.href, drop };
}

describe.runIf(REAL === undefined)('plain partitions, and why, when the extension', () => {
  const openTold = async (prepare: (url: string, name: string) => Promise<unknown>) => {
    const url = await server.createDatabase();
    await prepare(url, new URL(url).pathname.slice(1));
    const told: string[] = [];
    const store = await openPostgresStore({ url, report: (message) => told.push(message) });
    await store.upsert([{ fence: 1, observation: sampleFlow(0) }]);
    await store.close();
    expect(await isPartitioned(url)).toBe(true);
    return told;
  };

  it('is not preloaded, which ends the connection', async () => {
    const told = await openTold((url, name) =>
      ask(url, `ALTER DATABASE ${name} SET timescaledb_stand_in.preloaded = off`),
    );
    expect(told).toEqual([
      expect.stringMatching(/^PostgreSQL 127\.0\.0\.1.*TimescaleDB is there but not used.*terminat/),
    ]);
  });

  it('refuses', async () => {
    const told = await openTold((url, name) =>
      ask(url, `ALTER DATABASE ${name} SET timescaledb_stand_in.refuses = on`),
    );
    expect(told).toEqual([expect.stringContaining('hypertables are refused here')]);
  });

  it('may not be created by this role', async () => {
    const url = await server.createDatabase();
    const told: string[] = [];
    const role = await plainRole(url);
    const store = await openPostgresStore({ url: role.url, report: (message) => told.push(message) });
    await store.close();
    await role.drop();
    expect(await isPartitioned(url)).toBe(true);
    expect(told).toEqual([expect.stringContaining('permission denied to create extension')]);
  });
});
