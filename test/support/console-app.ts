/** A portal with its console on real Redis, register, queues and SQLite, in a folder of its own. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse, RouteOptions } from 'fastify';
import { Redis } from 'ioredis';
import { createPortal } from '../../portal/api/portal.ts';
import { createFirstAdmin } from '../../portal/identity/first-admin.ts';
import type { Role } from '../../portal/identity/identity-store.ts';
import { hashPassword } from '../../portal/identity/password.ts';
import { newToken } from '../../portal/identity/token.ts';
import { addConsole } from '../../portal/operate/console.ts';
import type { Publishing } from '../../portal/publishers/publishing.ts';
import { openPortalStore } from '../../portal/store/open-store.ts';
import type { PortalStore } from '../../portal/store/store.ts';
import { createCameraDirectory } from '../../workers/cluster/cameras.ts';
import { startOwnRedis } from '../../workers/cluster/own-redis.ts';
import { openQueues, type Queues } from '../../workers/cluster/queues.ts';
import { createOperations } from '../../workers/operations/operations.ts';
import { publicRegister } from '../../workers/operations/public-register.ts';
import { createQueueView } from '../../workers/operations/queue-view.ts';
import { openRegister, type Register } from '../../workers/register/register.ts';
import { loadSecrets } from '../../workers/secrets.ts';

export const PASSWORD = 'jalan pandanaran 58';
export const PREFIX = 'uji';

export interface ConsoleApp {
  readonly app: FastifyInstance;
  readonly folder: string;
  readonly mediaRoot: string;
  readonly store: PortalStore;
  readonly register: Register;
  readonly redis: Redis;
  readonly queues: Queues;
  /** Of the one-time link. */
  readonly oneTimeToken: string;
  /** Every route of the app, as `METHOD url`, with the role it needs. */
  readonly routes: readonly { method: string; url: string; role: string | undefined }[];
  /** A token of that scope as a header. */
  bearer(scope: 'read' | 'operate' | 'admin'): Promise<Record<string, string>>;
  /** A signed-in browser: the headers of a read, and those of a write. */
  signIn(name: string, role: Role): Promise<{ cookie: string; csrf: string }>;
  ask(request: InjectOptions): Promise<LightMyRequestResponse>;
  close(): Promise<void>;
}

/** What a test may want different. */
export interface ConsoleAppOptions {
  /** The built page. */
  readonly publicDir?: string;
  /** The portal's address as browsers reach it. */
  readonly publicUrl?: string;
  readonly publishers?: (parts: {
    readonly store: PortalStore;
    readonly register: Register;
    readonly folder: string;
  }) => Pick<Publishing, 'status' | 'tryNow'>;
}

export async function startConsoleApp(options: ConsoleAppOptions = {}): Promise<ConsoleApp> {
  const folder = mkdtempSync(path.join(tmpdir(), 'pantau-console-'));
  const mediaRoot = path.join(folder, 'media');
  mkdirSync(mediaRoot);
  const server = await startOwnRedis(folder);
  const redis = new Redis(server.url);
  const queues = openQueues(redis, PREFIX);
  const secrets = loadSecrets({ key: 'ab'.repeat(32), keyFile: '' });
  const register = openRegister({ file: path.join(folder, 'register.db'), secrets });
  const store = await openPortalStore({ file: path.join(folder, 'portal.db') });
  const webDir = options.publicDir ?? path.join(folder, 'web');
  const app = createPortal({
    ...{ store, webDir, publishToken: 'x'.repeat(32), clock: Date.now },
    register: publicRegister(register),
  });
  const registered: RouteOptions[] = [];
  app.addHook('onRoute', (route) => void registered.push(route));
  const operations = createOperations({
    config: {
      ...{ prefix: PREFIX, mediaRoot, segmentWindows: 5 },
      ...{ cameraNetworks: ['127.0.0.0/8'], cameraHosts: [], host: '0.0.0.0', smallCountBelow: undefined },
      ...{ dataDir: folder, modelDir: path.join(folder, 'models'), keepDays: { minute: 30 } },
    },
    ...{ register, secrets, redis, queues, directory: createCameraDirectory(redis, PREFIX) },
    onChange: () => undefined,
  });
  const firstAdmin = createFirstAdmin({ store: store.identities, clock: Date.now });
  addConsole(app, {
    ...{ store, operations, firstAdmin, clock: Date.now },
    queueView: createQueueView(queues, { publicUrl: options.publicUrl }),
    ...(options.publishers === undefined
      ? {}
      : { publishers: options.publishers({ store, register, folder }) }),
    reads: { store, register: publicRegister(register), clock: Date.now },
  });
  await app.ready();
  const { identities } = store;
  return {
    ...{ app, folder, mediaRoot, store, register, redis, queues },
    // Read now: hooks of inner scopes have given routes their roles after they were seen here.
    routes: registered.flatMap(({ method, url, config }) =>
      [method].flat().map((one) => ({ method: one, url, role: config?.role })),
    ),
    oneTimeToken: firstAdmin.token,
    async bearer(scope) {
      const { id, secretHash, text } = newToken();
      await identities.addToken({
        id,
        secretHash,
        scope,
        label: scope,
        createdBy: 'test',
        createdAtMs: Date.now(),
      });
      return { authorization: `Bearer ${text}` };
    },
    async signIn(name, role) {
      const passwordHash = await hashPassword(PASSWORD);
      await identities.putUser({ name, role, passwordHash, isDisabled: false, createdAtMs: 0 });
      const answer = await app.inject({
        method: 'POST',
        url: '/api/v1/session',
        payload: { name, password: PASSWORD },
      });
      if (answer.statusCode !== 200) throw new Error(answer.body);
      return { cookie: String(answer.headers['set-cookie']).split(';')[0]!, csrf: answer.json().csrfToken };
    },
    ask: (request) => app.inject(request),
    async close() {
      const closed = app.close();
      // Node's fetch keeps a connection ready that never asked anything, which is no idle one to the server.
      app.server.closeAllConnections();
      await closed;
      operations.close();
      await queues.close();
      redis.disconnect();
      register.close();
      await store.close();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
