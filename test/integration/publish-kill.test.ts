import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { rowKey } from '../../portal/datasets/data-set.ts';
import { findResource, SERIES_TABLES } from '../../portal/datasets/data-sets.ts';
import { entitiesOf } from '../../portal/publishers/ngsi-ld/entities.ts';
import { startFakeCkan } from '../support/fake-ckan.ts';
import { startFakeBroker } from '../support/fake-ngsi-ld.ts';
import type { FaultServer } from '../support/fault-server.ts';
import { CONTEXT } from '../support/portal-data.ts';
import {
  cityCamera,
  eventually,
  lastSequence,
  type PublishingCity,
  publishingCity,
} from '../support/publishing-city.ts';

const SCRIPT = join(import.meta.dirname, '../support/publish-process.ts');
let city: PublishingCity;
let children: ChildProcess[] = [];

beforeEach(async () => {
  city = await publishingCity(6);
});
afterEach(async () => {
  await Promise.all(children.map(kill));
  children = [];
  await city.close();
});

function start(kind: string, target: string): ChildProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', SCRIPT, city.folder, kind, target], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  children.push(child);
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** Kills the publisher while the far side has carried out a request and not answered it. */
async function killInBatch(server: FaultServer, kind: string, requests: number): Promise<void> {
  const from = server.requests.length;
  server.failNext(['hang'], () => server.requests.length >= from + requests);
  const child = start(kind, server.url);
  await eventually(() => server.faultsLeft() === 0);
  await kill(child);
  expect(await city.reader.cursor('child')).toBeLessThan(await lastSequence(city));
}

async function runToEnd(kind: string, target: string): Promise<void> {
  const child = start(kind, target);
  const last = await lastSequence(city, kind === 'ngsi-ld' ? 'quarter-hour' : undefined);
  await eventually(async () => (await city.reader.cursor('child')) === last);
  await kill(child);
}

it('kill -9 in mid-batch: CKAN has every row once', async () => {
  const ckan = await startFakeCkan();
  try {
    for (const requests of [1, 3, 5, 9]) await killInBatch(ckan, 'ckan', requests);
    await runToEnd('ckan', ckan.url);
    expect(ckan.packages.size).toBe(2);
    expect(ckan.tables.size).toBe(SERIES_TABLES.length);
    for (const { id } of SERIES_TABLES) {
      const resource = findResource(id)!;
      const rows = ckan.tableOf(id)!.rows;
      expect(rows.length).toBe((await city.expected(id)).size);
      expect(new Map(rows.map((row) => [rowKey(resource, row as never), row]))).toEqual(
        await city.expected(id),
      );
    }
  } finally {
    await ckan.close();
  }
});

it('kill -9 in mid-batch: a broker shows the newest window', async () => {
  const broker = await startFakeBroker();
  try {
    for (const requests of [1, 2, 3]) await killInBatch(broker, 'ngsi-ld', requests);
    await runToEnd('ngsi-ld', broker.url);
    const latest = await Promise.all(
      (['flow', 'presence'] as const).map((kind) =>
        city.reader.latestSeries({ level: 'quarter-hour', kind }),
      ),
    );
    const context = { camera: cityCamera('cam-1'), provider: 'Dishub', source: CONTEXT.baseUrl };
    const expected = latest.flatMap((rows) => entitiesOf(rows, context));
    expect(broker.entities).toEqual(new Map(expected.map((one) => [` ${one.id}`, one])));
  } finally {
    await broker.close();
  }
});

it('kill -9 in mid-batch: a folder never has half a file under its name', async () => {
  const drop = join(city.folder, 'drop');
  const filesIn = (folder: string) => (existsSync(folder) ? readdirSync(folder) : []);
  const written = () =>
    SERIES_TABLES.flatMap(({ id }) => filesIn(join(drop, id))).filter((name) => /^\d/.test(name));
  for (const files of [1, 4, 7]) {
    const child = start('files', drop);
    await eventually(() => written().length >= files);
    await kill(child);
    for (const { id } of SERIES_TABLES) {
      for (const name of filesIn(join(drop, id)).filter((one) => one.endsWith('.csv'))) {
        expect(readFileSync(join(drop, id, name), 'utf8').endsWith('\r\n')).toBe(true);
      }
    }
  }
  await runToEnd('files', drop);
  const { files } = JSON.parse(readFileSync(join(drop, 'manifest.json'), 'utf8'));
  for (const { id } of SERIES_TABLES) {
    const own = files.filter(
      (file: { resource: string; path: string }) => file.resource === id && /csv$/.test(file.path),
    );
    const rows = own.reduce((sum: number, file: { rows: number }) => sum + file.rows, 0);
    expect([id, rows]).toEqual([id, (await city.expected(id)).size]);
  }
  expect(
    SERIES_TABLES.flatMap(({ id }) => filesIn(join(drop, id))).filter((name) => name.endsWith('.part')),
  ).toEqual([]);
});
