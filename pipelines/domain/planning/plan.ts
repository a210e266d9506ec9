/** From cameras and a machine's profile to what a city has to buy. */
import { analysedPerSecond, type CameraBill, cameraBill, type PlannedCamera } from './camera-bill.ts';
import type { MachineProfile } from './machine-profile.ts';

/** Cameras of one kind. */
export interface CameraGroup extends PlannedCamera {
  readonly count: number;
  readonly zones: number;
  readonly lines: number;
  /** Length of their windows. */
  readonly windowSeconds: number;
}

/** What is to be carried. */
export interface Demand {
  readonly groups: readonly CameraGroup[];
  /** Share 0..1 of cores, memory and network that may be used; the rest is for peaks and other work. */
  readonly headroom: number;
  /** What one machine can receive. */
  readonly linkMbitPerSecond: number;
  /** Days for which the portal keeps the rows of a level; a level that is not named is kept for ever. */
  readonly keepDays: Readonly<Partial<Record<StoredLevel, number>>>;
}

/** Levels of the portal's store: windows as they come, and their sums. */
export type StoredLevel = 'minute' | 'quarter-hour' | 'hour' | 'day';

/** Resources of one machine that can run out. */
export type Resource = 'cores' | 'memory' | 'network';

/** What `planCameras` finds. */
export interface Plan {
  readonly cameras: number;
  /** Whole cores, headroom included. */
  readonly cores: number;
  /** Cores that are really busy, without headroom. */
  readonly busyCores: number;
  /** All machines together, MiB. */
  readonly memoryMiB: number;
  readonly mbitPerSecond: number;
  readonly picturesPerSecond: number;
  readonly redis: {
    readonly commandsPerSecond: number;
    readonly kilobytesPerSecond: number;
    /** Share of the one core that a Redis uses. */
    readonly coreShare: number;
    readonly memoryMiB: number;
  };
  readonly portal: {
    readonly recordsPerDay: number;
    /** What is kept a year on; each row of a level of sums is taken to be as large as a record. */
    readonly gigabytesAfterYear: number;
    readonly coreShare: number;
  };
  /** Machines like the measured one. */
  readonly machines: number;
  /** What runs out first on such a machine. */
  readonly binding: Resource;
  /** Share 0..1 of each resource of all machines together that is used. */
  readonly use: Readonly<Record<Resource, number>>;
  /** By groups of the demand, in their order. */
  readonly bills: readonly CameraBill[];
  /** Cameras of this mix that one core carries when it does nothing else. */
  readonly camerasPerCore: number;
}

const SECONDS_PER_DAY = 86_400;
const DAYS_PER_YEAR = 365.25;
/** Length of a row of each level of sums. */
const SUM_SECONDS = { 'quarter-hour': 900, hour: 3_600, day: SECONDS_PER_DAY } as const;
/** A mix that no number of machines below this carries is a slip of the hand. */
const MAX_MACHINES = 100_000;

/**
 * Adds up all cameras. Redis and the portal are counted once, on the machine that has room for them.
 * @throws RangeError when a number is not positive, or when a single camera does not fit on such a machine.
 */
export function planCameras(profile: MachineProfile, demand: Demand): Plan {
  checkDemand(demand);
  const { groups, headroom } = demand;
  const bills = groups.map((group) => cameraBill(profile, group));
  for (const bill of bills) checkFits(bill, profile, demand);
  const sum = (of: (group: CameraGroup, bill: CameraBill) => number): number =>
    groups.reduce((total, group, index) => total + group.count * of(group, bills[index]!), 0);
  const cameras = sum(() => 1);
  const camerasMs = sum((_, bill) => bill.totalMs);
  const redis = redisLoad(profile, cameras);
  const portal = portalLoad(profile, demand);
  const busyCores = camerasMs / 1_000 + redis.coreShare + portal.coreShare;
  const mbitPerSecond = sum((_, bill) => bill.mbitPerSecond);
  const cameraMemoryMiB = sum((_, bill) => bill.memoryMiB);
  const load = { busyCores, mbitPerSecond, cameraMemoryMiB: cameraMemoryMiB + redis.memoryMiB };
  const { machines, use, memoryMiB } = fitMachines(profile, demand, load);
  return {
    cameras,
    cores: Math.ceil(busyCores / headroom - 1e-9),
    busyCores,
    memoryMiB,
    mbitPerSecond,
    picturesPerSecond: sum((group) => analysedPerSecond(group)),
    redis,
    portal,
    machines,
    binding: (Object.keys(use) as Resource[]).reduce((most, one) => (use[one] > use[most] ? one : most)),
    use,
    bills,
    camerasPerCore: camerasMs === 0 ? 0 : (cameras * 1_000) / camerasMs,
  };
}

/** Machines are counted over all cameras together, so one camera must not need more than a machine of its own. */
function checkFits(
  { totalMs, mbitPerSecond }: CameraBill,
  { machine }: MachineProfile,
  { headroom, linkMbitPerSecond }: Demand,
): void {
  const linkMbit = linkMbitPerSecond * headroom;
  if (mbitPerSecond > linkMbit + 1e-9)
    throw new RangeError(
      `one camera sends ${mbitPerSecond.toFixed(2)} Mbit/s, a machine may receive ${linkMbit.toFixed(2)} Mbit/s ` +
        `(link of ${linkMbitPerSecond} Mbit/s, headroom ${headroom})`,
    );
  const cores = machine.cores * headroom;
  if (totalMs / 1_000 > cores + 1e-9)
    throw new RangeError(
      `one camera keeps ${(totalMs / 1_000).toFixed(2)} cores busy, a machine may use ${cores.toFixed(2)} ` +
        `(${machine.cores} cores, headroom ${headroom})`,
    );
}

interface Load {
  readonly busyCores: number;
  readonly mbitPerSecond: number;
  readonly cameraMemoryMiB: number;
}

/** The least number of machines on which no resource is used beyond the headroom. */
function fitMachines(profile: MachineProfile, demand: Demand, load: Load) {
  const { machine, memory } = profile;
  const fixedMiB = memory.workerMiB + memory.detectorMiB * machine.cores;
  const memoryOf = (machines: number): number =>
    memory.servicesMiB + machines * fixedMiB + load.cameraMemoryMiB;
  const useOf = (machines: number): Record<Resource, number> => ({
    cores: load.busyCores / (machine.cores * machines),
    memory: memoryOf(machines) / (machine.memoryMiB * machines),
    network: load.mbitPerSecond / (demand.linkMbitPerSecond * machines),
  });
  const fits = (machines: number): boolean =>
    Object.values(useOf(machines)).every((share) => share <= demand.headroom + 1e-9);
  let machines = 1;
  while (!fits(machines) && machines < MAX_MACHINES) machines += 1;
  if (!fits(machines)) {
    throw new RangeError(
      `a machine of ${machine.memoryMiB} MiB does not hold a worker with ${machine.cores} detectors ` +
        `(${Math.round(fixedMiB)} MiB) within a headroom of ${demand.headroom}, or there are too many cameras`,
    );
  }
  return { machines, use: useOf(machines), memoryMiB: memoryOf(machines) };
}

function redisLoad({ redis }: MachineProfile, cameras: number): Plan['redis'] {
  const commandsPerSecond = (redis.baseCommandsPerMinute + redis.commandsPerCameraMinute * cameras) / 60;
  return {
    commandsPerSecond,
    kilobytesPerSecond: (redis.kilobytesPerCameraMinute * cameras) / 60,
    coreShare: (commandsPerSecond * redis.commandUs) / 1e6,
    memoryMiB: (redis.memoryKiBPerCamera * cameras) / 1_024,
  };
}

/** One record per zone, and per line and direction, at each window's end; and its sums in each level. */
function portalLoad({ portal }: MachineProfile, { groups, keepDays }: Demand): Plan['portal'] {
  const rowsPerDay = (windowOf: (group: CameraGroup) => number): number =>
    groups.reduce(
      (sum, group) =>
        sum + (group.count * (group.zones + 2 * group.lines) * SECONDS_PER_DAY) / windowOf(group),
      0,
    );
  const recordsPerDay = rowsPerDay(({ windowSeconds }) => windowSeconds);
  const keptDays = (level: StoredLevel): number => Math.min(keepDays[level] ?? DAYS_PER_YEAR, DAYS_PER_YEAR);
  const sums = Object.entries(SUM_SECONDS).reduce(
    (rows, [level, seconds]) =>
      rows + rowsPerDay(() => seconds) * keptDays(level as keyof typeof SUM_SECONDS),
    0,
  );
  const rows = recordsPerDay * keptDays('minute') + sums;
  return {
    recordsPerDay,
    gigabytesAfterYear: (rows * portal.recordBytes) / 1e9,
    coreShare: ((recordsPerDay / SECONDS_PER_DAY) * portal.recordMs) / 1_000,
  };
}

function checkDemand({ groups, headroom, linkMbitPerSecond }: Demand): void {
  if (groups.length === 0) throw new RangeError('a plan needs one camera');
  if (!(headroom > 0 && headroom <= 1)) throw new RangeError(`headroom: found ${headroom}, allowed 0..1`);
  if (!(linkMbitPerSecond > 0))
    throw new RangeError(`linkMbitPerSecond: found ${linkMbitPerSecond}, allowed is above 0`);
  for (const group of groups)
    for (const name of POSITIVE)
      if (!(group[name] > 0)) throw new RangeError(`${name}: found ${group[name]}, allowed is above 0`);
}

const POSITIVE = [
  ...(['count', 'widthPx', 'heightPx', 'sourceFramesPerSecond', 'framesPerSecond'] as const),
  ...(['keyframeIntervalS', 'windowSeconds'] as const),
];
