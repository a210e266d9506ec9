import { describe, expect, it } from 'vitest';
import { pauseMs } from '../../../pipelines/adapters/publish/portal-publisher.ts';

const backoff = { initialMs: 100, maxMs: 1000, breakerFailures: 5, breakerPauseMs: 3000 };
const highest = () => 0.999_999;
const lowest = () => 0;

describe('pause between attempts', () => {
  it.each([
    { failures: 1, random: highest, asked: undefined, ms: 100, why: 'starts at initialMs' },
    { failures: 3, random: highest, asked: undefined, ms: 400, why: 'doubles' },
    { failures: 3, random: lowest, asked: undefined, ms: 0, why: 'full jitter reaches down to 0' },
    { failures: 4, random: lowest, asked: 700, ms: 700, why: 'never shorter than Retry-After' },
    { failures: 1, random: highest, asked: 20, ms: 100, why: 'a shorter Retry-After does not shorten' },
    { failures: 5, random: lowest, asked: undefined, ms: 3000, why: 'the breaker opens' },
    { failures: 5000, random: highest, asked: undefined, ms: 3000, why: 'never overflows' },
    { failures: 1, random: lowest, asked: 1e12, ms: 600_000, why: 'an absurd Retry-After is capped' },
  ])('$failures failures, asked $asked: $ms ms ($why)', ({ failures, random, asked, ms }) => {
    expect(pauseMs(backoff, failures, random, asked)).toBe(ms);
  });
});
