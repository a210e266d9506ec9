/**
 * A held camera's counters for who watches a line by eye. Said about once a second while somebody listens, and not
 * even added up otherwise. Never waited for: watching must not slow counting down.
 */
import type { Redis } from 'ioredis';
import { classGroup, ROAD_USER_CLASSES } from '../../pipelines/domain/classes.ts';
import type { ZoneState } from '../../pipelines/domain/count/zone-counter.ts';
import type { CountedFrameView } from '../../pipelines/domain/counting.ts';
import type { Crossing } from '../../pipelines/domain/types.ts';
import { type CountersMessage, countersChannel, wantedKey } from '../cluster/counters-channel.ts';

/** How soon a new listener is heard; one look-up in Redis each. */
const LOOK_EVERY_MS = 2_000;
const SAY_EVERY_MS = 1_000;

/** Counters of one camera. */
export interface LiveCounters {
  /** Takes what one frame showed. */
  see(view: Pick<CountedFrameView, 'zones' | 'crossings'>): void;
  /** Time goes on: asks whether somebody listens, and tells them. Call with every event, gaps too. */
  tick(): void;
}

export interface LiveCountersOptions {
  readonly redis: Pick<Redis, 'exists' | 'publish'>;
  readonly prefix: string;
  readonly cameraId: string;
  readonly lineIds: readonly string[];
  /** Wall clock, ms. */
  readonly nowMs: () => number;
}

/** Sums since a listener came; undefined while there is none. */
interface Sums {
  readonly sinceMs: number;
  readonly lines: CountersMessage['lines'];
  zones: CountersMessage['zones'];
}

export function createLiveCounters(options: LiveCountersOptions): LiveCounters {
  const { redis, prefix, cameraId, nowMs } = options;
  let sums: Sums | undefined;
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  let saidAtMs = Number.NEGATIVE_INFINITY;

  const look = (): void => {
    lookedAtMs = nowMs();
    redis.exists(wantedKey(prefix, cameraId)).then(
      (count) => {
        if (count === 0) sums = undefined;
        else sums ??= newSums(options);
      },
      // Redis away: nobody can listen either.
      () => {
        sums = undefined;
      },
    );
  };
  const say = ({ sinceMs, lines, zones }: Sums): void => {
    saidAtMs = nowMs();
    const message: CountersMessage = { sinceMs, atMs: saidAtMs, lines, zones };
    redis.publish(countersChannel(prefix, cameraId), JSON.stringify(message)).catch(() => undefined);
  };

  return {
    see({ crossings, zones }) {
      if (sums === undefined) return;
      for (const crossing of crossings) add(sums, crossing);
      sums.zones = zones.map(presence);
    },
    tick() {
      if (nowMs() - lookedAtMs >= LOOK_EVERY_MS) look();
      if (sums !== undefined && nowMs() - saidAtMs >= SAY_EVERY_MS) say(sums);
    },
  };
}

function newSums({ lineIds, nowMs }: LiveCountersOptions): Sums {
  return { sinceMs: nowMs(), lines: lineIds.map((lineId) => ({ lineId, in: {}, out: {} })), zones: [] };
}

function add({ lines }: Sums, { lineId, direction, roadUserClass }: Crossing): void {
  const counts = lines.find((line) => line.lineId === lineId)?.[direction];
  if (counts !== undefined) counts[roadUserClass] = (counts[roadUserClass] ?? 0) + 1;
}

function presence({ zoneId, present }: ZoneState): CountersMessage['zones'][number] {
  const zone = { zoneId, people: 0, vehicles: 0 };
  for (const name of ROAD_USER_CLASSES) zone[classGroup(name)] += present[name];
  return zone;
}
