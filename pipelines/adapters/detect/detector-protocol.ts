/**
 * What a detector process and its parent say to each other. Little-endian blocks of fixed size, so that neither side
 * allocates or parses per frame; only loading a model and failing carry JSON.
 *
 * ```
 *   parent ── requests (fd 3) ─────────▶ child    REQUEST_BYTES [+ JSON]
 *          ── pictures (fd 5, memory) ─▶          one slot per frame under way
 *          ◀─ answers (fd 4) ──────────           ANSWER_BYTES [+ rows | JSON]
 * ```
 * Answers come in the order of the requests. The end of fd 3 tells the child to exit: it cannot outlive its parent.
 */
import { ROAD_USER_CLASSES } from '../../domain/classes.ts';
import type { Detection } from '../../domain/types.ts';

/** The child's file descriptors. */
export const CHILD_FD = { requests: 3, answers: 4, pictures: 5 } as const;

/** Distance of two picture slots; untouched pages of an anonymous file cost nothing. */
export const SLOT_STRIDE_BYTES = 64 * 1024 * 1024;

/** Frames a child may hold: one being inferred, one waiting in its memory, so that it never waits for us. */
export const SLOTS_PER_CHILD = 2;

/** `load` carries a `SessionRequest` as JSON; the others only their block. */
export const REQUEST_KIND = { load: 1, detect: 2, unload: 3 } as const;
/** Length of a request block: seven numbers of 32 bits. */
export const REQUEST_BYTES = 28;

/** What a request block says. */
export interface RequestHeader {
  kind: number;
  requestId: number;
  /** The model and input size to use, named by the pool. */
  sessionId: number;
  slot: number;
  /** Part of the input that is picture; see `pictureArea`. */
  areaWidthPx: number;
  areaHeightPx: number;
  /** Bytes of JSON that follow. */
  payloadBytes: number;
}

/** A block for `readRequest` to fill again and again. */
export function emptyRequest(): RequestHeader {
  return { kind: 0, requestId: 0, sessionId: 0, slot: 0, areaWidthPx: 0, areaHeightPx: 0, payloadBytes: 0 };
}

/** Writes a request block at the start of `block`. */
export function writeRequest(block: Buffer, request: RequestHeader): void {
  block.writeUInt32LE(request.kind, 0);
  block.writeUInt32LE(request.requestId, 4);
  block.writeUInt32LE(request.sessionId, 8);
  block.writeUInt32LE(request.slot, 12);
  block.writeUInt32LE(request.areaWidthPx, 16);
  block.writeUInt32LE(request.areaHeightPx, 20);
  block.writeUInt32LE(request.payloadBytes, 24);
}

/** Reads a request block into `into`. */
export function readRequest(block: Buffer, into: RequestHeader): void {
  into.kind = block.readUInt32LE(0);
  into.requestId = block.readUInt32LE(4);
  into.sessionId = block.readUInt32LE(8);
  into.slot = block.readUInt32LE(12);
  into.areaWidthPx = block.readUInt32LE(16);
  into.areaHeightPx = block.readUInt32LE(20);
  into.payloadBytes = block.readUInt32LE(24);
}

/** `ready` comes once, unasked, with request id 0; `done` answers `load` and `unload`. */
export const ANSWER_KIND = { ready: 1, done: 2, detections: 3, failed: 4 } as const;
/** Length of an answer block: six numbers of 32 bits. */
export const ANSWER_BYTES = 24;

/** "PANT": anything else at the start of an answer is garbage, and its child is replaced. */
const ANSWER_MAGIC = 0x544e4150;

/** More than any reader gives (YOLOX 640: 8400 rows); a longer answer is garbage. */
const MAX_PAYLOAD_BYTES = 1024 * 1024;

/** What an answer block says. */
export interface AnswerHeader {
  readonly kind: number;
  readonly requestId: number;
  /** Time inside the runtime, without waiting and reading. */
  readonly inferenceUs: number;
  /** Resident memory of the child, for recycling. */
  readonly residentMiB: number;
  /** Bytes that follow: rows of `writeDetections`, or JSON. */
  readonly payloadBytes: number;
}

/** Writes an answer block at the start of `block`. */
export function writeAnswer(block: Buffer, answer: AnswerHeader): void {
  block.writeUInt32LE(ANSWER_MAGIC, 0);
  block.writeUInt32LE(answer.kind, 4);
  block.writeUInt32LE(answer.requestId, 8);
  block.writeUInt32LE(answer.inferenceUs, 12);
  block.writeUInt32LE(answer.residentMiB, 16);
  block.writeUInt32LE(answer.payloadBytes, 20);
}

/** Reads an answer block at `offset`; `undefined` when it can't be one. */
export function readAnswer(block: Buffer, offset: number): AnswerHeader | undefined {
  const payloadBytes = block.readUInt32LE(offset + 20);
  if (block.readUInt32LE(offset) !== ANSWER_MAGIC || payloadBytes > MAX_PAYLOAD_BYTES) return undefined;
  return {
    kind: block.readUInt32LE(offset + 4),
    requestId: block.readUInt32LE(offset + 8),
    inferenceUs: block.readUInt32LE(offset + 12),
    residentMiB: block.readUInt32LE(offset + 16),
    payloadBytes,
  };
}

/** Class index, score, left, top, right, bottom; float64, so that crossing the pipe changes no bit. */
const DETECTION_BYTES = 6 * 8;

/** Bytes `count` detections take. */
export function detectionsByteLength(count: number): number {
  return count * DETECTION_BYTES;
}

/** Writes one row per detection from `offset` on; the block must have room. */
export function writeDetections(block: Buffer, offset: number, detections: readonly Detection[]): void {
  let at = offset;
  for (const { roadUserClass, score, box } of detections) {
    block.writeDoubleLE(ROAD_USER_CLASSES.indexOf(roadUserClass), at);
    block.writeDoubleLE(score, at + 8);
    block.writeDoubleLE(box.left, at + 16);
    block.writeDoubleLE(box.top, at + 24);
    block.writeDoubleLE(box.right, at + 32);
    block.writeDoubleLE(box.bottom, at + 40);
    at += DETECTION_BYTES;
  }
}

/** Reads what `writeDetections` wrote; `undefined` when a row can't be a detection. */
export function readDetections(block: Buffer, offset: number, byteLength: number): Detection[] | undefined {
  if (byteLength % DETECTION_BYTES !== 0) return undefined;
  const detections: Detection[] = [];
  for (let at = offset; at < offset + byteLength; at += DETECTION_BYTES) {
    const roadUserClass = ROAD_USER_CLASSES[block.readDoubleLE(at)];
    if (roadUserClass === undefined) return undefined;
    const box = {
      left: block.readDoubleLE(at + 16),
      top: block.readDoubleLE(at + 24),
      right: block.readDoubleLE(at + 32),
      bottom: block.readDoubleLE(at + 40),
    };
    detections.push({ roadUserClass, score: block.readDoubleLE(at + 8), box });
  }
  return detections;
}
