/**
 * CKAN's action API as its clients know it: `/api/action/*`, `/api/3/action/*` and `/datastore/dump/*`. Reads only; what
 * is asked with a token is answered as without one.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AnalysisError } from '../../pipelines/errors.ts';
import { baseUrlOf } from '../api/base-url.ts';
import { isStillSame, sendDocument } from '../api/conditional.ts';
import type { PublicOptions } from '../api/public-options.ts';
import { sendChunks } from '../api/send-answer.ts';
import { registerVersion } from '../reads/camera-register.ts';
import { type Action, isLarge } from './action.ts';
import { findAction, isWrite } from './actions.ts';
import { ACTION_DOC, DUMP_DOC } from './ckan-docs.ts';
import { CkanBadRequest, CkanError, invalid } from './ckan-error.ts';
import { openDump } from './datastore/dump.ts';
import { parametersOf } from './request-parameters.ts';

/** What the routes stand on. */
export type CkanOptions = Pick<PublicOptions, 'reader' | 'register' | 'clock' | 'catalogue' | 'publicUrl'>;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** False where a route answers other origins itself (`@fastify/cors`). */
    cors?: false;
  }
}

const PREFIXES = ['/api/action', '/api/3/action'] as const;
const JSON_TYPE = 'application/json;charset=utf-8';
const SCRIPT_TYPE = 'application/javascript;charset=utf-8';
/** A name of a function, maybe of a member: nothing that could be code. */
const CALLBACK = /^[A-Za-z_$][\w$]{0,63}(\.[A-Za-z_$][\w$]{0,63}){0,3}$/;
/** A live camera's silence grows the availability tables by the quarter hour, without any record. */
const QUARTER_MS = 900_000;

type ActionRequest = FastifyRequest<{ Params: { readonly name: string } }>;
type AnyRequest = FastifyRequest<{ Params: { readonly name?: string } }>;
type DumpRequest = FastifyRequest<{ Params: { readonly resourceId: string } }>;

/** Adds the routes to a scope of their own at the portal's root. */
export function addCkanRoutes(scope: FastifyInstance, options: CkanOptions): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  scope.addHook('onRequest', async (request, reply) => {
    allowAll(reply);
    const { name } = request.params as { name?: string };
    // Before the body is read: what nobody will use may be an upload.
    if (name !== undefined) refuseUnread(request, name);
  });
  scope.setErrorHandler((error: Error & { statusCode?: number }, request, reply) =>
    sendFailure(request as AnyRequest, reply, { error, options }),
  );
  for (const prefix of PREFIXES) {
    scope.options(`${prefix}/:name`, { config: { cors: false } }, async (_request, reply) =>
      reply.code(200).send(),
    );
    scope.route<{ Params: { name: string } }>({
      method: ['GET', 'POST'],
      url: `${prefix}/:name`,
      config: { doc: ACTION_DOC, isVisit: true, cors: false },
      handler: async (request, reply) => runAction(request, reply, options),
    });
  }
  for (const url of ['/api', '/api/3'] as const) {
    scope.get(url, { config: { isApi: false, cors: false } }, async (_request, reply) =>
      reply.type(JSON_TYPE).send(JSON.stringify({ version: 3 })),
    );
  }
  scope.get<{ Params: { resourceId: string } }>(
    '/datastore/dump/:resourceId',
    { config: { doc: DUMP_DOC, isVisit: true, cors: false } },
    async (request, reply) => sendDump(request, reply, options),
  );
}

function allowAll(reply: FastifyReply): void {
  reply.headers({
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'GET, HEAD, POST, OPTIONS',
    'access-control-allow-headers': 'Authorization, Content-Type',
    'cross-origin-resource-policy': 'cross-origin',
  });
}

function refuseUnread({ method }: FastifyRequest, name: string): void {
  if (method === 'OPTIONS') return;
  if (isWrite(name)) {
    if (method !== 'POST') {
      throw new CkanBadRequest('JSON Error: Invalid request. Please use POST method for your request');
    }
    throw new CkanError('Authorization Error', {
      message: `Access denied: this site is read only, ${name} is not possible`,
    });
  }
  if (findAction(name) === undefined)
    throw new CkanBadRequest(`Action name not known: ${name.slice(0, 200)}`);
}

async function runAction(
  request: ActionRequest,
  reply: FastifyReply,
  options: CkanOptions,
): Promise<FastifyReply> {
  const { callback, ...parameters } = parametersOf(request);
  const wrap = wrapping(request, callback);
  const action = findAction(request.params.name) as Action;
  if (action.readsRows === true && isUnchanged(request, reply, await versionOf(options))) return reply.send();
  const catalogue = { ...(await options.catalogue()), baseUrl: baseUrlOf(request, options.publicUrl) };
  const result = await action.run(parameters, { catalogue, reads: options, url: request.url });
  const head = `${wrap.before}{"help":${JSON.stringify(helpOf(request, request.params.name, options))},"success":true,"result":`;
  const tail = `}${wrap.after}`;
  if (isLarge(result)) {
    const pieces = (async function* () {
      yield head;
      yield* result.jsonPieces;
      yield tail;
    })();
    return sendChunks(request, reply.type(wrap.type), pieces);
  }
  const body = `${head}${JSON.stringify(result)}${tail}`;
  if (request.method === 'POST') return reply.header('cache-control', 'no-store').type(wrap.type).send(body);
  if (action.readsRows === true) return reply.type(wrap.type).send(body);
  return sendDocument(request, reply, { type: wrap.type, body });
}

/** The envelope of JSONP around the answer of a GET, or nothing. */
function wrapping({ method }: FastifyRequest, callback: unknown) {
  if (method === 'POST' || callback === undefined) return { before: '', after: '', type: JSON_TYPE };
  if (typeof callback !== 'string' || !CALLBACK.test(callback)) {
    throw invalid('callback', 'Must be the name of a JavaScript function');
  }
  // The comment keeps the text from beginning with what the caller wrote.
  return { before: `/**/${callback}(`, after: ');', type: SCRIPT_TYPE };
}

function helpOf(
  request: FastifyRequest,
  name: string,
  { publicUrl }: Pick<CkanOptions, 'publicUrl'>,
): string {
  return `${baseUrlOf(request, publicUrl)}/api/3/action/help_show?name=${encodeURIComponent(name)}`;
}

async function versionOf({ reader, register, clock }: CkanOptions): Promise<string> {
  return `${await reader.version()} ${registerVersion(register)} ${Math.floor(clock() / QUARTER_MS)}`;
}

function isUnchanged(request: FastifyRequest, reply: FastifyReply, version: string): boolean {
  if (request.method !== 'POST') return isStillSame(request, reply, { version });
  reply.header('cache-control', 'no-store');
  return false;
}

async function sendDump(
  request: DumpRequest,
  reply: FastifyReply,
  options: CkanOptions,
): Promise<FastifyReply> {
  const dump = openDump(options, request.params.resourceId, request.query as Record<string, unknown>);
  if (isUnchanged(request, reply, await versionOf(options))) return reply.send();
  reply.type(dump.mediaType).header('content-disposition', `attachment; filename="${dump.fileName}"`);
  return sendChunks(request, reply, dump.chunks);
}

interface Failure {
  readonly error: Error & { readonly statusCode?: number };
  readonly options: CkanOptions;
}

function sendFailure(request: AnyRequest, reply: FastifyReply, { error, options }: Failure): FastifyReply {
  reply
    .removeHeader('etag')
    .removeHeader('content-disposition')
    .header('cache-control', 'no-store')
    .type(JSON_TYPE);
  const status = error.statusCode ?? 500;
  if (error instanceof CkanBadRequest) return reply.code(400).send(JSON.stringify(error.message));
  if (!(error instanceof CkanError) && status < 500) {
    return reply.code(status).send(JSON.stringify(`Bad request - ${error.message}`));
  }
  const failure = error instanceof CkanError ? error : internalError(request, reply, error);
  const { name } = request.params;
  if (name === undefined) return sendDumpFailure(reply, failure);
  return reply.code(failure.statusCode).send(
    JSON.stringify({
      help: helpOf(request, name, options),
      success: false,
      error: { __type: failure.type, ...failure.detail },
    }),
  );
}

/** CKAN's dump is a page, not an action: no envelope, and 400 for what an action answers 409 to. */
function sendDumpFailure(reply: FastifyReply, { statusCode, detail }: CkanError): FastifyReply {
  const text = Object.entries(detail).map(([name, value]) =>
    name === 'message' ? value : `${name}: ${value}`,
  );
  return reply
    .code(statusCode === 409 ? 400 : statusCode)
    .type('text/plain; charset=utf-8')
    .send(`${text.join('\n')}\n`);
}

/** What failed stays in the log. */
function internalError(request: FastifyRequest, reply: FastifyReply, error: Error): CkanError {
  const isStore = error instanceof AnalysisError;
  request.log.error({ err: error, url: request.url }, isStore ? 'store failed' : 'request failed');
  if (!isStore) {
    return new CkanError('Internal Server Error', { message: 'the portal failed; its log says why' });
  }
  reply.header('retry-after', '5');
  return new CkanError('Service Unavailable', { message: 'the store is not available; try again later' });
}
