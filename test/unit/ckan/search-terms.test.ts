import { describe, expect, it } from 'vitest';
import { CkanError } from '../../../portal/ckan/ckan-error.ts';
import { parseSearch } from '../../../portal/ckan/search-terms.ts';

const DOCUMENT = {
  id: ['kepadatan-lalu-lintas'],
  name: ['kepadatan-lalu-lintas'],
  title: ['Kepadatan Lalu Lintas dari CCTV'],
  organization: ['dishub'],
  tags: ['cctv', 'lalu lintas'],
  res_format: ['CSV', 'JSON'],
  metadata_modified: ['2026-01-06T00:02:00.000000'],
  text: ['Kepadatan Lalu Lintas dari CCTV', 'smp/jam'],
};

describe('parseSearch', () => {
  it.each([
    ['lintas', true],
    ['LINTAS kepadatan', true],
    ['lintas keramaian', false],
    ['"lalu lintas"', true],
    ['"lintas lalu"', false],
    ['lint*', true],
    ['title:kepadatan', true],
    ['tags:"lalu lintas"', true],
    ['tags:lalu', false],
    ['tags:(cctv AND "lalu lintas")', true],
    ['organization:dishub', true],
    ['organization:dinkes OR organization:dishub', true],
    ['-organization:dinkes -organization:dishub', false],
    ['+organization:dishub NOT tags:x', true],
    ['organization:("dinkes" OR "dishub")', true],
    ['res_format:csv', true],
    ['metadata_modified:[2026-01-06T00:02:00Z TO *]', true],
    ['metadata_modified:[2026-01-06T00:02:00.000001Z TO *]', true],
    ['metadata_modified:{2026-01-06T00:02:00Z TO *]', false],
    ['metadata_modified:[2026-01-06T00:02:01Z TO *]', false],
    ['metadata_modified:[* TO 2026-01-05T00:00:00Z]', false],
    ['organization:* AND *:*', true],
    ['groups:*', false],
    ['constructor:x', false],
  ])('%s', (query, isMatch) => {
    expect(parseSearch(query)(DOCUMENT)).toBe(isMatch);
  });

  it.each([
    ...['(a', 'a)', 'a OR', '"open', 'tags:[a b]', `${'('.repeat(20_000)}`],
    // Not understood, it would be compared as a word and find nothing.
    ...['metadata_modified:[NOW-1DAY TO *]', 'metadata_modified:[* TO NOW]'],
  ])('refuses %.20s', (query) => {
    expect(() => parseSearch(query)).toThrow(CkanError);
  });

  it('answers a pattern of many stars at once', () => {
    const match = parseSearch(`title:${'*a'.repeat(400)}b`);
    expect(match({ title: ['a'.repeat(2000)] })).toBe(false);
  });
});
