/** Steps: TypeScript into dist/, the dashboard's page into dist/, the model into var/models/. */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { filesBelow, fingerprint, readJson, sha256OfFile } from '../fingerprint.mjs';
import { SetupProblem } from '../problem.mjs';
import { runOrExplain } from '../run.mjs';

/** @typedef {import('./packages.mjs').Place} Place */

/** The command line, compiled; every verb that does Pantau's own work starts here. */
export const MAIN = 'dist/workers/cli/main.js';
const DEFAULT_MODEL = 'centernet-mobilenetv3';
// `bench` plays its cameras with the tests' RTSP server.
const SOURCE_FOLDERS = ['workers', 'models', 'pipelines', 'portal', 'bench', 'test/support'];
const WEB_FOLDER = 'portal/web';
const WEB_CONFIG = `${WEB_FOLDER}/vite.config.ts`;
/** Where the portal looks for the page. */
const WEB_PAGE = 'dist/portal/web/index.html';
const STAMP = 'dist/.pantau-build.json';

/** @param {Place} place @param {(doing: string) => void} doing @returns {Promise<string>} */
export async function compileSources(place, doing) {
  const { root } = place;
  const now = fingerprint(root, [
    ...SOURCE_FOLDERS,
    'tsconfig.json',
    'tsconfig.build.json',
    'package-lock.json',
  ]);
  if (readStamp(root).server === now && existsSync(path.join(root, MAIN))) return 'tidak berubah · unchanged';
  doing('mengompilasi TypeScript · compiling TypeScript');
  // tsc's incremental record trusts that its outputs are still there.
  if (!existsSync(path.join(root, MAIN))) rmSync(path.join(root, 'dist/.tsbuildinfo'), { force: true });
  await runOrExplain(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
    ...quiet(place, 'build'),
    advice: 'the sources do not compile; after a pull: see that nothing is half merged (git status)',
  });
  dropOutputsWithoutSource(root);
  if (!existsSync(path.join(root, MAIN))) {
    throw new SetupProblem(`${MAIN} was not built: workers/cli/main.ts is missing`, {
      advice: 'this clone is not complete; see git status',
    });
  }
  writeStamp(root, { server: now });
  return 'dist/ selesai · built';
}

/** @param {Place} place @param {(doing: string) => void} doing @returns {Promise<string>} */
export async function buildWeb(place, doing) {
  const { root } = place;
  if (!existsSync(path.join(root, WEB_CONFIG))) return `tidak ada · no ${WEB_CONFIG}`;
  const now = fingerprint(root, ['portal', 'pipelines/domain', 'package-lock.json']);
  if (readStamp(root).web === now && existsSync(path.join(root, WEB_PAGE)))
    return 'tidak berubah · unchanged';
  doing('membangun halaman · building the page');
  await runOrExplain(process.execPath, ['node_modules/vite/bin/vite.js', 'build', WEB_FOLDER], {
    ...quiet(place, 'web'),
    advice: 'the page does not build; after a pull: see that nothing is half merged (git status)',
  });
  if (!existsSync(path.join(root, WEB_PAGE))) {
    throw new SetupProblem(`vite ended well but left no ${WEB_PAGE}`, {
      advice: `see build.outDir in ${WEB_CONFIG}: the portal serves dist/portal/web`,
    });
  }
  writeStamp(root, { web: now });
  return 'selesai · built';
}

/**
 * `models fetch` verifies the file against its card; here only what cannot have changed is skipped: same sources of
 * `models/`, same bytes of every model.
 * @param {Place} place @param {(doing: string) => void} doing @returns {Promise<string>}
 */
export async function prepareModel(place, doing) {
  const { root, env } = place;
  const folder = modelFolder(root, env);
  const stampPath = path.join(folder, '.setup.json');
  const sources = fingerprint(root, ['models', 'package-lock.json']);
  const kept = readJson(stampPath);
  const files = Object.entries(kept?.files ?? {});
  const isKept = files.every(([name, sha256]) => sha256OfFile(path.join(folder, name)) === sha256);
  if (kept?.sources === sources && files.length > 0 && isKept) return `${DEFAULT_MODEL} ada · here`;
  doing(`menyiapkan model · preparing ${DEFAULT_MODEL}`);
  await runOrExplain(process.execPath, [MAIN, 'models', 'fetch', DEFAULT_MODEL], {
    ...quiet(place, 'model'),
    advice: `see the lines above; by hand: npx pantau models fetch ${DEFAULT_MODEL}`,
  });
  const made = modelFiles(folder);
  if (made.length === 0) {
    throw new SetupProblem(`models fetch ended well but left no .onnx in ${folder}`, {
      advice: `see var/log/setup-model.log; by hand: npx pantau models fetch ${DEFAULT_MODEL}`,
    });
  }
  const hashes = Object.fromEntries(made.map((name) => [name, sha256OfFile(path.join(folder, name))]));
  writeFileSync(stampPath, `${JSON.stringify({ sources, files: hashes })}\n`);
  return `${DEFAULT_MODEL} siap · ready`;
}

/** As workers/config.ts resolves it. @param {string} root @param {Place['env']} env */
function modelFolder(root, env) {
  return path.resolve(root, env.PANTAU_MODEL_DIR || path.join(env.PANTAU_DATA_DIR || 'var', 'models'));
}

/** @param {string} folder */
function modelFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.onnx') && name.startsWith(DEFAULT_MODEL))
    .sort();
}

/** A module whose source was removed or renamed must not live on in dist/. @param {string} root */
function dropOutputsWithoutSource(root) {
  const outputs = SOURCE_FOLDERS.flatMap((folder) => filesBelow(root, path.join('dist', folder)));
  for (const output of outputs.filter((file) => file.endsWith('.js.map'))) {
    const source = path.join(root, path.relative('dist', output).replace(/\.js\.map$/, '.ts'));
    const isOurs = !output.startsWith(path.join('dist', WEB_FOLDER));
    if (!isOurs || existsSync(source)) continue;
    rmSync(path.join(root, output), { force: true });
    rmSync(path.join(root, output.replace(/\.map$/, '')), { force: true });
  }
}

/** @param {Place} place @param {string} name */
function quiet({ root, env }, name) {
  return { cwd: root, env, logFile: path.join(root, `var/log/setup-${name}.log`) };
}

/** @param {string} root @returns {{ server?: string, web?: string }} */
function readStamp(root) {
  return readJson(path.join(root, STAMP)) ?? {};
}

/** @param {string} root @param {{ server?: string, web?: string }} change */
function writeStamp(root, change) {
  mkdirSync(path.join(root, 'dist'), { recursive: true });
  writeFileSync(path.join(root, STAMP), `${JSON.stringify({ ...readStamp(root), ...change })}\n`);
}
