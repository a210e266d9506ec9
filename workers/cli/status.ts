/** `pantau status`, `pantau retry`: how cameras, queues and the dead letter are. */
import type { Command } from 'commander';
import { isLive } from '../cluster/cameras.ts';
import { leaseId } from '../cluster/jobs.ts';
import { failedJob } from '../operations/dead-letters.ts';
import { type Connection, withCluster } from './connect.ts';
import { formatTable, parseCount, say } from './output.ts';

export function addStatus(program: Command): void {
  program
    .command('status')
    .description('kesehatan kamera, antrean dan pekerjaan gagal / health of cameras, queues and dead letters')
    .option('--json', 'for machines')
    .option('--dead <n>', 'how many dead letters to show', parseCount('--dead', 1_000), 10)
    .addHelpText('after', '\nExamples:\n  pantau status\n  pantau status --json | jq .cameras')
    .action(async (options: { json?: boolean; dead: number }) => {
      const status = await withCluster((connection) => readStatus(connection, options.dead));
      say(options.json === true ? JSON.stringify(status, null, 2) : describe(status));
    });
  program
    .command('retry')
    .description('ulangi pekerjaan yang gagal / run a dead job again')
    .argument('<job>', 'id as `pantau status` shows it')
    .addHelpText('after', '\nExample:\n  pantau retry rec_pets09-s2l1_6b2f0c9d1a2b_k3j4h5_0a1b2c3d4e5f')
    .action(async (id: string) => {
      await withCluster(async ({ queues }) => (await failedJob(queues, id)).retry());
      say(`${id}: diantrekan lagi / queued again`);
    });
}

type Status = Awaited<ReturnType<typeof readStatus>>;

/** Everything `pantau status` tells. */
export async function readStatus({ queues, cameras }: Connection, deadLimit: number) {
  const entries = await cameras.list();
  const states = await cameras.states();
  const leases = await Promise.all(
    entries.map(async (entry) => {
      if (!isLive(entry)) return undefined;
      const jobId = await queues.byName.live.getDeduplicationJobId(leaseId(entry.cameraId));
      const job = jobId === null ? undefined : await queues.byName.live.getJob(jobId);
      return job === undefined ? 'none' : await job.getState();
    }),
  );
  return {
    cameras: entries.map((entry, index) => ({
      cameraId: entry.cameraId,
      source: `${entry.sourceKind} ${entry.sourceShown}`.trim(),
      enabled: entry.enabled,
      ...(leases[index] === undefined ? {} : { lease: leases[index] }),
      ...(leases[index] === 'active' && states[entry.cameraId] !== undefined ? states[entry.cameraId] : {}),
      zones: entry.definition.zones?.length ?? 0,
      lines: entry.definition.lines?.length ?? 0,
    })),
    queues: await queues.counts(),
    dead: (await queues.dead(deadLimit)).map((job) => ({
      ...job,
      failedAt: new Date(job.failedAtMs).toISOString(),
    })),
  };
}

function describe(status: Status): string {
  const cameras = status.cameras.map((camera) => [
    camera.cameraId,
    camera.source,
    camera.enabled ? 'ya / yes' : 'jeda / paused',
    camera.lease ?? '–',
    [camera.state, camera.reason].filter((text) => text !== undefined).join(': ') || '–',
    camera.zones,
    camera.lines,
  ]);
  const states = ['waiting', 'active', 'delayed', 'waiting-children', 'failed', 'completed'];
  const queues = Object.entries(status.queues).map(([name, counts]) => [
    name,
    ...states.map((state) => counts[state] ?? 0),
  ]);
  const dead = status.dead.map((job) => [job.failedAt, job.queue, job.id, job.reason]);
  const none = '(tidak ada / none)';
  return [
    'Kamera / cameras',
    cameras.length === 0
      ? none
      : formatTable(
          ['id', 'sumber/source', 'aktif/on', 'sewa/lease', 'keadaan/state', 'zona', 'garis'],
          cameras,
        ),
    '\nAntrean / queues',
    formatTable(['queue', ...states], queues),
    '\nPekerjaan gagal / dead letters',
    dead.length === 0 ? none : formatTable(['waktu/when', 'queue', 'job', 'alasan/reason'], dead),
  ].join('\n');
}
