/** `pantau camera …`: the register of cameras. Changes reach the workers with the portal's next reconciling pass. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { recordedReference } from '../../pipelines/adapters/guard/recorded-reference.ts';
import { AnalysisError } from '../../pipelines/errors.ts';
import { openRecording } from '../../pipelines/recording.ts';
import type { SiteCamera } from '../../pipelines/site-file.ts';
import { requireKnownModels } from '../camera-models.ts';
import type { CameraEntry } from '../cluster/cameras.ts';
import { type Config, readConfig } from '../config.ts';
import { changedPublishing } from '../operations/site-publishing.ts';
import { allowedSource } from '../operations/sources.ts';
import { type Register, unknownCamera } from '../register/register.ts';
import { type Deed, withNotedChange } from './audit.ts';
import { type AddOptions, type CamerasToAdd, camerasToAdd, LIVE_KINDS } from './camera.ts';
import { withRegister } from './connect.ts';
import { formatTable, remark, say } from './output.ts';

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
    .addOption(
      new Option('--kind <kind>', 'kind of the address; guessed from it otherwise').choices(LIVE_KINDS),
    )
    .option('--fps <n>', 'pictures per second to analyse', parseFps)
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
    .action(async (id: string) => {
      await noted('camera.remove', id, (register) => {
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
      .action(async (id: string) => {
        await noted(`camera.${verb}`, id, (register) => register.setEnabled(id, enabled));
        say(`${id}: ${enabled ? 'dilanjutkan / resumed' : 'dijeda / paused'}`);
      });
  }
}

/** A change of one camera, with its entry in the audit log. */
async function noted(action: string, id: string, change: (register: Register) => unknown): Promise<void> {
  await withNotedChange(() => {
    withRegister(change);
    return { result: undefined, deeds: [{ action, target: id }] };
  });
}

async function add(id: string | undefined, options: AddOptions): Promise<void> {
  const wish = await camerasToAdd(id, options);
  const { cameras } = wish;
  const config = readConfig();
  await requireKnownModels(cameras, config);
  const results = await withNotedChange(() => {
    const { changes, settings } = putAll(wish, config);
    const cameraDeeds = changes.flatMap(({ entry, changed }) =>
      changed ? [{ action: 'camera.put', target: entry.cameraId }] : [],
    );
    return { result: changes, deeds: [...cameraDeeds, ...settings] };
  });
  await remarkRefused(cameras, config);
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
      `${entry.cameraId}: ${changed ? 'disimpan / saved' : 'tidak berubah / unchanged'} (${sourceText(entry)})`,
    );
  }
}

/** All of them, or none where one fails. */
function putAll(wish: CamerasToAdd, config: Config) {
  const { cameras, windowSeconds, smallCountBelow, publishing } = wish;
  return withRegister((register) => {
    const changes: ReturnType<typeof register.put>[] = [];
    const settings = changedSettings(register, wish);
    register.atOnce(() => {
      if (smallCountBelow !== undefined) register.setSmallCountBelow(smallCountBelow);
      if (publishing !== undefined) register.setPublishing(publishing);
      for (const camera of cameras) changes.push(register.put(camera, windowSeconds));
    });
    return { changes, settings };
  }, config);
}

/** Worded as by the console's import. */
function changedSettings(
  register: Register,
  { smallCountBelow: to, publishing = {} }: CamerasToAdd,
): readonly Deed[] {
  const from = register.smallCountBelow();
  const fields = changedPublishing(register.publishing(), publishing);
  const isOther = to !== undefined && to !== from;
  return [
    ...(fields.length === 0 ? [] : [{ action: 'site.put', target: 'publishing', detail: fields.join(', ') }]),
    ...(isOther
      ? [{ action: 'site.put', target: 'privacy', detail: `smallCountBelow: ${from ?? '–'} → ${to}` }]
      : []),
  ];
}

/** The camera is kept, as its network may be allowed where the workers run; a surprise it should not be. */
async function remarkRefused(cameras: readonly SiteCamera[], config: Config): Promise<void> {
  for (const { id, source } of cameras) {
    if (source === undefined || source.kind === 'recording') continue;
    await allowedSource(source, config).catch((error: unknown) => {
      if (!(error instanceof AnalysisError)) throw error;
      remark(`pantau: ${id}: workers with these settings will not open it: ${error.message}`);
    });
  }
}

async function reference(file: string): Promise<void> {
  const { signal } = new AbortController();
  const { source } = await openRecording({ path: file, startUs: 0 }, signal);
  say(await recordedReference(source, signal));
}

function parseFps(text: string): number {
  const rate = text.trim() === '' ? Number.NaN : Number(text);
  if (rate >= 0.01 && rate <= 60) return rate;
  throw new InvalidArgumentError(`--fps: expected a number from 0.01 to 60, found ${text}`);
}

/** Without credentials. */
function sourceText({ sourceKind, sourceShown }: CameraEntry): string {
  return sourceKind === 'none' ? 'tanpa sumber / no source' : `${sourceKind} ${sourceShown}`;
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
    sourceText(entry),
    entry.definition.sampling.framesPerSecond,
    entry.definition.zones.length,
    entry.definition.lines.length,
  ]);
  say(formatTable(['id', 'aktif/on', 'sumber/source', 'fps', 'zona', 'garis'], rows));
}
