/** `pantau demo`: real footage through queue, workers and portal, and its series on the screen. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import type { Observation } from '../../pipelines/domain/types.ts';
import { AnalysisError } from '../../pipelines/errors.ts';
import type { Site } from '../../pipelines/site-file.ts';
import { requireKnownModels } from '../camera-models.ts';
import { freePort } from '../cluster/own-redis.ts';
import { type Config, PACKAGE_ROOT, readConfig } from '../config.ts';
import { createLogger } from '../logger.ts';
import { makeFolder } from '../make-folder.ts';
import { closeOnSignal } from '../shutdown.ts';
import { type Cluster, startCluster } from '../supervisor.ts';
import { withCluster, withRegister } from './connect.ts';
import { levelTable, portalText } from './demo-levels.ts';
import { fillCharts } from './demo-repeat.ts';
import { DEMO_PUBLISHER, demoSite, repeatedFootage, withRecording } from './demo-site.ts';
import { windowTable } from './demo-table.ts';
import { enqueue, waitForRecording } from './enqueue.ts';
import { parseCount, say } from './output.ts';

/** The footage that set-up puts here; see `workers/setup`. */
const FOOTAGE = path.join('var', 'footage', 'vtest.avi');
/** PETS 2009 was filmed on this day; its hour is not published, so a plausible morning stands in. */
const FOOTAGE_START = '2009-02-12T09:00:00Z';
/** A recording of the user's that does not say when it began still makes a demo. */
const EPOCH = '1970-01-01T00:00:00Z';
/** The footage is of 2009: the usual 30 days would remove its windows at the next midnight. */
const KEEP_DAYS = '36500';

interface DemoOptions {
  readonly once?: boolean;
  readonly video?: string;
  readonly site?: string;
  readonly start?: string;
  readonly workers: number;
}

export function addDemo(program: Command): void {
  program
    .command('demo')
    .description(
      'rekaman nyata lewat seluruh jalur / real footage through the whole path, then the dashboard',
    )
    .option('--once', 'exit when the series is shown; leaves no process')
    .option('--video <file>', 'your own recording instead of PETS 2009')
    .option(
      '--site <file>',
      'site file for your own recording; default: the whole picture and a line down its middle',
    )
    .option('--start <iso>', 'when your recording began')
    .option('--workers <n>', 'worker processes', parseCount('--workers', 256), 1)
    .addHelpText(
      'after',
      '\nExamples:\n  npm run demo\n  npm run demo -- --once\n  npm run demo -- --video ~/simpang.mp4 --start 2026-11-21T07:00:00+07:00',
    )
    .action(async (options: DemoOptions) => runDemo(readConfig(), options));
}

/** Runs the demo; with `once` everything is stopped when it returns. */
export async function runDemo(base: Config, options: DemoOptions): Promise<void> {
  const video = path.resolve(options.video ?? path.join(PACKAGE_ROOT, FOOTAGE));
  const site = await demoSite(options);
  const config = await demoConfig(base, video);
  const log = createLogger({ level: config.logLevel, name: 'demo' });
  say('① Menyalakan Redis, portal, pekerja / starting Redis, portal, worker');
  const cluster = await startCluster({
    config,
    log,
    workers: options.workers,
    environment: {
      PANTAU_MEDIA_ROOT: config.mediaRoot,
      PANTAU_MODEL_DIR: config.modelDir,
      PANTAU_LOG_LEVEL: config.logLevel,
      PANTAU_KEEP_MINUTE_DAYS: KEEP_DAYS,
    },
    onReady: (part) => say(`   ✓ ${part}`),
  });
  const show = { cluster, config: { ...config, redisUrl: cluster.redisUrl }, site, video, options };
  try {
    await showSeries(show);
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  if (options.once === true) {
    await cluster.stop();
    return;
  }
  say('Ctrl-C berhenti / stops.');
  const stop = new AbortController();
  closeOnSignal({
    close: async () => {
      stop.abort();
      await cluster.stop();
    },
    deadlineMs: config.shutdownMs * 3,
    log,
  });
  if (options.video === undefined) await fillInBackground(show, stop.signal);
}

/** Fills the charts with the footage repeated, on a camera of its own, until all is counted or `stop` is aborted. */
async function fillInBackground({ config, site, video }: Show, stop: AbortSignal): Promise<void> {
  const [camera] = site.cameras;
  if (camera === undefined) return;
  say('\n④ Mengisi grafik di latar belakang / filling the charts in the background');
  say('   rekaman yang sama diulang, 3 jam sampai sekarang, sebagai kamera sendiri');
  say('   the same footage repeated, 3 hours up to now, as cameras of their own');
  const footage = await repeatedFootage(camera, video);
  if (footage.length === 1)
    say('   tanpa lalu lintas: ../shared/clips tidak ada / no traffic: ../shared/clips is not there');
  await fillCharts({ config, footage, nowMs: Date.now() }, stop);
}

/** A data folder of its own, so that a demo never touches a real installation; the chosen port, or a free one. */
async function demoConfig(base: Config, video: string): Promise<Config> {
  const dataDir = path.join(base.dataDir, 'demo');
  makeFolder(dataDir);
  return {
    ...base,
    dataDir,
    keyFile: path.join(dataDir, 'pantau.key'),
    redisUrl: undefined,
    portalUrl: undefined,
    mediaRoot: path.dirname(video),
    logLevel: base.logLevel === 'info' ? 'warn' : base.logLevel,
    port: await freePort(base.port),
  };
}

interface Show {
  readonly cluster: Cluster;
  readonly config: Config;
  readonly site: Site;
  readonly video: string;
  readonly options: DemoOptions;
}

async function showSeries({ cluster, config, site, video, options }: Show): Promise<void> {
  const camera = site.cameras[0];
  if (camera === undefined) throw new AnalysisError('site-invalid', 'demo', 'the site file has no camera');
  await requireKnownModels([camera], config);
  withRegister((register) => {
    register.put(withRecording(camera, video), site.windowSeconds);
    register.setPublishing({ publisher: site.publisher ?? DEMO_PUBLISHER });
  }, config);
  say(`② Mengantrekan / enqueuing ${video}`);
  const start = options.start ?? (options.video === undefined ? FOOTAGE_START : undefined);
  await withCluster(async (connection) => {
    const queued = await enqueue(connection, video, {
      camera: camera.id,
      segmentWindows: 1,
      again: true,
      fallbackStart: EPOCH,
      ...(start === undefined ? {} : { start }),
    });
    say('③ Menghitung: dekode → deteksi → lacak → hitung → agregat → terbit / counting');
    const startedAtMs = performance.now();
    const result = await waitForRecording(connection, queued.id);
    const elapsedS = (performance.now() - startedAtMs) / 1_000;
    say(`   ✓ ${result.frames} gambar/pictures, ${result.records} catatan/records, ${elapsedS.toFixed(1)} s`);
  }, config);
  const query = `${cluster.portalUrl}/api/v1/observations?cameraId=${camera.id}&limit=10000`;
  const csvFile = path.join(config.dataDir, `${camera.id}.csv`);
  await writeFile(csvFile, await portalText(`${query}&format=csv`));
  const { observations } = JSON.parse(await portalText(query)) as { observations: Observation[] };
  say(`\n${windowTable(camera, observations)}\n`);
  say(`${await levelTable(cluster.portalUrl, camera)}\n`);
  say(`CSV               ${csvFile}`);
  say(`Katalog/catalogue ${cluster.portalUrl}/catalog.jsonld`);
  say(`Set data/data set ${cluster.portalUrl}/data/tingkat-keramaian-15-menit.csv`);
  say('Di loopback jumlah kecil tampak / on loopback small counts of people are shown: not for publication');
  say(`Dasbor/dashboard  ${cluster.portalUrl}/`);
}
