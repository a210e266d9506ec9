import { describe, expect, it } from 'vitest';
import {
  ANSWER_BYTES,
  ANSWER_KIND,
  detectionsByteLength,
  emptyRequest,
  REQUEST_BYTES,
  REQUEST_KIND,
  readAnswer,
  readDetections,
  readRequest,
  writeAnswer,
  writeDetections,
  writeRequest,
} from '../../../pipelines/adapters/detect/detector-protocol.ts';
import type { Detection } from '../../../pipelines/domain/types.ts';

describe('detector protocol', () => {
  it('brings a request across', () => {
    const block = Buffer.alloc(REQUEST_BYTES);
    const request = { kind: REQUEST_KIND.detect, requestId: 7, sessionId: 3, slot: 1 };
    const whole = { ...request, areaWidthPx: 416, areaHeightPx: 234, payloadBytes: 9 };
    writeRequest(block, whole);
    const read = emptyRequest();
    readRequest(block, read);
    expect(read).toEqual(whole);
  });

  it('brings an answer across', () => {
    const block = Buffer.alloc(ANSWER_BYTES + 5);
    const answer = {
      kind: ANSWER_KIND.done,
      requestId: 7,
      inferenceUs: 21_500,
      residentMiB: 180,
      payloadBytes: 0,
    };
    writeAnswer(block, answer);
    expect(readAnswer(block, 0)).toEqual(answer);
  });

  it('brings detections across without changing a bit', () => {
    const detections: Detection[] = [
      {
        roadUserClass: 'person',
        score: Math.fround(0.7),
        box: { left: 1 / 3, top: 0, right: 2 / 3, bottom: 1 },
      },
      {
        roadUserClass: 'truck',
        score: 1,
        box: { left: 0.1, top: 0.2, right: 0.30000000000000004, bottom: 0.4 },
      },
    ];
    const block = Buffer.alloc(8 + detectionsByteLength(2));
    writeDetections(block, 8, detections);
    expect(readDetections(block, 8, detectionsByteLength(2))).toEqual(detections);
  });

  it.each([
    ['another magic', (block: Buffer) => block.writeUInt32LE(1, 0)],
    ['a payload nobody sends', (block: Buffer) => block.writeUInt32LE(2 ** 31, 20)],
  ])('knows garbage: %s', (_name, spoil) => {
    const block = Buffer.alloc(ANSWER_BYTES);
    writeAnswer(block, { kind: 1, requestId: 0, inferenceUs: 0, residentMiB: 0, payloadBytes: 0 });
    spoil(block);
    expect(readAnswer(block, 0)).toBeUndefined();
  });

  it.each([
    ['half a row', Buffer.alloc(24)],
    ['a class that does not exist', Buffer.alloc(48, 0xff)],
  ])('knows garbage rows: %s', (_name, block) => {
    expect(readDetections(block, 0, block.length)).toBeUndefined();
  });
});
