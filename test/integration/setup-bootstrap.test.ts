/** The whole set-up in a small clone, where apt-get, npm, tsc and the command line are stand-ins that write down each call. */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const SETUP = path.resolve(import.meta.dirname, '../../workers/setup');
const SYSTEM_PROGRAMS = ['sh', 'env', 'mkdir', 'cat', 'cp', 'touch', 'chmod', 'true'];
const ALREADY_THERE = ['redis-server', 'setpriv', 'prlimit', 'flock', 'python3', 'make', 'g++'];
const LOCK = {
  packages: { '': {}, 'node_modules/better-sqlite3': { version: '1.0.0', integrity: 'sha512-x' } },
};

/** Stands in for the compiled command line; what it was asked is in calls.log. */
const MAIN_JS = `
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
const words = process.argv.slice(2);
appendFileSync('calls.log', 'pantau ' + words.join(' ') + '\\n');
if (words[0] === 'models') {
  mkdirSync('var/models', { recursive: true });
  writeFileSync('var/models/centernet-mobilenetv3.onnx', 'weights');
} else if (words.includes('--wait')) {
  process.on('SIGTERM', () => process.exit(7));
  setInterval(() => undefined, 1000);
  console.log('waiting');
} else process.exitCode = 5;
`;

let root: string;
let bin: string;
let children: ChildProcess[] = [];

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'pantau-setup-'));
  bin = path.join(root, 'bin');
  mkdirSync(bin);
  cpSync(SETUP, path.join(root, 'workers/setup'), { recursive: true });
  write('package.json', '{"type":"module"}');
  write('package-lock.json', JSON.stringify(LOCK));
  write('workers/cli/main.ts', 'export {};');
  write('portal/web/vite.config.ts', 'export {};');
  write('models/card.ts', 'export {};');
  for (const [name, text] of Object.entries(STAND_INS)) write(`stand-ins/${name}`, text);
  for (const name of SYSTEM_PROGRAMS) symlinkSync(`/bin/${name}`, path.join(bin, name));
  symlinkSync(process.execPath, path.join(bin, 'node'));
  for (const name of ALREADY_THERE) program(name, 'exit 0');
  program('sudo', 'shift; exec "$@"');
  program(
    'apt-get',
    `for w in "$@"; do [ "$w" = ffmpeg ] && cp "${bin}/make" "${bin}/ffmpeg" && cp "${bin}/make" "${bin}/ffprobe"; done; exit 0`,
    'apt-get',
  );
  program('npm', `sh "${root}/stand-ins/npm.sh" "$@"`, 'npm');
});

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
  rmSync(root, { recursive: true, force: true });
});

/** `ci` lays out a tree as npm would; the compilers in it write down that they ran. */
const NPM_SH = `
if [ "$1" = ci ]; then
  mkdir -p node_modules/better-sqlite3 node_modules/typescript/bin node_modules/vite/bin
  cp package-lock.json node_modules/.package-lock.json
  cp stand-ins/sqlite.js node_modules/better-sqlite3/index.js
  cp stand-ins/tsc.cjs node_modules/typescript/bin/tsc
  cp stand-ins/vite.cjs node_modules/vite/bin/vite.js
  echo '{}' > node_modules/vite/package.json
  echo '{}' > node_modules/typescript/package.json
  echo '{}' > node_modules/better-sqlite3/package.json
else
  mkdir -p node_modules/better-sqlite3/build
  cp stand-ins/native.js node_modules/better-sqlite3/build/native.js
fi
`;

const STAND_INS = {
  'main.js': MAIN_JS,
  'npm.sh': NPM_SH,
  'native.js': '',
  'sqlite.js': `module.exports = class { constructor() { require('./build/native.js'); } close() {} };`,
  'tsc.cjs': `
const fs = require('node:fs');
fs.appendFileSync('calls.log', 'tsc\\n');
fs.mkdirSync('dist/workers/cli', { recursive: true });
fs.copyFileSync('stand-ins/main.js', 'dist/workers/cli/main.js');
`,
  'vite.cjs': `
const fs = require('node:fs');
fs.appendFileSync('calls.log', 'vite\\n');
fs.mkdirSync('dist/portal/web', { recursive: true });
fs.writeFileSync('dist/portal/web/index.html', '');
`,
};

function write(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
}

/** A program of the small machine; with `logAs`, each call is written down. */
function program(name: string, script: string, logAs?: string): void {
  const log = logAs === undefined ? '' : `echo "${logAs} $*" >> "${root}/calls.log"\n`;
  writeFileSync(path.join(bin, name), `#!/bin/sh\n${log}${script}\n`);
  chmodSync(path.join(bin, name), 0o755);
}

/** What was called since the last look. */
function takeCalls(): string[] {
  const file = path.join(root, 'calls.log');
  const calls = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  rmSync(file, { force: true });
  return calls;
}

function start(words: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [path.join(root, 'workers/setup/bootstrap.mjs'), ...words], {
    cwd: root,
    env: { PATH: bin, HOME: root, CI: 'true' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  return child;
}

async function finish(child: ChildProcess): Promise<{ code: number | null; output: string }> {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}

const bootstrap = (...words: string[]) => finish(start(words));

describe('bootstrap in a bare clone', () => {
  it('does every step once, hands on the arguments and the exit code', async () => {
    const { code, output } = await bootstrap('demo', '--video', 'a b.mp4');
    expect(output).toContain('… Paket Debian · Debian packages: memasang · installing ffmpeg');
    expect(code, output).toBe(5);
    expect(takeCalls()).toEqual([
      expect.stringMatching(/^apt-get .* update$/),
      expect.stringMatching(/^apt-get .* install -y --no-install-recommends ffmpeg$/),
      'npm ci --ignore-scripts --include=dev --no-audit --no-fund',
      'npm rebuild better-sqlite3 --ignore-scripts=false --foreground-scripts',
      'tsc',
      'vite',
      'pantau models fetch centernet-mobilenetv3',
      'pantau demo --video a b.mp4',
    ]);
  });

  it('has nothing to do the second time, and asks no network', async () => {
    await bootstrap('demo', '--video', 'a.mp4');
    takeCalls();
    for (const name of ['apt-get', 'npm', 'sudo']) program(name, 'exit 99', name);
    const { code, output } = await bootstrap('demo', '--video', 'a.mp4');
    expect(takeCalls(), output).toEqual(['pantau demo --video a.mp4']);
    expect(code).toBe(5);
  });

  it('does again only what a change calls for', async () => {
    await bootstrap('demo', '--video', 'a.mp4');
    takeCalls();
    write('workers/cli/main.ts', 'export const changed = 1;');
    await bootstrap('demo', '--video', 'a.mp4');
    expect(takeCalls()).toEqual(['tsc', 'pantau demo --video a.mp4']);
    write('portal/web/page.tsx', 'export {};');
    await bootstrap('demo', '--video', 'a.mp4');
    expect(takeCalls()).toEqual(['tsc', 'vite', 'pantau demo --video a.mp4']);
    write('var/models/centernet-mobilenetv3.onnx', 'damaged');
    await bootstrap('demo', '--video', 'a.mp4');
    expect(takeCalls()).toEqual(['pantau models fetch centernet-mobilenetv3', 'pantau demo --video a.mp4']);
    const changed = { packages: { ...LOCK.packages, 'node_modules/new': { version: '1.0.0' } } };
    write('package-lock.json', JSON.stringify(changed));
    await bootstrap('demo', '--video', 'a.mp4');
    expect(takeCalls()).toContain('npm ci --ignore-scripts --include=dev --no-audit --no-fund');
  });

  it('takes over an installation that npm made by hand', async () => {
    await bootstrap('demo', '--video', 'a.mp4');
    takeCalls();
    rmSync(path.join(root, 'node_modules/.pantau-setup.json'));
    await bootstrap('demo', '--video', 'a.mp4');
    expect(takeCalls()).toEqual(['pantau demo --video a.mp4']);
  });

  it('lets two runs at once do each step once', async () => {
    const runs = await Promise.all([bootstrap('demo', '--video', 'a'), bootstrap('demo', '--video', 'b')]);
    const calls = takeCalls();
    expect(
      calls.filter((call) => call === 'tsc'),
      runs.map(({ output }) => output).join('\n'),
    ).toHaveLength(1);
    expect(calls.filter((call) => call.startsWith('npm ci'))).toHaveLength(1);
    expect(calls).toEqual(expect.arrayContaining(['pantau demo --video a', 'pantau demo --video b']));
  });

  it('gives signals to the verb, whose exit code is its own', async () => {
    await bootstrap('demo', '--video', 'a.mp4');
    const child = start(['demo', '--video', 'a.mp4', '--wait']);
    child.stdout?.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('waiting')) child.kill('SIGTERM');
    });
    expect((await finish(child)).code).toBe(7);
  });
});

describe('a step that fails', () => {
  it('prints the one command when packages are missing and nobody may install them', async () => {
    rmSync(path.join(bin, 'apt-get'));
    const { code, output } = await bootstrap('demo', '--video', 'a.mp4');
    expect(code).toBe(78);
    expect(output).toContain('missing: ffmpeg');
    expect(output).toContain('ffmpeg, ffprobe: decodes video');
    expect(takeCalls()).toEqual([]);
  });

  it('shows the last lines of npm and what to do', async () => {
    write('stand-ins/npm.sh', 'echo "npm error network ENOTFOUND"; exit 1');
    const { code, output } = await bootstrap('demo', '--video', 'a.mp4');
    expect(code).toBe(1);
    expect(output).toContain('npm error network ENOTFOUND');
    expect(output).toContain('→ see that the npm registry is reached');
  });

  it('says so when the compiled package does not load', async () => {
    write('stand-ins/native.js', 'throw new Error("another Node.js");');
    const { code, output } = await bootstrap('demo', '--video', 'a.mp4');
    expect(code).toBe(1);
    expect(output).toContain('better-sqlite3 was compiled but does not load');
  });

  it('refuses a verb that does not exist, before any work', async () => {
    const { code, output } = await bootstrap('dmeo');
    expect(code).toBe(64);
    expect(output).toContain('no such verb: dmeo; known: setup, demo');
    expect(takeCalls()).toEqual([]);
  });
});
