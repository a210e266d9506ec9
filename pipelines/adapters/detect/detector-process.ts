/**
 * The child process that infers: one thread, one frame at a time, no streams. It reads requests from a blocking
 * descriptor straight into the memory the runtime reads, and exits when its parent closes that descriptor or dies.
 */
import { readSync, writeSync } from 'node:fs';
import { AnalysisError } from '../../errors.ts';
import {
  ANSWER_BYTES,
  ANSWER_KIND,
  type AnswerHeader,
  CHILD_FD,
  detectionsByteLength,
  emptyRequest,
  REQUEST_BYTES,
  REQUEST_KIND,
  readRequest,
  SLOT_STRIDE_BYTES,
  writeAnswer,
  writeDetections,
} from './detector-protocol.ts';
import { type OrtSession, openOrtSession, type SessionRequest } from './ort-session.ts';

/** Reading `/proc` costs some 20 µs: often enough to see a leak, too seldom to cost. */
const FRAMES_PER_MEMORY_CHECK = 64;

/** Pause when a descriptor turns out not to block. */
const RETRY_MS = 1;

const sessions = new Map<number, OrtSession>();
const request = emptyRequest();
const requestBlock = Buffer.alloc(REQUEST_BYTES);
let answerBlock = Buffer.alloc(ANSWER_BYTES + detectionsByteLength(128));
let framesUntilMemoryCheck = 0;
let residentMiB = 0;
const sleeper = new Int32Array(new SharedArrayBuffer(4));
const noPayload = Buffer.alloc(0);

/** Runs a system call until it neither would block nor was interrupted. */
function retried(action: () => number): number {
  for (;;) {
    try {
      return action();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EAGAIN') Atomics.wait(sleeper, 0, 0, RETRY_MS);
      else if (code !== 'EINTR') throw error;
    }
  }
}

/** Fills `block` from the parent; false when the parent is gone. */
function readFully(block: Buffer): boolean {
  for (let done = 0; done < block.length; ) {
    const count = retried(() => readSync(CHILD_FD.requests, block, done, block.length - done, null));
    if (count === 0) return false;
    done += count;
  }
  return true;
}

function readPicture(pixels: Uint8Array, slot: number): void {
  for (let done = 0; done < pixels.length; ) {
    const position = slot * SLOT_STRIDE_BYTES + done;
    const count = retried(() => readSync(CHILD_FD.pictures, pixels, done, pixels.length - done, position));
    if (count === 0) throw new RangeError(`slot ${slot} holds ${done} of ${pixels.length} bytes`);
    done += count;
  }
}

function answer(header: Pick<AnswerHeader, 'kind' | 'inferenceUs' | 'payloadBytes'>): void {
  writeAnswer(answerBlock, { ...header, requestId: request.requestId, residentMiB });
  const length = ANSWER_BYTES + header.payloadBytes;
  for (let done = 0; done < length; ) {
    done += retried(() => writeSync(CHILD_FD.answers, answerBlock, done, length - done));
  }
}

function makeRoom(payloadBytes: number): void {
  if (answerBlock.length < ANSWER_BYTES + payloadBytes)
    answerBlock = Buffer.alloc(ANSWER_BYTES + payloadBytes * 2);
}

function answerFailure(error: unknown): void {
  const code = error instanceof AnalysisError ? error.code : 'detector-lost';
  const operation = error instanceof AnalysisError ? error.operation : 'infer';
  const message = error instanceof Error ? error.message : String(error);
  const payload = Buffer.from(JSON.stringify({ code, operation, message }));
  makeRoom(payload.length);
  payload.copy(answerBlock, ANSWER_BYTES);
  answer({ kind: ANSWER_KIND.failed, inferenceUs: 0, payloadBytes: payload.length });
}

async function load(payload: Buffer): Promise<void> {
  const wanted = JSON.parse(payload.toString()) as SessionRequest;
  sessions.set(request.sessionId, await openOrtSession(wanted));
  answer({ kind: ANSWER_KIND.done, inferenceUs: 0, payloadBytes: 0 });
}

async function detect(): Promise<void> {
  const session = sessions.get(request.sessionId);
  if (session === undefined) throw new RangeError(`session ${request.sessionId} is not loaded`);
  readPicture(session.pixels, request.slot);
  const startedMs = performance.now();
  const detections = await session.infer({ widthPx: request.areaWidthPx, heightPx: request.areaHeightPx });
  const inferenceUs = Math.round((performance.now() - startedMs) * 1000);
  const payloadBytes = detectionsByteLength(detections.length);
  makeRoom(payloadBytes);
  writeDetections(answerBlock, ANSWER_BYTES, detections);
  checkMemory();
  answer({ kind: ANSWER_KIND.detections, inferenceUs, payloadBytes });
}

function checkMemory(): void {
  framesUntilMemoryCheck -= 1;
  if (framesUntilMemoryCheck > 0) return;
  framesUntilMemoryCheck = FRAMES_PER_MEMORY_CHECK;
  residentMiB = Math.round(process.memoryUsage.rss() / 2 ** 20);
}

async function unload(): Promise<void> {
  const session = sessions.get(request.sessionId);
  sessions.delete(request.sessionId);
  await session?.release();
  answer({ kind: ANSWER_KIND.done, inferenceUs: 0, payloadBytes: 0 });
}

async function handle(payload: Buffer): Promise<void> {
  try {
    if (request.kind === REQUEST_KIND.detect) await detect();
    else if (request.kind === REQUEST_KIND.load) await load(payload);
    else await unload();
  } catch (error) {
    answerFailure(error);
  }
}

/** True when the error only says that the parent has gone. */
function isParentGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EPIPE' || code === 'ECONNRESET';
}

async function serve(): Promise<void> {
  answer({ kind: ANSWER_KIND.ready, inferenceUs: 0, payloadBytes: 0 });
  while (readFully(requestBlock)) {
    readRequest(requestBlock, request);
    const payload = request.payloadBytes === 0 ? noPayload : Buffer.alloc(request.payloadBytes);
    if (!readFully(payload)) return;
    await handle(payload);
  }
}

process.title = 'pantau-detector';
// Ctrl-C and a service manager signal the whole group; the parent drains first and then closes our descriptor.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
try {
  await serve();
} catch (error) {
  if (!isParentGone(error)) throw error;
}
await Promise.all([...sessions.values()].map((session) => session.release()));
process.exit(0);
