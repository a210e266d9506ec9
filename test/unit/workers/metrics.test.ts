import { setTimeout as sleep } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { addProcessMetrics } from '../../../workers/metrics.ts';

async function lagOf(registry: Registry): Promise<Record<string, number>> {
  const lag = await registry.getSingleMetric('cctv_process_event_loop_lag_seconds')!.get();
  return Object.fromEntries(lag.values.map(({ labels, value }) => [labels.quantile, value]));
}

describe('the event loop in a process’s metrics', () => {
  it('tells how long it was kept waiting, and nothing of the pause between two looks', async () => {
    const registry = new Registry();
    addProcessMetrics(registry);
    await sleep(70);
    await lagOf(registry);
    const blockedUntilMs = performance.now() + 200;
    await sleep(30);
    while (performance.now() < blockedUntilMs);
    await sleep(70);
    // A look begins at most one pause before the block.
    expect((await lagOf(registry))['1']).toBeGreaterThan(0.125);
    // Nothing was looked at since: an empty histogram is no delay, and no negative one.
    expect(await lagOf(registry)).toEqual({ '0.5': 0, '0.99': 0, '1': 0 });
  });

  it('is there once: prom-client’s own figures have the pause in them', async () => {
    const registry = new Registry();
    addProcessMetrics(registry);
    const names = registry.getMetricsAsArray().map(({ name }) => name);
    expect(names.filter((name) => /event_?loop/.test(name)).sort()).toEqual([
      'cctv_process_event_loop_lag_seconds',
      'nodejs_eventloop_lag_seconds',
    ]);
    expect(names).toContain('nodejs_heap_size_used_bytes');
  });
});
