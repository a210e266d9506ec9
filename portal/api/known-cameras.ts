/** Cameras that a query may name. */
import { publicCameras } from '../reads/camera-list.ts';
import type { PublicOptions } from './public-options.ts';
import { wrongQuery } from './query-parts.ts';

/**
 * Refuses ids that no register and no store knows with a 400 that lists those known: an empty table would look like a
 * camera that saw nothing.
 */
export async function refuseUnknownCameras(
  { reader, register }: PublicOptions,
  { field, cameraIds = [] }: { readonly field: string; readonly cameraIds: readonly string[] | undefined },
): Promise<void> {
  const registered = new Set(register.cameras().map(({ definition }) => definition.id));
  for (const id of cameraIds) {
    // Most are registered, or have records: the list of all is read for the others alone.
    if (registered.has(id) || (await reader.latest(id)).length > 0) continue;
    const known = await publicCameras({ store: reader, register });
    if (known.has(id)) continue;
    const listed = [...known.keys()].join(', ');
    throw wrongQuery(
      field,
      id,
      known.size === 0 ? 'none yet' : `${listed}; name the key several times for several`,
    );
  }
}
