/** Growth, files, processes and event loop of a worker that was watched. */
import type { CountError } from '../accuracy/metrics/presence.ts';
import type { WorkerMetrics } from '../cluster/worker-metrics.ts';
import type { HeapSample } from '../measure/live-heap.ts';
import { growthOf, type ResourceSample } from '../measure/resources.ts';
import { median } from '../measure/statistics.ts';
import type { Figure, ScenarioResult, SeriesResult } from '../result.ts';

/** What was seen of a worker. */
export interface Watched {
  readonly samples: readonly ResourceSample[];
  readonly scrapes: readonly WorkerMetrics[];
  readonly heap: readonly HeapSample[];
}

/** What a soak was of. */
export interface SoakHead {
  readonly name: string;
  readonly input: string;
  readonly loadBefore: number;
  /** Seconds of media per second of wall time. */
  readonly mediaPerWall: number;
  /** Of the run's own records; absent without truth. */
  readonly countError: CountError | undefined;
}

/** The scenario's figures and curves. */
export function soakResult({ samples, scrapes, heap }: Watched, head: SoakHead): ScenarioResult {
  const { mediaPerWall, countError, ...rest } = head;
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
      ...growthFigures('heap after a full collection', {
        points: heap.map(({ atS, heapMiB }) => [atS, heapMiB]),
        mediaPerWall,
      }),
      ...growthFigures('memory without file pages', {
        points: samples.map(({ atS, workerUnfiledMiB }) => [atS, workerUnfiledMiB]),
        mediaPerWall,
      }),
      { name: 'heap after a full collection', value: median(heap.map((one) => one.heapMiB)), unit: 'MiB' },
      {
        name: 'buffers outside the heap, after it',
        value: median(heap.map((one) => one.buffersMiB)),
        unit: 'MiB',
      },
      { name: 'resident memory, detectors', value: median(of((one) => one.detectorsMiB)), unit: 'MiB' },
      { name: 'resident memory, ffmpeg', value: median(of((one) => one.decodersMiB)), unit: 'MiB' },
      { name: 'open files of the worker', value: median(of(({ files }) => files)), unit: 'files' },
      { name: 'open files, greatest less least', value: range(of(({ files }) => files)), unit: 'files' },
      { name: 'processes', value: median(of(({ processes }) => processes)), unit: 'processes' },
      { name: 'processes, greatest less least', value: range(of((one) => one.processes)), unit: 'processes' },
      ...loopFigures(scrapes),
      ...(countError === undefined
        ? []
        : [
            { name: 'people per window, mean absolute error', value: countError.mae, unit: 'people' },
            { name: 'people per window, bias', value: countError.bias, unit: 'people' },
          ]),
    ],
    series: [...memorySeries(samples), ...heapSeries(heap)],
    remarks: [
      'Growth: Theil–Sen slope over 24 blocks with its 95 % interval, per hour of media, as a share of the median. The heap after a full collection holds what is in use; memory without file pages also what the allocator keeps, which takes its final size only after hours. Event loop and collection include those collections.',
    ],
  };
}

interface Curve {
  readonly points: readonly (readonly [atS: number, value: number])[];
  readonly mediaPerWall: number;
}

/** The target holds for the interval's upper end: a slope that may be anything proves nothing. */
function growthFigures(what: string, { points, mediaPerWall }: Curve): Figure[] {
  const slope = growthOf(points);
  if (slope === undefined) return [];
  const middle = median(points.map(([, value]) => value));
  const percentPerHour = (perS: number): number => ((perS * 3_600) / mediaPerWall / middle) * 100;
  const unit = '% per hour of media';
  return [
    { name: `growth, ${what}`, value: percentPerHour(slope.perUnit), unit, better: 'lower' },
    { name: `growth, ${what}, at least`, value: percentPerHour(slope.low), unit },
    { name: `growth, ${what}, at most`, value: percentPerHour(slope.high), unit, target: '< 1' },
  ];
}

function loopFigures(scrapes: readonly WorkerMetrics[]): Figure[] {
  const [first, last] = [scrapes[0], scrapes.at(-1)];
  if (first === undefined || last === undefined || first === last) return [];
  const seconds = (last.atMs - first.atMs) / 1_000;
  const p99 = scrapes.slice(1).map(({ lagMs }) => lagMs.p99);
  return [
    { name: 'event-loop delay p99, median', value: median(p99), unit: 'ms', target: '≤ 20', better: 'lower' },
    { name: 'event-loop delay p99, worst five seconds', value: Math.max(...p99), unit: 'ms' },
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
    series('worker, without file pages', ({ workerUnfiledMiB }) => workerUnfiledMiB),
    series('detectors', ({ detectorsMiB }) => detectorsMiB),
    series('ffmpeg', ({ decodersMiB }) => decodersMiB),
  ];
}

/** Seconds from the first collection. */
function heapSeries(heap: readonly HeapSample[]): SeriesResult[] {
  const [first] = heap;
  if (first === undefined) return [];
  const axes = { xLabel: 'detik · seconds', yLabel: 'MiB' };
  const points = heap.map(
    ({ atS, heapMiB }) => [Number((atS - first.atS).toFixed(1)), Number(heapMiB.toFixed(2))] as const,
  );
  return [{ name: 'heap after a full collection', ...axes, points }];
}
