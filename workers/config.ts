/** The one reader of the environment. Every setting is parsed, checked, given its unit and frozen here. */
import { availableParallelism, hostname } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { packageRoot } from '../models/package-root.ts';
import { AnalysisError } from '../pipelines/errors.ts';

const integer = (min: number, max: number) => {
  const error = `expected a whole number from ${min} to ${max}`;
  return z.coerce.number({ error }).int({ error }).min(min, { error }).max(max, { error });
};

const address = (protocol: RegExp, example: string) => z.url({ protocol, error: `expected ${example}` });

/** A comma-separated list; empty when unset. */
const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  );

const environmentSchema = z.object({
  /** Everything Pantau keeps: databases, models, key, own Redis. */
  PANTAU_DATA_DIR: z.string().min(1).default('var'),
  /** Redis ≥ 6.2 with `noeviction`. Unset: the one that `pantau up` runs for this data folder. */
  PANTAU_REDIS_URL: address(/^rediss?$/, 'redis://host:6379 or rediss://…').optional(),
  /** Where workers publish. Unset: the portal on this machine. */
  PANTAU_PORTAL_URL: address(/^https?$/, 'http://host:8080 or https://host').optional(),
  /** PostgreSQL ≥ 15 that holds the portal's records and levels. Unset: `portal.db` in the data folder. */
  PANTAU_PORTAL_DATABASE_URL: address(
    /^postgres(ql)?$/,
    'postgresql://user:password@host/database',
  ).optional(),
  /** Days that each level of the portal is kept (DOMAIN §8: raw minutes at most 30). Unset: for ever. */
  PANTAU_KEEP_MINUTE_DAYS: integer(1, 36_500).default(30),
  PANTAU_KEEP_QUARTER_HOUR_DAYS: integer(1, 36_500).optional(),
  PANTAU_KEEP_HOUR_DAYS: integer(1, 36_500).optional(),
  PANTAU_KEEP_DAY_DAYS: integer(1, 36_500).optional(),
  /** Months that the audit log is kept. Unset: `DEFAULT_AUDIT_MONTHS`. */
  PANTAU_KEEP_AUDIT_MONTHS: integer(1, 1200).optional(),
  PANTAU_HOST: z.string().min(1).default('127.0.0.1'),
  /** Addresses or CIDR blocks of proxies in front of the portal, whose `X-Forwarded-…` headers are believed. */
  PANTAU_TRUSTED_PROXIES: list,
  /** Port of the portal; 0 takes a free one. */
  PANTAU_PORT: integer(0, 65_535).default(8080),
  /** Port of a worker's /metrics, /healthz and /readyz; 0 takes a free one. */
  PANTAU_WORKER_PORT: integer(0, 65_535).default(0),
  /** 32 bytes as 64 hex digits. Unset: `PANTAU_KEY_FILE`. */
  PANTAU_KEY: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, 'expected 64 hex digits')
    .optional(),
  /** Made with mode 0600 at first start. */
  PANTAU_KEY_FILE: z.string().min(1).optional(),
  /** Recordings lie here; nothing outside is opened. */
  PANTAU_MEDIA_ROOT: z.string().min(1).optional(),
  /** CIDR blocks of private networks in which cameras may live. */
  PANTAU_CAMERA_NETWORKS: list,
  /** Hosts from which HLS playlists and segments may come besides the camera's own. */
  PANTAU_CAMERA_HOSTS: list,
  PANTAU_MODEL_DIR: z.string().min(1).optional(),
  /** Model ids whose AGPL licence the operator accepts. */
  PANTAU_ALLOW_LICENCES: list,
  /** Detector processes of one thread each; default: one per core. */
  PANTAU_DETECTORS: integer(1, 256).default(availableParallelism()),
  /** Live cameras that one worker holds at most. */
  PANTAU_LEASES: integer(1, 1024).default(16),
  PANTAU_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  /** Namespace of every Redis key. */
  PANTAU_PREFIX: z
    .string()
    .regex(/^[a-z0-9{}_-]{1,40}$/, 'expected a-z, 0-9, - or _')
    .default('pantau'),
  /** RELIABILITY: a dead worker's camera is taken over within lock + stalled check. */
  PANTAU_LOCK_MS: integer(1_000, 600_000).default(30_000),
  PANTAU_STALLED_CHECK_MS: integer(500, 600_000).default(10_000),
  PANTAU_RECONCILE_MS: integer(250, 600_000).default(15_000),
  /** How often a live camera's open window is saved, so that a crash loses less than this. */
  PANTAU_CHECKPOINT_MS: integer(250, 60_000).default(5_000),
  /** A source without pictures for this long is killed and opened again. */
  PANTAU_STALL_MS: integer(1_000, 600_000).default(10_000),
  PANTAU_SHUTDOWN_MS: integer(1_000, 120_000).default(15_000),
  /** Length of one segment of a recording, in windows. */
  PANTAU_SEGMENT_WINDOWS: integer(1, 1_440).default(5),
  PANTAU_WORKER_NAME: z.string().min(1).max(80).default(`${hostname()}-${process.pid}`),
  /**
   * People counts above 0 and below this are withheld by the portal (DESIGN §5). Unset: 0, which shows the raw
   * numbers, while the portal listens on loopback only; the site file's own rule, or 5, when others can reach it.
   */
  PANTAU_SMALL_COUNT_BELOW: integer(0, 100).optional(),
  /** JSON file of the targets the portal publishes to (docs/publish.md). Unset: none. */
  PANTAU_PUBLISHERS_FILE: z.string().min(1).optional(),
  /** GeoJSON file of borders and roads below the cameras on the map; `portal/api/map-base.ts`. Unset: none. */
  PANTAU_MAP_FILE: z.string().min(1).optional(),
  /** Tiles below the cameras on the map, `https://host/{z}/{x}/{y}.png`; `portal/api/map-layers.ts`. Unset: none. */
  PANTAU_MAP_TILES_URL: z.string().min(1).max(500).optional(),
  /** What the tiles' licence asks to show beside them; needed with the address. */
  PANTAU_MAP_TILES_ATTRIBUTION: z.string().min(1).max(300).optional(),
  PANTAU_MAP_TILES_MAX_ZOOM: integer(1, 22).default(19),
});

/** Names of secrets that the publishers file refers to. */
const PUBLISH_SECRET = /^PANTAU_PUBLISH_SECRET_([A-Z0-9_]{1,60})$/;

/** Settings of one process; paths are absolute. */
export interface Config {
  readonly dataDir: string;
  readonly redisUrl: string | undefined;
  readonly portalUrl: string | undefined;
  readonly portalDatabaseUrl: string | undefined;
  /** Days each level of the portal is kept; a level without a number is kept for ever. */
  readonly keepDays: {
    readonly minute: number;
    readonly 'quarter-hour'?: number;
    readonly hour?: number;
    readonly day?: number;
  };
  /** Months that the audit log is kept; undefined for the portal's default. */
  readonly keepAuditMonths: number | undefined;
  readonly host: string;
  /** Proxies on this machine are always among them. */
  readonly trustedProxies: readonly string[];
  readonly port: number;
  readonly workerPort: number;
  readonly key: string | undefined;
  readonly keyFile: string;
  readonly mediaRoot: string;
  readonly cameraNetworks: readonly string[];
  readonly cameraHosts: readonly string[];
  readonly modelDir: string;
  readonly allowLicences: readonly string[];
  readonly detectors: number;
  readonly leases: number;
  readonly logLevel: string;
  readonly prefix: string;
  readonly lockMs: number;
  readonly stalledCheckMs: number;
  readonly reconcileMs: number;
  readonly checkpointMs: number;
  readonly stallMs: number;
  readonly shutdownMs: number;
  readonly segmentWindows: number;
  readonly workerName: string;
  readonly smallCountBelow: number | undefined;
  /** GeoJSON of the map's own base layer. */
  readonly mapFile: string | undefined;
  /** Picture tiles of the map; absent where the map has its own base layer only. */
  readonly mapTiles:
    | { readonly url: string; readonly attribution: string; readonly maxZoom: number }
    | undefined;
  readonly publishersFile: string | undefined;
  /** By name, without `PANTAU_PUBLISH_SECRET_`. */
  readonly publishSecrets: Readonly<Record<string, string>>;
}

/** The environment for a child process of ours: this process's own, with settings replaced. */
export function childEnvironment(settings: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { ...process.env, ...settings };
}

/** The folder of Pantau's own package.json, from sources and from `dist/` alike. */
export const PACKAGE_ROOT = packageRoot();

/**
 * Reads and checks all settings at once.
 * @throws AnalysisError `config-invalid` that lists every bad variable, what was found and what is allowed.
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env, cwd = process.cwd()): Config {
  // An empty variable counts as unset: compose files and shells pass empty strings.
  const all = Object.entries(environment).filter(
    ([name, value]) => name.startsWith('PANTAU_') && value !== '',
  );
  const given = Object.fromEntries(all.filter(([name]) => !PUBLISH_SECRET.test(name)));
  const publishSecrets = all.flatMap(([name, value]) => {
    const secret = PUBLISH_SECRET.exec(name)?.[1];
    return secret === undefined || value === undefined ? [] : [[secret, value] as const];
  });
  const unknown = Object.keys(given).filter((name) => !(name in environmentSchema.shape));
  const parsed = environmentSchema.safeParse(given);
  const problems = [
    ...unknown.map(
      (name) => `${name}: no such setting; known: ${Object.keys(environmentSchema.shape).join(', ')}`,
    ),
    ...(parsed.success ? [] : parsed.error.issues.map((issue) => describeIssue(issue, given))),
  ];
  if (problems.length > 0 || !parsed.success) {
    throw new AnalysisError('config-invalid', 'read-config', `bad settings:\n  ${problems.join('\n  ')}`);
  }
  return Object.freeze({ ...toConfig(parsed.data, cwd), publishSecrets: Object.fromEntries(publishSecrets) });
}

function describeIssue(issue: z.core.$ZodIssue, given: Record<string, string | undefined>): string {
  const name = String(issue.path[0]);
  const found = name === 'PANTAU_KEY' || name.endsWith('_URL') ? '(hidden)' : JSON.stringify(given[name]);
  return `${name}: ${issue.message}; found ${found}`;
}

/** True when only this machine can reach an address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function keepDays(values: z.infer<typeof environmentSchema>): Config['keepDays'] {
  const { PANTAU_KEEP_QUARTER_HOUR_DAYS: quarters, PANTAU_KEEP_HOUR_DAYS: hours } = values;
  const days = values.PANTAU_KEEP_DAY_DAYS;
  return {
    minute: values.PANTAU_KEEP_MINUTE_DAYS,
    ...(quarters === undefined ? {} : { 'quarter-hour': quarters }),
    ...(hours === undefined ? {} : { hour: hours }),
    ...(days === undefined ? {} : { day: days }),
  };
}

function mapTiles(values: z.infer<typeof environmentSchema>): Config['mapTiles'] {
  const { PANTAU_MAP_TILES_URL: url, PANTAU_MAP_TILES_ATTRIBUTION: attribution } = values;
  if (url === undefined && attribution === undefined) return undefined;
  if (url === undefined || attribution === undefined) {
    throw new AnalysisError(
      'config-invalid',
      'load-config',
      'PANTAU_MAP_TILES_URL and PANTAU_MAP_TILES_ATTRIBUTION: found one alone; set both, or none',
    );
  }
  return { url, attribution, maxZoom: values.PANTAU_MAP_TILES_MAX_ZOOM };
}

function resolved(cwd: string, file: string | undefined): string | undefined {
  return file === undefined ? undefined : path.resolve(cwd, file);
}

function toConfig(values: z.infer<typeof environmentSchema>, cwd: string): Omit<Config, 'publishSecrets'> {
  const dataDir = path.resolve(cwd, values.PANTAU_DATA_DIR);
  return {
    dataDir,
    redisUrl: values.PANTAU_REDIS_URL,
    portalUrl: values.PANTAU_PORTAL_URL,
    portalDatabaseUrl: values.PANTAU_PORTAL_DATABASE_URL,
    keepDays: keepDays(values),
    keepAuditMonths: values.PANTAU_KEEP_AUDIT_MONTHS,
    host: values.PANTAU_HOST,
    trustedProxies: ['loopback', ...values.PANTAU_TRUSTED_PROXIES],
    port: values.PANTAU_PORT,
    workerPort: values.PANTAU_WORKER_PORT,
    key: values.PANTAU_KEY,
    keyFile: path.resolve(cwd, values.PANTAU_KEY_FILE ?? path.join(dataDir, 'pantau.key')),
    mediaRoot: path.resolve(cwd, values.PANTAU_MEDIA_ROOT ?? path.join(dataDir, 'media')),
    cameraNetworks: values.PANTAU_CAMERA_NETWORKS,
    cameraHosts: values.PANTAU_CAMERA_HOSTS,
    modelDir: path.resolve(cwd, values.PANTAU_MODEL_DIR ?? path.join(dataDir, 'models')),
    allowLicences: values.PANTAU_ALLOW_LICENCES,
    detectors: values.PANTAU_DETECTORS,
    leases: values.PANTAU_LEASES,
    logLevel: values.PANTAU_LOG_LEVEL,
    prefix: values.PANTAU_PREFIX,
    lockMs: values.PANTAU_LOCK_MS,
    stalledCheckMs: values.PANTAU_STALLED_CHECK_MS,
    reconcileMs: values.PANTAU_RECONCILE_MS,
    checkpointMs: values.PANTAU_CHECKPOINT_MS,
    stallMs: values.PANTAU_STALL_MS,
    shutdownMs: values.PANTAU_SHUTDOWN_MS,
    segmentWindows: values.PANTAU_SEGMENT_WINDOWS,
    workerName: values.PANTAU_WORKER_NAME,
    smallCountBelow: values.PANTAU_SMALL_COUNT_BELOW,
    mapFile: resolved(cwd, values.PANTAU_MAP_FILE),
    mapTiles: mapTiles(values),
    publishersFile: resolved(cwd, values.PANTAU_PUBLISHERS_FILE),
  };
}
