/** Which Debian packages are missing, and who may install them. Pure. */

/**
 * @typedef {object} Wanted A Debian package and how its presence is seen without asking dpkg.
 * @property {string} name Debian's name
 * @property {readonly string[]} programs all must be on the PATH (for `anyProgram`: one of them)
 * @property {boolean} [anyProgram]
 * @property {readonly string[]} [folders] folders or files of which one must exist
 * @property {string} why
 */

/** @type {readonly Wanted[]} */
const PROGRAMS = [
  { name: 'ffmpeg', programs: ['ffmpeg', 'ffprobe'], why: 'decodes video' },
  { name: 'redis-server', programs: ['redis-server'], why: 'holds the queue' },
  {
    name: 'util-linux',
    programs: ['setpriv', 'prlimit', 'flock'],
    why: 'ends and limits child processes, locks the data folder',
  },
];

/** @type {readonly Wanted[]} */
const COMPILER = [
  { name: 'python3', programs: ['python3'], why: 'compiles better-sqlite3' },
  { name: 'make', programs: ['make'], why: 'compiles better-sqlite3' },
  { name: 'g++', programs: ['g++'], why: 'compiles better-sqlite3' },
];

/** @type {readonly Wanted[]} */
const BROWSER = [
  { name: 'chromium', programs: ['chromium'], why: 'tests the dashboard' },
  {
    name: 'fonts-dejavu-core',
    programs: [],
    folders: ['/usr/share/fonts/truetype'],
    why: 'tests the dashboard',
  },
  { name: 'procps', programs: ['pgrep', 'ps'], why: 'tests that no process is left' },
  {
    name: 'postgresql',
    programs: [],
    // Debian keeps the server off the PATH, below its version; a client alone has the folder, but not this file.
    folders: [15, 16, 17, 18, 19, 20].map((version) => `/usr/lib/postgresql/${version}/bin/postgres`),
    why: 'tests the store of a city',
  },
  {
    name: 'python3-pandas',
    programs: [],
    folders: ['/usr/lib/python3/dist-packages/pandas'],
    why: 'tests the walk of an analyst',
  },
  {
    name: 'python3-matplotlib',
    programs: [],
    folders: ['/usr/lib/python3/dist-packages/matplotlib'],
    why: 'tests the walk of an analyst',
  },
];

/** @type {Wanted} */
const NODE_HEADERS = {
  name: 'libnode-dev',
  programs: [],
  folders: ['/usr/include/node'],
  why: 'compiles better-sqlite3 for the Node.js of Debian',
};

/**
 * @param {{ programs: boolean, browser: boolean, compiler: boolean, nodeHeaders: boolean }} needs
 * @returns {Wanted[]}
 */
export function wantedPackages(needs) {
  return [
    ...(needs.programs ? PROGRAMS : []),
    ...(needs.compiler ? COMPILER : []),
    ...(needs.nodeHeaders ? [NODE_HEADERS] : []),
    ...(needs.browser ? BROWSER : []),
  ];
}

/**
 * @param {Wanted} wanted
 * @param {{ hasProgram: (name: string) => boolean, hasFolder: (path: string) => boolean }} machine
 */
export function isInstalled(wanted, machine) {
  const { programs, folders = [] } = wanted;
  return programs.every(machine.hasProgram) && (folders.length === 0 || folders.some(machine.hasFolder));
}

/**
 * @typedef {{ kind: 'nothing' }
 *   | { kind: 'install', prefix: string[], packages: string[] }
 *   | { kind: 'ask', packages: string[], advice: string }} AptPlan
 */

/**
 * What to do about missing packages: nothing, install them (`prefix` is put before apt-get), or ask the person.
 * @param {{ missing: readonly Wanted[], uid: number, hasApt: boolean, hasSudo: boolean, sudoAsks: boolean }} machine
 *   `hasSudo`: the program is there; `sudoAsks`: it wants a password
 * @returns {AptPlan}
 */
export function planApt({ missing, uid, hasApt, hasSudo, sudoAsks }) {
  if (missing.length === 0) return { kind: 'nothing' };
  const packages = missing.map((wanted) => wanted.name);
  if (!hasApt) {
    const lines = missing.map(
      ({ name, programs, why }) => `  ${programs.length > 0 ? programs.join(', ') : name}: ${why}`,
    );
    return {
      kind: 'ask',
      packages,
      advice: `this system has no apt-get; install these yourself, then run the command again:\n${lines.join('\n')}`,
    };
  }
  if (uid === 0) return { kind: 'install', prefix: [], packages };
  if (hasSudo && !sudoAsks) return { kind: 'install', prefix: ['sudo', '-n'], packages };
  return {
    kind: 'ask',
    packages,
    advice: `run this, then the command again:\n  ${byHand(packages, hasSudo)}`,
  };
}

/** @param {readonly string[]} packages @param {boolean} hasSudo */
function byHand(packages, hasSudo) {
  const install = `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  return hasSudo ? `sudo apt-get update && sudo ${install}` : `su -c 'apt-get update && ${install}'`;
}
