/** What each step between the network's output and a published row costs by itself. */
import { loadavg } from 'node:os';
import { createOutputReader } from '../../pipelines/adapters/detect/output-reader.ts';
import { csvRow } from '../../pipelines/adapters/publish/csv.ts';
import { ndjsonLine } from '../../pipelines/adapters/publish/ndjson-sink.ts';
import { samplingClock } from '../../pipelines/domain/aggregate/coverage.ts';
import { createWindowAggregator } from '../../pipelines/domain/aggregate/window-aggregator.ts';
import { createLineCounter } from '../../pipelines/domain/count/line-counter.ts';
import { createZoneCounter } from '../../pipelines/domain/count/zone-counter.ts';
import type { CountedFrameView } from '../../pipelines/domain/counting.ts';
import { pictureArea } from '../../pipelines/domain/detect/letterbox.ts';
import { suppressOverlaps } from '../../pipelines/domain/detect/nms.ts';
import { decodeTimeline, encodeTimeline, quantiseDetection } from '../../pipelines/domain/timeline-codec.ts';
import { createTrackers } from '../../pipelines/domain/track/trackers.ts';
import type { Detection, Observation, TimelineEvent, Track } from '../../pipelines/domain/types.ts';
import { finishRecording, recordingCounting } from '../../pipelines/recording.ts';
import { countingSite, siteVersion } from '../../pipelines/site-file.ts';
import { type Material, type MeasuredModel, measuredModel, START_US } from '../material.ts';
import { type Stage, timeStages } from '../measure/micro.ts';
import type { ScenarioResult } from '../result.ts';
import { WINDOW_SECONDS } from '../subjects/pipeline.ts';
import { crowdOf, type SeenFootage, seeFootage } from '../subjects/stage-inputs.ts';
import type { ScenarioContext } from './interleave.ts';

/** Six seconds of footage: enough for boxes to appear, cross and leave. */
const PICTURES = 60;
const CROWDS = [10, 50, 150] as const;
const TIME_MS = 60;
const SMOKE_TIME_MS = 5;
const FRAME_US = 100_000;

/** `stages`: pure functions on real inputs, beside a fixed reference loop. */
export async function measureStages(context: ScenarioContext): Promise<ScenarioResult | undefined> {
  const { material, rounds, isSmoke, signal, progress } = context;
  const model = await measuredModel(material);
  if ('missing' in model) {
    context.skip(`stages: ${model.missing}`);
    return undefined;
  }
  const loadBefore = loadavg()[0] ?? Number.NaN;
  progress('the network sees six seconds of footage');
  const seen = await seeFootage(material, model, { count: PICTURES, signal });
  const stages = stagesOf(material, model, seen);
  const timeMs = isSmoke ? SMOKE_TIME_MS : TIME_MS;
  return {
    name: 'stages',
    input: `PETS09-S2L1, ${PICTURES} pictures, ${model.card.id}; crowds made of them; ${rounds} rounds of ${timeMs} ms`,
    loadBefore,
    subjects: [],
    ratios: [],
    figures: [],
    stages: await timeStages(stages, { rounds, timeMs, signal, progress }),
    remarks: [
      'ns/operation: median call of each round, estimate over rounds. "speed" is the time of a fixed reference loop of the same round over the operation\'s, which another machine moves less.',
    ],
  };
}

function stagesOf(material: Material, model: MeasuredModel, seen: SeenFootage): Stage[] {
  const busiest = seen.frames.reduce((most, frame) => (frame.length > most.length ? frame : most));
  const crowds = CROWDS.map((boxes) => ({ boxes, frames: crowdOf(seen.frames, boxes) }));
  return [
    readStage(material, model, seen),
    ...crowds.map(({ boxes, frames }) => nmsStage(boxes, frames[0]!, model)),
    ...crowds.map(({ boxes, frames }) => trackStage(boxes, frames)),
    ...crowds.map(({ boxes, frames }) => countStage(material, boxes, frames)),
    ...pureHalfStages(material, model, seen.frames),
    ...codecStages(busiest),
  ];
}

function readStage(material: Material, model: MeasuredModel, { outputs }: SeenFootage): Stage {
  const reader = createOutputReader(model.card, model.format);
  const area = pictureArea(model.format.fit, model.format, material.recording.plan.info);
  return {
    name: 'read output',
    what: 'rows of the network → boxes, suppression within classes; the busiest picture',
    once: () => reader.read(outputs, area),
  };
}

function nmsStage(boxes: number, frame: readonly Detection[], model: MeasuredModel): Stage {
  return {
    name: `suppress ${boxes}`,
    what: `NMS over ${boxes} boxes`,
    once: () => suppressOverlaps(frame, model.card.thresholds.nmsIou),
  };
}

/** Goes through frames again and again in time that only grows. */
function inTurn<T>(frames: readonly T[], work: (frame: T, capturedAtUs: number) => unknown): () => unknown {
  let index = 0;
  return () => {
    index += 1;
    return work(frames[index % frames.length]!, index * FRAME_US);
  };
}

function trackStage(boxes: number, frames: readonly (readonly Detection[])[]): Stage {
  const trackers = createTrackers(['people', 'vehicles']);
  return {
    name: `track ${boxes}`,
    what: `Kalman prediction, association and update of one frame with ${boxes} boxes`,
    once: inTurn(frames, (frame, atUs) => trackers.update(frame, atUs)),
  };
}

function countStage({ camera }: Material, boxes: number, frames: readonly (readonly Detection[])[]): Stage {
  const trackers = createTrackers(camera.groups);
  const tracks = frames.map((frame, index): readonly Track[] =>
    trackers.update(frame, (index + 1) * FRAME_US),
  );
  const lines = camera.lines.map((line) => createLineCounter(line));
  const zones = camera.zones.map((zone) => createZoneCounter(zone));
  return {
    name: `count ${boxes}`,
    what: `${lines.length} line and ${zones.length} zones over one frame of ${boxes} tracks`,
    once: inTurn(tracks, (frame, atUs) => [
      lines.map((line) => line.update(frame, atUs)),
      zones.map((zone) => zone.update(frame, atUs)),
    ]),
  };
}

/** Aggregation by itself, the whole pure half, and the two ways a record is written. */
function pureHalfStages(
  material: Material,
  model: MeasuredModel,
  frames: readonly (readonly Detection[])[],
): Stage[] {
  const views: CountedFrameView[] = [];
  const records: Observation[] = [];
  const counting = startCounting(material, model, (view) => views.push(view));
  for (const [index, detections] of frames.entries())
    records.push(...counting.push({ kind: 'frame', capturedAtUs: START_US + index * FRAME_US, detections }));
  records.push(...finishRecording(counting, material.recording.plan));
  const whole = startCounting(material, model, () => undefined);
  const site = countingSite(material.camera, WINDOW_SECONDS);
  const aggregator = createWindowAggregator({
    site,
    clock: samplingClock({ framesPerSecond: material.framesPerSecond }),
    lineage: records[0]!.lineage,
    start: { startUs: START_US, reason: 'outside-recording' },
  });
  const record = records[0]!;
  return [
    {
      name: 'aggregate',
      what: `one counted frame into its window of ${WINDOW_SECONDS} s; each window's records are in the mean, not in the median`,
      once: inTurn(views, (view, capturedAtUs) => aggregator.frame({ ...view, capturedAtUs })),
    },
    {
      name: 'track, count, aggregate',
      what: 'everything after the network for one frame of the footage',
      once: inTurn([...frames, ...frames.toReversed()], (detections, capturedAtUs) =>
        whole.push({ kind: 'frame', capturedAtUs, detections }),
      ),
    },
    {
      name: 'record as JSON',
      what: 'one presence record as a line of NDJSON',
      once: () => ndjsonLine(record),
    },
    { name: 'record as CSV', what: 'the same as a row of CSV', once: () => csvRow(record) },
  ];
}

function startCounting(
  { camera, recording }: Material,
  { card }: MeasuredModel,
  onFrame: (view: CountedFrameView) => void,
) {
  return recordingCounting({
    camera,
    windowSeconds: WINDOW_SECONDS,
    siteVersion: siteVersion(camera, WINDOW_SECONDS),
    card,
    plan: recording.plan,
    jobId: 'bench',
    onFrame,
  });
}

function codecStages(frame: readonly Detection[]): Stage[] {
  const event: TimelineEvent = { kind: 'frame', capturedAtUs: START_US, detections: frame };
  const bytes = encodeTimeline([event]);
  return [
    {
      name: 'quantise',
      what: `the ${frame.length} boxes of the busiest picture to 16 bits`,
      once: () => frame.map(quantiseDetection),
    },
    { name: 'encode', what: 'that frame as bytes', once: () => encodeTimeline([event]) },
    { name: 'decode', what: 'and back', once: () => [...decodeTimeline(bytes)] },
  ];
}
