/** How fast records go in while the levels follow, as they do in the portal. */
import { setTimeout as sleep } from 'node:timers/promises';
import { rollUpPass } from '../../portal/store/roll-up-pass.ts';
import type { PortalStore } from '../../portal/store/store.ts';
import { minuteOfCity } from './city-records.ts';

/** How records are sent. */
export interface IngestShape {
  /** Records of one `upsert`; a worker sends 200. */
  readonly batchRecords: number;
  /** Batches that wait at the same time: so many workers. */
  readonly senders: number;
}

/** What is sent. */
export interface IngestOptions extends IngestShape {
  readonly cameras: number;
  readonly minutes: number;
  readonly fromUs: number;
  readonly signal: AbortSignal;
}

/** Rates, records per second of wall time. */
export interface IngestFigures {
  /** Until the last record is committed, the levels being rolled up beside. */
  readonly recordsPerSecond: number;
  /** Until the levels are up to date as well. */
  readonly withLevelsPerSecond: number;
  /** CPU of this process, µs per record, levels included. */
  readonly cpuUsPerRecord: number;
}

const MINUTE_US = 60_000_000;
/** As the portal's maintenance does it. */
const ROLL_UP_EVERY_MS = 2000;
const DAY_US = 86_400_000_000;

/** Writes minutes of the city one after the other, every camera at once. */
export async function measureIngest(store: PortalStore, options: IngestOptions): Promise<IngestFigures> {
  const { cameras, minutes, fromUs, batchRecords, senders, signal } = options;
  const city = Array.from({ length: minutes }, (_, minute) =>
    minuteOfCity(fromUs + minute * MINUTE_US, cameras),
  ).flat();
  const nowUs = fromUs + 10 * DAY_US;
  const rollUp = () => rollUpPass(store, { nowUs, signal });
  const ended = new AbortController();
  const cpuBefore = process.cpuUsage();
  const startMs = performance.now();
  const rolling = rollUpUntil(ended.signal, rollUp);
  let next = 0;
  const sender = async () => {
    while (next < city.length && !signal.aborted) {
      const from = next;
      next += batchRecords;
      await store.upsert(city.slice(from, from + batchRecords));
    }
  };
  try {
    await Promise.all(Array.from({ length: senders }, sender));
  } finally {
    ended.abort();
    await rolling;
  }
  signal.throwIfAborted();
  const writtenMs = performance.now() - startMs;
  await rollUp();
  const rolledMs = performance.now() - startMs;
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    recordsPerSecond: (city.length * 1000) / writtenMs,
    withLevelsPerSecond: (city.length * 1000) / rolledMs,
    cpuUsPerRecord: (user + system) / city.length,
  };
}

async function rollUpUntil(signal: AbortSignal, rollUp: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await sleep(ROLL_UP_EVERY_MS, undefined, { signal }).catch(() => undefined);
    if (!signal.aborted) await rollUp();
  }
}
