/** How long readers wait: the three questions of the issue, by clients that pause and by clients that do not. */
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { DAY_US } from '../../portal/store/roll-up.ts';
import type { PortalStore } from '../../portal/store/store.ts';
import { quantile } from '../measure/statistics.ts';
import { cameraName } from './city-records.ts';
import { type CitySize, YEAR_START_US } from './fill-city.ts';

/** One question, asked anew by each client in each round. */
export interface Question {
  readonly name: string;
  /** Answers how many rows came. */
  ask(client: number, round: number): Promise<number>;
}

/** How clients ask. */
export interface ReadOptions {
  readonly clients: number;
  readonly seconds: number;
  /** Before that; not counted: code that runs for the first time is compiled meanwhile. */
  readonly warmUpSeconds: number;
  /** From one request of a client to its next; 0: as soon as the answer is there. */
  readonly paceMs: number;
  readonly signal: AbortSignal;
}

/** Waiting times, ms. */
export interface ReadFigures {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly answersPerSecond: number;
  readonly rows: number;
}

/** Cameras along one road. */
const ROAD_CAMERAS = 4;
const MOST_ROWS = 10_000;

/** A month, a week and the latest state, spread over cameras and over the year. */
export function questionsOf(store: PortalStore, { cameras, days }: CitySize): readonly Question[] {
  const monthDays = Math.min(30, days);
  const weekDays = Math.min(7, days);
  const range = (length: number, n: number) => {
    const fromUs = YEAR_START_US + ((n * 37) % Math.max(1, days - length + 1)) * DAY_US;
    return { fromUs, toUs: fromUs + length * DAY_US };
  };
  return [
    {
      name: `one camera's month by hour (${monthDays} d, 4 lines, both directions)`,
      async ask(client, round) {
        const cameraIds = [cameraName((client * 17 + round * 7) % cameras)];
        const query = {
          level: 'hour',
          kind: 'flow',
          cameraIds,
          ...range(monthDays, client + round),
        } as const;
        return (await store.series(query, { limit: MOST_ROWS })).rows.length;
      },
    },
    {
      name: `one road's week by 15 min (${weekDays} d, ${ROAD_CAMERAS} cameras, 1 line, both directions)`,
      async ask(client, round) {
        const first = (client * 17 + round * 7) % Math.max(1, cameras - ROAD_CAMERAS);
        const cameraIds = Array.from({ length: ROAD_CAMERAS }, (_, i) => cameraName(first + i));
        const query = {
          level: 'quarter-hour',
          kind: 'flow',
          cameraIds,
          placeIds: ['line-1'],
          ...range(weekDays, client + round),
        } as const;
        return (await store.series(query, { limit: MOST_ROWS })).rows.length;
      },
    },
    {
      name: `the city's latest state (${cameras} cameras)`,
      ask: async () => (await store.latest()).length,
    },
  ];
}

/** Asks for some seconds after a warm-up. An answer's time counts from when it was due, not from when its turn came. */
export async function measureReads(question: Question, options: ReadOptions): Promise<ReadFigures> {
  const { clients, seconds, warmUpSeconds, paceMs, signal } = options;
  let rows = await question.ask(0, 0);
  const times: number[] = [];
  const startMs = performance.now();
  const countedFromMs = startMs + warmUpSeconds * 1000;
  const endMs = countedFromMs + seconds * 1000;
  const client = async (index: number) => {
    // Clients do not ask in step.
    let dueMs = startMs + (paceMs * index) / clients;
    for (let round = 0; dueMs < endMs && !signal.aborted; round += 1) {
      const waitMs = dueMs - performance.now();
      // A request comes in a turn of the event loop of its own.
      await (waitMs > 0 ? sleep(waitMs) : setImmediate());
      // Timers may be a little early.
      const fromMs = Math.min(dueMs, performance.now());
      rows = await question.ask(index, round);
      const nowMs = performance.now();
      if (fromMs >= countedFromMs) times.push(nowMs - fromMs);
      dueMs = paceMs === 0 ? nowMs : dueMs + paceMs;
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, index) => client(index)));
  signal.throwIfAborted();
  return {
    p50: quantile(times, 0.5),
    p95: quantile(times, 0.95),
    p99: quantile(times, 0.99),
    answersPerSecond: (times.length * 1000) / (performance.now() - countedFromMs),
    rows,
  };
}
