/** `pantau camera …`: the register of cameras. Changes reach the workers with the portal's next reconciling pass. */
import { type Command, InvalidArgumentError } from 'commander';
import { recordedReference } from '../../pipelines/adapters/guard/recorded-reference.ts';
import { openRecording } from '../../pipelines/recording.ts';
import { loadSiteFile, parseSite, type SiteCamera } from '../../pipelines/site-file.ts';
import type { Publishing } from '../../portal/reads/camera-register.ts';
import { requireKnownModels } from '../camera-models.ts';
import { readConfig } from '../config.ts';
import { publishingOf } from '../operations/site-publishing.ts';
import { unknownCamera } from '../register/register.ts';
import { withRegister } from './connect.ts';
import { formatTable, say } from './output.ts';

interface AddOptions {
  readonly site?: string;
  readonly camera?: string;
  readonly url?: string;
  readonly kind?: string;
  readonly fps?: number;
  readonly json?: boolean;
}

const ADD_EXAMPLES = `
Examples:
  pantau camera add --site situs.json                      every camera of the file
  pantau camera add --site situs.json --camera simpang-5   one of them
  pantau camera add simpang-5 --url rtsp://admin:rahasia@10.1.2.3/stream1
                                                           no file: the whole picture is one zone, a line down the middle
The password is sealed (AES-256-GCM) and never shown again. Private networks must be allowed by
PANTAU_CAMERA_NETWORKS (for example 10.1.0.0/16).`;

export function addCamera(program: Command): void {
  const camera = program.command('camera').description('daftar kamera / the register of cameras');
  camera
    .command('add')
    .description('tambah atau ubah kamera / add or change cameras')
    .argument('[id]', 'id of a single camera without a site file')
    .option('--site <file>', 'site file')
    .option('--camera <id>', 'only this camera of the site file')
    .option('--url <url>', 'address of a single camera: rtsp, rtsps, http, https')
    .option('--kind <kind>', 'hls, mjpeg or snapshot for http addresses; guessed from the address otherwise')
    .option('--fps <n>', 'pictures per second to analyse', Number)
    .option('--json', 'for machines')
    .addHelpText('after', ADD_EXAMPLES)
    .action(add);
  camera
    .command('list')
    .description('kamera terdaftar / registered cameras')
    .option('--json', 'for machines')
    .action(list);
  camera
    .command('remove')
    .description('hapus kamera; datanya tetap / remove a camera; its data stay')
    .argument('<id>')
    .action((id: string) => {
      withRegister((register) => {
        if (!register.remove(id))
          throw unknownCamera(
            id,
            register.list().map((entry) => entry.cameraId),
          );
      });
      say(`${id}: dihapus / removed`);
    });
  camera
    .command('reference')
    .description(
      'acuan adegan dari rekaman / what an unmoved camera sees, for the site file’s sceneReference',
    )
    .argument('<file>', 'half a minute or more of the view on which zones and lines were drawn')
    .action(reference);
  for (const [verb, enabled, text] of [
    ['pause', false, 'hentikan sementara / stop watching, keep the camera'],
    ['resume', true, 'lanjutkan / watch again'],
  ] as const) {
    camera
      .command(verb)
      .description(text)
      .argument('<id>')
      .action((id: string) => {
        withRegister((register) => register.setEnabled(id, enabled));
        say(`${id}: ${verb}`);
      });
  }
}

async function add(id: string | undefined, options: AddOptions): Promise<void> {
  const { cameras, windowSeconds, smallCountBelow, publishing } = await camerasToAdd(id, options);
  const config = readConfig();
  await requireKnownModels(cameras, config);
  const results = withRegister((register) => {
    if (smallCountBelow !== undefined) register.setSmallCountBelow(smallCountBelow);
    if (publishing !== undefined) register.setPublishing(publishing);
    return cameras.map((camera) => register.put(camera, windowSeconds));
  }, config);
  if (options.json === true) {
    say(
      JSON.stringify(
        results.map(({ entry, changed }) => ({
          cameraId: entry.cameraId,
          revision: entry.revision,
          changed,
        })),
      ),
    );
    return;
  }
  for (const { entry, changed } of results) {
    say(
      `${entry.cameraId}: ${changed ? 'disimpan / saved' : 'tidak berubah / unchanged'} (${entry.sourceKind} ${entry.sourceShown})`.trim(),
    );
  }
}

async function reference(file: string): Promise<void> {
  const { signal } = new AbortController();
  const { source } = await openRecording({ path: file, startUs: 0 }, signal);
  say(await recordedReference(source, signal));
}

async function camerasToAdd(
  id: string | undefined,
  options: AddOptions,
): Promise<{
  cameras: readonly SiteCamera[];
  windowSeconds: number;
  smallCountBelow?: number;
  publishing?: Publishing;
}> {
  if (options.site !== undefined) {
    const site = await loadSiteFile(options.site);
    const wanted = options.camera ?? id;
    const { smallCountBelow } = site.privacy;
    const publishing = publishingOf(site);
    if (wanted === undefined) return { ...site, smallCountBelow, publishing };
    const found = site.cameras.filter((camera) => camera.id === wanted);
    if (found.length === 0)
      throw unknownCamera(
        wanted,
        site.cameras.map((camera) => camera.id),
      );
    return { cameras: found, windowSeconds: site.windowSeconds, smallCountBelow, publishing };
  }
  if (id === undefined || options.url === undefined) {
    throw new InvalidArgumentError(
      'give --site FILE, or an id and --url; pantau camera add --help shows both',
    );
  }
  return parseSite(JSON.stringify(singleCamera(id, options.url, options)), `camera add ${id}`);
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

function list(options: { json?: boolean }): void {
  const entries = withRegister((register) => register.list());
  if (options.json === true) {
    say(
      JSON.stringify(
        entries.map(({ sourceSealed: _sealed, ...entry }) => entry),
        null,
        2,
      ),
    );
    return;
  }
  if (entries.length === 0) {
    say('(belum ada kamera / no camera yet: pantau camera add --help)');
    return;
  }
  const rows = entries.map((entry) => [
    entry.cameraId,
    entry.enabled ? 'ya/yes' : 'jeda/paused',
    `${entry.sourceKind} ${entry.sourceShown}`.trim(),
    entry.definition.sampling.framesPerSecond,
    entry.definition.zones.length,
    entry.definition.lines.length,
  ]);
  say(formatTable(['id', 'aktif/on', 'sumber/source', 'fps', 'zona', 'garis'], rows));
}
