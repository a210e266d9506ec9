/**
 * CKAN's Action API as far as publishers write to it, by DOMAIN.md §1: packages, resources and the DataStore with its
 * traps (unique key, unknown columns, empty key cells, column order, partial update, read-only tables).
 */
import { type ApiAnswer, type ApiRequest, type FaultServer, startFaultServer } from './fault-server.ts';

type Dict = Record<string, unknown>;

/** One DataStore table. */
export interface FakeTable {
  fields: { id: string; type: string; info?: Dict }[];
  uniqueKey: string[];
  /** In the order in which they came. */
  rows: Dict[];
}

/** What the site holds. */
export interface FakeCkan extends FaultServer {
  readonly packages: Map<string, Dict & { extras: { key: string; value: string }[]; resources: Dict[] }>;
  /** By CKAN's own resource id. */
  readonly tables: Map<string, FakeTable>;
  /** The table of one of our resources. */
  tableOf(pantauId: string): FakeTable | undefined;
  /** Upserts that asked for a new count. */
  recounts: number;
  /** A row for which this answers a text makes its batch fail with it. */
  badRow: (row: Dict) => string | undefined;
  /** A row at which the site itself breaks: 500 for its whole batch. */
  breaksAt: (row: Dict) => boolean;
  /** Actions that this version of CKAN does not have. */
  readonly lacks: Set<string>;
  /** 413 for upserts with more than this many bytes of body. */
  maxBytes: number;
  /** How many were answered so. */
  tooLarge: number;
}

/** The token that may write. */
export const FAKE_CKAN_TOKEN = 'eyJ0b2tlbg.fake-ckan-token';

class Refused extends Error {
  readonly answer: ApiAnswer;
  constructor(status: number, type: string, detail: Dict) {
    super(type);
    this.answer = { status, body: { help: '', success: false, error: { __type: type, ...detail } } };
  }
}

/** What CKAN answers when its own code fails. */
class Broken extends Error {}
const INTERNAL_ERROR = {
  help: '',
  success: false,
  error: { __type: 'Internal Server Error', message: 'Internal Server Error' },
};

const invalid = (detail: Dict) => new Refused(409, 'Validation Error', detail);
const notFound = () => new Refused(404, 'Not Found Error', { message: 'Not found' });

/** Starts a site with one organization, `dishub`. */
export async function startFakeCkan(): Promise<FakeCkan> {
  const packages: FakeCkan['packages'] = new Map();
  const tables: FakeCkan['tables'] = new Map();
  let nextId = 1;
  let site: FakeCkan;
  const resourceOf = (id: unknown): Dict => {
    const found = [...packages.values()].flatMap(({ resources }) => resources).find((one) => one.id === id);
    if (found === undefined) throw notFound();
    return found;
  };
  const packageOf = (id: unknown) => {
    const found = [...packages.values()].find((one) => one.id === id || one.name === id);
    if (found === undefined) throw notFound();
    return found;
  };

  const actions: Record<string, (body: Dict) => unknown> = {
    package_show: ({ id }) => packageOf(id),
    package_create(body) {
      const name = String(body.name);
      if (!/^[a-z0-9_-]{2,100}$/.test(name))
        throw invalid({ name: ['Must be purely lowercase alphanumeric'] });
      if (packages.has(name)) throw invalid({ name: ['That URL is already in use.'] });
      if (body.owner_org !== 'dishub') throw invalid({ owner_org: ['Organization does not exist'] });
      const extras = (body.extras ?? []) as { key: string; value: string }[];
      if (new Set(extras.map(({ key }) => key)).size < extras.length)
        throw invalid({ extras: ['Duplicate key'] });
      const made = { ...body, id: `pkg-${nextId++}`, name, state: 'active', extras, resources: [] };
      packages.set(name, made);
      return made;
    },
    package_patch({ id, ...changes }) {
      return Object.assign(packageOf(id), changes);
    },
    datastore_create: (body) => createTable(body),
    datastore_search({ resource_id: id, limit }) {
      const table = tables.get(String(id));
      if (table === undefined) throw notFound();
      return {
        fields: [{ id: '_id', type: 'int' }, ...table.fields],
        records: table.rows.slice(0, Number(limit ?? 100)),
        total: table.rows.length,
      };
    },
    datastore_upsert: (body) => upsert(body),
    datastore_records_delete: (body) => removeRows(body),
    datastore_delete: (body) => removeRows(body),
  };

  function createTable(body: Dict) {
    if ((body.resource_id === undefined) === (body.resource === undefined)) {
      throw invalid({ resource: ['resource cannot be used with resource_id'] });
    }
    const fields = (body.fields ?? []) as FakeTable['fields'];
    for (const { id } of fields) {
      if (id.length > 63 || id.startsWith('_') || id.includes('"') || id.trim() !== id) {
        throw invalid({ fields: [`"${id}" is not a valid field name`] });
      }
    }
    let id = body.resource_id as string | undefined;
    if (id === undefined) {
      const { package_id: packageId, ...rest } = body.resource as Dict;
      id = `res-${nextId++}`;
      const resource = {
        ...rest,
        id,
        url: '_datastore_only_resource',
        url_type: 'datastore',
        state: 'active',
      };
      packageOf(packageId).resources.push(resource);
    } else if (resourceOf(id).url_type !== 'datastore' && body.force !== true) {
      throw invalid({ 'read-only': ['Cannot edit read-only resource.'] });
    }
    const table = tables.get(id);
    if (table === undefined) {
      tables.set(id, { fields: [...fields], uniqueKey: (body.primary_key ?? []) as string[], rows: [] });
      return { ...body, resource_id: id };
    }
    for (const [i, field] of fields.entries()) {
      const present = table.fields[i];
      if (present !== undefined && present.id !== field.id) {
        throw invalid({ fields: [`Supplied field "${field.id}" not present or in wrong order`] });
      }
      table.fields[i] = field;
    }
    if (body.primary_key !== undefined) table.uniqueKey = body.primary_key as string[];
    return { ...body, resource_id: id };
  }

  function upsert(body: Dict) {
    const id = String(body.resource_id);
    const table = tables.get(id);
    if (table === undefined) throw notFound();
    if (resourceOf(id).url_type !== 'datastore' && body.force !== true) {
      throw invalid({ 'read-only': ['Cannot edit read-only resource.'] });
    }
    if (table.uniqueKey.length === 0) throw invalid({ table: ['table does not have a unique key defined'] });
    const known = new Set(table.fields.map((field) => field.id));
    // One transaction: a bad row leaves nothing of the batch.
    const rows = table.rows.map((row) => ({ ...row }));
    for (const [i, record] of ((body.records ?? []) as Dict[]).entries()) {
      const unknown = Object.keys(record).filter((name) => !known.has(name));
      if (unknown.length > 0) throw invalid({ fields: [`fields "${unknown.join(', ')}" do not exist`] });
      const missing = table.uniqueKey.filter((name) => !(name in record));
      if (missing.length > 0) throw invalid({ key: [`fields "${missing.join(', ')}" are missing`] });
      if (site.breaksAt(record)) throw new Broken();
      const bad = site.badRow(record);
      if (bad !== undefined) throw invalid({ records: [bad], records_row: i });
      // Empty key cells equal nothing, as in SQL.
      const same = rows.find((row) =>
        table.uniqueKey.every((name) => row[name] !== null && row[name] === record[name]),
      );
      if (same === undefined) rows.push({ ...record });
      else Object.assign(same, record);
    }
    table.rows = rows;
    if (body.calculate_record_count === true) site.recounts += 1;
    return { resource_id: id, records: body.records, method: body.method };
  }

  function removeRows(body: Dict) {
    const table = tables.get(String(body.resource_id));
    if (table === undefined) throw notFound();
    const filters = Object.entries((body.filters ?? {}) as Dict);
    // CKAN would drop the whole table.
    if (filters.length === 0) throw new Error('a removal without filters');
    const known = new Set(table.fields.map((field) => field.id));
    if (filters.some(([name]) => !known.has(name))) throw invalid({ filters: ['invalid value'] });
    table.rows = table.rows.filter((row) => filters.some(([name, value]) => row[name] !== value));
    return { resource_id: body.resource_id };
  }

  const answer = ({ path, headers, text }: ApiRequest): ApiAnswer => {
    const action = /^\/api\/(?:3\/)?action\/(\w+)$/.exec(path)?.[1] ?? '';
    if (action === 'datastore_upsert' && Buffer.byteLength(text) > site.maxBytes) {
      site.tooLarge += 1;
      return { status: 413 };
    }
    const work = actions[action];
    if (work === undefined || site.lacks.has(action))
      return { status: 400, body: `Bad request - Action name not known: ${action}` };
    try {
      if (headers.authorization !== FAKE_CKAN_TOKEN) {
        throw new Refused(403, 'Authorization Error', { message: 'Access denied' });
      }
      return { status: 200, body: { help: '', success: true, result: work(JSON.parse(text) as Dict) } };
    } catch (error) {
      if (error instanceof Refused) return error.answer;
      if (error instanceof Broken) return { status: 500, body: INTERNAL_ERROR };
      throw error;
    }
  };

  const server = await startFaultServer(answer);
  site = Object.assign(server, {
    packages,
    tables,
    recounts: 0,
    maxBytes: 10_000_000,
    tooLarge: 0,
    badRow: (): string | undefined => undefined,
    breaksAt: () => false,
    lacks: new Set<string>(),
    tableOf(pantauId: string) {
      const resource = [...packages.values()]
        .flatMap(({ resources }) => resources)
        .find((one) => one.pantau_resource === pantauId);
      return resource === undefined ? undefined : tables.get(String(resource.id));
    },
  });
  return site;
}
