import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createCheckpointPace } from '../../../workers/live/checkpoint-pace.ts';

const EVERY_MS = 5_000;

/** A camera with an event each 100 ms; `save` gets the time of the event. */
function camera(save: (nowMs: number) => Promise<void>) {
  let nowMs = 0;
  const tries: number[] = [];
  const toldOf: number[] = [];
  const pace = createCheckpointPace({
    everyMs: EVERY_MS,
    nowMs: () => nowMs,
    onRefused: () => toldOf.push(nowMs),
    save: async () => {
      tries.push(nowMs);
      await save(nowMs);
    },
  });
  return {
    tries,
    toldOf,
    async run(untilMs: number, publishedAtMs: readonly number[] = []) {
      while (nowMs < untilMs) {
        nowMs += 100;
        pace.see(publishedAtMs.includes(nowMs));
        await turn();
      }
    },
  };
}

describe('checkpoints of a held camera', () => {
  it('are saved at their pace and after each published window', async () => {
    const { run, tries } = camera(async () => undefined);
    await run(12_000, [6_000]);
    expect(tries).toEqual([5_000, 6_000, 11_000]);
  });

  it('that a full Redis refused are saved within half a second of room, not at the next regular time', async () => {
    const { run, tries } = camera(async (nowMs) => {
      if (nowMs < 5_700) throw new Error('OOM command not allowed');
    });
    await run(11_500);
    expect(tries).toEqual([5_000, 5_500, 6_000, 11_000]);
  });

  it('are told of once in a row of refusals', async () => {
    const { run, toldOf } = camera(async (nowMs) => {
      if (nowMs !== 6_000) throw new Error('OOM command not allowed');
    });
    await run(12_500);
    expect(toldOf).toEqual([5_000, 11_000]);
  });

  it('are saved for a window that was published during a save, right after it', async () => {
    let end = (): void => undefined;
    const { run, tries } = camera(async (nowMs) => {
      if (nowMs === 5_000)
        await new Promise<void>((resolve) => {
          end = resolve;
        });
    });
    await run(5_300, [5_200]);
    end();
    await turn();
    await run(6_000);
    expect(tries).toEqual([5_000, 5_400]);
  });
});
