/** Every prom-client metric of the workers, named once. Never labelled by track or job. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { classGroup, type RoadUserClass } from '../pipelines/domain/classes.ts';
import type { Observation, TimelineEvent } from '../pipelines/domain/types.ts';
import { watchEventLoop } from './event-loop-delay.ts';

/** Buckets for stages that take milliseconds. */
const STAGE_BUCKETS_S = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];

export type Metrics = ReturnType<typeof createMetrics>;

type Series = ReturnType<typeof createSeries>;

/** A fresh registry, so that several processes' worth of metrics can live in one test. */
export function createMetrics() {
  const series = createSeries();
  return {
    ...series,
    /** After each event of a camera's time line. */
    observeEvent: (camera: string, event: TimelineEvent, nowMs?: number): void =>
      observeEvent(series, camera, event, nowMs),
    /** A camera that this worker has given up must not keep its last figures here. */
    forgetCamera: (camera: string): void => {
      for (const gauge of [series.sourceStatus, series.coverage, series.mediaLag]) gauge.remove({ camera });
    },
    /** After each batch of records. */
    observeRecords: (records: readonly Observation[]): void => {
      for (const record of records) observeRecord(series, record);
    },
  };
}

/** `nowMs` only for live cameras: a recording is as late as it is old. */
function observeEvent(series: Series, camera: string, event: TimelineEvent, nowMs?: number): void {
  if (event.kind === 'gap') {
    series.gapSeconds.inc({ camera, reason: event.reason }, (event.toUs - event.fromUs) / 1e6);
    if (event.reason === 'backlog') series.droppedFrames.inc({ camera });
    return;
  }
  series.detectedFrames.inc({ camera });
  if (nowMs !== undefined) series.mediaLag.set({ camera }, nowMs / 1e3 - event.capturedAtUs / 1e6);
}

function observeRecord(series: Series, record: Observation): void {
  const camera = record.cameraId;
  series.windows.inc({ camera, status: record.status });
  series.coverage.set({ camera }, record.coverage);
  if (record.kind !== 'flow' || record.count === undefined) return;
  for (const [name, count] of Object.entries(record.count)) {
    series.crossings.inc({ camera, class_group: classGroup(name as RoadUserClass) }, count);
  }
}

function createSeries() {
  const registry = new Registry();
  addProcessMetrics(registry);
  const registers = [registry];
  const counter = (name: string, help: string, labelNames: string[]) =>
    new Counter({ name, help, labelNames, registers });
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, labelNames, registers });
  const histogram = (name: string, help: string, labelNames: string[] = []) =>
    new Histogram({ name, help, labelNames, buckets: STAGE_BUCKETS_S, registers });
  return {
    registry,
    decodedFrames: counter('cctv_decode_frames_total', 'Pictures that came out of the decoder', ['camera']),
    gapSeconds: counter(
      'cctv_decode_gap_seconds_total',
      'Seconds of media time without analysed pictures, by reason',
      ['camera', 'reason'],
    ),
    sourceStatus: gauge('cctv_decode_source_up', '1 while a live camera gives pictures', ['camera']),
    detectedFrames: counter('cctv_detect_frames_total', 'Pictures analysed', ['camera']),
    gatedFrames: counter(
      'cctv_detect_gated_frames_total',
      'Pictures analysed without inference because nothing had moved',
      ['camera'],
    ),
    droppedFrames: counter(
      'cctv_detect_dropped_frames_total',
      'Pictures dropped because detection was behind',
      ['camera'],
    ),
    detectWait: histogram('cctv_detect_wait_seconds', 'Time a picture waited for a detector'),
    detectDuration: histogram('cctv_detect_duration_seconds', 'Time a picture spent in a detector process'),
    detectorRestarts: counter('cctv_detect_restarts_total', 'Detector processes replaced', ['cause']),
    crossings: counter('cctv_count_crossings_total', 'Crossings counted in closed windows', [
      'camera',
      'class_group',
    ]),
    windows: counter('cctv_aggregate_windows_total', 'Records made, by status', ['camera', 'status']),
    coverage: gauge('cctv_aggregate_coverage_ratio', 'Coverage of the last closed window', ['camera']),
    mediaLag: gauge('cctv_aggregate_lag_seconds', 'Wall clock minus the time of the last analysed picture', [
      'camera',
    ]),
    publishedRecords: counter('cctv_publish_records_total', 'Records by outcome of publishing', ['outcome']),
    leases: gauge('cctv_lease_active', 'Live cameras held by this worker'),
    lockLost: counter('cctv_lease_lock_lost_total', 'Jobs whose lock was lost while they ran', ['queue']),
  };
}

/** Node's own metrics (heap, handles, CPU) and the event loop's delay. */
export function addProcessMetrics(registry: Registry): void {
  // prom-client's own histogram of the loop can't be left out, so it is set to look once an hour and not shown: beside
  // ours it would wake the process as often again.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 3_600_000 });
  for (const figure of ['min', 'max', 'mean', 'stddev', 'p50', 'p90', 'p99'])
    registry.removeSingleMetric(`nodejs_eventloop_lag_${figure}_seconds`);
  addLoopMetric(registry);
}

/** What waits in the outbox, read at each scrape: several processes share one file. */
export function addOutboxMetrics(registry: Registry, level: () => { rows: number; bytes: number }): void {
  const read = (name: string, help: string, value: () => number): void => {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(value());
      },
    });
  };
  read('cctv_publish_outbox_records', 'Records waiting to be published', () => level().rows);
  read('cctv_publish_outbox_bytes', 'Bytes waiting to be published', () => level().bytes);
}

/** Jobs per queue and state, read at each scrape. */
export function addQueueMetrics(
  registry: Registry,
  counts: () => Promise<Record<string, Record<string, number>>>,
): void {
  new Gauge({
    name: 'cctv_queue_jobs',
    help: 'Jobs per queue and state',
    labelNames: ['queue', 'state'],
    registers: [registry],
    async collect() {
      // Redis away: the last numbers stay, /readyz tells the rest.
      const byQueue = await counts().catch(() => undefined);
      for (const [queue, states] of Object.entries(byQueue ?? {})) {
        for (const [state, count] of Object.entries(states)) this.set({ queue, state }, count);
      }
    },
  });
}

/** p50, p99 and max of the event loop's delay since the last scrape. */
function addLoopMetric(registry: Registry): void {
  const delayMs = watchEventLoop();
  new Gauge({
    name: 'cctv_process_event_loop_lag_seconds',
    help: 'Event-loop delay since the last scrape',
    labelNames: ['quantile'],
    registers: [registry],
    collect() {
      const { p50, p99, max } = delayMs();
      for (const [quantile, ms] of Object.entries({ '0.5': p50, '0.99': p99, '1': max }))
        this.set({ quantile }, ms / 1e3);
    },
  });
}
