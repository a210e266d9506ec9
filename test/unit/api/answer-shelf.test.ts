import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type AnswerChunks,
  type AnswerShelf,
  createAnswerShelf,
  type ShelfOptions,
} from '../../../portal/api/answer-shelf.ts';
import type { FinishedAnswer } from '../../../portal/api/finished-answer.ts';

let folder: string;
let nowMs: number;
let faults: unknown[];
let shelf: AnswerShelf;
let made: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pantau-shelf-'));
  nowMs = 0;
  faults = [];
  made = 0;
  shelf = shelfIn(folder);
});
afterEach(() => {
  shelf.close();
  rmSync(folder, { recursive: true, force: true });
});

const shelfIn = (where: string, bounds: Partial<ShelfOptions> = {}) =>
  createAnswerShelf({
    ...{ folder: where, clock: () => nowMs, onSpoolError: (fault) => faults.push(fault) },
    ...{ keepBytes: 10, memoryBytes: 4000, spoolBytes: 100, diskBytes: 2400 },
    ...bounds,
  });

/** Files without names that this process has open in the folder. */
const openFiles = () =>
  readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(folder);
    } catch {
      return false;
    }
  });

/** `size` bytes in chunks of 4. */
async function* chunks(size: number): AnswerChunks {
  made += 1;
  for (let i = 0; i < size; i += 4) yield textOf(size).slice(i, i + 4);
}
const textOf = (size: number) => Array.from({ length: size }, (_, i) => String(i % 10)).join('');

async function textIn(answer: FinishedAnswer | AnswerChunks): Promise<string> {
  const source = 'digest' in answer ? answer.read() : answer;
  if (Buffer.isBuffer(source)) return source.toString();
  const parts: Buffer[] = [];
  for await (const part of source) parts.push(Buffer.from(part as string));
  return Buffer.concat(parts).toString();
}

describe('small answers', () => {
  it('are made once, also for those who ask at the same time', async () => {
    const all = await Promise.all([1, 2, 3].map(() => shelf.make('a', chunks(8))));
    for (const answer of [...all, await shelf.make('a', chunks(8))]) {
      expect(await textIn(answer)).toBe(textOf(8));
    }
    expect(made).toBe(1);
    expect(shelf.find('b')).toBeUndefined();
  });

  it('give way to newer ones, the least used first', async () => {
    for (const key of ['a', 'b', 'c']) await shelf.make(key, chunks(8));
    shelf.find('a');
    await shelf.make('d', chunks(8));
    expect(['a', 'b', 'c', 'd'].filter((key) => shelf.find(key) !== undefined)).toEqual(['a', 'c', 'd']);
  });

  it('that failed are made anew', async () => {
    const failing = (async function* (): AnswerChunks {
      yield 'x';
      throw new Error('the store is gone');
    })();
    const waiting = [shelf.make('a', failing), shelf.make('a', chunks(8))];
    await expect(waiting[0]).rejects.toThrow('gone');
    expect(await textIn(await waiting[1]!)).toBe(textOf(8));
  });
});

describe('larger answers', () => {
  it('are streamed whole where no part is asked for', async () => {
    const answer = await shelf.make('a', chunks(50));
    expect('digest' in answer).toBe(false);
    expect(await textIn(answer)).toBe(textOf(50));
    expect(shelf.find('a')).toBeUndefined();
  });

  it('are spooled for parts, into files without names', async () => {
    const answer = (await shelf.finish('a', chunks(50))) as FinishedAnswer;
    expect(answer.size).toBe(50);
    expect(readdirSync(folder)).toEqual([]);
    const part = answer.read({ first: 18, last: 23 });
    expect(await textIn({ ...answer, read: () => part })).toBe('890123');
    expect(await textIn(await shelf.finish('a', chunks(50)))).toBe(textOf(50));
    expect(made).toBe(1);
  });

  it('are read to their end though others took their place', async () => {
    const answer = (await shelf.finish('a', chunks(50))) as FinishedAnswer;
    const reading = answer.read();
    for (const key of ['b', 'c']) await shelf.finish(key, chunks(60));
    expect(shelf.find('a')).toBeUndefined();
    expect(await textIn({ ...answer, read: () => reading })).toBe(textOf(50));
  });

  it('that are too large come whole, and are not spooled again', async () => {
    for (let i = 0; i < 2; i += 1) {
      const answer = await shelf.finish('a', chunks(300));
      expect('digest' in answer).toBe(false);
      expect(await textIn(answer)).toBe(textOf(300));
    }
    expect(faults).toEqual([]);
  });

  it('come whole where no file can be written', async () => {
    shelf = shelfIn(join(folder, 'missing'));
    expect(await textIn(await shelf.finish('a', chunks(50)))).toBe(textOf(50));
    expect(faults).toMatchObject([{ code: 'ENOENT' }]);
  });
});

describe('what slow readers hold', () => {
  /** Whether an answer of 8 bytes is kept now; it is read to its end. */
  async function keeps(key: string): Promise<boolean> {
    const answer = await shelf.make(key, chunks(8));
    expect(await textIn(answer)).toBe(textOf(8));
    return 'digest' in answer;
  }

  it('is bounded: beyond, answers are sent as they come', async () => {
    shelf = shelfIn(folder, { heldBytes: 14 });
    const long = (await shelf.make('long', chunks(50))) as AnswerChunks;
    expect(await keeps('a')).toBe(false);
    expect(await textIn(long)).toBe(textOf(50));
    expect(await keeps('a')).toBe(true);
  });

  it('counts an answer until it was sent, once for all its readers', async () => {
    shelf = shelfIn(folder, { heldBytes: 14 });
    const answer = (await shelf.make('a', chunks(8))) as FinishedAnswer;
    const [sent, sentAgain] = [shelf.lend(answer), shelf.lend(answer)];
    expect(await keeps('b')).toBe(false);
    sent();
    expect(await keeps('b')).toBe(false);
    sentAgain();
    expect(await keeps('b')).toBe(true);
  });

  it('is not collected again of what was too long to keep', async () => {
    await textIn(await shelf.make('long', chunks(50)));
    let taken = 0;
    const counting = (async function* (): AnswerChunks {
      for await (const chunk of chunks(50)) {
        taken += 1;
        yield chunk;
      }
    })();
    const again = (await shelf.make('long', counting)) as AnswerChunks;
    expect(taken).toBe(0);
    await again.return(undefined);
  });

  it('ends with them: no file stays open that nobody reads', async () => {
    const unread = (await shelf.finish('large', chunks(300))) as AnswerChunks;
    expect(openFiles()).toHaveLength(1);
    await unread.return(undefined);
    await vi.waitFor(() => expect(openFiles()).toEqual([]));
    const failed = (async function* (): AnswerChunks {
      yield* chunks(50);
      throw new Error('the store is gone');
    })();
    await expect(shelf.finish('failed', failed)).rejects.toThrow('gone');
    await vi.waitFor(() => expect(openFiles()).toEqual([]));
  });

  it('is read to its end by who was handed it just before it went', async () => {
    const answer = (await shelf.finish('a', chunks(50))) as FinishedAnswer;
    shelf.close();
    expect(await textIn(answer)).toBe(textOf(50));
    await vi.waitFor(() => expect(openFiles()).toEqual([]));
  });

  it('on disk is bounded as well', async () => {
    shelf = shelfIn(folder, { diskBytes: 60 });
    const readings: ReturnType<FinishedAnswer['read']>[] = [];
    for (const key of ['a', 'b']) {
      readings.push(((await shelf.finish(key, chunks(40))) as FinishedAnswer).read());
    }
    const third = await shelf.finish('c', chunks(40));
    expect('digest' in third).toBe(false);
    expect(await textIn(third)).toBe(textOf(40));
    for (const reading of readings) await (reading as Readable).toArray();
    await vi.waitFor(() => expect(openFiles()).toEqual([]));
    expect('digest' in (await shelf.finish('c', chunks(40)))).toBe(true);
  });
});

it('a reading of parts goes on with its file, but not for ever', async () => {
  const answer = (await shelf.finish('old', chunks(50))) as FinishedAnswer;
  shelf.noteRead('place', { key: 'old', tag: 'W/"old"', answer });
  nowMs += 59_000;
  expect(shelf.lastRead('place')?.answer).toBe(answer);
  nowMs += 59_000;
  expect(shelf.lastRead('place')).toBeDefined();
  nowMs += 61_000;
  expect(shelf.lastRead('place')).toBeUndefined();
  shelf.noteRead('place', { key: 'old', tag: 'W/"old"', answer });
  for (let i = 0; i < 6; i += 1) {
    nowMs += 50_000;
    shelf.lastRead('place');
  }
  nowMs += 1000;
  expect(shelf.lastRead('place')).toBeUndefined();
});
