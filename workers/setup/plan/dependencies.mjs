/** Whether node_modules fits package-lock.json, and how native code is compiled without a download. Pure. */

/** The one dependency that is compiled here; every other brings its binary inside its npm package. */
export const NATIVE_PACKAGE = 'better-sqlite3';

/**
 * @typedef {{ lockSha256: string, abi: string, arch: string }} Stamp
 *   Contents of package-lock.json, `process.versions.modules` and `process.arch` that node_modules was made for.
 */

/** @param {unknown} stamp as read from disk @param {Stamp} now */
export function isStampCurrent(stamp, now) {
  const { lockSha256, abi, arch } = /** @type {Partial<Stamp>} */ (stamp ?? {});
  return lockSha256 === now.lockSha256 && abi === now.abi && arch === now.arch;
}

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, devOptional?: boolean }} LockedPackage
 * @typedef {{ packages?: Record<string, LockedPackage> }} Lockfile
 */

/**
 * True when an installation that npm made itself (its hidden `node_modules/.package-lock.json`) is what
 * package-lock.json asks for, so that nothing needs to be installed again. Optional packages are for other platforms.
 * @param {Lockfile} lock @param {Lockfile | undefined} installed
 */
export function installationMatches(lock, installed) {
  const wanted = Object.entries(lock.packages ?? {}).filter(([path]) => path !== '');
  return (
    wanted.length > 0 &&
    wanted.every(([path, { version, integrity, optional, devOptional }]) => {
      const found = installed?.packages?.[path];
      if (found === undefined) return optional === true || devOptional === true;
      return found.version === version && found.integrity === integrity;
    })
  );
}

/**
 * Where node-gyp finds the headers of the running Node.js.
 * @param {{ prefix: string, hasFile: (path: string) => boolean, isDebianNode: boolean }} machine
 *   `isDebianNode`: the program belongs to Debian's own package `nodejs`
 * @returns {{ kind: 'there', nodedir: string } | { kind: 'debian' } | { kind: 'missing' }}
 */
export function planHeaders({ prefix, hasFile, isDebianNode }) {
  if (hasFile(`${prefix}/include/node/node.h`)) return { kind: 'there', nodedir: prefix };
  return isDebianNode ? { kind: 'debian' } : { kind: 'missing' };
}

/**
 * The environment of npm: no download outside the npm registry, and native code compiled for this very Node.js.
 * @param {{ base: Record<string, string | undefined>, nodeFolder: string, nodedir: string | undefined }} options
 * @returns {Record<string, string | undefined>}
 */
export function npmEnvironment({ base, nodeFolder, nodedir }) {
  return {
    ...base,
    PATH: `${nodeFolder}:${base.PATH ?? ''}`,
    // Without it, onnxruntime-node's postinstall asks NuGet for CUDA.
    ONNXRUNTIME_NODE_INSTALL: 'skip',
    // Without it, prebuild-install asks GitHub first, and may hang there. The name, not `true`: one package only.
    npm_config_build_from_source: NATIVE_PACKAGE,
    ...(nodedir === undefined || base.npm_config_nodedir !== undefined
      ? {}
      : { npm_config_nodedir: nodedir }),
    // node-gyp: as many compilers as cores.
    JOBS: base.JOBS ?? 'max',
  };
}
