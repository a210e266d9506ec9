/** A machine with round numbers, so that plans can be checked by hand. */
import type { MachineProfile } from '../../../pipelines/domain/planning/machine-profile.ts';

export const PROFILE: MachineProfile = {
  version: 1,
  measuredAt: '2026-11-22T00:00:00.000Z',
  commit: 'abc1234',
  machine: {
    ...{ processor: 'test', flags: [], cores: 4, memoryMiB: 8_192, kernel: 'Linux', node: 'v20' },
    ...{ onnxruntime: '1.30.0', ffmpeg: '5.1', loadBefore: [0, 0, 0] },
  },
  model: { id: 'model', sha256: 'a'.repeat(64), inputWidthPx: 512, inputHeightPx: 288 },
  decode: [
    {
      ...{ widthPx: 1000, heightPx: 500, mbitPerSecond: 1 },
      ...{ demuxMs: 0, keyframeMs: 5, pictureMs: 1, scaleMs: 1, memoryMiB: 20 },
    },
    {
      ...{ widthPx: 2000, heightPx: 1000, mbitPerSecond: 4 },
      ...{ demuxMs: 0.04, keyframeMs: 20, pictureMs: 4, scaleMs: 2, memoryMiB: 40 },
    },
  ],
  receive: { perSecondMs: 1, perMbitMs: 0.5 },
  inferenceMs: 20,
  worker: { perSecondMs: 1, perMbitMs: 0.25, perPictureMs: 1 },
  memory: { workerMiB: 200, cameraMiB: 10, detectorMiB: 100, servicesMiB: 100 },
  redis: {
    ...{ baseCommandsPerMinute: 60, commandsPerCameraMinute: 120, kilobytesPerCameraMinute: 60 },
    ...{ commandUs: 100, memoryKiBPerCamera: 1_024 },
  },
  portal: { recordMs: 2, recordBytes: 1_000 },
};
