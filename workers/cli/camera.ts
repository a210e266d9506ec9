/** What `pantau camera add` is to add: of a site file, or one camera by its address. */
import { readFile } from 'node:fs/promises';
import { InvalidArgumentError } from 'commander';
import { loadSiteFile, parseSite, type Site, type SiteCamera } from '../../pipelines/site-file.ts';
import type { Publishing } from '../../portal/reads/camera-register.ts';
import { publishingOf } from '../operations/site-publishing.ts';
import { unknownCamera } from '../register/register.ts';

/** Kinds of sources that have an address. */
export const LIVE_KINDS = ['rtsp', 'hls', 'mjpeg', 'snapshot'];

/** As typed. */
export interface AddOptions {
  readonly site?: string;
  readonly camera?: string;
  readonly url?: string;
  readonly kind?: string;
  readonly fps?: number;
  readonly json?: boolean;
}

/** Cameras and what their file says beside them. */
export interface CamerasToAdd {
  readonly cameras: readonly SiteCamera[];
  readonly windowSeconds: number;
  readonly smallCountBelow?: number;
  readonly publishing?: Publishing;
}

/** @throws AnalysisError `site-invalid`, `camera-unknown`; InvalidArgumentError for options that don't go together. */
export async function camerasToAdd(id: string | undefined, options: AddOptions): Promise<CamerasToAdd> {
  if (options.site !== undefined) {
    refuseBesideSite(id, options);
    const site = await loadSiteFile(options.site);
    const wanted = options.camera ?? id;
    const { windowSeconds } = site;
    const said = { ...(await thresholdOf(options.site, site)), publishing: publishingOf(site) };
    if (wanted === undefined) return { cameras: site.cameras, windowSeconds, ...said };
    const found = site.cameras.filter((camera) => camera.id === wanted);
    if (found.length === 0)
      throw unknownCamera(
        wanted,
        site.cameras.map((camera) => camera.id),
      );
    return { cameras: found, windowSeconds, ...said };
  }
  if (id === undefined || options.url === undefined) {
    throw new InvalidArgumentError(
      'give --site FILE, or an id and --url; pantau camera add --help shows both',
    );
  }
  return parseSite(JSON.stringify(singleCamera(id, options.url, options)), `camera add ${id}`);
}

/** Only what the checked file itself says: its default would lower a threshold that another one raised. */
async function thresholdOf(file: string, site: Site): Promise<Pick<CamerasToAdd, 'smallCountBelow'>> {
  const text = await readFile(file, 'utf8');
  const { privacy } = JSON.parse(text.replace(/^\uFEFF/, '')) as { privacy?: unknown };
  return privacy === undefined ? {} : site.privacy;
}

/** They would be left out without a word. */
function refuseBesideSite(id: string | undefined, options: AddOptions): void {
  const { url, kind, fps, camera } = options;
  const found = Object.entries({ '--url': url, '--kind': kind, '--fps': fps }).flatMap(([name, value]) =>
    value === undefined ? [] : [name],
  );
  if (found.length > 0)
    throw new InvalidArgumentError(`${found.join(', ')}: not allowed with --site; the site file says it`);
  if (id !== undefined && camera !== undefined && id !== camera)
    throw new InvalidArgumentError(`found the cameras ${id} and ${camera}; name one of the site file`);
}

/** A camera without a site file: the whole picture as a zone and a line down its middle, to be refined later. */
export function singleCamera(id: string, url: string, options: { kind?: string; fps?: number }): unknown {
  return {
    version: 1,
    cameras: [
      {
        id,
        source: { kind: options.kind ?? guessKind(url), url },
        ...(options.fps === undefined ? {} : { sampling: { framesPerSecond: options.fps } }),
        ...wholePicture,
      },
    ],
  };
}

/** Zone and line of a camera nobody has drawn for yet. */
export const wholePicture = {
  zones: [
    {
      id: 'seluruh-gambar',
      name: 'Seluruh gambar',
      polygon: [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 1],
      ].map(([x, y]) => ({ x, y })),
    },
  ],
  lines: [
    {
      id: 'tengah',
      name: 'Garis tengah',
      from: { x: 0.5, y: 0 },
      to: { x: 0.5, y: 1 },
      directionNames: { in: 'kanan ke kiri', out: 'kiri ke kanan' },
    },
  ],
};

function guessKind(url: string): string {
  if (/^rtsps?:/i.test(url)) return 'rtsp';
  // The address is not shown: it may hold a password.
  if (!/^https?:/i.test(url) || !URL.canParse(url)) {
    throw new InvalidArgumentError(
      '--url: expected a whole address that begins with rtsp://, rtsps://, http:// or https://, e.g. rtsp://10.1.2.3/stream1',
    );
  }
  const { pathname } = new URL(url);
  if (pathname.endsWith('.m3u8')) return 'hls';
  return /\.jpe?g$/i.test(pathname) ? 'snapshot' : 'mjpeg';
}
