/** One action of a CKAN site, and what its answer means (DOMAIN.md §1.1). */
import { z } from 'zod';
import {
  type Answer,
  commonProblem,
  createExchange,
  type ExchangeOptions,
  jsonOf,
} from '../http-exchange.ts';
import { type Problem, problem } from '../publisher.ts';

/** What CKAN says against a request, by field; `__type` names the fault. */
export type CkanError = Readonly<Record<string, unknown>>;

/** What became of a call. */
export type CkanReply =
  | { readonly outcome: 'ok'; readonly result: unknown }
  /** There is no such package, resource or table. */
  | { readonly outcome: 'missing' }
  /** 409: what was sent is not valid there. */
  | { readonly outcome: 'invalid'; readonly error: CkanError; readonly reason: string }
  /** 413: more than CKAN or a proxy before it takes at once. */
  | { readonly outcome: 'too-large'; readonly reason: string }
  /** This CKAN does not have the action. */
  | { readonly outcome: 'unknown-action'; readonly reason: string }
  | Problem;

/** Calls actions, one after the other. */
export interface CkanClient {
  /** Rejects only when `signal` is aborted. */
  call(action: string, parameters: object, signal: AbortSignal): Promise<CkanReply>;
  close(): Promise<void>;
}

/** Where the site is and who asks. */
export interface CkanClientOptions extends ExchangeOptions {
  /** Address of the site; it may have a path, as in `https://host/ckan`. */
  readonly url: string;
  /** API token; sent as it is, without "Bearer". */
  readonly token: string;
}

const envelope = z.object({
  success: z.boolean(),
  result: z.unknown().optional(),
  error: z.record(z.string(), z.unknown()).optional(),
});

/** A client on a connection of its own. */
export function createCkanClient({ url, token, ...exchangeOptions }: CkanClientOptions): CkanClient {
  const exchange = createExchange(exchangeOptions);
  const base = new URL(url.endsWith('/') ? url : `${url}/`);
  return {
    async call(action, parameters, signal) {
      const answer = await exchange.post(
        {
          url: new URL(`api/3/action/${action}`, base),
          headers: {
            'content-type': 'application/json',
            'user-agent': 'pantau',
            authorization: token,
            // What 2.9 and 2.10 look for first.
            'x-ckan-api-key': token,
          },
          body: JSON.stringify(parameters),
        },
        signal,
      );
      return 'outcome' in answer ? answer : replyOf(action, answer, base.host);
    },
    close: () => exchange.close(),
  };
}

function replyOf(action: string, answer: Answer, host: string): CkanReply {
  const { status } = answer;
  const common = commonProblem(answer, host);
  if (common !== undefined) return common;
  if (status === 413)
    return { outcome: 'too-large', reason: `${host} answered 413: the request is too large` };
  const parsed = envelope.safeParse(jsonOf(answer.text));
  if (!parsed.success) return strange(action, answer, host);
  const { success, result, error = {} } = parsed.data;
  if (success && status < 300) return { outcome: 'ok', result };
  if (status === 404) return { outcome: 'missing' };
  return { outcome: 'invalid', error, reason: `${action}: ${wordsOf(error)}` };
}

/** No envelope: half an answer, a proxy's page, or an action that this CKAN does not have. */
function strange(action: string, { status, text }: Answer, host: string): CkanReply {
  if (status === 400 && text.includes('Action name not known')) {
    return {
      outcome: 'unknown-action',
      reason: `${host} has no action ${action}; is its datastore extension on?`,
    };
  }
  if (status === 404) return problem('misconfigured', `${host} has no CKAN at this address`);
  return problem('bad-answer', `${host} answered ${status} with what is no answer of a CKAN, or half of one`);
}

/** CKAN's reasons in one line. */
function wordsOf(error: CkanError): string {
  const parts = Object.entries(error)
    .filter(([name]) => name !== '__type')
    .map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join(', ') : JSON.stringify(value)}`);
  return parts.join('; ').slice(0, 500) || String(error.__type ?? 'no reason given');
}
