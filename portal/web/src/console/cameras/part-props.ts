/** What every part of the camera's form reads and writes. */
import type { ConsoleError } from '../request.ts';
import type { CameraDraft } from './camera-draft.ts';

export interface PartProps {
  readonly draft: CameraDraft;
  readonly fault: ConsoleError | undefined;
  readonly put: (part: Partial<CameraDraft>) => void;
}
