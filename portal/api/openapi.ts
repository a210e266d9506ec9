/** The OpenAPI 3.1 document, made of the schemas by which requests are checked. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { errorAnswer } from './answer-schemas.ts';
import { baseUrlOf } from './base-url.ts';
import { sendJson } from './conditional.ts';
import type { PublicOptions } from './public-options.ts';
import { type AnswerDoc, documented, type RegisteredRoute, type RouteDoc } from './route-doc.ts';

/** Adds `/api/v1/openapi.json`; `routes` is filled until the app is ready. */
export function addOpenApi(
  scope: FastifyInstance,
  { publicUrl }: Pick<PublicOptions, 'publicUrl'>,
  routes: readonly RegisteredRoute[],
): void {
  let paths: object | undefined;
  scope.get(
    '/openapi.json',
    documented({
      summary: 'This document',
      tag: 'metadata',
      answers: { 200: { description: 'OpenAPI 3.1', content: { 'application/json': null } } },
    }),
    async (request, reply) => {
      paths ??= pathsOf(routes);
      return sendJson(request, reply, {
        ...HEAD,
        servers: [{ url: baseUrlOf(request, publicUrl) }],
        paths,
        components,
      });
    },
  );
}

const HEAD = {
  openapi: '3.1.1',
  info: {
    title: 'Pantau: data lalu lintas dan keramaian kota',
    summary: 'Open series of traffic density and crowd level from city CCTV',
    description:
      'Reads need nothing. A wrong query answers 400 with the field, what was found and what is allowed; so does a camera, line or zone in it that is neither registered nor has data. What is not there by its path is 404. Missing is null or absent, never 0. Small counts of people are withheld and named.',
    version: '1.0.0',
    license: { name: 'CC-BY-4.0', url: 'https://creativecommons.org/licenses/by/4.0/' },
  },
  jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
} as const;

const components = {
  schemas: { Error: jsonSchema(errorAnswer, 'output') },
  securitySchemes: {
    publishToken: { type: 'http', scheme: 'bearer', description: 'of the workers that publish' },
    token: { type: 'http', scheme: 'bearer', description: 'an API token `ptu_…`' },
    session: {
      ...{ type: 'apiKey', in: 'cookie', name: 'pantau_session' },
      description: 'by https its name is __Host-pantau_session',
    },
  },
};

/** JSON Schema of draft 2020-12, the dialect of OpenAPI 3.1. */
export function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): object {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}

/** `/a/:id(^[0-9]+).csv` as OpenAPI writes it: `/a/{id}.csv`. */
export function templateOf(url: string): string {
  return url.replace(/:([A-Za-z]+)(?:\([^)]*\))?/g, '{$1}');
}

function pathsOf(routes: readonly RegisteredRoute[]): Record<string, Record<string, object>> {
  const paths: Record<string, Record<string, object>> = {};
  for (const { method, url, doc } of routes) {
    if (doc === undefined) continue;
    const path = templateOf(url);
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(method, path, doc) };
  }
  return paths;
}

/** What a caller without the right, or with too little of it, is answered. */
const FORBIDDEN = { 401: 'not signed in, or no valid token', 403: 'not for this role or token' } as const;

function operationOf(method: string, path: string, doc: RouteDoc): object {
  const faults = {
    400: 'wrong query or body; an id in the query that nobody knows',
    ...(doc.needs === undefined || doc.needs === 'nothing' ? {} : FORBIDDEN),
    404: 'not found: no such route, or an id in the path that nobody knows',
    429: 'too many requests',
    503: 'try again later',
  };
  const answers = Object.entries(doc.answers).map(([status, answer]) => [status, answerOf(answer)]);
  const others = Object.entries(faults).map(([status, description]) => [status, faultOf(description)]);
  return {
    operationId: `${method.toLowerCase()}${path.replace(/[^A-Za-z0-9]+(.)?/g, (_all, next: string) => (next ?? '').toUpperCase())}`,
    tags: [doc.tag],
    summary: doc.summary,
    ...(doc.description === undefined ? {} : { description: doc.description }),
    parameters: [...parametersOf(doc.params, 'path'), ...parametersOf(doc.query, 'query')],
    ...(doc.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: jsonSchema(doc.body, 'input') } },
          },
        }),
    responses: Object.fromEntries([...others, ...answers]),
    ...securityOf(doc.needs),
  };
}

function securityOf(needs: RouteDoc['needs'] = 'nothing'): object {
  if (needs === 'nothing') return {};
  if (needs === 'publish-token') return { security: [{ publishToken: [] }] };
  return { security: [{ session: [] }, { token: [] }] };
}

function parametersOf(schema: z.ZodObject | undefined, where: 'path' | 'query'): object[] {
  return Object.entries(schema?.shape ?? {}).map(([name, part]) => {
    const one = part as z.ZodType;
    return {
      name,
      in: where,
      required: where === 'path' || !one.safeParse(undefined).success,
      schema: jsonSchema(one, 'input'),
    };
  });
}

function answerOf({ description, content }: AnswerDoc): object {
  if (content === undefined) return { description };
  const types = Object.entries(content).map(([type, schema]) => [
    type,
    schema === null ? {} : { schema: jsonSchema(schema, 'output') },
  ]);
  return { description, content: Object.fromEntries(types) };
}

function faultOf(description: string): object {
  return {
    description,
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
  };
}
