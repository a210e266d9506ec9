/** Batch upsert of an NGSI-LD broker, and what its answers mean (DOMAIN.md §3.2). */
import { z } from 'zod';
import {
  type Answer,
  commonProblem,
  createExchange,
  type ExchangeOptions,
  jsonOf,
} from '../http-exchange.ts';
import type { Reply } from '../in-halves.ts';
import { problem } from '../publisher.ts';
import type { Entity } from './entities.ts';

/** Where the broker is and how it wants entities. */
export interface BrokerClientOptions extends ExchangeOptions {
  /** Address of the broker, before `/ngsi-ld/v1`. */
  readonly url: string;
  /** Value of `NGSILD-Tenant`. */
  readonly tenant?: string | undefined;
  /** Bearer token of the proxy before the broker; brokers themselves have none. */
  readonly token?: string | undefined;
  /** Address of the @context, which the broker has to reach. */
  readonly contextUrl: string;
  /**
   * `replace` makes the entity what was sent: a measure that is not taken any more goes. `update` keeps attributes that
   * others added, and with them measures of earlier windows, which only their `observedAt` gives away.
   */
  readonly mode: 'replace' | 'update';
}

/** Upserts entities. */
export interface BrokerClient {
  /** Rejects only when `signal` is aborted. */
  upsert(entities: readonly Entity[], signal: AbortSignal): Promise<Reply<Entity>>;
  close(): Promise<void>;
}

const detailsSchema = z.looseObject({
  type: z.string().optional(),
  title: z.string().optional(),
  detail: z.string().optional(),
  status: z.number().optional(),
});
const batchSchema = z.object({
  success: z.array(z.string()).default([]),
  errors: z.array(z.object({ entityId: z.string(), error: detailsSchema.optional() })).default([]),
});

/** A client on a connection of its own. */
export function createBrokerClient(options: BrokerClientOptions): BrokerClient {
  const { url, tenant, token, contextUrl, mode, ...exchangeOptions } = options;
  const exchange = createExchange(exchangeOptions);
  const base = new URL(url.endsWith('/') ? url : `${url}/`);
  const target = new URL(
    `ngsi-ld/v1/entityOperations/upsert${mode === 'update' ? '?options=update' : ''}`,
    base,
  );
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json',
    link: `<${contextUrl}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`,
    ...(tenant === undefined ? {} : { 'NGSILD-Tenant': tenant }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  return {
    async upsert(entities, signal) {
      const answer = await exchange.post({ url: target, headers, body: JSON.stringify(entities) }, signal);
      return 'outcome' in answer ? answer : replyOf(answer, entities, base.host);
    },
    close: () => exchange.close(),
  };
}

function replyOf(answer: Answer, entities: readonly Entity[], host: string): Reply<Entity> {
  const { status, text } = answer;
  const common = commonProblem(answer, host);
  if (common !== undefined) return common;
  if (status === 204) return { outcome: 'taken' };
  if (status === 413) return { outcome: 'refused', reason: `${host} answered 413: the request is too large` };
  const body = jsonOf(text);
  if (status < 300) return batchReply(status, body, entities, host);
  const details = detailsSchema.safeParse(body);
  const reason = `${host} answered ${status}: ${details.success ? wordsOf(details.data) : 'no reason given'}`;
  const type = details.success ? (details.data.type ?? '') : '';
  const isRowFault =
    (status === 400 || status === 422) && details.success && !/LdContextNotAvailable/.test(type);
  return isRowFault ? { outcome: 'refused', reason } : problem('misconfigured', reason);
}

/** 201 with ids, 200 or 207 with what became of each. */
function batchReply(status: number, body: unknown, entities: readonly Entity[], host: string): Reply<Entity> {
  if (status === 201 && Array.isArray(body)) return { outcome: 'taken' };
  const parsed = batchSchema.safeParse(body);
  if (!parsed.success) {
    return problem(
      'bad-answer',
      `${host} answered ${status} with what is no answer of a broker, or half of one`,
    );
  }
  const { success, errors } = parsed.data;
  const failed = errors.find(({ error }) => (error?.status ?? 0) >= 500);
  if (failed !== undefined) return problem('server-error', `${host}: ${wordsOf(failed.error)}`);
  const reasons = new Map(errors.map(({ entityId, error }) => [entityId, wordsOf(error)]));
  const taken = new Set(success);
  if (entities.some(({ id }) => !taken.has(id) && !reasons.has(id))) {
    return problem(
      'bad-answer',
      `${host} accounts for ${taken.size + reasons.size} of ${entities.length} entities`,
    );
  }
  return {
    outcome: 'sorted',
    refused: entities.flatMap((one) => {
      const reason = reasons.get(one.id);
      return reason === undefined ? [] : [[one, reason] as const];
    }),
  };
}

function wordsOf(details: z.infer<typeof detailsSchema> | undefined): string {
  const words = [details?.title, details?.detail].filter((part) => part !== undefined && part !== '');
  return words.length === 0 ? (details?.type ?? 'no reason given') : words.join(': ').slice(0, 500);
}
