import { describe, expect, it } from 'vitest';
import { createFairQueue } from '../../../pipelines/adapters/detect/fair-queue.ts';

const any = (): boolean => true;

function lane(key: string, weight = 1) {
  return { key, weight };
}

/** Takes everything and joins what came out. */
function drain(queue: { take(accepts: () => boolean): string | undefined }): string {
  let all = '';
  for (let item = queue.take(any); item !== undefined; item = queue.take(any)) all += item;
  return all;
}

describe('createFairQueue', () => {
  it('serves one lane in order', () => {
    const queue = createFairQueue<string>();
    for (const item of 'abc') queue.push(lane('x'), item);
    expect(queue.size).toBe(3);
    expect(drain(queue)).toBe('abc');
    expect(queue.size).toBe(0);
  });

  it('alternates between lanes of one weight', () => {
    const queue = createFairQueue<string>();
    for (const item of 'aaaa') queue.push(lane('a'), item);
    for (const item of 'bb') queue.push(lane('b'), item);
    expect(drain(queue)).toBe('ababaa');
  });

  it('serves a newcomer next, however deep the other lane is', () => {
    const queue = createFairQueue<string>();
    for (let index = 0; index < 50; index += 1) queue.push(lane('deep'), 'd');
    queue.take(any);
    queue.take(any);
    queue.push(lane('live'), 'L');
    expect(queue.take(any)).toBe('L');
  });

  it('does not let a lane that refills after each turn starve a deep one', () => {
    const queue = createFairQueue<string>();
    for (let index = 0; index < 10; index += 1) queue.push(lane('deep'), 'd');
    let served = '';
    for (let turn = 0; turn < 8; turn += 1) {
      queue.push(lane('live'), 'L');
      served += queue.take(any);
    }
    expect(served.match(/d/g)).toHaveLength(4);
  });

  it('gives four turns for one at four times the weight', () => {
    const queue = createFairQueue<string>();
    for (const item of 'LLLLLLLL') queue.push(lane('live', 4), item);
    for (const item of 'rrrrrrrr') queue.push(lane('recording', 1), item);
    const first = Array.from({ length: 10 }, () => queue.take(any)).join('');
    expect(first.match(/r/g)).toHaveLength(2);
  });

  it('lets an idle lane save nothing up', () => {
    const queue = createFairQueue<string>();
    queue.push(lane('b'), 'b');
    queue.take(any);
    for (let index = 0; index < 10; index += 1) queue.push(lane('a'), 'a');
    for (let index = 0; index < 6; index += 1) queue.take(any);
    for (const item of 'bbbb') queue.push(lane('b'), item);
    expect(drain(queue)).toBe('babababa');
  });

  it('passes over a lane whose head is not accepted', () => {
    const queue = createFairQueue<string>();
    queue.push(lane('a'), 'a');
    queue.push(lane('b'), 'b');
    expect(queue.take((item) => item === 'b')).toBe('b');
    expect(queue.take((item) => item === 'b')).toBeUndefined();
    expect(queue.size).toBe(1);
  });

  it('puts an item back at the head', () => {
    const queue = createFairQueue<string>();
    for (const item of 'ab') queue.push(lane('x'), item);
    queue.unshift(lane('x'), queue.take(any)!);
    expect(drain(queue)).toBe('ab');
  });

  it('removes what matches from every lane', () => {
    const queue = createFairQueue<string>();
    for (const item of 'abc') queue.push(lane(item), item);
    expect(queue.remove((item) => item !== 'b')).toEqual(['a', 'c']);
    expect(queue.size).toBe(1);
    expect(drain(queue)).toBe('b');
  });
});
