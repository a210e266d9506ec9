/** Parameters of a request, from wherever CKAN's clients put them. */
import type { FastifyRequest } from 'fastify';
import { CkanBadRequest } from './ckan-error.ts';
import { type Parameters, parseJson } from './parameters.ts';

/** Of a POST the body (JSON, a form, or JSON that curl called a form), of anything else the query. */
export function parametersOf({ method, query, body, headers }: FastifyRequest): Parameters {
  const fromQuery = query as Parameters;
  if (method !== 'POST' || typeof body !== 'string' || body.trim() === '') return fromQuery;
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type === 'multipart/form-data') {
    throw new CkanBadRequest(
      'JSON Error: files are only sent to actions that write, which this site does not have',
    );
  }
  const isForm = type === 'application/x-www-form-urlencoded' && !body.trimStart().startsWith('{');
  return isForm ? formParameters(body) : jsonParameters(body);
}

function formParameters(body: string): Parameters {
  const form = new URLSearchParams(body);
  return Object.fromEntries(
    [...new Set(form.keys())].map((name) => {
      const values = form.getAll(name);
      return [name, values.length === 1 ? values[0] : values];
    }),
  );
}

function jsonParameters(body: string): Parameters {
  let parsed: unknown;
  try {
    parsed = parseJson(body);
  } catch (error) {
    throw new CkanBadRequest(`JSON Error: Error decoding JSON data. Error: ${(error as Error).message}`);
  }
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as Parameters;
  throw new CkanBadRequest(
    `JSON Error: Request data JSON decoded to ${JSON.stringify(parsed).slice(0, 100)} but it needs to be a dictionary.`,
  );
}
