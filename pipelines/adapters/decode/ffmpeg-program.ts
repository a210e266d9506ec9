/** Where ffmpeg and ffprobe are, which version they have, and within which limits they are started. */
import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { AnalysisError } from '../../errors.ts';
import type { FfmpegVersion } from './ffmpeg-args.ts';

/** Where the programs are and what they may take. */
export interface FfmpegTools {
  /** Default `ffmpeg`, looked up in the system folders. */
  readonly ffmpegPath?: string;
  /** Default `ffprobe`, looked up in the system folders. */
  readonly ffprobePath?: string;
  /** Address space of one process (`prlimit --as`). Default 2 GiB: an 8K H.264 stream fits, a pixel bomb doesn't. */
  readonly memoryLimitBytes?: number;
}

const DEFAULT_MEMORY_LIMIT_BYTES = 2 * 1024 ** 3;
/** The service's own environment holds keys and passwords: the child gets none of it. */
const SEARCH_PATH = ['/usr/local/bin', '/usr/bin', '/bin'];
/** All of the environment that a child gets. */
export const CHILD_ENV = { PATH: SEARCH_PATH.join(delimiter), LC_ALL: 'C' };

/**
 * Version of the installed ffmpeg, looked up once per program.
 * @throws AnalysisError `ffmpeg-missing`, also for one older than 5.0, whose `-timeout` means something else
 */
export async function ffmpegVersion(tools?: FfmpegTools): Promise<FfmpegVersion> {
  const program = await findProgram('ffmpeg', tools);
  const known = versions.get(program) ?? readVersion(program);
  versions.set(program, known);
  known.catch(() => versions.delete(program));
  return known;
}

/** The version in the first line of `ffmpeg -version`; builds from git carry no number and count as newest. */
export function parseVersion(text: string): FfmpegVersion | undefined {
  const match = /^ffmpeg version (?:n?(\d+)\.(\d+)|(N-|git-|\d{4}-))/m.exec(text);
  if (match === null) return undefined;
  if (match[3] !== undefined) return { major: 99, minor: 0 };
  return { major: Number(match[1]), minor: Number(match[2]) };
}

const versions = new Map<string, Promise<FfmpegVersion>>();
const programs = new Map<string, Promise<string | undefined>>();

async function readVersion(program: string): Promise<FfmpegVersion> {
  const text = await new Promise<string>((resolve, reject) => {
    execFile(program, ['-hide_banner', '-version'], { env: CHILD_ENV, timeout: 10_000 }, (error, stdout) =>
      error === null ? resolve(stdout) : reject(missing(`${program} can't be run: ${error.message}`)),
    );
  });
  const version = parseVersion(text);
  if (version === undefined) throw missing(`${program} doesn't say its version`);
  if (version.major < 5) throw missing(`${program} is version ${version.major}.${version.minor}, too old`);
  return version;
}

/**
 * Path of a program.
 * @throws AnalysisError `ffmpeg-missing`
 */
export async function findProgram(command: 'ffmpeg' | 'ffprobe', tools?: FfmpegTools): Promise<string> {
  const wanted = (command === 'ffmpeg' ? tools?.ffmpegPath : tools?.ffprobePath) ?? command;
  const found = await lookUp(wanted);
  if (found === undefined) throw missing(`${wanted} was not found in ${SEARCH_PATH.join(', ')}`);
  return found;
}

function missing(found: string): AnalysisError {
  return new AnalysisError(
    'ffmpeg-missing',
    'start-ffmpeg',
    `${found}. Pantau needs ffmpeg 5.0 or newer with ffprobe: install it with \`apt-get install ffmpeg\`, or give its path.`,
  );
}

/** The first executable of that name; an answer of "nowhere" isn't kept, as it may be installed meanwhile. */
async function lookUp(name: string): Promise<string | undefined> {
  const known = programs.get(name);
  if (known !== undefined) return known;
  const candidates = name.includes('/') ? [name] : SEARCH_PATH.map((folder) => join(folder, name));
  const search = firstExecutable(candidates);
  programs.set(name, search);
  const found = await search;
  if (found === undefined) programs.delete(name);
  return found;
}

async function firstExecutable(candidates: readonly string[]): Promise<string | undefined> {
  for (const path of candidates) {
    const isExecutable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isExecutable) return path;
  }
  return undefined;
}

/** Words before the program that limit its memory and bind its life to ours, as far as the system has them. */
export async function limits(tools?: FfmpegTools): Promise<string[]> {
  const [setpriv, prlimit] = await Promise.all([lookUp('setpriv'), lookUp('prlimit')]);
  const bytes = tools?.memoryLimitBytes ?? DEFAULT_MEMORY_LIMIT_BYTES;
  return [
    ...(setpriv === undefined ? [] : [setpriv, '--pdeathsig', 'KILL']),
    ...(prlimit === undefined ? [] : [prlimit, `--as=${bytes}`]),
  ];
}
