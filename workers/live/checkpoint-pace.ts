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
}

/** Saves that follow the events of one camera. */
export interface CheckpointPace {
  /** Call after each event; `hasPublished` when it closed a window whose records went out. */
  see(hasPublished: boolean): void;
}

/** The first regular save is due `everyMs` from now. */
export function createCheckpointPace({ save, everyMs, nowMs }: CheckpointPaceOptions): CheckpointPace {
  let dueAtMs = nowMs() + everyMs;
  let isSaving = false;
  return {
    see(hasPublished) {
      // After each published window as well, so that a successor never publishes it again with less in it.
      if (hasPublished) dueAtMs = nowMs();
      if (isSaving || nowMs() < dueAtMs) return;
      isSaving = true;
      dueAtMs = nowMs() + everyMs;
      save()
        .catch(() => {
          dueAtMs = Math.min(dueAtMs, nowMs() + RETRY_MS);
        })
        .finally(() => {
          isSaving = false;
        });
    },
  };
}
