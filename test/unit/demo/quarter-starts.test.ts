import { describe, expect, it } from 'vitest';
import { quarterStarts } from '../../../workers/cli/demo-repeat.ts';

describe('quarterStarts', () => {
  it('are the twelve whole quarter hours before now, newest first', () => {
    const starts = quarterStarts(Date.parse('2026-11-22T05:14:59.999Z'));
    expect(starts).toHaveLength(12);
    expect([starts[0], starts[1], starts.at(-1)]).toEqual([
      '2026-11-22T04:45:00.000Z',
      '2026-11-22T04:30:00.000Z',
      '2026-11-22T02:00:00.000Z',
    ]);
  });

  it('count a quarter hour as soon as it is over', () => {
    expect(quarterStarts(Date.parse('2026-11-22T05:15:00Z'))[0]).toBe('2026-11-22T05:00:00.000Z');
  });
});
