import { mkdirSync, mkdtempSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDiskReserve } from '../../../pipelines/adapters/publish/disk-reserve.ts';

const BYTES = 1 << 20;
let folder: string;
let file: string;
let nowMs: number;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pantau-reserve-'));
  file = path.join(folder, 'reserve');
  nowMs = 0;
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = () => createDiskReserve({ file, bytes: BYTES, isFull: () => true, monotonicMs: () => nowMs });

describe('room kept on a disk', () => {
  it('that could not be taken is not tried again for a minute', () => {
    const reserve = open();
    // Stands for a quota: there is plenty, and yet writing fails.
    mkdirSync(`${file}.part`);
    reserve.keep();
    rmdirSync(`${file}.part`);
    nowMs = 59_999;
    reserve.keep();
    expect(statSync(file, { throwIfNoEntry: false })).toBeUndefined();
    nowMs = 60_000;
    reserve.keep();
    expect(statSync(file).size).toBe(BYTES);
  });

  it('is given to work that finds the disk full, and taken back', () => {
    const reserve = open();
    reserve.keep();
    let tries = 0;
    const lengthAtEnd = reserve.withRoom(() => {
      tries += 1;
      if (tries === 1) throw new Error('full');
      return statSync(file).size;
    });
    expect(lengthAtEnd).toBe(0);
    expect(reserve.isGiven()).toBe(false);
    expect(statSync(file).size).toBe(BYTES);
  });

  it('that can not be given leaves the disk’s own fault to be seen', () => {
    mkdirSync(file);
    writeFileSync(path.join(file, 'in the way'), '');
    const fault = new Error('full');
    const work = () => {
      throw fault;
    };
    expect(() => open().withRoom(work)).toThrow(fault);
  });

  it('throws nothing where its folder is gone', () => {
    file = path.join(folder, 'gone', 'reserve');
    const reserve = open();
    reserve.keep();
    expect(reserve.isGiven()).toBe(false);
  });
});
