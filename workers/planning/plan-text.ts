/** A plan for people: Indonesian first. */
import type { CameraBill } from '../../pipelines/domain/planning/camera-bill.ts';
import type { MachineProfile } from '../../pipelines/domain/planning/machine-profile.ts';
import type { CameraGroup, Demand, Plan, Resource } from '../../pipelines/domain/planning/plan.ts';
import { formatTable } from '../cli/output.ts';

const RESOURCE_NAMES: Readonly<Record<Resource, string>> = {
  cores: 'inti CPU / CPU cores',
  memory: 'memori / memory',
  network: 'jaringan / network',
};

/** What is planned, from what, and what it takes. */
export interface ShownPlan {
  readonly profile: MachineProfile;
  readonly profileFile: string;
  readonly demand: Demand;
  readonly plan: Plan;
}

/** The whole answer of `pantau plan`. */
export function planText({ profile, profileFile, demand, plan }: ShownPlan): string {
  const { machine } = profile;
  const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;
  return [
    ...demand.groups.map(describeGroup),
    '',
    needsTable(plan, demand, profile),
    '',
    `${plan.machines} mesin seperti ini / machines like this one (${machine.processor}, ${machine.cores} inti/cores, ${machine.memoryMiB} MiB)`,
    `pembatas / what binds: ${RESOURCE_NAMES[plan.binding]} (${percent(plan.use[plan.binding])}; ruang terpakai paling banyak / at most ${percent(demand.headroom)})`,
    `kamera per inti / cameras per core: ${plan.camerasPerCore.toFixed(1)} (tanpa cadangan / without headroom)`,
    '',
    'Biaya satu kamera · bill of one camera, CPU ms/s',
    billTable(demand.groups, plan.bills),
    '',
    ...(plan.bills.some(({ isExtrapolated }) => isExtrapolated)
      ? ['Ukuran di luar yang diukur: perkiraan kasar. · A size outside of what was measured: a rough guess.']
      : []),
    `Profil / profile: ${profileFile} (${profile.measuredAt}, commit ${profile.commit}, model ${profile.model.id})`,
  ].join('\n');
}

function describeGroup(group: CameraGroup): string {
  const { count, widthPx, heightPx, sourceFramesPerSecond, framesPerSecond, keyframesOnly, windowSeconds } =
    group;
  const kind = keyframesOnly
    ? 'hanya keyframe / keyframes only'
    : 'semua gambar didekode / every picture decoded';
  return `${count} kamera / cameras ${widthPx}×${heightPx} ${sourceFramesPerSecond} fps → ${framesPerSecond} gambar/detik · pictures/s, ${kind}, jendela / window ${windowSeconds} s`;
}

function needsTable(plan: Plan, demand: Demand, { machine }: MachineProfile): string {
  const { use, redis, portal } = plan;
  const percent = (share: number): string => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
  const gib = (mib: number): string => `${(mib / 1024).toFixed(1)} GiB`;
  return formatTable(
    ['sumber daya / resource', 'perlu / needed', 'satu mesin / one machine', 'terpakai / used'],
    [
      [
        RESOURCE_NAMES.cores,
        `${plan.cores} (sibuk/busy ${plan.busyCores.toFixed(2)})`,
        String(machine.cores),
        percent(use.cores),
      ],
      [RESOURCE_NAMES.memory, gib(plan.memoryMiB), gib(machine.memoryMiB), percent(use.memory)],
      [
        RESOURCE_NAMES.network,
        `${plan.mbitPerSecond.toFixed(0)} Mbit/s`,
        `${demand.linkMbitPerSecond} Mbit/s (--link-mbit)`,
        percent(use.network),
      ],
      ['gambar / pictures', `${plan.picturesPerSecond.toFixed(1)} /s`, undefined, undefined],
      [
        'Redis',
        `${redis.commandsPerSecond.toFixed(1)} perintah·commands/s, ${redis.kilobytesPerSecond.toFixed(1)} kB/s, ${redis.memoryMiB.toFixed(1)} MiB`,
        undefined,
        `${percent(redis.coreShare)} inti/core`,
      ],
      [
        'portal',
        `${portal.recordsPerDay.toFixed(0)} catatan/hari · records/day, ${portal.gigabytesAfterYear.toFixed(1)} GB setelah setahun · after a year (${keptText(demand)})`,
        undefined,
        `${percent(portal.coreShare)} inti/core`,
      ],
    ],
  );
}

function keptText({ keepDays: { minute } }: Demand): string {
  return minute === undefined
    ? 'semua menit disimpan / all minutes kept'
    : `menit disimpan / minutes kept ${minute} hari/days`;
}

function billTable(groups: readonly CameraGroup[], bills: readonly CameraBill[]): string {
  const ms = (value: number): string => value.toFixed(1);
  return formatTable(
    [
      'kamera/cameras',
      'terima/receive',
      'dekode/decode',
      'skala/scale',
      'inferensi/inference',
      'worker',
      'jumlah/total',
      'Mbit/s',
      'MiB',
    ],
    bills.map((bill, index) => [
      groups[index]!.count,
      ...[bill.receiveMs, bill.decodeMs, bill.scaleMs, bill.inferenceMs, bill.workerMs, bill.totalMs].map(ms),
      ms(bill.mbitPerSecond),
      ms(bill.memoryMiB),
    ]),
  );
}
