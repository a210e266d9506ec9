/** Fills the disk of an outbox and drains it; prints what happened as JSON. Its one argument is a folder on a small disk. */
import { closeSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createOutbox } from '../../pipelines/adapters/publish/outbox.ts';
import { sampleFlow } from '../unit/portal/sample-observations.ts';

const folder = process.argv[2] ?? '';
const file = join(folder, 'outbox.db');
const ballast = join(folder, 'ballast');
const outbox = createOutbox({ file, clock: Date.now });
let minute = 0;

/** Records that were taken in, one by one, until one is refused. */
function add(most: number): { taken: number; fault?: string } {
  for (let taken = 0; taken < most; taken++) {
    try {
      outbox.add([{ fence: 1, observation: sampleFlow(minute) }], 'test');
      minute += 1;
    } catch (error) {
      return { taken, fault: (error as Error).message };
    }
  }
  return { taken: most };
}

function drain(): number {
  for (let sent = 0; ; ) {
    const rows = outbox.claim('test', 200, 30_000);
    if (rows.length === 0) return sent;
    outbox.confirm(rows);
    sent += rows.length;
  }
}

function fillDisk(): void {
  const descriptor = openSync(ballast, 'w');
  const piece = Buffer.alloc(4096);
  try {
    for (;;) writeSync(descriptor, piece);
  } catch {
    closeSync(descriptor);
  }
}

const reserve = (): number => statSync(`${file}-reserve`).size;
const before = add(2_000);
const reserveBefore = reserve();
fillDisk();
const onFull = add(20_000);
// The portal is away: claimed and given back. The room that this needed is not for new records.
outbox.release(outbox.claim('test', 200, 30_000));
const whileAway = add(20_000);
const sent = drain();
const reserveAfter = reserve();
const inFreedRoom = add(500);
rmSync(ballast);
// Before what waits is gone: the portal may still be away.
const afterwards = add(4_000);
const sentAtLast = drain();
const waiting = outbox.level().rows;
const reserveAtLast = reserve();
outbox.close();
process.stdout.write(
  JSON.stringify({
    ...{ before, onFull, whileAway, sent, inFreedRoom, afterwards, sentAtLast, waiting },
    reserve: [reserveBefore, reserveAfter, reserveAtLast],
  }),
);
