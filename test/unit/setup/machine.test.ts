import { describe, expect, it } from 'vitest';
import { loadPlan } from './load-plan.ts';

const { nodeProblem, platformProblem } = await loadPlan('machine');

describe('nodeProblem', () => {
  it.each(['20.19.0', '20.20.2', '22.13.0', '24.0.0', '26.1.0'])('accepts %s', (version) => {
    expect(nodeProblem(version)).toBeUndefined();
  });

  // 18 is Debian bookworm's; 21 and 23 are odd lines that vite or eslint leave out.
  it.each(['18.20.4', '20.18.3', '21.7.0', '22.12.0', '23.11.0', '8.0.0'])(
    'refuses %s and says what is allowed',
    (version) => {
      expect(nodeProblem(version)).toBe(
        `Node.js ${version}; allowed: 20.19 or later of 20, 22.13 or later of 22, 24 and later`,
      );
    },
  );
});

describe('platformProblem', () => {
  it.each([
    ['Debian on a server', { platform: 'linux', arch: 'x64', isMusl: false }, undefined],
    ['Debian on arm', { platform: 'linux', arch: 'arm64', isMusl: false }, undefined],
    ['a Mac', { platform: 'darwin', arch: 'arm64', isMusl: false }, /^darwin arm64; allowed: Linux/],
    [
      'a 32-bit Raspberry Pi',
      { platform: 'linux', arch: 'arm', isMusl: false },
      /^linux arm; allowed: x64, arm64/,
    ],
    ['Alpine', { platform: 'linux', arch: 'x64', isMusl: true }, /musl \(Alpine\); allowed: glibc/],
  ])('%s', (_name, machine, expected) => {
    const problem = platformProblem(machine);
    if (expected === undefined) expect(problem).toBeUndefined();
    else expect(problem).toMatch(expected);
  });
});
