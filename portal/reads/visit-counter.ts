/** Counts visits of the data portal (ISO 37122 10.1) by local day. Nothing about a visitor is known here. */
import { formatIsoUs } from '../../pipelines/domain/time.ts';
import { wibDay } from '../datasets/wib.ts';
import type { ServiceStore } from '../store/store.ts';

/** What the counter stands on. */
export interface VisitCounterOptions {
  readonly service: Pick<ServiceStore, 'addVisits'>;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** How often counts are written, milliseconds; a kill loses at most these. */
  readonly everyMs: number;
  readonly onError: (error: unknown) => void;
}

/** A running counter. */
export interface VisitCounter {
  /** Counts one page load or one read of catalogue or data. */
  add(): void;
  start(): void;
  /** Writes what is left. */
  stop(): Promise<void>;
}

/** A counter that is not started yet. */
export function createVisitCounter({ service, clock, everyMs, onError }: VisitCounterOptions): VisitCounter {
  const visits = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  let writing = Promise.resolve();
  const count = (day: string, more: number) => visits.set(day, more + (visits.get(day) ?? 0));
  const write = async () => {
    for (const [day, found] of [...visits]) {
      visits.delete(day);
      try {
        await service.addVisits(day, found);
      } catch (error) {
        count(day, found);
        onError(error);
      }
    }
  };
  const writeNext = () => {
    writing = writing.then(write);
    return writing;
  };
  return {
    add: () => count(wibDay(formatIsoUs(clock() * 1000)), 1),
    start: () => {
      timer = setInterval(() => void writeNext(), everyMs).unref();
    },
    stop: () => {
      clearInterval(timer);
      return writeNext();
    },
  };
}
