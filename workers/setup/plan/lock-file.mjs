/** Optional packages of other platforms that an incomplete registry left out of package-lock.json. Pure. */

/**
 * @typedef {{ version?: string, optional?: boolean, dev?: boolean, os?: string[], cpu?: string[], libc?: string[],
 *   optionalDependencies?: Record<string, string> }} Entry
 * @typedef {{ packages: Record<string, Entry> }} Lockfile
 */

/**
 * npm leaves an optional package out of the lock file when the registry does not have it, and `npm ci` then refuses
 * that very lock file ("Missing: … from lock file"). Only exactly pinned versions can be completed.
 * @param {Lockfile} lock
 * @returns {{ path: string, entry: Entry }[]} what is missing; os, cpu and libc as the package's name says
 */
export function missingOptionalEntries(lock) {
  const paths = new Set(Object.keys(lock.packages));
  return Object.entries(lock.packages).flatMap(([parentPath, parent]) =>
    Object.entries(parent.optionalDependencies ?? {})
      .filter(([name]) => !isResolvable(paths, parentPath, name))
      .map(([name, version]) => ({
        path: `node_modules/${name}`,
        entry: lockedEntry(version, parent.dev === true, platformOf(name)),
      })),
  );
}

/** Node's own look-up, from the parent's folder upwards. @param {Set<string>} paths @param {string} from @param {string} name */
function isResolvable(paths, from, name) {
  for (
    let folder = from;
    folder !== '';
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))
  ) {
    if (paths.has(`${folder}/node_modules/${name}`)) return true;
  }
  return paths.has(`node_modules/${name}`);
}

/** Keys in npm's own order. @param {string} version @param {boolean} dev @param {{ os: string, cpu: string, libc: string | undefined }} platform */
function lockedEntry(version, dev, { os, cpu, libc }) {
  return {
    version,
    cpu: [cpu],
    ...(dev ? { dev } : {}),
    ...(libc === undefined ? {} : { libc: [libc] }),
    optional: true,
    os: [os],
  };
}

/** @param {string} name such as `@biomejs/cli-linux-x64-musl` */
function platformOf(name) {
  const [, os, cpu, libc] =
    /-(android|darwin|freebsd|linux|win32)-([a-z0-9]+)(?:-(musl|glibc|gnu))?$/.exec(name) ?? [];
  if (os === undefined || cpu === undefined) throw new Error(`${name}: the name does not tell its platform`);
  return { os, cpu, libc: libc === 'gnu' ? 'glibc' : libc };
}
