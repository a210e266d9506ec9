/** Cameras that a query may name. */
import { publicCameras } from '../reads/camera-list.ts';
import type { PublicOptions } from './public-options.ts';
import { wrongQuery } from './query-parts.ts';

/** What they are looked up in. */
type KnownCameraReads = Pick<PublicOptions, 'register'> & {
  readonly reader: Pick<PublicOptions['reader'], 'cameras' | 'latest'>;
};

/** A city has hundreds: an answer names some, `/api/v1/cameras` all. */
const MOST_LISTED = 50;

function listed(ids: readonly string[]): string {
  if (ids.length === 0) return 'none yet';
  const more = ids.length - MOST_LISTED;
  const some = ids.slice(0, MOST_LISTED).join(', ');
  return `${some}${more > 0 ? ` and ${more} more (/api/v1/cameras)` : ''}; name the key several times for several`;
}

/**
 * Refuses ids that no register and no store knows with a 400 that lists those known: an empty table would look like a
 * camera that saw nothing.
 */
export async function refuseUnknownCameras(
  { reader, register }: KnownCameraReads,
  { field, cameraIds = [] }: { readonly field: string; readonly cameraIds: readonly string[] | undefined },
): Promise<void> {
  const registered = new Set(register.cameras().map(({ definition }) => definition.id));
  let known: Awaited<ReturnType<typeof publicCameras>> | undefined;
  for (const id of new Set(cameraIds)) {
    // Most are registered, or have records: the list of all is read for the others alone, and once.
    if (registered.has(id) || (await reader.latest(id)).length > 0) continue;
    known ??= await publicCameras({ store: reader, register });
    if (known.has(id)) continue;
    throw wrongQuery(field, id, listed([...known.keys()]));
  }
}
