import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createWatchdog } from '../../../pipelines/adapters/decode/watchdog.ts';

describe('watchdog', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }));
  afterEach(() => vi.useRealTimers());

  function start(held = { now: false }) {
    const onStall = vi.fn();
    const dog = createWatchdog({ firstMs: 15_000, stallMs: 10_000, isHeld: () => held.now, onStall });
    return { dog, onStall };
  }

  it('barks once, after the first limit, when nothing ever comes', () => {
    const { dog, onStall } = start();
    vi.advanceTimersByTime(15_000);
    expect(dog.hasStalled()).toBe(false);
    vi.advanceTimersByTime(60_000);
    expect(dog.hasStalled()).toBe(true);
    expect(onStall).toHaveBeenCalledTimes(1);
  });

  it('waits the second limit after each picture', () => {
    const { dog } = start();
    for (let n = 0; n < 10; n += 1) {
      vi.advanceTimersByTime(9_000);
      dog.touch();
    }
    expect(dog.hasStalled()).toBe(false);
    vi.advanceTimersByTime(12_000);
    expect(dog.hasStalled()).toBe(true);
  });

  it("doesn't count the time in which the reader holds the source back", () => {
    const held = { now: true };
    const { dog } = start(held);
    vi.advanceTimersByTime(600_000);
    held.now = false;
    vi.advanceTimersByTime(14_000);
    expect(dog.hasStalled()).toBe(false);
    vi.advanceTimersByTime(2_000);
    expect(dog.hasStalled()).toBe(true);
  });

  it("doesn't count the time in which this process slept", () => {
    const { dog } = start();
    dog.touch();
    vi.setSystemTime(Date.now());
    vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 3_600_000);
    vi.advanceTimersByTime(1_000);
    expect(dog.hasStalled()).toBe(false);
    vi.restoreAllMocks();
  });

  it('is silent once stopped', () => {
    const { dog, onStall } = start();
    dog.stop();
    vi.advanceTimersByTime(60_000);
    expect(onStall).not.toHaveBeenCalled();
  });
});
