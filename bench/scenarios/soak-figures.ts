/** Growth, files, processes and event loop of a worker that was watched. */
import type { WorkerMetrics } from '../cluster/worker-metrics.ts';
import { growthOf, type ResourceSample } from '../measure/resources.ts';
import { median } from '../measure/statistics.ts';
import type { Figure, ScenarioResult, SeriesResult } from '../result.ts';

/** What was seen of a worker. */
export interface Watched {
  readonly samples: readonly ResourceSample[];
  readonly scrapes: readonly WorkerMetrics[];
}

/** What a soak was of. */
export interface SoakHead {
  readonly name: string;
  readonly input: string;
  readonly loadBefore: number;
  /** Seconds of media per second of wall time. */
  readonly mediaPerWall: number;
  readonly blockS: number;
}

/** The scenario's figures and curves. */
export function soakResult({ samples, scrapes }: Watched, head: SoakHead): ScenarioResult {
  const { mediaPerWall, blockS, ...rest } = head;
  const of = (pick: (sample: ResourceSample) => number): number[] => samples.map(pick);
  const worker = of(({ workerMiB }) => workerMiB);
  const range = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);
  return {
    ...rest,
    subjects: [],
    ratios: [],
    figures: [
      {
        name: 'resident memory, worker process, greatest',
        value: Math.max(...worker),
        unit: 'MiB',
        target: '≤ 400 with 16 cameras',
        better: 'lower',
      },
      ...growthFigures(samples, { mediaPerWall, blockS }),
      { name: 'resident memory, detectors', value: median(of((one) => one.detectorsMiB)), unit: 'MiB' },
      { name: 'resident memory, ffmpeg', value: median(of((one) => one.decodersMiB)), unit: 'MiB' },
      { name: 'open files of the worker', value: median(of(({ files }) => files)), unit: 'files' },
      { name: 'open files, greatest less least', value: range(of(({ files }) => files)), unit: 'files' },
      { name: 'processes', value: median(of(({ processes }) => processes)), unit: 'processes' },
      { name: 'processes, greatest less least', value: range(of((one) => one.processes)), unit: 'processes' },
      ...loopFigures(scrapes),
    ],
    series: memorySeries(samples),
    remarks: [
      `Growth: Theil–Sen slope over medians of ${blockS} s with its 95 % interval, per hour of media, as a share of the median memory.`,
    ],
  };
}

function growthFigures(
  samples: readonly ResourceSample[],
  { mediaPerWall, blockS }: Pick<SoakHead, 'mediaPerWall' | 'blockS'>,
): Figure[] {
  const slope = growthOf(
    samples.map(({ atS, workerMiB }) => [atS, workerMiB]),
    blockS,
  );
  if (slope === undefined) return [];
  const percentPerHour = (perS: number): number =>
    ((perS * 3_600) / mediaPerWall / median(samples.map(({ workerMiB }) => workerMiB))) * 100;
  const unit = '% per hour of media';
  return [
    {
      name: 'growth of the worker',
      value: percentPerHour(slope.perUnit),
      unit,
      target: '< 1',
      better: 'lower',
    },
    { name: 'growth of the worker, at least', value: percentPerHour(slope.low), unit },
    { name: 'growth of the worker, at most', value: percentPerHour(slope.high), unit },
  ];
}

function loopFigures(scrapes: readonly WorkerMetrics[]): Figure[] {
  const [first, last] = [scrapes[0], scrapes.at(-1)];
  if (first === undefined || last === undefined || first === last) return [];
  const seconds = (last.atMs - first.atMs) / 1_000;
  const p99 = scrapes.slice(1).map(({ lagMs }) => lagMs.p99);
  return [
    { name: 'event-loop delay p99, median', value: median(p99), unit: 'ms', target: '≤ 20', better: 'lower' },
    { name: 'event-loop delay p99, worst ten seconds', value: Math.max(...p99), unit: 'ms' },
    {
      name: 'garbage collection',
      value: ((last.gcSeconds - first.gcSeconds) / seconds) * 100,
      unit: '% of wall time',
      target: '≤ 2',
      better: 'lower',
    },
    {
      name: 'pictures analysed',
      value: (last.detectedFrames - first.detectedFrames) / seconds,
      unit: 'frames/s',
    },
  ];
}

function memorySeries(samples: readonly ResourceSample[]): SeriesResult[] {
  const axes = { xLabel: 'detik · seconds', yLabel: 'MiB' };
  const series = (name: string, pick: (sample: ResourceSample) => number): SeriesResult => ({
    name,
    ...axes,
    points: samples.map((sample) => [Number(sample.atS.toFixed(1)), Number(pick(sample).toFixed(1))]),
  });
  return [
    series('worker', ({ workerMiB }) => workerMiB),
    series('detectors', ({ detectorsMiB }) => detectorsMiB),
    series('ffmpeg', ({ decodersMiB }) => decodersMiB),
  ];
}
