/** What clients of CKAN send, by their sources: ckanapi bedd91d (2026-03-20), ckanext-harvest 1a9a987. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { CkanCity } from './ckan-city.ts';

const execute = promisify(execFile);

/** What an action answered, as ckanapi hands it on. */
export interface Answered {
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly result?: any;
  readonly error?: { readonly __type: string };
}

/** Asks actions as ckanapi does. */
export type CkanapiCall = (action: string, parameters?: object) => Promise<Answered>;

/** Asks by the real client; prints its result, or the name that CKAN gives to the exception it raised. */
const CKANAPI_SCRIPT = `
import json, sys
import ckanapi
url, action, parameters = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
with ckanapi.RemoteCKAN(url) as site:
    try:
        print(json.dumps({"result": site.call_action(action, parameters)}))
    except ckanapi.NotFound:
        print(json.dumps({"error": {"__type": "Not Found Error"}}))
    except ckanapi.ValidationError as error:
        print(json.dumps({"error": error.error_dict}))
`;

/** The real ckanapi where this machine's Python has it, else the requests that it sends, as recorded. */
export async function ckanapi(
  city: CkanCity,
): Promise<{ readonly call: CkanapiCall; readonly isReal: boolean }> {
  const isReal = await execute('python3', ['-c', 'import ckanapi']).then(
    () => true,
    () => false,
  );
  if (!isReal) {
    const call: CkanapiCall = async (action, parameters) => {
      const { body } = await city.call(action, parameters);
      return body.success === true ? { result: body.result } : { error: body.error };
    };
    return { call, isReal };
  }
  const url = await city.app.listen({ host: '127.0.0.1', port: 0 });
  const call: CkanapiCall = async (action, parameters = {}) => {
    const given = ['-c', CKANAPI_SCRIPT, url, action, JSON.stringify(parameters)];
    return JSON.parse((await execute('python3', given, { maxBuffer: 64 * 1024 * 1024 })).stdout);
  };
  return { call, isReal };
}

/** Actions that a client with a token may try. */
export const PRIVATE_ACTIONS = [
  'package_create',
  'package_patch',
  'package_delete',
  'resource_create',
  'datastore_create',
  'datastore_upsert',
  'datastore_delete',
  'datastore_records_delete',
  'organization_create',
  'api_token_create',
] as const;

/** Gets a URL's body; throws on another status than 200, as the harvester does. */
export type Fetch = (url: string) => Promise<string>;

/** What the harvester takes of a package. */
export interface HarvestedPackage {
  readonly id: string;
  readonly name: string;
  readonly metadata_modified: string;
}

/** `_search_for_datasets`: pages until one is empty; a page like the one before is a fault. */
export async function harvest(fetch: Fetch, fq = ''): Promise<HarvestedPackage[]> {
  const found: HarvestedPackage[] = [];
  const ids = new Set<string>();
  let previous: string | undefined;
  for (let start = 0; ; start += 100) {
    const filter = fq === '' ? '' : `&fq=${encodeURIComponent(fq)}`;
    const content = await fetch(`/api/3/action/package_search?rows=100&start=${start}&sort=id+asc${filter}`);
    if (content === previous) throw new Error("The paging doesn't seem to work. URL: package_search");
    const page: HarvestedPackage[] = JSON.parse(content).result.results;
    for (const one of page) {
      if (ids.has(one.id)) continue;
      ids.add(one.id);
      found.push(one);
    }
    if (page.length === 0) return found;
    previous = content;
  }
}
