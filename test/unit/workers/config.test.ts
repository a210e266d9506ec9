import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isLoopback, readConfig } from '../../../workers/config.ts';

const read = (settings: Record<string, string>) => readConfig(settings, '/srv/pantau');

it('has each setting once in the tables of docs/deploy.md', () => {
  const text = readFileSync(new URL('../../../docs/deploy.md', import.meta.url), 'utf8');
  const tables = text.split('\n').flatMap((line) => /^\| (`PANTAU_[^|]*)\|/.exec(line)?.[1] ?? []);
  const documented = tables.flatMap((cell) => cell.match(/PANTAU_[A-Z_]+[A-Z](?=`)/g) ?? []).sort();
  expect(documented).toEqual(knownSettings());
});

/** As the refusal of an unknown one names them. */
function knownSettings(): string[] {
  return (/known: (.*)/.exec(refusalOf({ PANTAU_NO_SUCH: '1' }))?.[1] ?? '').split(', ').sort();
}

function refusalOf(settings: Record<string, string>): string {
  try {
    read(settings);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was refused');
}

describe('readConfig', () => {
  it('has a default for everything', () => {
    expect(read({})).toMatchObject({
      dataDir: '/srv/pantau/var',
      keyFile: '/srv/pantau/var/pantau.key',
      mediaRoot: '/srv/pantau/var/media',
      host: '127.0.0.1',
      port: 8080,
      leases: 16,
      lockMs: 30_000,
      stalledCheckMs: 10_000,
      prefix: 'pantau',
      smallCountBelow: undefined,
    });
    expect(Object.isFrozen(read({}))).toBe(true);
  });

  it.each([
    ['PANTAU_DATA_DIR', '/data', 'dataDir', '/data'],
    ['PANTAU_REDIS_URL', 'redis://r:6379', 'redisUrl', 'redis://r:6379'],
    ['PANTAU_PORTAL_URL', 'http://p:8080', 'portalUrl', 'http://p:8080'],
    ['PANTAU_HOST', '0.0.0.0', 'host', '0.0.0.0'],
    ['PANTAU_PORT', '9000', 'port', 9000],
    ['PANTAU_WORKER_PORT', '9100', 'workerPort', 9100],
    ['PANTAU_KEY', 'a'.repeat(64), 'key', 'a'.repeat(64)],
    ['PANTAU_KEY_FILE', 'k', 'keyFile', '/srv/pantau/k'],
    ['PANTAU_MEDIA_ROOT', '/media', 'mediaRoot', '/media'],
    [
      'PANTAU_CAMERA_NETWORKS',
      '10.0.0.0/8, 192.168.0.0/16',
      'cameraNetworks',
      ['10.0.0.0/8', '192.168.0.0/16'],
    ],
    ['PANTAU_CAMERA_HOSTS', 'cdn.example.go.id', 'cameraHosts', ['cdn.example.go.id']],
    ['PANTAU_MODEL_DIR', '/weights', 'modelDir', '/weights'],
    ['PANTAU_ALLOW_LICENCES', 'my-model', 'allowLicences', ['my-model']],
    ['PANTAU_DETECTORS', '3', 'detectors', 3],
    ['PANTAU_LEASES', '40', 'leases', 40],
    ['PANTAU_LOG_LEVEL', 'debug', 'logLevel', 'debug'],
    ['PANTAU_PREFIX', '{kota}', 'prefix', '{kota}'],
    ['PANTAU_LOCK_MS', '5000', 'lockMs', 5000],
    ['PANTAU_STALLED_CHECK_MS', '1000', 'stalledCheckMs', 1000],
    ['PANTAU_RECONCILE_MS', '500', 'reconcileMs', 500],
    ['PANTAU_CHECKPOINT_MS', '500', 'checkpointMs', 500],
    ['PANTAU_STALL_MS', '3000', 'stallMs', 3000],
    ['PANTAU_SHUTDOWN_MS', '9000', 'shutdownMs', 9000],
    ['PANTAU_SEGMENT_WINDOWS', '2', 'segmentWindows', 2],
    ['PANTAU_WORKER_NAME', 'w1', 'workerName', 'w1'],
    ['PANTAU_SMALL_COUNT_BELOW', '7', 'smallCountBelow', 7],
  ] as const)('%s alone', (name, text, key, value) => {
    expect(read({ [name]: text })[key]).toEqual(value);
  });

  it.each([
    ['127.0.0.1', true],
    ['127.1.2.3', true],
    ['localhost', true],
    ['::1', true],
    ['0.0.0.0', false],
    ['10.1.2.3', false],
  ])('%s is loopback: %s', (host, expected) => {
    expect(isLoopback(host)).toBe(expected);
  });

  it('takes an empty setting as unset and other programs’ variables as none of its business', () => {
    expect(read({ PANTAU_PORT: '', PATH: '/bin' }).port).toBe(8080);
  });

  it('takes map tiles only with what their licence asks to show', () => {
    const PANTAU_MAP_TILES_URL = 'https://tile.example.org/{z}/{x}/{y}.png';
    const tiles = read({ PANTAU_MAP_TILES_URL, PANTAU_MAP_TILES_ATTRIBUTION: '© example' }).mapTiles;
    expect(tiles).toEqual({ url: PANTAU_MAP_TILES_URL, attribution: '© example', maxZoom: 19 });
    expect(read({}).mapTiles).toBeUndefined();
    expect(path.isAbsolute(read({ PANTAU_MAP_FILE: 'peta.geojson' }).mapFile ?? '')).toBe(true);
    expect(() => read({ PANTAU_MAP_TILES_URL })).toThrow(/set both, or none/);
  });

  it('lists every bad setting at once, with what was found, and never a secret', () => {
    const message = refusalOf({
      PANTAU_PORT: 'acht',
      PANTAU_KEY: 'rahasia',
      PANTAU_REDIS_URL: 'http://u:p@x',
      PANTAU_PROT: '1',
    });
    expect(message).toMatch(/PANTAU_PROT: no such setting/);
    expect(message).toMatch(/PANTAU_PORT: expected a whole number from 0 to 65535; found "acht"/);
    expect(message).toMatch(/PANTAU_KEY: expected 64 hex digits/);
    expect(message).toMatch(/PANTAU_REDIS_URL: expected redis:\/\/host:6379/);
    expect(message).not.toMatch(/rahasia|u:p/);
  });
});
