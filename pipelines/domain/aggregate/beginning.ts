/** How a run of the aggregator begins. */
import { measuresSpeed, zeroMotion } from '../calibration/speed-sums.ts';
import type { CountingSite } from '../site.ts';
import { windowOf } from '../time.ts';
import type { GapReason } from '../types.ts';
import type { AggregatorCheckpoint } from './checkpoint.ts';
import type { createCoverage, SamplingClock } from './coverage.ts';
import {
  addGap,
  emptyTotals,
  type HeldMotion,
  type HeldPresence,
  type WindowTotals,
  zeroVector,
} from './window-totals.ts';

/** Where a run begins: at an instant, or where another worker's checkpoint left off. */
export type AggregatorStart =
  | { readonly startUs: number; readonly reason: GapReason }
  | { readonly checkpoint: AggregatorCheckpoint };

/** No motion in any zone; empty where no speeds are measured. */
export function noMotion(site: CountingSite): HeldMotion {
  return measuresSpeed(site) ? site.zones.map(() => zeroMotion()) : [];
}

/** The state of an aggregator before its first frame. */
interface Beginning {
  readonly totals: WindowTotals;
  readonly held: HeldPresence;
  readonly heldMotion: HeldMotion;
  readonly lastFrameUs: number | null;
  readonly reissue: AggregatorCheckpoint['reissue'];
  readonly coverage: Pick<Parameters<typeof createCoverage>[0], 'state' | 'entryReason' | 'entryLimitUs'>;
}

/** The state in which a run begins: that of the checkpoint, or of an empty window with a gap up to the start. */
export function beginning(site: CountingSite, start: AggregatorStart, clock: SamplingClock): Beginning {
  if ('checkpoint' in start) {
    const saved = structuredClone(start.checkpoint);
    return {
      totals: saved.totals,
      held: saved.held,
      heldMotion: saved.heldMotion ?? [],
      lastFrameUs: saved.lastFrameUs,
      reissue: saved.reissue,
      coverage: { state: saved.coverage, entryReason: 'worker-down', entryLimitUs: Infinity },
    };
  }
  const { startUs, reason } = start;
  const window = windowOf(startUs, site.windowSeconds);
  const totals = emptyTotals(site, window.startUs);
  if (startUs > window.startUs) addGap(totals, startUs - window.startUs, reason);
  return {
    totals,
    held: site.zones.map(() => zeroVector()),
    heldMotion: noMotion(site),
    lastFrameUs: null,
    reissue: null,
    coverage: {
      state: { settledUs: startUs, pendingUs: null, gapSinceUs: window.startUs, lastGap: null },
      entryReason: reason,
      entryLimitUs: clock.holdUs,
    },
  };
}
