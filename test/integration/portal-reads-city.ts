/** A portal over a small city of tests: two hours of two cameras, one of them registered, at whatever store is given. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { createPortal, type PortalOptions } from '../../portal/api/portal.ts';
import { collectRoutes, type RegisteredRoute } from '../../portal/api/route-doc.ts';
import type { CameraRegister, RegisteredCamera } from '../../portal/reads/camera-register.ts';
import type { PortalStore } from '../../portal/store/store.ts';
import {
  SAMPLE_START_MS,
  sampleFlow,
  sampleGap,
  samplePresence,
} from '../unit/portal/sample-observations.ts';

export const CITY_NOW_MS = SAMPLE_START_MS + 3 * 3_600_000;
const MINUTES = 120;
const SECRET = 'rtsp://admin:rahasia@10.1.2.3/stream1';

/** A camera of the site file with more in it than may be seen. */
const CAMERA = {
  id: 'cam-1',
  name: '=Simpang "Lima"',
  location: { lat: -6.990312, lon: 110.422913, road: 'Jl. Pahlawan', kecamatan: '33.74.01' },
  groups: ['people', 'vehicles'],
  sampling: { framesPerSecond: 5 },
  lines: [{ id: 'line-1', from: { x: 0, y: 0.5 }, to: { x: 1, y: 0.5 }, directionNames: { in: 'ke utara' } }],
  zones: [{ id: 'zone-1', polygon: [], groundAreaM2: 100 }],
  source: { kind: 'rtsp', url: SECRET },
} as const;
const REGISTERED: RegisteredCamera = {
  definition: CAMERA,
  windowSeconds: 60,
  isEnabled: true,
  isLive: true,
  revision: 1,
};
const REGISTER: CameraRegister = {
  cameras: () => [REGISTERED, { ...REGISTERED, definition: { ...CAMERA, id: 'cam-9' }, isEnabled: false }],
};

/** The portal of the city; it closes its store. */
export interface ReadsCity {
  readonly app: FastifyInstance;
  readonly store: PortalStore;
  readonly routes: readonly RegisteredRoute[];
  readonly get: (url: string, headers?: Record<string, string>) => Promise<LightMyRequestResponse>;
  readonly close: () => Promise<void>;
}

/** Fills an empty store and puts a portal over it; raw counts unless told otherwise. */
export async function openReadsCity(
  store: PortalStore,
  options: Partial<PortalOptions> = {},
): Promise<ReadsCity> {
  const records = Array.from({ length: MINUTES }, (_, minute) => [
    sampleFlow(minute, { cars: 3, people: 1 }),
    sampleFlow(minute, { cars: 2, direction: 'out' }),
    minute === 70 ? sampleGap(minute) : samplePresence(minute, { mean: 8, max: 12, cars: 2 }),
    sampleFlow(minute, { cameraId: 'cam-2', cars: 1 }),
  ]).flat();
  await store.upsert(records.map((observation) => ({ fence: 1, observation })));
  while ((await store.rollUp({ nowUs: CITY_NOW_MS * 1000, limit: 100 })) > 0);
  const folder = mkdtempSync(join(tmpdir(), 'pantau-reads-'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Pantau</title>');
  let routes: readonly RegisteredRoute[] = [];
  const app = createPortal({
    store,
    register: REGISTER,
    publishToken: 'a-token-of-the-tests-0123456789',
    webDir: folder,
    clock: () => CITY_NOW_MS,
    smallCountBelow: 0,
    requestsPerMinute: 30,
    extend: (extended) => {
      routes = collectRoutes(extended);
    },
    ...options,
  });
  await app.ready();
  return {
    ...{ app, store, routes },
    get: (url, headers = {}) => app.inject({ method: 'GET', url, headers }),
    close: async () => {
      await app.close();
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}
