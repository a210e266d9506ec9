/** Which machines Pantau runs on. Pure. */

/** Least minor of each Node.js line that all dependencies accept: vite 8 and eslint 10 are the strictest. */
const LEAST_MINOR = new Map([
  [20, 19],
  [22, 13],
]);
const FIRST_FULL_MAJOR = 24;

/**
 * @param {string} version such as `20.19.0`
 * @returns {string | undefined} what is wrong, or undefined when the version fits
 */
export function nodeProblem(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const least = LEAST_MINOR.get(major);
  if (least !== undefined ? minor >= least : major >= FIRST_FULL_MAJOR) return undefined;
  return `Node.js ${version}; allowed: 20.19 or later of 20, 22.13 or later of 22, 24 and later`;
}

/**
 * @param {{ platform: string, arch: string, isMusl: boolean }} machine
 * @returns {string | undefined} what is wrong, or undefined when the machine fits
 */
export function platformProblem({ platform, arch, isMusl }) {
  // setpriv and /proc keep children from outliving us; ONNX Runtime's npm package has glibc binaries for these two.
  if (platform !== 'linux')
    return `${platform} ${arch}; allowed: Linux (WSL, a virtual machine or Docker do)`;
  if (arch !== 'x64' && arch !== 'arm64') return `linux ${arch}; allowed: x64, arm64`;
  if (isMusl)
    return 'linux with musl (Alpine); allowed: glibc, such as Debian, since ONNX Runtime has no musl build';
  return undefined;
}
