/** `density`: the bill of a live camera at one picture per second, keyframes only. The search is `cameras-per-core`. */
import type { ScenarioResult } from '../result.ts';
import type { ScenarioContext } from './interleave.ts';
import { measureLiveBill } from './live-bill.ts';

/** Issue 3 §2.9 (a), with few cameras: half a minute. */
export async function measureDensity(context: ScenarioContext): Promise<ScenarioResult> {
  const rate = { framesPerSecond: 1, keyframesOnly: true };
  return await measureLiveBill(context, { name: 'density', rate, cameras: 6, target: '≥ 15' });
}
