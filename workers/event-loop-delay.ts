/** How long this process's event loop keeps its timers waiting. */
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Beyond the moment a timer was due, in ms. */
export interface LoopDelayMs {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/**
 * How often is looked. Each look wakes the process: at 10 ms, which is usual, an idle worker spends half of its time on it,
 * and a busy one takes a core from its detectors a hundred times a second.
 */
const LOOK_MS = 20;

/** Looks from now on. Each call gives the delay since the call before. */
export function watchEventLoop(): () => LoopDelayMs {
  const histogram = monitorEventLoopDelay({ resolution: LOOK_MS });
  histogram.enable();
  // Times are from look to look, so the pause between two is in them. An empty histogram reports NaN and a max of 0.
  const beyondPause = (ns: number): number => Math.max(0, (Number.isFinite(ns) ? ns / 1e6 : 0) - LOOK_MS);
  return () => {
    const delay = {
      p50: beyondPause(histogram.percentile(50)),
      p99: beyondPause(histogram.percentile(99)),
      max: beyondPause(histogram.max),
    };
    histogram.reset();
    return delay;
  };
}
