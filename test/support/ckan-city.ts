/** A portal over a store with some hours of two cameras, asked as CKAN's clients ask. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { createPortal } from '../../portal/api/portal.ts';
import type { CameraRegister, RegisteredCamera } from '../../portal/reads/camera-register.ts';
import { createSqliteStore, openPortalDatabase } from '../../portal/store/sqlite-store.ts';
import { SAMPLE_START_MS, sampleFlow, samplePresence } from '../unit/portal/sample-observations.ts';

/** After everything that is put. */
export const CKAN_NOW_MS = SAMPLE_START_MS + 2 * 86_400_000;
export const CKAN_SITE = 'https://data.example.go.id';

/** An answer of an action. */
export interface ActionAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any;
}

export interface CkanCity {
  readonly app: FastifyInstance;
  /** `GET` of a path and query. */
  get(url: string, headers?: Readonly<Record<string, string>>): Promise<ActionAnswer>;
  /** `POST` of JSON as ckanapi sends it: without `/3`, its name told, both spellings of the token's header. */
  call(action: string, parameters?: object): Promise<ActionAnswer>;
  /** `GET` of `datastore_search`. */
  search(parameters: Readonly<Record<string, unknown>>): Promise<ActionAnswer>;
  /** More hours of a camera, rolled up. */
  put(cameraId: string, hours: { readonly from: number; readonly count: number }): Promise<void>;
  close(): Promise<void>;
}

/** Hours of `cam-1` and `cam-2`: a line in both directions and a zone, one record of each per minute. */
export async function ckanCity({ hours = 3, smallCountBelow = 5 } = {}): Promise<CkanCity> {
  const folder = mkdtempSync(path.join(tmpdir(), 'pantau-ckan-'));
  const store = createSqliteStore(openPortalDatabase({ file: path.join(folder, 'portal.db') }));
  const app = createPortal({
    store,
    register: REGISTER,
    publishToken: 'a-token-of-the-tests-0123456789',
    webDir: path.join(folder, 'web'),
    clock: () => CKAN_NOW_MS,
    publicUrl: CKAN_SITE,
    smallCountBelow,
  });
  const ask = async (request: InjectOptions): Promise<ActionAnswer> => {
    const answer = await app.inject(request);
    const text = answer.body;
    const isJson = String(answer.headers['content-type']).startsWith('application/json') && text !== '';
    return {
      status: answer.statusCode,
      headers: answer.headers,
      text,
      body: isJson ? JSON.parse(text) : undefined,
    };
  };
  const city: CkanCity = {
    app,
    get: (url, headers = {}) => ask({ method: 'GET', url, headers }),
    call: (action, parameters = {}) =>
      ask({
        method: 'POST',
        url: `/api/action/${action}`,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'ckanapi/5.0',
          'x-ckan-api-key': 'token',
          authorization: 'token',
        },
        payload: JSON.stringify(parameters),
      }),
    search: (parameters) => {
      const texts = Object.entries(parameters).map(([name, value]): [string, string] => [
        name,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]);
      return city.get(`/api/3/action/datastore_search?${new URLSearchParams(texts)}`);
    },
    async put(cameraId, range) {
      const minutes = Array.from({ length: range.count * 60 }, (_, i) => range.from * 60 + i);
      const records = minutes.flatMap((minute) => [
        sampleFlow(minute, { cars: (minute % 7) + 1, people: 1, cameraId }),
        sampleFlow(minute, { cars: minute % 3, people: 2, direction: 'out', cameraId }),
        samplePresence(minute, { mean: 1, max: 2, cars: 1, cameraId }),
      ]);
      await store.upsert(records.map((observation) => ({ fence: 1, observation })));
      while ((await store.rollUp({ nowUs: CKAN_NOW_MS * 1000, limit: 100 })) > 0);
    },
    async close() {
      await app.close();
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
  for (const id of ['cam-1', 'cam-2']) await city.put(id, { from: 0, count: hours });
  return city;
}

function camera(id: string): RegisteredCamera {
  return {
    definition: {
      id,
      name: `Kamera ${id}`,
      location: { lat: -6.99031234, lon: 110.42291234, road: '=Jl. Pahlawan', kecamatan: '33.74.01' },
      groups: ['people', 'vehicles'],
      lines: [{ id: 'line-1', name: 'Garis', from: { x: 0, y: 0 }, to: { x: 1, y: 1 } }],
      zones: [{ id: 'zone-1', polygon: [] }],
      sampling: { framesPerSecond: 5 },
    },
    windowSeconds: 60,
    isEnabled: true,
    isLive: false,
    revision: 1,
  };
}

const REGISTER: CameraRegister = {
  cameras: () => [camera('cam-1'), camera('cam-2')],
  publishing: () => ({
    publisher: { id: 'dishub', name: 'Dinas Perhubungan', email: 'dishub@example.go.id' },
    contact: { name: 'Seksi Data', email: 'data@example.go.id' },
    issued: '2026-01-15T01:02:03Z',
  }),
};
