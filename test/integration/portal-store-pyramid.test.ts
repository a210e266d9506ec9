/** The levels against a computation from scratch, with any order of arrival and with a writer that is killed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FlowObservation } from '../../pipelines/domain/types.ts';
import {
  LEVEL_SECONDS,
  levelWindowStartUs,
  ROLLED_LEVELS,
  type RolledLevel,
} from '../../portal/levels/level.ts';
import { createSqliteStore, openPortalDatabase } from '../../portal/store/sqlite-store.ts';
import type { PortalStore } from '../../portal/store/store.ts';
import { sampleFlow } from '../unit/portal/sample-observations.ts';

const NOW_US = Date.UTC(2027, 0) * 1000;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pantau-pyramid-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Volume and coverage of every window, out of the records alone. */
function fromScratch(level: RolledLevel, records: readonly FlowObservation[]): Map<string, string> {
  const sums = new Map<string, { volume: number; minutes: number }>();
  for (const record of records) {
    const startUs = levelWindowStartUs(level, Date.parse(record.windowStart) * 1000);
    const name = `${record.cameraId} ${record.direction} ${startUs}`;
    const { volume, minutes } = sums.get(name) ?? { volume: 0, minutes: 0 };
    sums.set(name, { volume: volume + (record.volume ?? 0), minutes: minutes + 1 });
  }
  const minutesOf = LEVEL_SECONDS[level] / 60;
  return new Map(
    [...sums].map(([name, { volume, minutes }]) => [name, `${volume} ${(minutes / minutesOf).toFixed(6)}`]),
  );
}

async function stored(level: RolledLevel, store: PortalStore): Promise<Map<string, string>> {
  const { rows } = await store.series({ level, kind: 'flow' }, { limit: 100_000 });
  return new Map(
    rows.flatMap((row) =>
      row.kind !== 'flow'
        ? []
        : [
            [
              `${row.cameraId} ${row.direction} ${Date.parse(row.windowStart) * 1000}`,
              `${row.volume} ${row.coverage.toFixed(6)}`,
            ],
          ],
    ),
  );
}

async function rollUp(store: PortalStore, limit: number): Promise<void> {
  while ((await store.rollUp({ nowUs: NOW_US, limit })) > 0);
}

describe('the pyramid in the store', () => {
  const step = fc.record({
    minute: fc.nat(1600),
    cars: fc.nat(20),
    cameraId: fc.constantFrom('cam-1', 'cam-2'),
    direction: fc.constantFrom('in' as const, 'out' as const),
    isRolledUp: fc.boolean(),
  });

  it('equals the one from scratch: any order, repeats and corrections', { timeout: 120_000 }, async () => {
    let databases = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(step, { maxLength: 20 }), { maxLength: 6 }), async (batches) => {
        databases += 1;
        const file = join(folder, `pyramid-${databases}.sqlite`);
        const store = createSqliteStore(openPortalDatabase({ file }));
        const last = new Map<string, FlowObservation>();
        for (const batch of batches) {
          const records = batch.map(({ minute, ...options }) => sampleFlow(minute, options));
          for (const record of records) {
            last.set(`${record.cameraId} ${record.direction} ${record.windowStart}`, record);
          }
          await store.upsert(records.map((observation) => ({ fence: 1, observation })));
          if (batch[0]?.isRolledUp === true) await store.rollUp({ nowUs: NOW_US, limit: 3 });
        }
        await rollUp(store, 7);
        for (const level of ROLLED_LEVELS) {
          expect(await stored(level, store)).toEqual(fromScratch(level, [...last.values()]));
        }
        await store.close();
      }),
      { numRuns: 25 },
    );
  });

  it('is whole after kill -9 in the middle of writing, rolling up and gathering', {
    timeout: 60_000,
  }, async () => {
    const file = join(folder, 'killed.sqlite');
    for (const killAfter of [1, 4, 9]) {
      const writer = startWriter(file);
      let seen = 0;
      for await (const chunk of writer.stdout) {
        seen += String(chunk).split('\n').length - 1;
        if (seen >= killAfter) break;
      }
      expect(seen).toBeGreaterThanOrEqual(killAfter);
      writer.kill('SIGKILL');
      await once(writer, 'exit');
      const database = openPortalDatabase({ file });
      expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
      const store = createSqliteStore(database);
      await rollUp(store, 100);
      const records = (await store.observations({}, { limit: 100_000 })).observations as FlowObservation[];
      expect(records.length).toBeGreaterThan(0);
      for (const level of ROLLED_LEVELS) {
        expect(await stored(level, store)).toEqual(fromScratch(level, records));
      }
      await store.close();
    }
  });
});

/** A process that writes, corrects, rolls up and gathers for ever, and prints a line whenever it did. */
function startWriter(target: string) {
  const script = `
    const { createSqliteStore, openPortalDatabase } = await import('./portal/store/sqlite-store.ts');
    const { sampleFlow } = await import('./test/unit/portal/sample-observations.ts');
    const store = createSqliteStore(openPortalDatabase({ file: process.argv[1] }));
    for (let round = process.pid % 7; ; round += 1) {
      await store.upsert(Array.from({ length: 300 }, (_, i) => (
        { fence: 1, observation: sampleFlow((round * 17 + i) % 900, { cars: (round + i) % 30 }) })));
      await store.rollUp({ nowUs: ${NOW_US}, limit: 4 });
      while ((await store.gather({ nowUs: ${NOW_US}, limit: 5 })) > 0);
      process.stdout.write('round\\n');
    }`;
  return spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, target], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}
