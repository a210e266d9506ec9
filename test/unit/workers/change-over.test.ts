import { expect, it } from 'vitest';
import { msUntilBothBegin } from '../../../workers/live/change-over.ts';

const SEVEN = Date.UTC(2026, 0, 5, 7);
const MINUTE = 60_000;

it.each([
  ['the same length: the next window', [60, 60], 3.5 * MINUTE, 4 * MINUTE],
  ['to longer windows: where one of them begins', [60, 300], 3.5 * MINUTE, 5 * MINUTE],
  ['to shorter windows: where the longer one ends', [300, 60], 3.5 * MINUTE, 5 * MINUTE],
  ['lengths that do not divide each other', [400, 900], MINUTE, 60 * MINUTE],
  ['at a boundary: the next one, as this window has begun', [60, 300], 0, 5 * MINUTE],
] as const)('%s', (_name, lengths, afterMs, expectedMs) => {
  expect(msUntilBothBegin(SEVEN + afterMs, lengths)).toBe(expectedMs - afterMs);
});
