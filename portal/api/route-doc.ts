/** What a route says of itself: the OpenAPI document is made of it, and requests are checked by the same schemas. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ApiError, invalidRequest } from './api-error.ts';

/** One answer of a route. */
export interface AnswerDoc {
  readonly description: string;
  /** By media type; `null` where the body is described in words. */
  readonly content?: Readonly<Record<string, z.ZodType | null>>;
}

/** A route's description, in `config.doc` of the route. */
export interface RouteDoc {
  readonly summary: string;
  readonly description?: string;
  readonly tag: string;
  readonly query?: z.ZodObject;
  readonly params?: z.ZodObject;
  readonly body?: z.ZodType;
  /** By status code. Faults (400, 404, 429, 503) are described for every route. */
  readonly answers: Readonly<Record<number, AnswerDoc>>;
  /** What a caller needs besides the address. */
  readonly needs?: 'nothing' | 'publish-token' | 'read' | 'operate' | 'admin';
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** For the OpenAPI document. */
    doc?: RouteDoc;
    /** False for what answers without being an API: pages, files of the page, health. */
    isApi?: boolean;
    /** True for reads that count as a visit of the data portal. */
    isVisit?: boolean;
  }
}

/** A route as it was registered. */
export interface RegisteredRoute {
  readonly method: string;
  readonly url: string;
  readonly doc: RouteDoc | undefined;
  readonly isApi: boolean;
}

/** Collects every route of the app from now on. */
export function collectRoutes(app: FastifyInstance): readonly RegisteredRoute[] {
  const routes: RegisteredRoute[] = [];
  app.addHook('onRoute', (route) => {
    for (const method of [route.method].flat()) {
      if (method === 'HEAD' || method === 'OPTIONS') continue;
      routes.push({
        method,
        url: route.url,
        // Hooks of inner scopes may still add to the route's config.
        get doc() {
          return route.config?.doc;
        },
        get isApi() {
          return route.config?.isApi !== false;
        },
      });
    }
  });
  return routes;
}

/** The methods that a path's routes take; none where no route has the path. What ends anyhow (`/*`) is files: not counted. */
export function methodsAt(routes: readonly RegisteredRoute[], path: string): string[] {
  const methods = routes
    .filter(({ url }) => !url.includes('*') && patternOf(url).test(path))
    .flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
  return [...new Set(methods)].sort();
}

/** `/a/:id(^[0-9]+).csv` as an expression for whole paths. */
function patternOf(url: string): RegExp {
  const parts = url.split(/(:[A-Za-z]+(?:\([^)]*\))?)/).map((part) => {
    if (!part.startsWith(':')) return part.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
    const [, own] = /\(\^?([^)]*)\)$/.exec(part) ?? [];
    return own ?? '[^/]+';
  });
  return new RegExp(`^${parts.join('')}$`);
}

/** Makes the routes of a scope check queries, paths and bodies by zod; handlers get what the schema made of them. */
export function checkByZod(scope: FastifyInstance): void {
  scope.setValidatorCompiler<z.ZodType>(({ schema }) => (input: unknown) => {
    const parsed = schema.safeParse(input);
    if (parsed.success) return { value: parsed.data };
    const allowed = schema instanceof z.ZodObject ? Object.keys(schema.shape) : undefined;
    const known = allowed !== undefined && allowed.length === 0 ? ['none'] : allowed;
    return { error: invalidRequest(parsed.error, input, known) };
  });
}

/** Options of a documented GET route whose query and path are checked. */
export function documented(doc: RouteDoc, more: { readonly isVisit?: boolean } = {}) {
  return {
    schema: {
      querystring: doc.query ?? NO_QUERY,
      ...(doc.params === undefined ? {} : { params: doc.params }),
    },
    config: { doc, ...more },
  };
}

/** The query of a route that takes none. */
export const NO_QUERY = z.strictObject({});

/** The 404 of something that is named in the path. */
export function notFound(field: string, found: string, allowed: string): ApiError {
  const shown = JSON.stringify(found.slice(0, 80));
  return new ApiError(404, 'not-found', `${field}: found ${shown}; allowed: ${allowed}`, {
    field,
    found: shown,
    allowed,
  });
}
