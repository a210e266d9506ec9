import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CkanCity, ckanCity } from '../support/ckan-city.ts';
import { type CkanapiCall, ckanapi, harvest } from '../support/ckan-clients.ts';

let city: CkanCity;
let call: CkanapiCall;
beforeAll(async () => {
  city = await ckanCity({ hours: 1 });
  const client = await ckanapi(city);
  call = client.call;
  process.stdout.write(
    `ckanapi: ${client.isReal ? 'the real client' : 'not in this Python, its recorded requests'}\n`,
  );
}, 60_000);
afterAll(() => city?.close());

describe('the CKAN harvester', () => {
  const fetch = async (url: string) => {
    const answer = await city.get(url, { 'user-agent': 'ckanext-harvest' });
    if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
    return answer.text;
  };

  it('gathers every data set once, and the changed ones the next time', async () => {
    const all = await harvest(fetch);
    expect(all.map(({ id }) => id)).toEqual([
      'kepadatan-lalu-lintas',
      'ketersediaan-kamera',
      'perubahan-metode',
      'tingkat-keramaian',
      'titik-cctv',
    ]);
    const newest = all
      .map((one) => one.metadata_modified)
      .sort()
      .at(-1);
    expect(await harvest(fetch, `metadata_modified:[${newest}Z TO *]`)).not.toHaveLength(0);
    expect(await harvest(fetch, 'metadata_modified:[2999-01-01T00:00:00Z TO *]')).toHaveLength(0);
  });

  it('keeps to its organizations', async () => {
    expect(await harvest(fetch, 'organization:dinkes OR organization:dishub')).toHaveLength(5);
    expect(await harvest(fetch, '-organization:dishub')).toHaveLength(0);
    const { body } = await city.get('/api/3/action/organization_show?id=dishub&include_datasets=true');
    expect(body.result.packages).toHaveLength(5);
  });
});

describe('ckanapi', () => {
  it('dumps lists and then each of them', async () => {
    for (const [list, show] of [
      ['package_list', 'package_show'],
      ['organization_list', 'organization_show'],
      ['group_list', 'group_show'],
    ] as const) {
      const names: string[] = (await call(list)).result;
      expect(names.length).toBeGreaterThan(0);
      for (const id of names) expect((await call(show, { id })).result.name).toBe(id);
    }
  });

  it('exports a data package: fields of every table that is in the DataStore', async () => {
    const { result } = await call('package_show', { id: 'kepadatan-lalu-lintas' });
    for (const { id, datastore_active } of result.resources) {
      if (datastore_active !== true) continue;
      const { fields } = (await call('datastore_search', { resource_id: id, limit: 0 })).result;
      const types = new Set(fields.map(({ type }: { type: string }) => type));
      expect([...types].sort()).toEqual(['bool', 'int', 'numeric', 'text', 'timestamptz']);
    }
  });

  it('knows failures by their type', async () => {
    expect((await call('package_show', { id: 'nothing' })).error?.__type).toBe('Not Found Error');
    expect((await call('datastore_search', { resource_id: 'titik-cctv-daftar', foo: 1 })).error).toEqual({
      __type: 'Validation Error',
      __extras: ['invalid value "foo"'],
    });
  });
});

describe('data that come later', () => {
  it('move no _id', async () => {
    const search = async () => {
      const { body } = await city.search({ resource_id: 'kepadatan-lalu-lintas-15-menit', limit: 1000 });
      return body.result.records as { _id: number; kode_titik: string }[];
    };
    const before = await search();
    await city.put('cam-1', { from: 1, count: 1 });
    const after = await search();
    expect(after.length).toBe(before.length + 12);
    const known = new Map(after.map((row) => [row._id, row]));
    expect(before.every((row) => known.get(row._id)?.kode_titik === row.kode_titik)).toBe(true);
  });
});
