/** Keeps memories of days right: learns from the store what changed in them since they were read. */
import type { PublicReader } from '../privacy/public-reader.ts';
import type { CameraDay, DayChanges } from '../store/store.ts';
import { breathe } from './breathe.ts';
import type { DayMemory } from './day-memory.ts';

/** Numbers told at a time, and how many behind it is cheaper to read everything anew than to learn what changed. */
const CHANGES_AT_ONCE = 10_000;
const TOO_FAR_BEHIND = 500_000;

/** What is told to forget. */
export type Forgetful = Pick<DayMemory<unknown>, 'forget' | 'forgetAll'>;

/** Tells memories what is no longer right. */
export interface DayWatch {
  /** True for a day with a window that has not ended: it changes without a number. */
  isOpen(day: CameraDay): boolean;
  /** From now on this memory is told. */
  follow(memory: Forgetful): void;
  /** Resolves when everything that was committed before this call has been told. */
  catchUp(): Promise<void>;
}

/** A watch that knows of nothing yet: its memories are empty. */
export function createDayWatch(reader: Pick<PublicReader, 'dayChanges'>): DayWatch {
  const memories: Forgetful[] = [];
  let sequence: number | undefined;
  let removals: string | undefined;
  let open = new Set<string>();
  let looking: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    for (let isBehind = true; isBehind; ) {
      const query = sequence === undefined ? {} : { sequence };
      const found = await reader.dayChanges({ ...query, limit: CHANGES_AT_ONCE });
      apply(found);
      isBehind = sequence === undefined || found.newest > found.sequence;
      if (isBehind) await breathe();
    }
  }

  function apply(found: DayChanges): void {
    const { sequence: upTo, newest, changed } = found;
    // Numbers that went back are those of a backup that was put in the place of what was read.
    const isLost = newest - upTo > TOO_FAR_BEHIND || (sequence !== undefined && upTo < sequence);
    open = new Set(found.open.map(dayName));
    for (const memory of memories) {
      if (isLost || removals !== found.removals) memory.forgetAll();
      memory.forget(changed);
    }
    sequence = isLost ? undefined : upTo;
    removals = found.removals;
  }

  return {
    isOpen: (day) => open.has(dayName(day)),
    follow(memory) {
      memories.push(memory);
    },
    catchUp() {
      looking = looking.then(look, look);
      return looking;
    },
  };
}

function dayName({ cameraId, dayStartUs }: CameraDay): string {
  return `${dayStartUs} ${cameraId}`;
}
