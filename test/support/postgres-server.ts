/** A PostgreSQL server of Debian's package with a folder, a port and nothing else of its own. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** A running server. */
export interface PostgresServer {
  /** Makes a fresh database and answers its URL. */
  createDatabase(): Promise<string>;
  /** Answers the URL of a database, which is made when it is missing. */
  openDatabase(name: string): Promise<string>;
  /** Ends the server at once and removes its folder. */
  stop(): Promise<void>;
}

/** Settings of a test's server. */
export interface PostgresServerOptions {
  /** Whether commits wait for the disk, default false: a test's data need not survive the machine. */
  readonly isDurable?: boolean;
  /** More settings, as `name=value`. */
  readonly settings?: readonly string[];
  /** Extensions that this server has besides its own. */
  readonly extensions?: readonly ServerExtension[];
  /** Where its data are kept, and found again; default a folder of its own that is removed when it ends. */
  readonly folder?: string;
}

/** An extension in SQL alone. */
export interface ServerExtension {
  readonly name: string;
  readonly version: string;
  /** The control file without its `default_version`. */
  readonly control: string;
  readonly sql: string;
}

const PACKAGES = '/usr/lib/postgresql';
const SHARED_FILES = '/usr/share/postgresql';

/** Starts a server. Throws when the programs are missing or it does not come up. */
export async function startPostgres(options: PostgresServerOptions = {}): Promise<PostgresServer> {
  const version = installedVersion();
  const bin = join(PACKAGES, version, 'bin');
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'pantau-postgres-'));
  const [command, before] = asPlainUser(folder);
  const data = join(folder, 'data');
  const initdb = [
    '--pgdata',
    data,
    '--username',
    'pantau',
    '--auth',
    'trust',
    '--no-sync',
    '--encoding',
    'UTF8',
  ];
  if (!existsSync(join(data, 'PG_VERSION'))) {
    execFileSync(command, [...before, join(bin, 'initdb'), ...initdb, '--no-locale'], { stdio: 'pipe' });
  }
  const port = await freePort();
  const settings = [
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    `unix_socket_directories=${folder}`,
    ...(options.isDurable === true ? [] : ['fsync=off', 'synchronous_commit=off']),
    ...(options.settings ?? []),
  ];
  const { extensions = [] } = options;
  const program = extensions.length === 0 ? join(bin, 'postgres') : relocated(folder, version, extensions);
  const args = [...before, program, '-D', data, ...settings.flatMap((one) => ['-c', one])];
  const server = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  server.stderr.on('data', (chunk) => {
    log += String(chunk);
  });
  const urlOf = (name: string) => `postgresql://pantau@127.0.0.1:${port}/${name}`;
  const stop = async () => {
    if (server.exitCode === null && server.signalCode === null) {
      const ended = once(server, 'exit');
      // Neither waits for a client; data that nobody will see again need not be brought to the disk first.
      server.kill(options.folder === undefined ? 'SIGQUIT' : 'SIGINT');
      await ended;
    }
    if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
  };
  try {
    await untilUp(urlOf('postgres'), () => server.exitCode);
  } catch (cause) {
    await stop();
    throw new Error(`PostgreSQL did not start:\n${log}`, { cause });
  }
  let databases = 0;
  return {
    async createDatabase() {
      databases += 1;
      const name = `pantau_${databases}`;
      await withClient(urlOf('postgres'), (client) => client.query(`CREATE DATABASE ${name}`));
      return urlOf(name);
    },
    async openDatabase(name) {
      await withClient(urlOf('postgres'), async (client) => {
        const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
        if (rowCount === 0) await client.query(`CREATE DATABASE ${name}`);
      });
      return urlOf(name);
    },
    stop,
  };
}

function installedVersion(): string {
  const versions = existsSync(PACKAGES) ? readdirSync(PACKAGES).sort((a, b) => Number(b) - Number(a)) : [];
  const version = versions.find((each) => existsSync(join(PACKAGES, each, 'bin/postgres')));
  if (version === undefined) throw new Error(`no PostgreSQL in ${PACKAGES}: apt-get install postgresql`);
  return version;
}

/**
 * The server program in a tree of its own: it looks for its files relative to where it lies, so that extensions can be added
 * without touching the machine's PostgreSQL.
 */
function relocated(folder: string, version: string, extensions: readonly ServerExtension[]): string {
  const home = join(folder, 'lib/postgresql', version);
  const shared = join(folder, 'share/postgresql', version);
  mkdirSync(join(home, 'bin'), { recursive: true });
  mkdirSync(join(shared, 'extension'), { recursive: true });
  symlinkSync(join(PACKAGES, version, 'lib'), join(home, 'lib'));
  const program = join(home, 'bin/postgres');
  copyFileSync(join(PACKAGES, version, 'bin/postgres'), program);
  const link = (name: string) => symlinkSync(join(SHARED_FILES, version, name), join(shared, name));
  for (const name of readdirSync(join(SHARED_FILES, version))) if (name !== 'extension') link(name);
  for (const name of readdirSync(join(SHARED_FILES, version, 'extension'))) link(join('extension', name));
  for (const { name, version: each, control, sql } of extensions) {
    const file = (rest: string) => join(shared, 'extension', `${name}${rest}`);
    writeFileSync(file('.control'), `default_version = '${each}'\n${control}`);
    writeFileSync(file(`--${each}.sql`), sql);
  }
  return program;
}

/** PostgreSQL refuses to run as root. `setpriv` also ends it with this process. */
function asPlainUser(folder: string): [command: string, args: string[]] {
  if (process.getuid?.() !== 0) return ['setpriv', ['--pdeathsig', 'INT']];
  execFileSync('chown', ['postgres:', folder]);
  return ['setpriv', ['--reuid', 'postgres', '--regid', 'postgres', '--clear-groups', '--pdeathsig', 'INT']];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function untilUp(url: string, exitCode: () => number | null): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await withClient(url, (client) => client.query('SELECT 1'));
      return;
    } catch (error) {
      if (exitCode() !== null || tries === 300) throw error;
      await sleep(100);
    }
  }
}

async function withClient(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
