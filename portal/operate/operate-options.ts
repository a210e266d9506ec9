/** What the console's routes stand on. */
import type { NoteDeed } from '../identity/audit.ts';
import type { CameraReads } from '../reads/camera-list.ts';
import type { RetentionRun, StoreUpkeep } from '../store/store.ts';
import type { Operations } from './operations.ts';

export interface OperateOptions {
  readonly operations: Operations;
  /** Cameras as the public sees them; operators see the same and more. */
  readonly reads: CameraReads;
  readonly store: Pick<StoreUpkeep, 'sizes'> & {
    readonly engine: string;
    retentionRuns(limit: number): Promise<readonly RetentionRun[]>;
  };
  readonly note: NoteDeed;
  /** How the publishers are; without them the route answers an empty list. */
  readonly publishers?: { status(): unknown };
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}
