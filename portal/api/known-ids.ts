/**
 * Ids that a request may name: cameras, lines and zones that the register or the store knows. What nobody knows is refused
 * alike by every route, as an empty answer would look like a camera that saw nothing: in the query with 400, in the path
 * with 404.
 */
import type { Observation } from '../../pipelines/domain/types.ts';
import { publicCameras } from '../reads/camera-list.ts';
import { placeOf } from '../store/minute-rows.ts';
import type { PublicOptions } from './public-options.ts';
import { wrongQuery } from './query-parts.ts';

/** What they are looked up in. */
type KnownIdReads = Pick<PublicOptions, 'register'> & {
  readonly reader: Pick<PublicOptions['reader'], 'cameras' | 'latest' | 'methods' | 'observations'>;
};

/** A city has hundreds: an answer names some, `/api/v1/cameras` all. */
const MOST_LISTED = 50;

/** What is allowed in the place of an unknown id. */
export function listedIds(ids: readonly string[]): string {
  if (ids.length === 0) return 'none yet';
  const more = ids.length - MOST_LISTED;
  return `${ids.slice(0, MOST_LISTED).join(', ')}${more > 0 ? ` and ${more} more (/api/v1/cameras)` : ''}`;
}

/** Refuses cameras of a query that neither are registered nor have data; `field` takes several where a list is given. */
export async function refuseUnknownCameras(
  { reader, register }: KnownIdReads,
  {
    field,
    cameraIds = [],
  }: { readonly field: string; readonly cameraIds: string | readonly string[] | undefined },
): Promise<void> {
  const named = new Set([cameraIds].flat());
  if (named.size === 0) return;
  const registered = new Set(register.cameras().map(({ definition }) => definition.id));
  const several = typeof cameraIds === 'string' ? '' : '; name the key several times for several';
  let known: Awaited<ReturnType<typeof publicCameras>> | undefined;
  for (const id of named) {
    // Most are registered, or have records: the list of all is read for the others alone, and once.
    if (registered.has(id) || (await reader.latest(id)).length > 0) continue;
    known ??= await publicCameras({ store: reader, register });
    if (known.has(id)) continue;
    throw wrongQuery(field, id, `${listedIds([...known.keys()])}${several}`);
  }
}

/** A line or a zone of a query, and the cameras that it may be of: all where none is named. */
export interface NamedPlace {
  readonly lineId?: string | undefined;
  readonly zoneId?: string | undefined;
  readonly cameraIds?: string | readonly string[] | undefined;
}

/** Refuses a line or zone of a query that no definition of these cameras has, and by which none of them ever counted. */
export async function refuseUnknownPlace(
  { reader, register }: KnownIdReads,
  { lineId, zoneId, cameraIds: cameras }: NamedPlace,
): Promise<void> {
  const id = lineId ?? zoneId;
  if (id === undefined) return;
  const cameraIds = cameras === undefined ? undefined : [cameras].flat();
  const isWanted = (cameraId: string) => cameraIds === undefined || cameraIds.includes(cameraId);
  const definitions = register.cameras().map(({ definition }) => definition);
  const registered = definitions
    .filter((definition) => isWanted(definition.id))
    .flatMap(({ lines, zones }) => (lineId === undefined ? zones : lines).map((place) => place.id));
  if (registered.includes(id)) return;
  const kind: Observation['kind'] = lineId === undefined ? 'presence' : 'flow';
  const newest = (await reader.latest())
    .filter((record) => record.kind === kind && isWanted(record.cameraId))
    .map(placeOf);
  if (newest.includes(id)) return;
  const scope = { level: 'day', kind, ...(cameraIds === undefined ? {} : { cameraIds }) } as const;
  // Of an older definition. Days are few; of what is refused here every window would have been read.
  if ((await reader.methods({ ...scope, placeIds: [id] }, { limit: 1 })).traces.length > 0) return;
  // Of a camera that is not registered the levels may be some seconds, or a backlog, behind its records.
  const [cameraId] = cameraIds?.length === 1 ? cameraIds : [];
  const place = lineId === undefined ? { zoneId: id } : { lineId: id };
  if (cameraId !== undefined) {
    const page = await reader.observations({ kind, cameraId, ...place }, { limit: 1 });
    if (page.observations.length > 0) return;
  }
  const known = [...new Set([...registered, ...newest])].sort();
  throw wrongQuery(lineId === undefined ? 'zoneId' : 'lineId', id, listedIds(known));
}
