import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CKAN_SITE, type CkanCity, ckanCity } from '../support/ckan-city.ts';
import { PRIVATE_ACTIONS } from '../support/ckan-clients.ts';

const TRAFFIC = 'kepadatan-lalu-lintas-15-menit';
const CROWD = 'tingkat-keramaian-15-menit';
/** 2 cameras × 3 hours × 4 windows × (2 directions + 1 zone). */
const ROWS = 72;

let city: CkanCity;
beforeAll(async () => {
  city = await ckanCity();
}, 60_000);
afterAll(() => city?.close());

describe('transport', () => {
  it.each(['/api/action/status_show', '/api/3/action/status_show'])('GET and POST %s', async (url) => {
    const expected = {
      help: `${CKAN_SITE}/api/3/action/help_show?name=status_show`,
      success: true,
      result: expect.objectContaining({
        site_url: CKAN_SITE,
        ckan_version: '2.11.5',
        extensions: ['datastore'],
      }),
    };
    const got = await city.get(url);
    expect([got.status, got.body]).toEqual([200, expected]);
    expect(got.headers['content-type']).toBe('application/json;charset=utf-8');
    expect(got.headers['access-control-allow-origin']).toBe('*');
    const posted = await city.app.inject({ method: 'POST', url });
    expect(posted.json()).toEqual(expected);
  });

  it.each([
    ['help_show', { name: 'package_show' }],
    ['package_list', {}],
    ['package_show', { id: 'titik-cctv' }],
    ['package_search', { q: 'keramaian', rows: 1 }],
    ['organization_list', {}],
    ['organization_show', { id: 'dishub' }],
    ['group_list', { all_fields: true }],
    ['group_show', { id: 'transportasi' }],
    ['tag_list', {}],
    ['license_list', {}],
    ['resource_show', { id: CROWD }],
    ['datastore_search', { resource_id: TRAFFIC, limit: 2 }],
    ['datastore_info', { id: TRAFFIC }],
  ])('gives one answer of %s, by both prefixes, by GET and by POST', async (action, parameters) => {
    const texts = Object.entries(parameters).map(([name, value]): [string, string] => [name, String(value)]);
    const query = new URLSearchParams(texts);
    // As CKAN's, the links repeat the address that was asked, which has no query in a POST.
    const read = (text: string) => JSON.parse(text, (key, value) => (key === '_links' ? undefined : value));
    const answers = [];
    for (const prefix of ['/api/action', '/api/3/action']) {
      const url = `${prefix}/${action}`;
      const got = await city.get(`${url}?${query}`);
      const posted = await city.app.inject({ method: 'POST', url, payload: parameters });
      answers.push([got.status, read(got.text)], [posted.statusCode, read(posted.body)]);
    }
    const help = `${CKAN_SITE}/api/3/action/help_show?name=${action}`;
    expect(answers[0]).toEqual([200, { help, success: true, result: expect.anything() }]);
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  it('takes JSON, a form, and JSON that curl calls a form', async () => {
    const post = (payload: string, type: string) =>
      city.app.inject({
        method: 'POST',
        url: '/api/3/action/package_show',
        headers: { 'content-type': type },
        payload,
      });
    const form = 'application/x-www-form-urlencoded';
    for (const [payload, type] of [
      ['{"id":"titik-cctv"}', 'application/json'],
      ['id=titik-cctv', form],
      ['{"id":"titik-cctv"}', form],
    ] as const) {
      expect((await post(payload, type)).json().result.name).toBe('titik-cctv');
    }
  });

  it.each([
    [
      'GET',
      '/api/3/action/datastore_search_sql?sql=select',
      undefined,
      '"Bad request - Action name not known: datastore_search_sql"',
    ],
    ['GET', '/api/action/nothing', undefined, '"Bad request - Action name not known: nothing"'],
    ['GET', '/api/action/constructor', undefined, '"Bad request - Action name not known: constructor"'],
    ['POST', '/api/action/package_show', '{bad', /^"Bad request - JSON Error: /],
    ['POST', '/api/action/package_show', '[1]', /^"Bad request - JSON Error: .* needs to be a dictionary/],
    [
      'GET',
      '/api/action/package_create',
      undefined,
      '"Bad request - JSON Error: Invalid request. Please use POST method for your request"',
    ],
  ] as const)('%s %s is a bad request', async (method, url, payload, text) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await city.app.inject({
      method,
      url,
      headers,
      ...(payload === undefined ? {} : { payload }),
    });
    expect(answer.statusCode).toBe(400);
    if (typeof text === 'string') expect(answer.body).toBe(text);
    else expect(answer.body).toMatch(text);
    expect(typeof answer.json()).toBe('string');
  });

  it.each(PRIVATE_ACTIONS)('refuses %s', async (action) => {
    const answer = await city.call(action, { id: 'x' });
    expect(answer.status).toBe(403);
    expect(answer.body).toEqual({
      help: `${CKAN_SITE}/api/3/action/help_show?name=${action}`,
      success: false,
      error: { __type: 'Authorization Error', message: expect.stringMatching(/^Access denied/) },
    });
  });

  it('refuses an upload without reading it', async () => {
    const answer = await city.app.inject({
      method: 'POST',
      url: '/api/action/resource_create',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
      payload: 'x'.repeat(1_000_000),
    });
    expect(answer.statusCode).toBe(403);
  });

  it('answers JSONP to the name of a function alone', async () => {
    const answer = await city.get('/api/3/action/package_list?callback=jQuery1_2.done');
    expect(answer.text).toMatch(/^\/\*\*\/jQuery1_2\.done\(\{.*\}\);$/);
    expect(answer.headers['content-type']).toBe('application/javascript;charset=utf-8');
    const refused = await city.get('/api/3/action/package_list?callback=alert(1)//');
    expect(refused.body.error).toEqual({ __type: 'Validation Error', callback: [expect.any(String)] });
  });

  it('lets scripts of other origins ask with a token', async () => {
    const answer = await city.app.inject({
      method: 'OPTIONS',
      url: '/api/3/action/package_search',
      headers: { origin: 'https://else.example', 'access-control-request-method': 'POST' },
    });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['access-control-allow-headers']).toBe('Authorization, Content-Type');
  });

  it('tells a reader that nothing changed', async () => {
    for (const url of ['package_search', `datastore_search?resource_id=${TRAFFIC}`]) {
      const first = await city.get(`/api/3/action/${url}`);
      const headers = { 'if-none-match': String(first.headers.etag) };
      expect((await city.get(`/api/3/action/${url}`, headers)).status).toBe(304);
    }
  });
});

describe('the catalogue', () => {
  it('package_show has every key of CKAN, by id or name', async () => {
    const { result } = (await city.call('package_show', { name_or_id: 'kepadatan-lalu-lintas' })).body;
    expect(Object.keys(result).sort()).toEqual(
      [
        ...['author', 'author_email', 'creator_user_id', 'extras', 'groups', 'id', 'isopen', 'license_id'],
        ...[
          'license_title',
          'license_url',
          'maintainer',
          'maintainer_email',
          'metadata_created',
          'metadata_modified',
        ],
        ...['name', 'notes', 'num_resources', 'num_tags', 'organization', 'owner_org', 'private'],
        ...[
          'relationships_as_object',
          'relationships_as_subject',
          'resources',
          'state',
          'tags',
          'title',
          'type',
        ],
        ...['url', 'version'],
      ].sort(),
    );
    expect(result.metadata_created).toBe('2026-01-15T01:02:03.000000');
    expect(result.metadata_modified).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/);
    expect(result.resources.every(({ format }: { format: string }) => format !== '')).toBe(true);
    const active = result.resources.filter((one: { datastore_active: boolean }) => one.datastore_active);
    expect(active.map(({ id }: { id: string }) => id)).toEqual([
      TRAFFIC,
      'kepadatan-lalu-lintas-jam',
      'kepadatan-lalu-lintas-hari',
    ]);
    const one = (await city.call('resource_show', { id: TRAFFIC })).body.result;
    expect(one).toEqual(result.resources[0]);
    expect(one.url).toBe(`${CKAN_SITE}/data/${TRAFFIC}.csv`);
  });

  it.each([
    ['package_show', { id: 'x' }, 404, { __type: 'Not Found Error', message: 'Not found' }],
    ['package_show', {}, 409, { __type: 'Validation Error', name_or_id: ['Missing value'] }],
    ['resource_show', { id: 'x' }, 404, { __type: 'Not Found Error', message: 'Not found' }],
    ['group_show', { id: 'x' }, 404, { __type: 'Not Found Error', message: 'Not found' }],
    ['organization_show', { id: 'x' }, 404, { __type: 'Not Found Error', message: 'Not found' }],
    [
      'help_show',
      { name: 'x' },
      404,
      { __type: 'Not Found Error', message: 'Not found: Action function not found' },
    ],
    ['package_search', { rows: 'many' }, 409, { __type: 'Validation Error', rows: ['Invalid integer'] }],
    [
      'package_search',
      { start: -1 },
      409,
      { __type: 'Validation Error', start: ['Must be a natural number'] },
    ],
    ['package_search', { sort: 'x asc' }, 400, { __type: 'Search Query Error', message: expect.any(String) }],
    [
      'package_search',
      { q: 'tags:"open' },
      400,
      { __type: 'Search Query Error', message: expect.any(String) },
    ],
  ])('%s %j', async (action, parameters, status, error) => {
    const answer = await city.call(action, parameters);
    expect([answer.status, answer.body.success, answer.body.error]).toEqual([status, false, error]);
  });

  it('package_search filters, sorts, pages and counts', async () => {
    const search = async (parameters: object) => (await city.call('package_search', parameters)).body.result;
    const names = ({ results }: { results: { name: string }[] }) => results.map(({ name }) => name);
    expect((await search({})).count).toBe(5);
    expect(names(await search({ q: 'keramaian fruin' }))).toEqual(['tingkat-keramaian']);
    expect((await search({ fq: 'organization:dishub res_format:Parquet' })).count).toBe(5);
    expect((await search({ fq: 'organization:dinkes' })).count).toBe(0);
    expect(names(await search({ q: 'volume_smp_jam' }))).toEqual(['kepadatan-lalu-lintas']);
    expect(names(await search({ sort: 'name desc', rows: 1, start: 1 }))).toEqual(['tingkat-keramaian']);
    const faceted = await search({ 'facet.field': '["organization","tags"]', rows: 0 });
    expect(faceted.results).toEqual([]);
    expect(faceted.facets.organization).toEqual({ dishub: 5 });
    expect(faceted.search_facets.organization).toEqual({
      title: 'organization',
      items: [{ name: 'dishub', display_name: 'Dinas Perhubungan', count: 5 }],
    });
    const since = (await search({})).results[0].metadata_modified;
    const changed = await search({ fq: `metadata_modified:[${since}Z TO *]` });
    expect(changed.count).toBeGreaterThan(0);
    expect((await search({ fq: 'metadata_modified:[2999-01-01T00:00:00Z TO *]' })).count).toBe(0);
  });

  it('lists names, or whole things where asked', async () => {
    const result = async (action: string, parameters: object = {}) =>
      (await city.call(action, parameters)).body.result;
    expect(await result('package_list', { limit: 2, offset: 1 })).toEqual([
      'ketersediaan-kamera',
      'perubahan-metode',
    ]);
    expect(await result('organization_list')).toEqual(['dishub']);
    expect(await result('organization_list', { all_fields: true })).toEqual([
      expect.objectContaining({ name: 'dishub', package_count: 5, is_organization: true }),
    ]);
    expect(await result('group_list')).toEqual(['keramaian', 'mutu-data', 'transportasi']);
    expect(await result('group_list', { all_fields: true, groups: 'transportasi' })).toEqual([
      expect.objectContaining({ name: 'transportasi', package_count: 2, is_organization: false }),
    ]);
    expect(await result('tag_list', { query: 'FRUIN' })).toEqual(['fruin']);
    expect(await result('help_show', { name: 'package_list' })).toContain('names');
  });
});

describe('groups', () => {
  it('are the themes of DCAT, and hold the data sets that say so', async () => {
    const theme = /data-theme\/(\w+)/;
    for (const name of (await city.call('group_list')).body.result) {
      const group = (await city.call('group_show', { id: name, include_datasets: true })).body.result;
      const [code] = group.extras.map(({ value }: { value: string }) => value);
      expect(group.packages.length).toBe(group.package_count);
      for (const { id, groups } of group.packages) {
        expect(groups).toEqual([expect.objectContaining({ name, title: group.title })]);
        const turtle = (await city.get(`/dataset/${id}.ttl`)).text;
        expect([id, theme.exec(turtle)?.[1]]).toEqual([id, code]);
      }
      const found = (await city.call('package_search', { fq: `groups:${name}`, 'facet.field': ['groups'] }))
        .body.result;
      expect(found.facets.groups).toEqual({ [name]: group.package_count });
    }
  });
});

describe('licences', () => {
  it('are those that CKAN ships, the packages’ own among them', async () => {
    const licences: Record<string, unknown>[] = (await city.call('license_list')).body.result;
    expect(licences.map(({ id }) => id)).toEqual([
      ...['notspecified', 'odc-pddl', 'odc-odbl', 'odc-by', 'cc-zero', 'cc-by', 'cc-by-sa', 'gfdl'],
      ...['other-open', 'other-pd', 'other-at', 'uk-ogl', 'cc-nc', 'other-nc', 'other-closed'],
    ]);
    const { results } = (await city.call('package_search', { rows: 1000 })).body.result;
    for (const { license_id, license_title, license_url, isopen } of results) {
      expect(licences.find(({ id }) => id === license_id)).toMatchObject({
        title: license_title,
        url: license_url,
        od_conformance: isopen === true ? 'approved' : 'not reviewed',
      });
    }
  });
});

describe('datastore_search', () => {
  const result = async (parameters: Readonly<Record<string, unknown>>) => {
    const answer = await city.search({ resource_id: TRAFFIC, ...parameters });
    expect(answer.text).not.toContain('"success":false');
    return answer.body.result;
  };
  const ids = ({ records }: { records: { _id: number }[] }) => records.map(({ _id }) => _id);

  it('answers in the shape of CKAN 2.11', async () => {
    const found = await result({ limit: 2 });
    expect(found).toMatchObject({
      include_total: true,
      limit: 2,
      records_format: 'objects',
      resource_id: TRAFFIC,
      total_estimation_threshold: null,
      total: ROWS,
      total_was_estimated: false,
      _links: {
        start: `/api/3/action/datastore_search?resource_id=${TRAFFIC}&limit=2`,
        next: `/api/3/action/datastore_search?resource_id=${TRAFFIC}&limit=2&offset=2`,
      },
    });
    expect(found.fields[0]).toEqual({ id: '_id', type: 'int' });
    expect(found.fields[1]).toMatchObject({ type: 'text', info: { label: expect.any(String) } });
    expect(Object.keys(found.records[0])).toEqual(found.fields.map(({ id }: { id: string }) => id));
    expect(found.records[0]).toMatchObject({ kode_titik: 'cam-1', waktu_mulai: '2026-01-31T12:00:00+07:00' });
  });

  it('caps the limit and tells so; 0 asks for no row', async () => {
    expect((await result({ limit: 40_000 })).limit).toBe(32_000);
    expect(await result({ limit: 0 })).toMatchObject({ records: [], total: ROWS });
    expect(await result({ include_total: false })).not.toHaveProperty('total');
  });

  it('pages without overlap or hole, by offset and by _id, both the same', async () => {
    const whole = ids(await result({ limit: 1000 }));
    expect(whole).toEqual([...new Set(whole)].sort((a, b) => a - b));
    expect(whole).toHaveLength(ROWS);
    const byOffset: number[] = [];
    for (let offset = 0; offset < ROWS; offset += 7)
      byOffset.push(...ids(await result({ limit: 7, offset })));
    expect(byOffset).toEqual(whole);
    const byId: number[] = [];
    for (let last = -1; byId.length < ROWS; last = byId.at(-1)!) {
      byId.push(...ids(await result({ limit: 10, filters: { _id: { gt: last } } })));
    }
    expect(byId).toEqual(whole);
    expect(ids(await result({ filters: { _id: whole[40] } }))).toEqual([whole[40]]);
    expect(await result({ offset: 1000 })).toMatchObject({ records: [], total: ROWS });
  });

  it('filters by equality, lists and ranges, pushed to the store or not', async () => {
    const count = async (filters: object) => (await result({ filters, limit: 0 })).total;
    expect(await count({ kode_titik: 'cam-1' })).toBe(ROWS / 2);
    expect(await count({ kode_titik: ['cam-1', 'cam-2', 'cam-9'] })).toBe(ROWS);
    expect(await count({ jenis_lokasi: 'zona' })).toBe(ROWS / 3);
    expect(await count({ arah: 'masuk' })).toBe(ROWS / 3);
    expect(await count({ arah: ['masuk', 'keluar'], kode_titik: 'cam-2' })).toBe(ROWS / 3);
    expect(await count({ waktu_mulai: '2026-01-31T05:15:00Z' })).toBe(6);
    expect(await count({ waktu_mulai: ['2026-01-31T12:15:00+07:00', '2026-01-31T12:45:00+07:00'] })).toBe(12);
    expect(await count({ waktu_mulai: { gte: '2026-01-31T13:00:00', lt: '2026-01-31T14:00:00' } })).toBe(24);
    expect(await count({ waktu_mulai: { gt: '2026-01-31T13:00:00', lte: '2026-01-31T14:00:00' } })).toBe(24);
    expect(await count({ waktu_mulai: { gte: '0001-01-01', lte: '9999-12-31T23:59:59Z' } })).toBe(ROWS);
    expect(await count({ waktu_mulai: { gt: '9999-12-31' } })).toBe(0);
    expect(await count({ disembunyikan: false })).toBe(ROWS);
    expect(await count({ tahun: '2026', jumlah_mp: { gt: 1000 } })).toBe(0);
    expect(await count({ kode_titik: [] })).toBe(0);
    expect((await result({ filters: { arah: 'masuk' }, offset: 1000 })).total).toBe(ROWS / 3);
  });

  it('searches words', async () => {
    expect((await result({ q: 'cam-2 masuk' })).total).toBe(ROWS / 6);
    expect((await result({ q: { arah: 'kel:*' } })).total).toBe(ROWS / 3);
    expect((await result({ full_text: 'cam-2', q: { arah: 'masuk' } })).total).toBe(ROWS / 6);
    const query = { plain: false, q: 'cam-2 & (masuk | kel:*) & !nothing' };
    expect((await result(query)).total).toBe(ROWS / 3);
    expect((await result({ ...query, plain: true })).total).toBe(0);
  });

  it('sorts by time without reading all, and by anything else', async () => {
    const newest = await result({ sort: 'waktu_mulai desc, kode_titik desc', limit: 4 });
    expect(newest.records.map((row: Record<string, unknown>) => [row.waktu_mulai, row.kode_titik])).toEqual([
      ['2026-01-31T14:45:00+07:00', 'cam-2'],
      ['2026-01-31T14:45:00+07:00', 'cam-2'],
      ['2026-01-31T14:45:00+07:00', 'cam-2'],
      ['2026-01-31T14:45:00+07:00', 'cam-1'],
    ]);
    const whole = ids(await result({ limit: 100 }));
    expect(ids(await result({ sort: '_id desc', limit: 100 }))).toEqual(whole.reverse());
    const most = await result({ sort: ['jumlah_mp desc'], fields: 'jumlah_mp,_id', limit: 100 });
    const counts = most.records.map(
      ({ jumlah_mp }: { jumlah_mp: number | null }) => jumlah_mp ?? Number.POSITIVE_INFINITY,
    );
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
    expect(most.fields.map(({ id }: { id: string }) => id)).toEqual(['jumlah_mp', '_id']);
  });

  it('tells what was asked as it was understood, however it came', async () => {
    const asked = {
      filters: { arah: 'masuk' },
      distinct: true,
      offset: 1,
      plain: false,
      q: { arah: 'mas:*' },
    };
    const parameters = { resource_id: TRAFFIC, fields: 'kode_titik,arah', ...asked };
    for (const { body } of [await city.search(parameters), await city.call('datastore_search', parameters)]) {
      expect(body.result).toMatchObject({
        ...asked,
        records: [{ kode_titik: 'cam-2', arah: 'masuk' }],
        total: 2,
      });
    }
    expect((await result({ q: '🚦' })).total).toBe(0);
  });

  it('gives distinct values and other forms of records', async () => {
    const distinct = await result({ fields: 'kode_titik,arah', distinct: true });
    expect(distinct).toMatchObject({
      total: 6,
      records: [{ kode_titik: 'cam-1', arah: 'masuk' }, {}, {}, {}, {}, {}],
    });
    const lists = await result({ fields: '_id,arah', records_format: 'lists', limit: 1 });
    expect(lists.records).toEqual([[expect.any(Number), 'masuk']]);
    const { body } = await city.call('datastore_search', { resource_id: TRAFFIC, fields: [], limit: 1 });
    expect(body.result.records).toEqual((await result({ limit: 1 })).records);
    const csv = await result({
      fields: 'arah,nama_ruas',
      records_format: 'csv',
      limit: 600,
      filters: { arah: 'semua' },
    });
    expect(csv.records).toBe("semua,'=Jl. Pahlawan\r\n".repeat(ROWS / 3));
  });

  it.each([
    [{ resource_id: '' }, 409, { resource_id: ['Missing value'] }],
    [{ resource_id: 'x' }, 404, { message: 'Not found: Resource "x" was not found.' }],
    [{ foo: 'bar' }, 409, { __extras: ['invalid value "foo"'] }],
    [{ filters: '{"foo":1}' }, 409, { filters: ['invalid value "foo"'] }],
    [{ filters: '{bad' }, 409, { filters: ['Cannot parse JSON'] }],
    [{ filters: '{"tahun":"x"}' }, 409, { filters: [expect.stringContaining('tahun')] }],
    [{ filters: '{"waktu_mulai":"kemarin"}' }, 409, { filters: [expect.stringContaining('kemarin')] }],
    [{ filters: '{"waktu_mulai":"9999-13-01"}' }, 409, { filters: [expect.stringContaining('9999-13')] }],
    [{ fields: 'foo' }, 409, { fields: ['invalid value "foo"'] }],
    [{ plain: false, q: 'a & | b' }, 409, { q: [expect.stringContaining('a & | b')] }],
    [{ plain: false, full_text: 'a|'.repeat(151) }, 409, { full_text: ['more than 300 characters'] }],
    [{ sort: 'foo asc' }, 409, { sort: ['invalid value "foo asc"'] }],
    [{ sort: 'arah; drop' }, 409, { sort: ['invalid value "arah; drop"'] }],
    [{ limit: 'x' }, 409, { limit: ['Invalid integer'] }],
    [{ limit: -1 }, 409, { limit: ['Must be a natural number'] }],
    [{ records_format: 'xml' }, 409, { records_format: [expect.any(String)] }],
  ])('%j', async (parameters, status, detail) => {
    const answer = await city.search({ resource_id: TRAFFIC, ...parameters });
    expect(answer.status).toBe(status);
    expect(answer.body.error).toEqual({
      __type: status === 404 ? 'Not Found Error' : 'Validation Error',
      ...detail,
    });
  });

  it('shows no small count of people, neither as a value nor to a filter', async () => {
    const crowd = await city.search({ resource_id: CROWD, limit: 100, filters: { jenis_lokasi: 'zona' } });
    for (const row of crowd.body.result.records) {
      expect([row.jumlah_orang_rata, row.jumlah_orang_maks, row.disembunyikan]).toEqual([null, null, true]);
    }
    const guessed = await city.search({ resource_id: CROWD, filters: { jumlah_orang_maks: 2 } });
    expect(guessed.body.result.total).toBe(0);
  });

  it('lists its tables and describes each', async () => {
    const tables = (await city.search({ resource_id: '_table_metadata' })).body.result;
    expect(tables.records.map(({ name }: { name: string }) => name)).toContain(TRAFFIC);
    for (const { name } of tables.records) {
      const { meta, fields } = (await city.call('datastore_info', { id: name })).body.result;
      const found = (await city.search({ resource_id: name, limit: 32_000 })).body.result;
      expect(meta).toMatchObject({ id: name, count: found.records.length, aliases: [] });
      expect(found.total).toBe(meta.count);
      expect(new Set(ids(found)).size).toBe(meta.count);
      expect(fields.map(({ id }: { id: string }) => id)).toEqual(
        found.fields.map(({ id }: { id: string }) => id).slice(1),
      );
      expect(fields[0].schema).toMatchObject({ native_type: 'text', notnull: true });
    }
  });
});

describe('/datastore/dump', () => {
  const dump = (query: string) => city.get(`/datastore/dump/${TRAFFIC}${query}`);

  it('is the whole table as CSV with _id', async () => {
    const answer = await dump('');
    expect(answer.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${TRAFFIC}.csv"`,
    });
    const lines = answer.text.split('\r\n');
    expect(lines).toHaveLength(ROWS + 2);
    expect(lines[0]).toMatch(/^_id,kode_provinsi,/);
    const file = await city.get(`/data/${TRAFFIC}.csv`);
    expect(lines.map((line) => line.slice(line.indexOf(',') + 1)).join('\r\n')).toBe(file.text);
  });

  it('narrows, sorts and pages', async () => {
    const filters = encodeURIComponent('{"kode_titik":"cam-2","arah":"masuk"}');
    const answer = await dump(
      `?bom=true&fields=waktu_mulai&filters=${filters}&sort=waktu_mulai+desc&offset=1&limit=2`,
    );
    expect(answer.text).toBe(
      '\uFEFFwaktu_mulai\r\n2026-01-31T14:30:00+07:00\r\n2026-01-31T14:15:00+07:00\r\n',
    );
  });

  it('comes as TSV, JSON and XML', async () => {
    expect((await dump('?format=tsv&limit=1')).text.split('\r\n')[0]).toMatch(/^_id\tkode_provinsi\t/);
    const json = (await dump('?format=json')).body;
    expect(json.fields[0]).toEqual({ id: '_id', type: 'int' });
    expect(json.records).toHaveLength(ROWS);
    expect(json.records[0]).toHaveLength(json.fields.length);
    const xml = await dump('?format=xml&limit=1&fields=_id,arah');
    expect(xml.text).toMatch(
      /^<data xmlns:xsi="[^"]+">\n<row _id="\d+"><arah>masuk<\/arah><\/row>\n<\/data>\n$/,
    );
  });

  it.each([
    ['/datastore/dump/x', 404, 'Not found: Resource "x" was not found.\n'],
    [`/datastore/dump/${TRAFFIC}?format=xls`, 400, 'format: Value must be one of csv, tsv, json, xml\n'],
    [`/datastore/dump/${TRAFFIC}?fields=foo`, 400, 'fields: invalid value "foo"\n'],
  ])('%s', async (url, status, text) => {
    const answer = await city.get(url);
    expect([answer.status, answer.text]).toEqual([status, text]);
  });
});
