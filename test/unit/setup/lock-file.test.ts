import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadPlan } from './load-plan.ts';

const { missingOptionalEntries } = await loadPlan('lock-file');

describe('missingOptionalEntries', () => {
  const parent = (optionalDependencies: Record<string, string>) => ({
    version: '2.0.0',
    dev: true,
    optionalDependencies,
  });

  it('is nothing when every platform is in the lock file', () => {
    const packages = { 'node_modules/a': parent({ 'a-linux-x64': '2.0.0' }), 'node_modules/a-linux-x64': {} };
    expect(missingOptionalEntries({ packages })).toEqual([]);
  });

  it('finds a package that is nested under its parent', () => {
    const packages = {
      'node_modules/b/node_modules/a': parent({ 'a-linux-x64': '2.0.0' }),
      'node_modules/b/node_modules/a-linux-x64': {},
    };
    expect(missingOptionalEntries({ packages })).toEqual([]);
  });

  it('puts back version and platform, so that npm skips it elsewhere', () => {
    const packages = { 'node_modules/a': parent({ '@a/cli-linux-x64-musl': '2.0.0' }) };
    expect(missingOptionalEntries({ packages })).toEqual([
      {
        path: 'node_modules/@a/cli-linux-x64-musl',
        entry: { version: '2.0.0', cpu: ['x64'], dev: true, libc: ['musl'], optional: true, os: ['linux'] },
      },
    ]);
  });

  it('refuses to guess a platform', () => {
    const packages = { 'node_modules/a': parent({ fsevents: '2.0.0' }) };
    expect(() => missingOptionalEntries({ packages })).toThrow(
      'fsevents: the name does not tell its platform',
    );
  });
});

describe('package-lock.json', () => {
  it('is complete: npm ci accepts it (else run: node workers/setup/complete-lock.mjs)', () => {
    const lock = JSON.parse(readFileSync(new URL('../../../package-lock.json', import.meta.url), 'utf8'));
    expect(missingOptionalEntries(lock)).toEqual([]);
  });
});
