import { describe, expect, it } from 'vitest';
import { loadPlan } from './load-plan.ts';

const { isInstalled, planApt, wantedPackages } = await loadPlan('packages');

const names = (packages: { name: string }[]) => packages.map(({ name }) => name);
const DEMO = { programs: true, browser: false, compiler: false, nodeHeaders: false };
const missing = wantedPackages(DEMO).slice(0, 2);
const ordinary = { missing, uid: 1000, hasApt: true, hasSudo: true, sudoAsks: false };

describe('wantedPackages', () => {
  it('is the programs of the main job when node_modules is compiled', () => {
    expect(names(wantedPackages(DEMO))).toEqual(['ffmpeg', 'redis-server', 'util-linux']);
  });

  it('adds the compiler, and the headers of the Node.js of Debian, only when something is compiled', () => {
    const wanted = names(wantedPackages({ ...DEMO, compiler: true, nodeHeaders: true }));
    expect(wanted).toEqual(expect.arrayContaining(['python3', 'make', 'g++', 'libnode-dev']));
  });

  it('adds the browser, the city’s database and the analyst’s pandas for the tests', () => {
    const wanted = names(wantedPackages({ ...DEMO, browser: true }));
    expect(wanted).toEqual(
      expect.arrayContaining(['chromium', 'postgresql', 'python3-pandas', 'python3-matplotlib']),
    );
  });

  it('is only the compiler for the fast loop on a bare machine', () => {
    const wanted = wantedPackages({ programs: false, browser: false, compiler: true, nodeHeaders: false });
    expect(names(wanted)).toEqual(['python3', 'make', 'g++']);
  });
});

describe('isInstalled', () => {
  const has = (programs: string[], folders: string[] = []) => ({
    hasProgram: (name: string) => programs.includes(name),
    hasFolder: (folder: string) => folders.includes(folder),
  });
  const ffmpeg = { name: 'ffmpeg', programs: ['ffmpeg', 'ffprobe'], why: '' };
  const fonts = { name: 'fonts', programs: [], folders: ['/a', '/b'], why: '' };

  it.each([
    ['all programs there', ffmpeg, has(['ffprobe', 'ffmpeg']), true],
    ['one of two programs missing', ffmpeg, has(['ffmpeg']), false],
    ['one of the folders there', fonts, has([], ['/b']), true],
    ['none of the folders there', fonts, has([], ['/c']), false],
  ])('%s', (_name, wanted, machine, expected) => {
    expect(isInstalled(wanted, machine)).toBe(expected);
  });
});

describe('planApt', () => {
  it('does nothing when nothing is missing, whoever asks', () => {
    expect(planApt({ ...ordinary, missing: [], hasApt: false })).toEqual({ kind: 'nothing' });
  });

  it('installs as root without sudo', () => {
    expect(planApt({ ...ordinary, uid: 0, hasSudo: false })).toEqual({
      kind: 'install',
      prefix: [],
      packages: ['ffmpeg', 'redis-server'],
    });
  });

  it('installs through sudo when it asks no password', () => {
    expect(planApt(ordinary)).toMatchObject({ kind: 'install', prefix: ['sudo', '-n'] });
  });

  it('prints one command when sudo wants a password', () => {
    expect(planApt({ ...ordinary, sudoAsks: true })).toEqual({
      kind: 'ask',
      packages: ['ffmpeg', 'redis-server'],
      advice:
        'run this, then the command again:\n  sudo apt-get update && sudo apt-get install -y --no-install-recommends ffmpeg redis-server',
    });
  });

  it('prints one command for su where there is no sudo', () => {
    expect(planApt({ ...ordinary, hasSudo: false }).advice).toContain(
      "su -c 'apt-get update && apt-get install -y --no-install-recommends ffmpeg redis-server'",
    );
  });

  it('names programs and their use where there is no apt-get, even to root', () => {
    const plan = planApt({ ...ordinary, uid: 0, hasApt: false });
    expect(plan).toMatchObject({ kind: 'ask' });
    expect(plan.advice).toContain('  ffmpeg, ffprobe: decodes video\n  redis-server: holds the queue');
  });
});
