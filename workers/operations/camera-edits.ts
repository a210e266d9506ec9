/** Changes of one camera of the register from the console. */
import { AnalysisError } from '../../pipelines/errors.ts';
import type { CameraChange, CameraEdit } from '../../portal/operate/operations.ts';
import type { CameraEntry } from '../cluster/cameras.ts';
import { type Register, unknownCamera } from '../register/register.ts';
import {
  allowedCamera,
  type EditOptions,
  fieldsOf,
  parseCameras,
  type SentCamera,
} from './checked-cameras.ts';
import { hiddenSource } from './sources.ts';

/** Where neither the sender nor the register says how long a camera's windows are. */
export const DEFAULT_WINDOW_SECONDS = 60;

/** See `Operations`, whose methods these are. */
export function createCameraEdits(options: EditOptions) {
  const { register, onChange } = options;
  return {
    putCamera: (edit: CameraEdit) => putCamera(options, edit),
    async removeCamera(cameraId: string): Promise<void> {
      if (!register.remove(cameraId)) throw noCamera(register, cameraId);
      onChange();
    },
    async setEnabled(cameraId: string, enabled: boolean): Promise<{ revision: number }> {
      const { revision } = register.setEnabled(cameraId, enabled);
      onChange();
      return { revision };
    },
  };
}

/** The error that names the cameras there are. */
export function noCamera(register: Register, cameraId: string): AnalysisError {
  return unknownCamera(
    cameraId,
    register.list().map((entry) => entry.cameraId),
  );
}

async function putCamera(options: EditOptions, edit: CameraEdit): Promise<CameraChange> {
  const { register } = options;
  const { cameraId, revision } = edit;
  const before = register.get(cameraId);
  const isOld = (now: CameraEntry | undefined): boolean =>
    revision !== undefined && (now?.revision ?? 0) !== revision;
  if (isOld(before)) return { outcome: 'conflict', revision: before?.revision ?? 0 };
  const [checked] = parseCameras(options, [asSent(edit)], {
    windowSeconds: before?.windowSeconds ?? DEFAULT_WINDOW_SECONDS,
    path: 'camera',
  });
  const { windowSeconds } = checked!;
  const camera = await allowedCamera(options, checked!.camera, before);
  // Again, as checking the source took its time.
  const now = register.get(cameraId);
  if (isOld(now)) return { outcome: 'conflict', revision: now?.revision ?? 0 };
  const fields = fieldsOf(options, now, { camera, windowSeconds });
  if (now !== undefined && fields.length === 0)
    return { outcome: 'unchanged', revision: now.revision, fields };
  const { entry } = register.put(camera, windowSeconds);
  options.onChange();
  return { outcome: now === undefined ? 'added' : 'changed', revision: entry.revision, fields };
}

function asSent({ camera, cameraId, windowSeconds }: CameraEdit): SentCamera {
  const given = camera as SentCamera;
  const window = windowSeconds === undefined ? {} : { windowSeconds };
  if (given.id === undefined || given.id === cameraId) return { ...given, id: cameraId, ...window };
  throw new AnalysisError(
    'site-invalid',
    'edit-camera',
    `id: found ${typeof given.id === 'string' ? JSON.stringify(given.id.slice(0, 80)) : 'no text'}; allowed is "${cameraId}": add another camera under its own id`,
  );
}

/** A camera as a site file writes it, its address hidden. */
export function cameraOf(entry: CameraEntry): Record<string, unknown> {
  const { id, name, ...rest } = entry.definition;
  const source = hiddenSource(entry);
  return {
    id,
    ...(name === undefined ? {} : { name }),
    ...(source === undefined ? {} : { source }),
    ...rest,
  };
}
