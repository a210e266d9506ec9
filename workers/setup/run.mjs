/** Child processes of the set-up: quiet with a log file, or on the caller's terminal. */
import { spawn } from 'node:child_process';
import { accessSync, constants, createWriteStream, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { SetupProblem } from './problem.mjs';

const TAIL_LINES = 25;
const TAIL_CHARACTERS = 16_000;
const FORWARDED_SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * Absolute path of a program in the PATH: only what is found there can be started later by its name.
 * @param {string} name @param {Record<string, string | undefined>} env
 * @returns {string | undefined}
 */
export function findProgram(name, env) {
  const folders = (env.PATH ?? '').split(path.delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => path.resolve(folder, name)).find(isExecutable);
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * Runs to the end without standard input.
 * @param {string} command @param {readonly string[]} args
 * @param {{ cwd: string, env: Record<string, string | undefined>, logFile?: string }} options
 * @returns {Promise<{ code: number, output: string }>} `output`: the last part of stdout and stderr together
 */
export async function runQuietly(command, args, { cwd, env, logFile }) {
  if (logFile !== undefined) mkdirSync(path.dirname(logFile), { recursive: true });
  const log = logFile === undefined ? undefined : createWriteStream(logFile, { flags: 'a' });
  log?.write(`$ ${command} ${args.join(' ')}\n`);
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const collect = (/** @type {Buffer} */ chunk) => {
    log?.write(chunk);
    output = (output + chunk.toString()).slice(-TAIL_CHARACTERS);
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const code = await exitCodeOf(child, { isOnTerminal: false });
  log?.end();
  return { code, output };
}

/**
 * Like `runQuietly`, but a failure becomes a SetupProblem that shows the end of the output.
 * @param {string} command @param {readonly string[]} args
 * @param {{ cwd: string, env: Record<string, string | undefined>, logFile: string, advice: string }} options
 */
export async function runOrExplain(command, args, options) {
  const { code, output } = await runQuietly(command, args, options);
  if (code === 0) return;
  // npm ends a refusal with a page of its own options; the reason stands before it.
  const [said = ''] = output.split('\nnpm error Clean install a project');
  const tail = said.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
  const shown = `${path.basename(command)} ${args.join(' ')}`;
  throw new SetupProblem(
    `${shown}\nended with exit code ${code}; its last lines (all in ${options.logFile}):\n${tail}`,
    {
      advice: options.advice,
    },
  );
}

/**
 * Runs on the caller's terminal; signals are passed on.
 * @param {string} command @param {readonly string[]} args
 * @param {{ cwd: string, env: Record<string, string | undefined> }} options
 * @returns {Promise<number>} its exit code; 128 + signal number when a signal ended it
 */
export function runOnTerminal(command, args, options) {
  return exitCodeOf(spawn(command, args, { ...options, stdio: 'inherit' }), {
    isOnTerminal: process.stdin.isTTY === true,
  });
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {{ isOnTerminal: boolean }} options on a terminal, Ctrl-C reaches the child without our help
 * @returns {Promise<number>}
 */
function exitCodeOf(child, { isOnTerminal }) {
  return new Promise((resolve) => {
    const handlers = FORWARDED_SIGNALS.map((signal) => {
      const pass = () => {
        if (signal !== 'SIGINT' || !isOnTerminal) child.kill(signal);
      };
      process.on(signal, pass);
      return /** @type {const} */ ([signal, pass]);
    });
    const finish = (/** @type {number} */ code) => {
      for (const [signal, pass] of handlers) process.off(signal, pass);
      resolve(code);
    };
    child.once('error', () => finish(127));
    child.once('close', (code, signal) => finish(code ?? 128 + signalNumber(signal)));
  });
}

/** @param {NodeJS.Signals | null} signal */
function signalNumber(signal) {
  return { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }[/** @type {'SIGINT'} */ (signal)] ?? 0;
}
