/** Blames the right one for the time before a session's first picture. */
import type { GapReason, TimelineEvent } from '../../pipelines/domain/types.ts';

/** What is known about a session that has not seen a picture yet. */
export interface Entry {
  /** Why there was nothing before this session: `worker-down` after a hand-over, `paused` at a first start. */
  readonly reason: GapReason;
  hasPicture: boolean;
  /** The camera was found unreachable, stalled or locked. */
  isCameraAtFault: boolean;
}

/**
 * Connecting takes seconds in which a sound camera gives nothing: until the first picture or the first fault, a
 * `source-down` gap is the change of hands, not the camera's.
 */
export async function* withEntryReason<End>(
  timeline: AsyncGenerator<TimelineEvent, End, void>,
  entry: Entry,
): AsyncGenerator<TimelineEvent, End, void> {
  try {
    for (;;) {
      const step = await timeline.next();
      if (step.done === true) return step.value;
      const event = step.value;
      if (event.kind === 'frame') entry.hasPicture = true;
      const isEntry =
        event.kind === 'gap' && event.reason === 'source-down' && !entry.hasPicture && !entry.isCameraAtFault;
      yield isEntry ? { ...event, reason: entry.reason } : event;
    }
  } finally {
    await timeline.return(undefined as never);
  }
}
