import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FencedObservation } from '../../pipelines/domain/observation-key.ts';
import type { Observation } from '../../pipelines/domain/types.ts';
import { createSqliteStore, openPortalDatabase } from '../../portal/store/sqlite-store.ts';
import type { PortalStore } from '../../portal/store/store.ts';
import { sampleFlow } from '../unit/portal/sample-observations.ts';
import { gatherContract } from './store-gather-contract.ts';
import { identityContract } from './store-identity-contract.ts';
import { levelContract } from './store-level-contract.ts';
import { recordContract } from './store-record-contract.ts';

let folder: string;
let file: string;
let store: PortalStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pantau-store-'));
  file = join(folder, 'portal.sqlite');
  store = createSqliteStore(openPortalDatabase({ file }));
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const fenced = (observation: Observation, fence = 1): FencedObservation => ({ fence, observation });
const everything = async () => (await store.observations({}, { limit: 10_000 })).observations;

describe('SQLite', () => {
  const open = async () => createSqliteStore(openPortalDatabase({ file: join(folder, 'empty.sqlite') }));
  recordContract(open);
  levelContract(open);
  identityContract(open);
  gatherContract(async () => ({ store: await open(), other: await open(), reopen: open, earlier }));
});

async function earlier(statements: string): Promise<void> {
  const database = new Database(join(folder, 'empty.sqlite'));
  database.exec(statements);
  const version = database.pragma('user_version', { simple: true }) as number;
  database.pragma(`user_version = ${version - 1}`);
  database.close();
}

describe('the file', () => {
  it('has no cameras when it is empty', async () => {
    expect(await store.cameras()).toEqual([]);
    expect(await store.latest()).toEqual([]);
    await expect(store.check()).resolves.toBeUndefined();
  });

  it('keeps its records over a restart', async () => {
    await store.upsert([fenced(sampleFlow(0))]);
    await store.close();
    store = createSqliteStore(openPortalDatabase({ file }));
    expect(await everything()).toHaveLength(1);
  });

  it('is refused when it is newer than the program', () => {
    const newer = join(folder, 'newer.sqlite');
    openPortalDatabase({ file: newer }).close();
    const database = new Database(newer);
    database.pragma('user_version = 99');
    database.close();
    expect(() => openPortalDatabase({ file: newer })).toThrow(/version 99.*knows up to \d+.*newer Pantau/s);
  });

  it('is refused, and left as it is, when it is another program’s', () => {
    const other = join(folder, 'other.sqlite');
    const database = new Database(other);
    database.exec('CREATE TABLE bookmark (url TEXT)');
    database.close();
    expect(() => openPortalDatabase({ file: other })).toThrow(/another program/);
    const after = new Database(other, { readonly: true });
    expect(after.pragma('journal_mode', { simple: true })).toBe('delete');
    after.close();
  });

  it('gives a store-failed with advice when it is no database', () => {
    const damaged = join(folder, 'damaged.sqlite');
    writeFileSync(damaged, 'x'.repeat(8192));
    expect(() => openPortalDatabase({ file: damaged })).toThrow(
      expect.objectContaining({
        code: 'store-failed',
        message: expect.stringContaining('not an SQLite database'),
      }),
    );
  });

  it('gives a store-failed when the folder is missing', () => {
    expect(() => openPortalDatabase({ file: join(folder, 'none', 'x.sqlite') })).toThrow(
      /folder does not exist/,
    );
  });

  it('survives a full disk: the batch fails whole, what was stored stays, later it goes on', async () => {
    await store.upsert([fenced(sampleFlow(0))]);
    await store.close();
    const database = openPortalDatabase({ file });
    store = createSqliteStore(database);
    const pages = database.pragma('page_count', { simple: true }) as number;
    // SQLite raises the very SQLITE_FULL of a full disk when the file may not grow.
    database.pragma(`max_page_count = ${pages + 2}`);
    const batch = Array.from({ length: 200 }, (_, minute) => fenced(sampleFlow(minute + 1)));
    await expect(store.upsert(batch)).rejects.toMatchObject({
      code: 'store-failed',
      message: expect.stringContaining('disk is full'),
    });
    expect(await everything()).toEqual([sampleFlow(0)]);
    database.pragma('max_page_count = 1000000');
    expect(await store.upsert(batch)).toMatchObject({ accepted: 200 });
  });

  it('has only whole batches after kill -9 of a writer, at any moment', { timeout: 60_000 }, async () => {
    await store.close();
    for (const killAfterBatches of [1, 3, 6]) {
      const writer = startWriter(file);
      await batchesWritten(writer, killAfterBatches);
      writer.kill('SIGKILL');
      await once(writer, 'exit');
      const database = openPortalDatabase({ file });
      expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
      const partial = database
        .prepare('SELECT camera_id, count(*) AS n FROM record_window GROUP BY camera_id HAVING n <> 50')
        .all();
      expect(partial).toEqual([]);
      const whole = database.prepare('SELECT count(*) FROM record_window').pluck().get() as number;
      expect(whole).toBeGreaterThanOrEqual(50 * killAfterBatches);
      database.close();
    }
    store = createSqliteStore(openPortalDatabase({ file }));
  });
});

/** A process that writes batches of 50 records, one camera each, for ever and prints a line per batch. */
function startWriter(target: string): ChildProcess {
  const script = `
    const { createSqliteStore, openPortalDatabase } = await import('./portal/store/sqlite-store.ts');
    const { sampleFlow } = await import('./test/unit/portal/sample-observations.ts');
    const store = createSqliteStore(openPortalDatabase({ file: process.argv[1] }));
    for (let batch = 0; ; batch += 1) {
      const cameraId = 'cam-' + process.pid + '-' + batch;
      await store.upsert(Array.from({ length: 50 }, (_, minute) => (
        { fence: 1, observation: sampleFlow(minute, { cameraId }) })));
      process.stdout.write('batch\\n');
    }`;
  return spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, target], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function batchesWritten(writer: ChildProcess, wanted: number): Promise<void> {
  let seen = 0;
  for await (const chunk of writer.stdout!) {
    seen += String(chunk).split('\n').length - 1;
    if (seen >= wanted) return;
  }
  throw new Error(`the writer ended after ${seen} batches`);
}
