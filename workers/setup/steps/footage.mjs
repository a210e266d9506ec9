/** Step: real footage, the same bytes on every machine. */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { sha256OfFile } from '../fingerprint.mjs';
import { FOOTAGE, footageInListing, planFootage } from '../plan/footage.mjs';
import { EXIT_CONFIG, SetupProblem } from '../problem.mjs';
import { findProgram, runOrExplain, runQuietly } from '../run.mjs';
import { aptUpdate, lookAtApt } from './packages.mjs';

/** @typedef {import('./packages.mjs').Place} Place */

/**
 * @param {Place} place @param {(doing: string) => void} doing
 * @returns {Promise<string>}
 */
export async function prepareFootage(place, doing) {
  const kept = path.join(place.root, FOOTAGE.file);
  const installedFile = FOOTAGE.installed.find((file) => existsSync(file));
  const hasApt = findProgram('apt-get', place.env) !== undefined;
  switch (planFootage({ keptSha256: sha256OfFile(kept), installedFile, hasApt })) {
    case 'kept':
      return `${FOOTAGE.file} ada · here`;
    case 'copy':
      keep(kept, readInstalled(String(installedFile)), String(installedFile));
      return `${FOOTAGE.file} dari · from ${installedFile}`;
    case 'download':
      doing(`mengambil · fetching vtest.avi (Debian ${FOOTAGE.debianPackage}, 96 MB)`);
      await fetchFromDebian(place, kept);
      return `${FOOTAGE.file} dari · from Debian ${FOOTAGE.debianPackage}`;
    default:
      throw new SetupProblem(`no ${FOOTAGE.file}, and no apt-get to take it from Debian's opencv-doc`, {
        advice: `put OpenCV's samples/data/vtest.avi there (sha256 ${FOOTAGE.sha256}), or use your own: npm run demo -- --video FILE`,
        exitCode: EXIT_CONFIG,
      });
  }
}

/** @param {string} file */
function readInstalled(file) {
  const bytes = readFileSync(file);
  return file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

/** @param {string} kept @param {Buffer} bytes @param {string} origin */
function keep(kept, bytes, origin) {
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== FOOTAGE.sha256) {
    throw new SetupProblem(`${origin} has sha256 ${found}, expected ${FOOTAGE.sha256}`, {
      advice: 'it is not the footage that the truth belongs to; use your own: npm run demo -- --video FILE',
    });
  }
  mkdirSync(path.dirname(kept), { recursive: true });
  // Renamed into place: a killed set-up never leaves half a file under the real name.
  writeFileSync(`${kept}.part`, bytes);
  renameSync(`${kept}.part`, kept);
}

/**
 * Takes the one file out of the .deb: installing the package would cost 270 MB, and Docker images of Debian leave out
 * /usr/share/doc at installation.
 * @param {Place} place @param {string} kept
 */
async function fetchFromDebian(place, kept) {
  const cache = path.join(place.root, 'var/footage');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(path.join(cache, '.fetch-'));
  try {
    const archive = await downloadPackage(place, folder);
    const options = {
      cwd: folder,
      env: place.env,
      logFile: path.join(place.root, 'var/log/setup-footage.log'),
      advice: 'see that the disk is not full (300 MB are needed for a moment), then run the command again',
    };
    await runOrExplain('sh', ['-c', 'dpkg-deb --fsys-tarfile "$1" > data.tar', 'sh', archive], options);
    await runOrExplain('sh', ['-c', 'tar -tf data.tar > list.txt'], options);
    const inside = footageInListing(readFileSync(path.join(folder, 'list.txt'), 'utf8'));
    if (inside === undefined) {
      throw new SetupProblem(`${path.basename(archive)} has no vtest.avi`, {
        advice: 'this release moved it; use your own: npm run demo -- --video FILE',
      });
    }
    await runOrExplain('tar', ['-xf', 'data.tar', inside], options);
    keep(kept, readInstalled(path.join(folder, inside)), archive);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {Place} place @param {string} folder @returns {Promise<string>} the .deb */
async function downloadPackage(place, folder) {
  const options = {
    cwd: folder,
    env: place.env,
    logFile: path.join(place.root, 'var/log/setup-footage.log'),
  };
  const words = ['-o', 'Acquire::Retries=3', 'download', FOOTAGE.debianPackage];
  if ((await runQuietly('apt-get', words, options)).code !== 0) {
    // A fresh image has no lists of packages yet.
    const { uid, hasSudo, sudoAsks } = await lookAtApt(place, true);
    if (uid === 0 || (hasSudo && !sudoAsks)) await aptUpdate(place, uid === 0 ? [] : ['sudo', '-n']);
    await runOrExplain('apt-get', words, {
      ...options,
      advice:
        'as root: apt-get update; then run the command again, or use your own: npm run demo -- --video FILE',
    });
  }
  const name = readdirSync(folder).find((file) => file.endsWith('.deb'));
  if (name === undefined) throw new SetupProblem('apt-get download left no .deb', { advice: 'run it again' });
  return path.join(folder, name);
}
