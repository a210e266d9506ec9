/** Where the demo's real footage comes from. Pure. */

/**
 * PETS 2009 S2.L1, the view of a campus junction that OpenCV ships as `vtest.avi` (768×576, 795 frames).
 * Hash taken from Debian's opencv-doc 4.6.0+dfsg-12.
 */
export const FOOTAGE = {
  file: 'var/footage/vtest.avi',
  sha256: '45cddc9490be69345cbdab64ca583be65987e864ca408038e648db99e10516cf',
  debianPackage: 'opencv-doc',
  /** Inside the package; some releases compress it. */
  insidePackage: /^\.\/usr\/share\/doc\/[^ ]*\/vtest\.avi(\.gz)?$/,
  installed: [
    '/usr/share/doc/opencv-doc/examples/data/vtest.avi',
    '/usr/share/doc/opencv-doc/examples/data/vtest.avi.gz',
  ],
};

/**
 * @param {{ keptSha256: string | undefined, installedFile: string | undefined, hasApt: boolean }} machine
 * @returns {'kept' | 'copy' | 'download' | 'ask'}
 */
export function planFootage({ keptSha256, installedFile, hasApt }) {
  if (keptSha256 === FOOTAGE.sha256) return 'kept';
  if (installedFile !== undefined) return 'copy';
  return hasApt ? 'download' : 'ask';
}

/**
 * @param {string} listing names of the package's files, one a line
 * @returns {string | undefined}
 */
export function footageInListing(listing) {
  return listing.split('\n').find((name) => FOOTAGE.insidePackage.test(name));
}
