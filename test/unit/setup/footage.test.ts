import { describe, expect, it } from 'vitest';
import { loadPlan } from './load-plan.ts';

const { FOOTAGE, footageInListing, planFootage } = await loadPlan('footage');

describe('planFootage', () => {
  const installedFile = '/usr/share/doc/opencv-doc/examples/data/vtest.avi';
  const bare = { keptSha256: undefined, installedFile: undefined, hasApt: true };
  it.each([
    ['kept with the right bytes', { ...bare, keptSha256: FOOTAGE.sha256, hasApt: false }, 'kept'],
    ['kept with wrong bytes', { ...bare, keptSha256: 'ff' }, 'download'],
    ['installed by Debian', { ...bare, installedFile }, 'copy'],
    ['a bare machine', bare, 'download'],
    ['no apt-get', { ...bare, hasApt: false }, 'ask'],
  ])('%s', (_name, machine, expected) => {
    expect(planFootage(machine)).toBe(expected);
  });
});

describe('footageInListing', () => {
  it.each([
    ['plain', './usr/share/doc/opencv-doc/examples/data/vtest.avi'],
    ['compressed', './usr/share/doc/opencv-doc/examples/data/vtest.avi.gz'],
  ])('finds the %s file', (_name, name) => {
    expect(footageInListing(`./\n./usr/share/doc/opencv-doc/examples/data/Megamind.avi\n${name}\n`)).toBe(
      name,
    );
  });

  it('never takes a file from elsewhere', () => {
    expect(
      footageInListing('./etc/vtest.avi\n/usr/share/doc/x/vtest.avi\n./usr/share/doc/x/vtest.avi.sh'),
    ).toBeUndefined();
  });
});
