import { describe, expect, it } from 'vitest';
import { isOpenAt } from '../../../workers/live/operating-hours.ts';

const jakarta = { from: '05:00', to: '23:00', timeZone: 'Asia/Jakarta' };
const at = (iso: string): number => Date.parse(iso);

describe('operating hours', () => {
  it.each([
    ['before opening', jakarta, '2026-11-21T04:59:59+07:00', false],
    ['at opening', jakarta, '2026-11-21T05:00:00+07:00', true],
    ['the last minute', jakarta, '2026-11-21T22:59:59+07:00', true],
    ['at closing', jakarta, '2026-11-21T23:00:00+07:00', false],
    ['midnight', jakarta, '2026-11-21T00:00:00+07:00', false],
    ['past midnight: evening', { ...jakarta, from: '18:00', to: '02:00' }, '2026-11-21T23:30:00+07:00', true],
    ['past midnight: night', { ...jakarta, from: '18:00', to: '02:00' }, '2026-11-22T01:59:00+07:00', true],
    ['past midnight: closed', { ...jakarta, from: '18:00', to: '02:00' }, '2026-11-22T02:00:00+07:00', false],
    [
      'same time twice: always',
      { ...jakarta, from: '00:00', to: '00:00' },
      '2026-11-22T02:00:00+07:00',
      true,
    ],
    ['another zone', { ...jakarta, timeZone: 'Asia/Jayapura' }, '2026-11-21T03:30:00+07:00', true],
  ])('%s', (_name, hours, iso, isOpen) => {
    expect(isOpenAt(hours, at(iso))).toBe(isOpen);
  });

  it('a camera without hours is always watched', () => {
    expect(isOpenAt(undefined, at('2026-11-21T03:00:00+07:00'))).toBe(true);
  });
});
