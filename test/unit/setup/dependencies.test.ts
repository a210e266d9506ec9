import { describe, expect, it } from 'vitest';
import { loadPlan } from './load-plan.ts';

const { installationMatches, isStampCurrent, npmEnvironment, planHeaders } = await loadPlan('dependencies');

describe('isStampCurrent', () => {
  const now = { lockSha256: 'a', abi: '115', arch: 'x64' };
  it.each([
    ['the same', { ...now }, true],
    ['none yet', undefined, false],
    ['another lock file', { ...now, lockSha256: 'b' }, false],
    ['another major of Node.js', { ...now, abi: '127' }, false],
    ['a folder copied from another machine', { ...now, arch: 'arm64' }, false],
    ['not a stamp', 'x', false],
  ])('%s', (_name, stamp, expected) => {
    expect(isStampCurrent(stamp, now)).toBe(expected);
  });
});

describe('installationMatches', () => {
  const a = { version: '1.0.0', integrity: 'sha512-a' };
  const lock = {
    packages: { '': { version: '0.1.0' }, 'node_modules/a': a, 'node_modules/mac': { ...a, optional: true } },
  };
  it.each([
    ['all there', { packages: { 'node_modules/a': a, 'node_modules/mac': a } }, true],
    ['the optional one of another platform left out', { packages: { 'node_modules/a': a } }, true],
    ['a required one missing', { packages: { 'node_modules/mac': a } }, false],
    ['another version', { packages: { 'node_modules/a': { ...a, version: '1.0.1' } } }, false],
    ['other contents', { packages: { 'node_modules/a': { ...a, integrity: 'sha512-b' } } }, false],
    ['npm was interrupted: it writes its record last', undefined, false],
  ])('%s', (_name, installed, expected) => {
    expect(installationMatches(lock, installed)).toBe(expected);
  });

  it('never holds for an empty or broken lock file', () => {
    expect(installationMatches({}, { packages: {} })).toBe(false);
  });
});

describe('planHeaders', () => {
  const prefix = '/opt/node';
  it.each([
    [
      'nodejs.org, nvm, NodeSource bring them',
      (file: string) => file === '/opt/node/include/node/node.h',
      false,
      { kind: 'there', nodedir: prefix },
    ],
    ["Debian's are a package of their own", () => false, true, { kind: 'debian' }],
    ['a lone copied program has none', () => false, false, { kind: 'missing' }],
  ])('%s', (_name, hasFile, isDebianNode, expected) => {
    expect(planHeaders({ prefix, hasFile, isDebianNode })).toEqual(expected);
  });
});

describe('npmEnvironment', () => {
  const options = { base: { PATH: '/bin', X: '1' }, nodeFolder: '/opt/node/bin', nodedir: '/opt/node' };

  it('keeps every download inside the npm registry and compiles for the running Node.js', () => {
    expect(npmEnvironment(options)).toEqual({
      X: '1',
      PATH: '/opt/node/bin:/bin',
      ONNXRUNTIME_NODE_INSTALL: 'skip',
      npm_config_build_from_source: 'better-sqlite3',
      npm_config_nodedir: '/opt/node',
      JOBS: 'max',
    });
  });

  it("leaves the caller's own headers alone", () => {
    const base = { PATH: '/bin', npm_config_nodedir: '/mine', JOBS: '1' };
    expect(npmEnvironment({ ...options, base })).toMatchObject({ npm_config_nodedir: '/mine', JOBS: '1' });
  });

  it('names no headers when there are none', () => {
    expect(npmEnvironment({ ...options, nodedir: undefined })).not.toHaveProperty('npm_config_nodedir');
  });
});
