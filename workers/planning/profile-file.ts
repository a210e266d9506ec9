/** The machine's profile on disk: `pantau bench --profile` writes it, `pantau plan` reads it. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { type MachineProfile, PROFILE_VERSION } from '../../pipelines/domain/planning/machine-profile.ts';
import { AnalysisError } from '../../pipelines/errors.ts';

const positive = z.number().positive();
const zeroOrMore = z.number().min(0);
const text = z.string().min(1);

const decodeCost = z.strictObject({
  widthPx: positive,
  heightPx: positive,
  mbitPerSecond: positive,
  demuxMs: zeroOrMore,
  keyframeMs: positive,
  pictureMs: positive,
  scaleMs: zeroOrMore,
  memoryMiB: positive,
});

const receiveCost = { perSecondMs: zeroOrMore, perMbitMs: zeroOrMore };

const profileSchema = z.strictObject({
  version: z.literal(PROFILE_VERSION),
  measuredAt: z.iso.datetime(),
  commit: text,
  machine: z.strictObject({
    processor: text,
    flags: z.array(z.string()),
    cores: z.int().min(1),
    memoryMiB: positive,
    kernel: z.string(),
    node: text,
    onnxruntime: text,
    ffmpeg: text,
    loadBefore: z.array(zeroOrMore),
  }),
  model: z.strictObject({ id: text, sha256: text, inputWidthPx: positive, inputHeightPx: positive }),
  decode: z
    .array(decodeCost)
    .min(1)
    .refine(
      (rows) =>
        rows.every((row, index) => {
          const before = rows[index - 1];
          return before === undefined || before.widthPx * before.heightPx < row.widthPx * row.heightPx;
        }),
      'sizes must grow',
    ),
  receive: z.strictObject(receiveCost),
  inferenceMs: positive,
  worker: z.strictObject({ ...receiveCost, perPictureMs: zeroOrMore }),
  memory: z.strictObject({
    workerMiB: positive,
    cameraMiB: zeroOrMore,
    detectorMiB: positive,
    servicesMiB: zeroOrMore,
  }),
  redis: z.strictObject({
    baseCommandsPerMinute: zeroOrMore,
    commandsPerCameraMinute: zeroOrMore,
    kilobytesPerCameraMinute: zeroOrMore,
    commandUs: zeroOrMore,
    memoryKiBPerCamera: zeroOrMore,
  }),
  portal: z.strictObject({ recordMs: zeroOrMore, recordBytes: positive }),
});

const PROFILE_NAME = 'profile.json';

/** Where a machine keeps its profile when nothing else is said. */
export function defaultProfileFile(dataDir: string): string {
  return path.join(dataDir, PROFILE_NAME);
}

/**
 * Reads and checks a profile.
 * @throws AnalysisError `source-missing` with how to make one, or `config-invalid` with what is wrong in it.
 */
export async function readProfile(file: string): Promise<MachineProfile> {
  const json = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw unreadable(file, cause);
  });
  return checkProfile(parseJson(json, file), file);
}

function unreadable(file: string, cause: NodeJS.ErrnoException): AnalysisError {
  const [what, how] =
    cause.code === 'ENOENT'
      ? ['no machine profile here', 'measure this machine first: "pantau bench --profile" (2 minutes)']
      : cause.code === 'EISDIR'
        ? ['this is a folder', `give the profile file in it, such as ${path.join(file, PROFILE_NAME)}`]
        : [`it can't be read (${cause.code ?? cause.message})`, 'give a file that this user may read'];
  return new AnalysisError('source-missing', 'read-profile', `${file}: ${what}; ${how}`, { cause });
}

/** Checks and writes a profile; a reader never sees half of it. */
export async function writeProfile(file: string, profile: MachineProfile): Promise<void> {
  const checked = checkProfile(profile, file);
  await mkdir(path.dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}.part`;
  await writeFile(unfinished, `${JSON.stringify(checked, null, 2)}\n`);
  await rename(unfinished, file);
}

function parseJson(json: string, file: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new AnalysisError('config-invalid', 'read-profile', `${file}: this is not JSON`, { cause });
  }
}

function checkProfile(value: unknown, file: string): MachineProfile {
  const parsed = profileSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.join('.') || 'file'}: ${issue.message}`);
  throw new AnalysisError(
    'config-invalid',
    'read-profile',
    `${file}: not a machine profile of version ${PROFILE_VERSION}; make a new one with "pantau bench --profile"\n  ${faults.join('\n  ')}`,
  );
}
