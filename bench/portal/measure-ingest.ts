/** How fast records go in while the levels follow, as they do in the portal. */
import { setTimeout as sleep } from 'node:timers/promises';
import { rollUpPass } from '../../portal/store/passes.ts';
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
  /** CPU of this process, µs per record, levels and the making of the records included. */
  readonly cpuUsPerRecord: number;
}

const MINUTE_US = 60_000_000;
/** As the portal's maintenance does it. */
const ROLL_UP_EVERY_MS = 2000;
const DAY_US = 86_400_000_000;

/** Writes minutes of the city one after the other, every camera at once. */
export async function measureIngest(store: PortalStore, options: IngestOptions): Promise<IngestFigures> {
  const { cameras, minutes, fromUs, batchRecords, senders, signal } = options;
  const batches = batchesOfCity({ cameras, minutes, fromUs, batchRecords });
  const nowUs = fromUs + 10 * DAY_US;
  const rollUp = () => rollUpPass(store, { nowUs, signal });
  const ended = new AbortController();
  const cpuBefore = process.cpuUsage();
  const startMs = performance.now();
  const rolling = rollUpUntil(ended.signal, rollUp);
  let records = 0;
  const sender = async () => {
    for (let batch = batches.next(); batch.done !== true && !signal.aborted; batch = batches.next()) {
      records += batch.value.length;
      await store.upsert(batch.value);
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
    recordsPerSecond: (records * 1000) / writtenMs,
    withLevelsPerSecond: (records * 1000) / rolledMs,
    cpuUsPerRecord: (user + system) / records,
  };
}

/** Made when they are due: hours of a city at once would be more memory than the store takes. */
function* batchesOfCity({
  cameras,
  minutes,
  fromUs,
  batchRecords,
}: Pick<IngestOptions, 'cameras' | 'minutes' | 'fromUs' | 'batchRecords'>) {
  let waiting: ReturnType<typeof minuteOfCity> = [];
  for (let minute = 0; minute < minutes; minute += 1) {
    waiting = [...waiting, ...minuteOfCity(fromUs + minute * MINUTE_US, cameras)];
    for (; waiting.length >= batchRecords; waiting = waiting.slice(batchRecords)) {
      yield waiting.slice(0, batchRecords);
    }
  }
  if (waiting.length > 0) yield waiting;
}

async function rollUpUntil(signal: AbortSignal, rollUp: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await sleep(ROLL_UP_EVERY_MS, undefined, { signal }).catch(() => undefined);
    if (!signal.aborted) await rollUp();
  }
}
