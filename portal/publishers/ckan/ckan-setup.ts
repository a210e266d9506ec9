/** Brings packages, resources and DataStore tables of a CKAN site to what our tables need. Removes none of them. */
import { z } from 'zod';
import type { CatalogueContext } from '../../catalogue/context.ts';
import type { DataSet, Resource } from '../../datasets/data-set.ts';
import { findDataSet, findResource } from '../../datasets/data-sets.ts';
import { type DatastoreField, datastoreFields } from '../../datasets/engine-types.ts';
import { type Problem, problem } from '../publisher.ts';
import type { CkanClient, CkanReply } from './ckan-client.ts';
import {
  type CkanNaming,
  PACKAGE_MARK,
  packageExtras,
  packageName,
  packageOf,
  RESOURCE_MARK,
  resourceOf,
} from './ckan-package.ts';

/** What setting up stands on. */
export interface CkanSetupOptions {
  readonly client: CkanClient;
  readonly naming: CkanNaming;
  readonly catalogue: () => Promise<CatalogueContext>;
}

/** Knows which of our tables are ready over there. */
export interface CkanSetup {
  /** Makes what is missing; answers CKAN's id of the resource. Asked once per table and process. */
  tableId(table: Resource, signal: AbortSignal): Promise<string | Problem>;
  /** Something over there is not as it was: the next `tableId` looks again and sends the key again. */
  forget(table: Resource): void;
  /** Patches extras that changed; other people's extras stay. */
  refreshMetadata(signal: AbortSignal): Promise<Problem | undefined>;
}

const extraSchema = z.object({ key: z.string(), value: z.string() });
const packageSchema = z.object({
  id: z.string(),
  state: z.string().default('active'),
  extras: z.array(extraSchema).default([]),
  resources: z.array(z.looseObject({ id: z.string(), state: z.string().default('active') })).default([]),
});
const fieldsSchema = z.object({
  fields: z.array(
    z.object({ id: z.string(), type: z.string(), info: z.record(z.string(), z.unknown()).nullish() }),
  ),
});
const createdSchema = z.object({ resource_id: z.string() });

type Package = z.infer<typeof packageSchema>;
type TableField = z.infer<typeof fieldsSchema>['fields'][number];

/** A setup that remembers what it found. */
export function createCkanSetup({ client, naming, catalogue }: CkanSetupOptions): CkanSetup {
  const ids = new Map<string, string>();
  const keyless = new Set<string>();

  const findPackage = async (
    dataSet: DataSet,
    signal: AbortSignal,
  ): Promise<Package | Problem | undefined> => {
    const id = packageName(naming, dataSet);
    const reply = await client.call('package_show', { id }, signal);
    if (reply.outcome === 'missing') return undefined;
    const found = resultOf(reply, packageSchema);
    if ('outcome' in found) return found;
    if (found.state !== 'active') {
      return problem('misconfigured', `the data set ${id} was deleted over there; restore or purge it`);
    }
    const mark = found.extras.find(({ key }) => key === PACKAGE_MARK)?.value;
    if (mark === dataSet.id) return found;
    return problem(
      'misconfigured',
      `a data set named ${id} that Pantau did not make is already there; set a namePrefix`,
    );
  };

  const ensurePackage = async (dataSet: DataSet, signal: AbortSignal): Promise<Package | Problem> => {
    const found = await findPackage(dataSet, signal);
    if (found !== undefined) return found;
    const wanted = packageOf(await catalogue(), dataSet, naming);
    return resultOf(await client.call('package_create', wanted, signal), packageSchema);
  };

  const createTable = async (
    table: Resource,
    target: { resource_id: string } | { resource: object },
    signal: AbortSignal,
  ): Promise<string | Problem> => {
    const created = resultOf(
      await client.call(
        'datastore_create',
        {
          ...target,
          force: true,
          fields: datastoreFields(table),
          primary_key: table.primaryKey,
          ...(table.primaryKey.includes('waktu_mulai') ? { indexes: ['waktu_mulai'] } : {}),
        },
        signal,
      ),
      createdSchema,
    );
    return 'outcome' in created ? created : created.resource_id;
  };

  /** Adds columns of later versions and renews the dictionary. */
  const alignTable = async (
    table: Resource,
    resourceId: string,
    signal: AbortSignal,
  ): Promise<string | Problem> => {
    const reply = await client.call('datastore_search', { resource_id: resourceId, limit: 0 }, signal);
    if (reply.outcome === 'missing') return createTable(table, { resource_id: resourceId }, signal);
    const found = resultOf(reply, fieldsSchema);
    if ('outcome' in found) return found;
    const present = found.fields.filter(({ id }) => id !== '_id');
    const isKeyless = keyless.has(table.id);
    const fields = alignedFields(present, datastoreFields(table));
    if (fields === undefined && !isKeyless) return resourceId;
    const aligned = resultOf(
      await client.call(
        'datastore_create',
        {
          resource_id: resourceId,
          force: true,
          fields: fields ?? present,
          ...(isKeyless ? { primary_key: table.primaryKey } : {}),
        },
        signal,
      ),
      createdSchema,
    );
    if ('outcome' in aligned) return aligned;
    keyless.delete(table.id);
    return resourceId;
  };

  return {
    async tableId(table, signal) {
      const known = ids.get(table.id);
      if (known !== undefined) return known;
      const dataSet = findDataSet(table.dataSetId);
      if (dataSet === undefined) throw new RangeError(`no data set ${table.dataSetId}`);
      const found = await ensurePackage(dataSet, signal);
      if ('outcome' in found) return found;
      const resource = found.resources.find(
        (one) => one[RESOURCE_MARK] === table.id && one.state === 'active',
      );
      const id =
        resource === undefined
          ? await createTable(table, { resource: { package_id: found.id, ...resourceOf(table) } }, signal)
          : await alignTable(table, resource.id, signal);
      if (typeof id === 'string') ids.set(table.id, id);
      return id;
    },
    forget(table) {
      ids.delete(table.id);
      keyless.add(table.id);
    },
    async refreshMetadata(signal) {
      const context = await catalogue();
      const dataSets = new Set([...ids.keys()].map((id) => findDataSet(findResource(id)?.dataSetId ?? '')));
      for (const dataSet of dataSets) {
        if (dataSet === undefined) continue;
        const found = await findPackage(dataSet, signal);
        if (found === undefined) continue;
        if ('outcome' in found) return found;
        const extras = mergedExtras(found.extras, packageExtras(context, dataSet));
        if (extras === undefined) continue;
        const patched = resultOf(
          await client.call('package_patch', { id: found.id, extras }, signal),
          z.unknown(),
        );
        if (isProblem(patched)) return patched;
      }
      return undefined;
    },
  };
}

/**
 * The table's columns in the order they have (CKAN refuses another one) with our dictionary, new ones behind them;
 * undefined where nothing changes.
 */
export function alignedFields(
  present: readonly TableField[],
  wanted: readonly DatastoreField[],
): (TableField | DatastoreField)[] | undefined {
  const byId = new Map(wanted.map((field) => [field.id, field]));
  const presentIds = new Set(present.map(({ id }) => id));
  const added = wanted.filter(({ id }) => !presentIds.has(id));
  const isChanged = present.some(({ id, info }) => {
    const ours = byId.get(id)?.info;
    return ours !== undefined && Object.entries(ours).some(([name, value]) => info?.[name] !== value);
  });
  if (added.length === 0 && !isChanged) return undefined;
  const kept = present.map((field) => {
    const ours = byId.get(field.id);
    // Its type can't be changed; its other remarks are somebody's.
    return ours === undefined ? field : { ...field, info: { ...field.info, ...ours.info } };
  });
  return [...kept, ...added];
}

type Extra = z.infer<typeof extraSchema>;

/** `package_patch` replaces the whole list, so others' extras go along; undefined where nothing changes. */
export function mergedExtras(present: readonly Extra[], ours: readonly Extra[]): Extra[] | undefined {
  const values = new Map(present.map(({ key, value }) => [key, value]));
  if (ours.every(({ key, value }) => values.get(key) === value)) return undefined;
  for (const { key, value } of ours) values.set(key, value);
  return [...values].map(([key, value]) => ({ key, value }));
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'outcome' in value && value.outcome === 'failed';
}

/** The result in its shape, or what keeps us from it. */
function resultOf<T>(reply: CkanReply, schema: z.ZodType<T>): T | Problem {
  if (reply.outcome === 'failed') return reply;
  if (reply.outcome === 'missing') return problem('misconfigured', 'CKAN does not find what it just made');
  if (reply.outcome !== 'ok') return problem('misconfigured', reply.reason);
  const parsed = schema.safeParse(reply.result);
  return parsed.success
    ? parsed.data
    : problem('bad-answer', `CKAN's answer has another shape: ${parsed.error.issues[0]?.path.join('.')}`);
}
