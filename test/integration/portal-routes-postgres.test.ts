import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPostgresStore } from '../../portal/store/postgres-store.ts';
import { createSqliteStore, openPortalDatabase } from '../../portal/store/sqlite-store.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { openReadsCity, type ReadsCity } from './portal-reads-city.ts';
import { routesContract } from './portal-routes-contract.ts';

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
});

afterAll(() => server.stop());

const open = async () => openPostgresStore({ url: await server.createDatabase() });

describe('PostgreSQL', () => routesContract(open));

describe('both engines', () => {
  let folder: string;
  let cities: readonly ReadsCity[];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pantau-engines-'));
    const sqlite = createSqliteStore(openPortalDatabase({ file: join(folder, 'portal.sqlite') }));
    const options = { smallCountBelow: 5, requestsPerMinute: 0 };
    cities = [await openReadsCity(sqlite, options), await openReadsCity(await open(), options)];
  });
  afterAll(async () => {
    for (const city of cities) await city.close();
    rmSync(folder, { recursive: true });
  });

  it.each([
    'api/v1/latest',
    'api/v1/cameras',
    'api/v1/state.geojson',
    'api/v1/observations?limit=7',
    'api/v1/observations?format=csv',
    ...['flow', 'presence'].flatMap((kind) => [
      ...['1m', '15m', '1h', '1d'].map((level) => `api/v1/series?kind=${kind}&level=${level}&limit=5`),
      ...['camera', 'road', 'kecamatan', 'city'].map(
        (group) => `api/v1/series?kind=${kind}&level=15m&groupBy=${group}&format=csv`,
      ),
    ]),
    'api/v1/gaps',
    'api/v1/quality',
    'api/v1/method-breaks',
    'data/kepadatan-lalu-lintas-15-menit.parquet',
    'data/tingkat-keramaian-jam.csv',
    'data/ketersediaan-kamera-hari.ndjson',
    'data/ketersediaan-kamera-insiden.json',
    'datastore/dump/tingkat-keramaian-15-menit?format=tsv&sort=waktu_mulai+desc',
    'api/3/action/datastore_search?resource_id=tingkat-keramaian-15-menit&q=zona',
    'api/3/action/package_list',
  ])('answer the same bytes to /%s', async (path) => {
    const [first, second] = await Promise.all(cities.map((city) => city.get(`/${path}`)));
    expect(first!.statusCode).toBe(200);
    expect(second!.statusCode).toBe(200);
    expect(second!.rawPayload.equals(first!.rawPayload) || second!.body).toBe(true);
    expect(first!.rawPayload.length).toBeGreaterThan(2);
  });
});
