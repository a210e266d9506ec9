/** What the public reads stand on. */
import type { AccuracyFigures } from '../../pipelines/domain/accuracy/figures.ts';
import type { PublicReader } from '../privacy/public-reader.ts';
import type { CameraRegister } from '../reads/camera-register.ts';
import type { CatalogueState } from '../reads/catalogue-state.ts';
import type { ChangeWatch } from '../reads/change-watch.ts';
import type { ServiceStore } from '../store/store.ts';

/** Joined once by `createPortal`; everything in it is after the disclosure rule. */
export interface PublicOptions {
  readonly reader: PublicReader;
  readonly register: CameraRegister;
  readonly service: Pick<ServiceStore, 'visits' | 'incidents'>;
  readonly figures: readonly AccuracyFigures[];
  readonly catalogue: () => Promise<CatalogueState>;
  readonly changes: ChangeWatch;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** The portal's own address without a slash at its end; else it is read off the request. */
  readonly publicUrl?: string;
}
