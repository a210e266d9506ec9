/** A profile for people: Indonesian first. */
import type { MachineProfile } from '../../pipelines/domain/planning/machine-profile.ts';
import { formatTable } from '../cli/output.ts';

/** Above this another's work was in the measurement; CPU bills move little, but they move. */
const QUIET_LOAD = 0.5;

/** What was measured, as tables. */
export function profileText(profile: MachineProfile, file: string): string {
  const { machine, model, inferenceMs, worker, receive, memory, redis, portal } = profile;
  const load = machine.loadBefore[0] ?? 0;
  const figures: [string, number, string][] = [
    [`inferensi/inference ${model.inputWidthPx}×${model.inputHeightPx}`, inferenceMs, 'ms/gambar·picture'],
    ['penerimaan/receiving (ffmpeg)', receive.perSecondMs, 'ms/s'],
    ['', receive.perMbitMs, 'ms/Mbit'],
    ['worker', worker.perSecondMs, 'ms/s'],
    ['', worker.perMbitMs, 'ms/Mbit'],
    ['', worker.perPictureMs, 'ms/gambar·picture'],
    ['memori worker/worker memory', memory.workerMiB, 'MiB'],
    ['memori kamera/camera memory', memory.cameraMiB, 'MiB'],
    ['memori detektor/detector memory', memory.detectorMiB, 'MiB'],
    ['Redis + portal', memory.servicesMiB, 'MiB'],
    ['perintah Redis/Redis commands', redis.commandsPerCameraMinute, '/kamera·camera/menit·min'],
    ['', redis.kilobytesPerCameraMinute, 'kB/kamera·camera/menit·min'],
    ['catatan portal/portal record', portal.recordBytes, 'B'],
  ];
  return [
    `${machine.processor}, ${machine.cores} inti/cores, ${machine.memoryMiB} MiB; model ${model.id}`,
    '',
    'Dekode · decoding, CPU ms',
    formatTable(
      ['ukuran/size', 'Mbit/s', 'demux', 'keyframe', 'gambar/picture', 'skala/scale', 'MiB'],
      profile.decode.map((row) => [
        `${row.widthPx}×${row.heightPx}`,
        ...[row.mbitPerSecond, row.demuxMs, row.keyframeMs, row.pictureMs, row.scaleMs, row.memoryMiB].map(
          (value) => value.toFixed(2),
        ),
      ]),
    ),
    '',
    'Per kamera · per camera',
    formatTable(
      ['', 'nilai/value', 'satuan/unit'],
      figures.map(([name, value, unit]) => [name, value.toFixed(2), unit]),
    ),
    '',
    ...(load > QUIET_LOAD
      ? [
          `Mesin sedang sibuk (beban ${load}); ulangi saat sepi. · The machine was busy (load ${load}); repeat when quiet.`,
        ]
      : []),
    `Tersimpan · saved: ${file}`,
    'Lanjut · next: pantau plan --cameras 100',
  ].join('\n');
}
