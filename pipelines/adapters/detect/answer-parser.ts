/** Cuts a child's answers out of the chunks a pipe gives. */
import type { Detection } from '../../domain/types.ts';
import { AnalysisError, type ErrorCode } from '../../errors.ts';
import {
  ANSWER_BYTES,
  ANSWER_KIND,
  type AnswerHeader,
  readAnswer,
  readDetections,
} from './detector-protocol.ts';

/** One whole answer. */
export interface Answer {
  readonly header: AnswerHeader;
  /** Empty unless the answer brings detections. */
  readonly detections: Detection[];
  /** Why the request failed; the child itself is well. */
  readonly failure?: AnalysisError;
}

/** See `createAnswerParser`. */
export interface AnswerHandlers {
  onAnswer(answer: Answer): void;
  /** What came can't be an answer; called once, and nothing after it is read. */
  onGarbage(): void;
}

/** Feed it chunks as they come. */
export function createAnswerParser(handlers: AnswerHandlers): (chunk: Buffer) => void {
  let unread: Buffer = Buffer.alloc(0);
  let isGarbage = false;

  /** Where the next answer starts, or `undefined` when the one at `offset` isn't whole yet. */
  function readOne(block: Buffer, offset: number): number | undefined {
    const payloadAt = offset + ANSWER_BYTES;
    if (block.length < payloadAt) return undefined;
    const header = readAnswer(block, offset);
    const end = payloadAt + (header?.payloadBytes ?? 0);
    if (block.length < end) return undefined;
    const answer = header && readPayload(header, block, payloadAt);
    if (answer === undefined) {
      isGarbage = true;
      handlers.onGarbage();
    } else handlers.onAnswer(answer);
    return end;
  }

  return (chunk) => {
    const block = unread.length === 0 ? chunk : Buffer.concat([unread, chunk]);
    let offset = 0;
    while (!isGarbage) {
      const end = readOne(block, offset);
      if (end === undefined) break;
      offset = end;
    }
    unread = block.subarray(offset);
  };
}

function readPayload(header: AnswerHeader, block: Buffer, offset: number): Answer | undefined {
  if (header.kind === ANSWER_KIND.failed) {
    const failure = readFailure(block.toString('utf8', offset, offset + header.payloadBytes));
    return failure && { header, detections: [], failure };
  }
  if (header.kind !== ANSWER_KIND.detections) return { header, detections: [] };
  const detections = readDetections(block, offset, header.payloadBytes);
  return detections && { header, detections };
}

function readFailure(json: string): AnalysisError | undefined {
  try {
    const failure = JSON.parse(json) as { code: ErrorCode; operation: string; message: string };
    return new AnalysisError(failure.code, failure.operation, failure.message);
  } catch {
    return undefined;
  }
}
