/** What the console's routes stand on. */
import type { NoteDeed } from '../identity/audit.ts';
import type { Publishing } from '../publishers/publishing.ts';
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
  /** The publishers at work; without them the route answers an empty list. */
  readonly publishers?: Pick<Publishing, 'status' | 'tryNow'>;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}
