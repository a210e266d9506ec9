/** What clients of CKAN send, by their sources: ckanapi bedd91d (2026-03-20), ckanext-harvest 1a9a987. */

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
