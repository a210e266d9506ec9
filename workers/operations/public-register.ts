/** The register as the portal reads it. */
import type { CameraRegister } from '../../portal/reads/camera-register.ts';
import { isLive } from '../cluster/cameras.ts';
import type { Register } from '../register/register.ts';

export function publicRegister(register: Register): CameraRegister {
  return {
    cameras: () =>
      register.list().map((entry) => ({
        definition: entry.definition,
        windowSeconds: entry.windowSeconds,
        isEnabled: entry.enabled,
        isLive: isLive(entry),
        revision: entry.revision,
      })),
    publishing: () => ({ ...register.publishing(), issued: register.issued() }),
  };
}
