import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatIsoUs, parseIsoUs, windowOf } from '../../../pipelines/domain/time.ts';

describe('ISO instants', () => {
  it.each([
    ['1970-01-01T00:00:00Z', 0],
    ['2026-01-05T07:00:00+07:00', 1_767_571_200_000_000],
    ['2026-01-05T00:00:00.000001Z', 1_767_571_200_000_001],
    ['2026-01-05T00:00:00.5Z', 1_767_571_200_500_000],
    ['2024-02-29T23:59:59-03:30', 1_709_263_799_000_000],
    ['1969-12-31T23:59:59.999999Z', -1],
  ])('%s', (text, us) => {
    expect(parseIsoUs(text)).toBe(us);
  });

  it.each([
    ['no offset', '2026-01-05T07:00:00'],
    ['date only', '2026-01-05'],
    ['space for T', '2026-01-05 07:00:00Z'],
    ['29 February of a common year', '2026-02-29T00:00:00Z'],
    ['29 February 1900', '1900-02-29T00:00:00Z'],
    ['month 13', '2026-13-01T00:00:00Z'],
    ['hour 24', '2026-01-01T24:00:00Z'],
    ['leap second', '2016-12-31T23:59:60Z'],
    ['offset without colon', '2026-01-05T07:00:00+0700'],
    ['offset of 20 hours', '2026-01-05T07:00:00+20:00'],
    ['7 decimals', '2026-01-05T07:00:00.1234567Z'],
    ['outside exact integers', '9999-01-01T00:00:00Z'],
  ])('refuses %s', (_name, text) => {
    expect(() => parseIsoUs(text)).toThrow(/allowed|no such day|hours go|years/);
  });

  it('writes no fraction for whole seconds and six digits otherwise', () => {
    expect(formatIsoUs(1_767_571_200_000_000)).toBe('2026-01-05T00:00:00Z');
    expect(formatIsoUs(1_767_571_200_000_010)).toBe('2026-01-05T00:00:00.000010Z');
    expect(() => formatIsoUs(0.5)).toThrow(RangeError);
  });

  it('agrees with Date and with itself for every instant', () => {
    const instants = fc.integer({ min: -9_000_000_000_000_000, max: 9_000_000_000_000_000 });
    fc.assert(
      fc.property(instants, (us) => {
        const text = formatIsoUs(us);
        expect(parseIsoUs(text)).toBe(us);
        expect(Date.parse(text)).toBe(Math.floor(us / 1000));
      }),
    );
  });
});

describe('windows', () => {
  it.each([
    ['first instant belongs to it', 120_000_000, 60, 120_000_000],
    ['last microsecond belongs to it', 179_999_999, 60, 120_000_000],
    ['before 1970', -1, 60, -60_000_000],
    ['hours are whole UTC hours', 1_767_571_234_567_890, 3600, 1_767_571_200_000_000],
  ])('%s', (_name, us, seconds, startUs) => {
    expect(windowOf(us, seconds)).toEqual({ startUs, endUs: startUs + seconds * 1_000_000 });
  });
});
