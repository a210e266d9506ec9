/** The register as publishers ask it: for each row. */
import { type PublicCamera, publicCamera } from '../datasets/public-camera.ts';
import { unknownCamera } from '../datasets/rows.ts';
import type { CameraRegister } from '../reads/camera-register.ts';
import type { CameraLookup } from './publisher.ts';

/** A batch asks thousands of times; a name that changed may show this late. */
const KEEP_MS = 5000;

/** Looks cameras up in a copy of the register that is at most some seconds old. `clock` is ms since 1970. */
export function createCameraLookup(register: CameraRegister, clock: () => number): CameraLookup {
  let cameras = new Map<string, PublicCamera>();
  let readAtMs = Number.NEGATIVE_INFINITY;
  return (cameraId) => {
    if (clock() - readAtMs >= KEEP_MS) {
      readAtMs = clock();
      cameras = new Map(
        register
          .cameras()
          .map(({ definition, isEnabled }) => [
            definition.id,
            publicCamera(definition, { isPaused: !isEnabled }),
          ]),
      );
    }
    return cameras.get(cameraId) ?? unknownCamera(cameraId);
  };
}
