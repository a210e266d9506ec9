/** `flow`: the bill of a live camera at five pictures per second. The search is `cameras-per-core-flow`. */
import type { ScenarioResult } from '../result.ts';
import type { ScenarioContext } from './interleave.ts';
import { measureLiveBill } from './live-bill.ts';

/** Issue 3 §2.9 (b), with few cameras: half a minute. */
export async function measureFlow(context: ScenarioContext): Promise<ScenarioResult> {
  const rate = { framesPerSecond: 5, keyframesOnly: false };
  return await measureLiveBill(context, { name: 'flow', rate, cameras: 2 });
}
