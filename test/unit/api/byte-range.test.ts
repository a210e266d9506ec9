import { describe, expect, it } from 'vitest';
import { holdsIfRange, rangeOf } from '../../../portal/api/byte-range.ts';
import { versionOfTag } from '../../../portal/api/conditional.ts';

describe('a range of 100 bytes', () => {
  it.each([
    ['bytes=0-9', { first: 0, last: 9 }],
    ['bytes=90-', { first: 90, last: 99 }],
    ['bytes=-8', { first: 92, last: 99 }],
    ['bytes=-500', { first: 0, last: 99 }],
    ['bytes=50-500', { first: 50, last: 99 }],
    ['Bytes = 5-5', { first: 5, last: 5 }],
    ['bytes=100-', 'none'],
    ['bytes=-0', 'none'],
    ['bytes=9-5', undefined],
    ['bytes=-', undefined],
    ['bytes=0-1,5-6', undefined],
    ['rows=0-9', undefined],
    ['bytes=a-b', undefined],
    [undefined, undefined],
  ] as const)('%s', (header, expected) => {
    expect(rangeOf(header, 100)).toEqual(expected);
  });

  it('has nothing in an empty file', () => {
    expect(rangeOf('bytes=0-', 0)).toBe('none');
    expect(rangeOf('bytes=-5', 0)).toBe('none');
  });
});

it('a part is only sent of the very content that is known', () => {
  expect(holdsIfRange(undefined, '"v.d"')).toBe(true);
  expect(holdsIfRange('"v.d"', '"v.d"')).toBe(true);
  expect(holdsIfRange('"v.e"', '"v.d"')).toBe(false);
  expect(holdsIfRange('W/"v.d"', '"v.d"')).toBe(false);
  expect(holdsIfRange('Sat, 31 Jan 2026 05:00:00 GMT', '"v.d"')).toBe(false);
});

it('the version is read off every tag that was sent of it', () => {
  for (const tag of ['W/"v"', '"v.d"', 'W/"v.d"', ' "v.d" ']) expect(versionOfTag(tag)).toBe('v');
});
