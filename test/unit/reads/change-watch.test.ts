import { afterEach, expect, it, vi } from 'vitest';
import { type ChangeWatch, createChangeWatch } from '../../../portal/reads/change-watch.ts';

let watch: ChangeWatch | undefined;
afterEach(() => watch?.stop());

it('tells records that change from answers that become others', async () => {
  let [version, circumstances, nowMs] = ['v1', 'a', 1000];
  watch = createChangeWatch({
    version: async () => version,
    circumstances: () => circumstances,
    service: { noteAlive: async () => undefined, lastAliveUs: async () => 5_000 },
    clock: () => nowMs,
    everyMs: 1,
    onError: (error) => {
      throw error;
    },
  });
  let told = 0;
  watch.subscribe(() => {
    told += 1;
  });
  await watch.start();
  // Noted by the process before; answers may be others since this one began.
  expect([watch.changedAtMs(), watch.answersChangedAtMs()]).toEqual([5, 1000]);
  told = 0;
  [circumstances, nowMs] = ['b', 2000];
  await vi.waitFor(() => expect(told).toBe(1));
  expect([watch.changedAtMs(), watch.answersChangedAtMs()]).toEqual([5, 2000]);
  [version, nowMs] = ['v2', 3000];
  await vi.waitFor(() => expect(told).toBe(2));
  expect([watch.changedAtMs(), watch.answersChangedAtMs()]).toEqual([3000, 3000]);
});
