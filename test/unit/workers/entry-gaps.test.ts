import { describe, expect, it } from 'vitest';
import type { TimelineEvent } from '../../../pipelines/domain/types.ts';
import { type Entry, withEntryReason } from '../../../workers/live/entry-gaps.ts';

const down = (fromUs: number): TimelineEvent => ({
  kind: 'gap',
  fromUs,
  toUs: fromUs + 1,
  reason: 'source-down',
});
const frame = (capturedAtUs: number): TimelineEvent => ({ kind: 'frame', capturedAtUs, detections: [] });

async function reasons(events: readonly (TimelineEvent | 'fault')[]): Promise<string[]> {
  const entry: Entry = { reason: 'worker-down', hasPicture: false, isCameraAtFault: false };
  async function* timeline(): AsyncGenerator<TimelineEvent, 'over', void> {
    for (const event of events) {
      if (event === 'fault') entry.isCameraAtFault = true;
      else yield event;
    }
    return 'over';
  }
  const seen: string[] = [];
  for await (const event of withEntryReason(timeline(), entry)) {
    seen.push(event.kind === 'gap' ? event.reason : 'frame');
  }
  return seen;
}

describe('who is to blame before the first picture', () => {
  it.each([
    ['connecting after a hand-over', [down(1), frame(2)], ['worker-down', 'frame']],
    [
      'a camera that does not answer',
      [down(1), 'fault' as const, down(2), frame(3)],
      ['worker-down', 'source-down', 'frame'],
    ],
    ['a camera lost later', [frame(1), down(2)], ['frame', 'source-down']],
    [
      'other reasons stay',
      [{ kind: 'gap' as const, fromUs: 0, toUs: 1, reason: 'paused' as const }, frame(2)],
      ['paused', 'frame'],
    ],
  ])('%s', async (_name, events, expected) => {
    expect(await reasons(events)).toEqual(expected);
  });
});
