/** When a held camera's checkpoint is saved. Never waited for: a slow Redis must not stall counting. */

/**
 * Pause after a save that failed, ms. A successor may read the checkpoint as soon as Redis takes writes again, long before the
 * next regular save; each try costs one small write that a full Redis refuses.
 */
export const RETRY_MS = 500;

/** What is saved, and how often. */
export interface CheckpointPaceOptions {
  /** Rejects while Redis is away or full. */
  readonly save: () => Promise<void>;
  /** Regular pause between two saves, ms. */
  readonly everyMs: number;
  /** Wall clock, ms. */
  readonly nowMs: () => number;
  /** Told of the first of a row of refused saves. */
  readonly onRefused: (error: unknown) => void;
}

/** Saves that follow the events of one camera. */
export interface CheckpointPace {
  /** Call after each event; `hasPublished` when it closed a window whose records went out. */
  see(hasPublished: boolean): void;
}

/** The first regular save is due `everyMs` from now. */
export function createCheckpointPace(options: CheckpointPaceOptions): CheckpointPace {
  const { save, everyMs, nowMs, onRefused } = options;
  let dueAtMs = nowMs() + everyMs;
  let isSaving = false;
  let isRefused = false;
  return {
    see(hasPublished) {
      // After each published window as well, so that a successor never publishes it again with less in it.
      if (hasPublished) dueAtMs = nowMs();
      if (isSaving || nowMs() < dueAtMs) return;
      isSaving = true;
      dueAtMs = nowMs() + everyMs;
      save()
        .then(
          () => {
            isRefused = false;
          },
          (error: unknown) => {
            dueAtMs = Math.min(dueAtMs, nowMs() + RETRY_MS);
            if (!isRefused) onRefused(error);
            isRefused = true;
          },
        )
        .finally(() => {
          isSaving = false;
        });
    },
  };
}
