/** A store with a camera's hours in it, and what of it publishers have to bring to the far side. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Observation } from '../../pipelines/domain/types.ts';
import { type Row, rowKey } from '../../portal/datasets/data-set.ts';
import { findSeriesTable } from '../../portal/datasets/data-sets.ts';
import type { PublicCamera } from '../../portal/datasets/public-camera.ts';
import { seriesRow } from '../../portal/datasets/rows.ts';
import type { RolledLevel } from '../../portal/levels/level.ts';
import { createPublicReader, type PublicReader } from '../../portal/privacy/public-reader.ts';
import type { IdlePace } from '../../portal/publishers/idle-work.ts';
import { type Journal, openJournal } from '../../portal/publishers/journal.ts';
import type { ListPages } from '../../portal/publishers/list-changes.ts';
import type { Publisher } from '../../portal/publishers/publisher.ts';
import { type Publishing, startPublishing } from '../../portal/publishers/publishing.ts';
import type { PublisherStatus } from '../../portal/publishers/runner.ts';
import type { CameraRegister } from '../../portal/reads/camera-register.ts';
import { dataSetPages } from '../../portal/reads/data-set-rows.ts';
import { createSqliteStore, openPortalDatabase } from '../../portal/store/sqlite-store.ts';
import type { PortalStore } from '../../portal/store/store.ts';
import { SAMPLE_START_MS, sampleFlow, samplePresence } from '../unit/portal/sample-observations.ts';

/** After everything that is put. */
export const CITY_NOW_MS = SAMPLE_START_MS + 20 * 86_400_000;

/** Pauses short enough for tests; their order is what counts. */
export const QUICK = { initialMs: 5, maxMs: 20, afterTimeoutMs: 5 };

/** A city of one camera with one line and one zone. */
export interface PublishingCity {
  readonly folder: string;
  readonly store: PortalStore;
  readonly reader: PublicReader;
  readonly journal: Journal;
  put(...records: Observation[]): Promise<void>;
  /** An hour of flow in both directions and presence, one record of each per minute. */
  putHour(hour: number): Promise<void>;
  /** By key, every row that a table has to have over there. */
  expected(tableId: string): Promise<Map<string, Row>>;
  /** The register; a test changes it. */
  registered: PublicCamera[];
  /** Rows of the tables that are no series. */
  readonly lists: ListPages;
  start(publisher: Publisher, pace?: IdlePace): Publishing;
  close(): Promise<void>;
}

/** A city with `hours` hours of data, by the rule that `smallCountBelow` says. */
export async function publishingCity(hours: number, smallCountBelow = 0): Promise<PublishingCity> {
  const folder = mkdtempSync(join(tmpdir(), 'pantau-publish-'));
  const store = createSqliteStore(openPortalDatabase({ file: join(folder, 'portal.db') }));
  const reader = createPublicReader({ store, smallCountBelow, clock: () => CITY_NOW_MS });
  const journal = openJournal({ file: join(folder, 'publishers.db') });
  const running: Publishing[] = [];
  const city: PublishingCity = {
    folder,
    store,
    reader,
    journal,
    async put(...records) {
      await store.upsert(records.map((observation) => ({ fence: 1, observation })));
      while ((await store.rollUp({ nowUs: CITY_NOW_MS * 1000, limit: 100 })) > 0);
      for (const publishing of running) publishing.wake();
    },
    putHour: (hour) => city.put(...hourOf(hour)),
    async expected(tableId) {
      const table = findSeriesTable(tableId)!;
      const rows = new Map<string, Row>();
      for (const kind of ['flow', 'presence'] as const) {
        const page = await reader.series({ level: table.level!, kind }, { limit: 100_000 });
        for (const record of page.rows) {
          const row = seriesRow(table, record, cityCamera(record.cameraId));
          if (row !== undefined) rows.set(rowKey(table, row), row);
        }
      }
      return rows;
    },
    registered: [cityCamera('cam-1')],
    lists: (table) => dataSetPages({ reader, register: cityRegister(city), clock: () => CITY_NOW_MS }, table),
    start(publisher, pace = {}) {
      const publishing = startPublishing({
        publishers: [{ publisher, everyMs: 20, ...pace }],
        source: reader,
        journal,
        clock: Date.now,
        random: () => 0.5,
        backoff: QUICK,
      });
      running.push(publishing);
      return publishing;
    },
    async close() {
      await Promise.all(running.map((publishing) => publishing.close()));
      journal.close();
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
  for (let hour = 0; hour < hours; hour++) await city.putHour(hour);
  return city;
}

/** The register of a city as portals read it. */
export function cityRegister(city: Pick<PublishingCity, 'registered'>): CameraRegister {
  return {
    cameras: () =>
      city.registered.map((camera) => ({
        definition: {
          ...camera,
          lines: [],
          zones: [],
          sampling: { framesPerSecond: 5 },
        },
        windowSeconds: 60,
        isEnabled: !camera.isPaused,
        isLive: false,
        revision: 1,
      })),
  };
}

/** The register's view of the sample's camera, whatever its id. */
export function cityCamera(id: string): PublicCamera {
  return {
    id,
    name: 'Simpang Lima',
    location: { lat: -6.9903, lon: 110.4229, road: 'Jl. Pahlawan', kecamatan: '33.74.01' },
    groups: ['people', 'vehicles'],
    lines: [],
    zones: [],
    isPaused: false,
  };
}

function hourOf(hour: number): Observation[] {
  return Array.from({ length: 60 }, (_, i) => hour * 60 + i).flatMap((minute) => [
    sampleFlow(minute, { cars: (minute % 7) + 1, people: minute % 3 }),
    samplePresence(minute, { mean: minute % 5, max: (minute % 5) + 1 }),
  ]);
}

/** The sequence up to which a publisher has to get. */
export async function lastSequence({ reader }: PublishingCity, level?: RolledLevel): Promise<number> {
  const only = level === undefined ? {} : { level };
  const changes = await reader.changesSince(0, { limit: 100_000, ...only });
  return changes.at(-1)?.sequence ?? 0;
}

/** Waits until something holds; fails after half a minute. */
export async function eventually(isReached: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 1500; i++) {
    if (await isReached()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('not reached in time');
}

/** Waits until the one publisher is as wanted; fails with what it was after half a minute. */
export async function until(
  publishing: Publishing,
  isReached: (status: PublisherStatus) => boolean | Promise<boolean>,
): Promise<PublisherStatus> {
  for (let i = 0; i < 1500; i++) {
    const [status] = await publishing.status();
    if (status !== undefined && (await isReached(status))) return status;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`not reached: ${JSON.stringify(await publishing.status())}`);
}

/** True when everything was sent. */
export function isIdle({ state, cursor, lagRows }: PublisherStatus): boolean {
  return state === 'idle' && cursor > 0 && lagRows === 0;
}
