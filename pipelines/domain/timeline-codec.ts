/**
 * The compact, exact form in which a segment's detections travel from the worker that detected to the one that counts.
 *
 * Coordinates and scores are rounded to 16 bits **before** tracking, in every run alike: 1/65535 of the picture is
 * 0.03 px at 1080p, far below any detector's noise. So what was stored and read back is bit for bit what a run
 * without storing sees, and tiny floating-point differences between processors mostly vanish.
 */
import { ROAD_USER_CLASSES } from './classes.ts';
import { type Detection, GAP_REASONS, type TimelineEvent } from './types.ts';

const SCALE = 65_535;
const VERSION = 1;
const HEADER_BYTES = 1;
const FRAME_TAG = 0;
const GAP_TAG = 1;
/** tag + capturedAtUs + number of detections */
const FRAME_BYTES = 1 + 8 + 2;
/** tag + fromUs + toUs + reason */
const GAP_BYTES = 1 + 8 + 8 + 1;
/** class + score + left, top, right, bottom */
const DETECTION_BYTES = 1 + 2 + 4 * 2;

/** A detection rounded to what the codec keeps. Coordinates outside the picture are cut at its edge. */
export function quantiseDetection(detection: Detection): Detection {
  const { left, top, right, bottom } = detection.box;
  return {
    roadUserClass: detection.roadUserClass,
    score: toUnit(toSteps(detection.score)),
    box: {
      left: toUnit(toSteps(left)),
      top: toUnit(toSteps(top)),
      right: toUnit(toSteps(right)),
      bottom: toUnit(toSteps(bottom)),
    },
  };
}

/** A time line that is being written. */
export interface TimelineWriter {
  /** Events come in the order of their time. Detections are rounded as `quantiseDetection` does. */
  push(event: TimelineEvent): void;
  /** What was written so far. */
  bytes(): Uint8Array;
}

/** Room that a writer begins with: a minute at 10 pictures/s with ten road users. */
const FIRST_BYTES = 64 * 1024;

/** Writes event by event: a segment's boxes as objects would be ten times its bytes, all alive to its end. */
export function createTimelineWriter(firstBytes = FIRST_BYTES): TimelineWriter {
  let bytes = new Uint8Array(firstBytes);
  let view = new DataView(bytes.buffer);
  let end = HEADER_BYTES;
  view.setUint8(0, VERSION);

  function makeRoom(length: number): void {
    if (end + length <= bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * bytes.length, end + length));
    larger.set(bytes.subarray(0, end));
    bytes = larger;
    view = new DataView(bytes.buffer);
  }

  return {
    push(event) {
      makeRoom(encodedLength(event));
      end = writeEvent(view, end, event);
    },
    bytes: () => bytes.subarray(0, end),
  };
}

/** Events → bytes; see `TimelineWriter`. */
export function encodeTimeline(events: readonly TimelineEvent[]): Uint8Array {
  const writer = createTimelineWriter(
    events.reduce((sum, event) => sum + encodedLength(event), HEADER_BYTES),
  );
  for (const event of events) writer.push(event);
  return writer.bytes();
}

/**
 * Bytes → events.
 * @throws RangeError when the bytes are cut short or from another version.
 */
export function* decodeTimeline(bytes: Uint8Array): Generator<TimelineEvent, void, void> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint8(0) !== VERSION)
    throw new RangeError(`timeline version ${view.getUint8(0)}, expected ${VERSION}`);
  let at = HEADER_BYTES;
  while (at < bytes.byteLength) {
    if (view.getUint8(at) === GAP_TAG) {
      yield readGap(view, at);
      at += GAP_BYTES;
    } else {
      const length = FRAME_BYTES + view.getUint16(at + 9) * DETECTION_BYTES;
      yield readFrame(view, at);
      at += length;
    }
  }
}

function toSteps(value: number): number {
  return Math.round(Math.min(1, Math.max(0, value)) * SCALE);
}

function toUnit(steps: number): number {
  return steps / SCALE;
}

function encodedLength(event: TimelineEvent): number {
  return event.kind === 'gap' ? GAP_BYTES : FRAME_BYTES + event.detections.length * DETECTION_BYTES;
}

function writeEvent(view: DataView, start: number, event: TimelineEvent): number {
  if (event.kind === 'gap') {
    view.setUint8(start, GAP_TAG);
    view.setFloat64(start + 1, event.fromUs);
    view.setFloat64(start + 9, event.toUs);
    view.setUint8(start + 17, GAP_REASONS.indexOf(event.reason));
    return start + GAP_BYTES;
  }
  view.setUint8(start, FRAME_TAG);
  view.setFloat64(start + 1, event.capturedAtUs);
  view.setUint16(start + 9, event.detections.length);
  let at = start + FRAME_BYTES;
  for (const { roadUserClass, score, box } of event.detections) {
    view.setUint8(at, ROAD_USER_CLASSES.indexOf(roadUserClass));
    view.setUint16(at + 1, toSteps(score));
    view.setUint16(at + 3, toSteps(box.left));
    view.setUint16(at + 5, toSteps(box.top));
    view.setUint16(at + 7, toSteps(box.right));
    view.setUint16(at + 9, toSteps(box.bottom));
    at += DETECTION_BYTES;
  }
  return at;
}

function readGap(view: DataView, at: number): TimelineEvent {
  const reason = GAP_REASONS[view.getUint8(at + 17)];
  if (reason === undefined) throw new RangeError(`unknown gap reason ${view.getUint8(at + 17)}`);
  return { kind: 'gap', fromUs: view.getFloat64(at + 1), toUs: view.getFloat64(at + 9), reason };
}

function readFrame(view: DataView, start: number): TimelineEvent {
  const detections: Detection[] = [];
  const count = view.getUint16(start + 9);
  for (let index = 0; index < count; index++) {
    const at = start + FRAME_BYTES + index * DETECTION_BYTES;
    const roadUserClass = ROAD_USER_CLASSES[view.getUint8(at)];
    if (roadUserClass === undefined) throw new RangeError(`unknown class ${view.getUint8(at)}`);
    detections.push({
      roadUserClass,
      score: toUnit(view.getUint16(at + 1)),
      box: {
        left: toUnit(view.getUint16(at + 3)),
        top: toUnit(view.getUint16(at + 5)),
        right: toUnit(view.getUint16(at + 7)),
        bottom: toUnit(view.getUint16(at + 9)),
      },
    });
  }
  return { kind: 'frame', capturedAtUs: view.getFloat64(start + 1), detections };
}
