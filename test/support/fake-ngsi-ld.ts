/** An NGSI-LD broker as far as publishers write to it, by DOMAIN.md §3.2: batch upsert with its four kinds of answer. */
import { type ApiAnswer, type FaultServer, startFaultServer } from './fault-server.ts';

type Entity = { readonly id: string; readonly type: string; readonly [attribute: string]: unknown };

/** What the broker holds. */
export interface FakeBroker extends FaultServer {
  /** By tenant and id. */
  readonly entities: Map<string, Entity>;
  /** An entity for which this answers a text is refused with it, inside a 207. */
  badEntity: (entity: Entity) => string | undefined;
  /** Answers 200 with a BatchOperationResult, as the older OpenAPI has it. */
  isOldStyle: boolean;
}

/** Starts a broker that knows the tenant `smg` and the default one. */
export async function startFakeBroker(): Promise<FakeBroker> {
  const entities: FakeBroker['entities'] = new Map();
  let broker: FakeBroker;

  const refuse = (status: number, type: string, title: string): ApiAnswer => ({
    status,
    body: { type: `https://uri.etsi.org/ngsi-ld/errors/${type}`, title, status },
  });

  const upsert = (batch: Entity[], tenant: string, isUpdate: boolean): ApiAnswer => {
    const created: string[] = [];
    const success: string[] = [];
    const errors: object[] = [];
    for (const one of batch) {
      const bad = broker.badEntity(one);
      if (bad !== undefined) {
        const { body } = refuse(400, 'BadRequestData', bad);
        errors.push({ entityId: one.id, error: body });
        continue;
      }
      const name = `${tenant} ${one.id}`;
      const before = entities.get(name);
      if (before === undefined) created.push(one.id);
      success.push(one.id);
      entities.set(name, isUpdate ? { ...before, ...one } : one);
    }
    if (errors.length > 0) return { status: 207, body: { success, errors } };
    if (broker.isOldStyle) return { status: 200, body: { success, errors } };
    return created.length > 0 ? { status: 201, body: created } : { status: 204 };
  };

  const server = await startFaultServer(({ path, headers, text }) => {
    const url = new URL(path, 'http://broker');
    if (url.pathname !== '/ngsi-ld/v1/entityOperations/upsert')
      return refuse(404, 'ResourceNotFound', 'no such service');
    const tenant = String(headers['ngsild-tenant'] ?? '');
    if (!['', 'smg'].includes(tenant)) return refuse(404, 'NonexistentTenant', 'No such tenant');
    const isLinked = /^<https?:\/\/[^>]+>; rel="http:\/\/www\.w3\.org\/ns\/json-ld#context"/.test(
      String(headers.link),
    );
    if (headers['content-type'] !== 'application/json' || !isLinked) {
      return refuse(400, 'BadRequestData', 'no @context');
    }
    const batch = JSON.parse(text) as Entity[];
    const ids = batch.map(({ id }) => id);
    if (new Set(ids).size < ids.length) return refuse(400, 'BadRequestData', 'entity twice in one batch');
    const isValid = batch.every(
      ({ id, type, '@context': context, ...attributes }) =>
        /^urn:ngsi-ld:[A-Za-z]+:\S+$/.test(id) &&
        context === undefined &&
        /^[A-Za-z]+$/.test(type) &&
        Object.values(attributes).every((one) => {
          const attribute = one as { type?: string; value?: unknown } | null;
          return (
            ['Property', 'GeoProperty', 'Relationship'].includes(String(attribute?.type)) &&
            attribute?.value !== undefined &&
            attribute.value !== null
          );
        }),
    );
    if (!isValid) return refuse(400, 'BadRequestData', 'not an entity');
    return upsert(batch, tenant, url.searchParams.get('options') === 'update');
  });
  broker = Object.assign(server, {
    entities,
    badEntity: (): string | undefined => undefined,
    isOldStyle: false,
  });
  return broker;
}
