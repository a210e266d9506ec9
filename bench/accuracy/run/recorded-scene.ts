/** The recordings with truth, and what is missing of them on this machine. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type OpenedRecording, openRecording } from '../../../pipelines/recording.ts';
import { loadSiteFile, type SiteCamera } from '../../../pipelines/site-file.ts';
import { labelledClip, readJunctionTruth } from '../truth/junction-truth.ts';
import { type MotRows, readMotTruth } from '../truth/mot-truth.ts';
import { crossingsOfBoxes, presenceOfBoxes, type RecordedTruth } from '../truth/recorded-truth.ts';

/** Where things lie. */
export interface Places {
  /** Pantau's own folder. */
  readonly root: string;
  readonly dataDir: string;
  /** Folder with `clips/`, `truth/` and `models/` that are not part of the project. */
  readonly sharedDir: string;
}

/** A recording that can be counted and compared. */
export interface RecordedScene {
  readonly id: string;
  readonly title: string;
  readonly recording: OpenedRecording;
  readonly camera: SiteCamera;
  readonly truth: RecordedTruth;
  /** Length of the windows in which presence is compared besides single frames, in seconds. */
  readonly windowSeconds: number;
  /** True for a scene that is another one's clip with another truth: no further evidence for a study. */
  readonly isVariant: boolean;
}

/** Time lines begin with the epoch: no scene says when it really was. */
const START_US = 0;

/** One scene before anything is opened. */
interface SceneFiles {
  readonly id: string;
  readonly title: string;
  /** The first that exists is taken. */
  readonly clips: readonly string[];
  readonly site: string;
  readonly truth: string;
  readonly windowSeconds: number;
  readonly isVariant?: boolean;
  /** Digest of the clip that the truth belongs to, where it says. */
  readonly labelledClip?: (text: string) => string | undefined;
  readonly readTruth: (
    text: string,
    scene: { recording: OpenedRecording; camera: SiteCamera },
  ) => RecordedTruth;
}

/** Ids of the recorded scenes. */
export const RECORDED_SCENE_IDS = ['pets09-s2l1', 'pets09-s2l1-everyone', 'junction'] as const;

function sceneFiles({ root, dataDir, sharedDir }: Places): readonly SceneFiles[] {
  const pets = {
    clips: [path.join(dataDir, 'footage/vtest.avi'), '/usr/share/doc/opencv-doc/examples/data/vtest.avi'],
    site: path.join(root, 'fixtures/sites/pets09.json'),
    truth: path.join(sharedDir, 'truth/pets09-s2l1.mot.csv'),
    windowSeconds: 15,
  };
  return [
    {
      ...pets,
      id: 'pets09-s2l1',
      title: 'PETS09-S2L1, pedestrians on a campus junction, the rows that MOTChallenge considers',
      readTruth: (text, opened) => petsTruth(text, opened, 'considered'),
    },
    {
      ...pets,
      id: 'pets09-s2l1-everyone',
      title: 'PETS09-S2L1, everyone who is labelled',
      isVariant: true,
      readTruth: (text, opened) => petsTruth(text, opened, 'everyone'),
    },
    {
      id: 'junction',
      title: 'Urban junction of the OpenDataCam demo, 499 frames',
      clips: [path.join(sharedDir, 'clips/junction.mp4')],
      site: path.join(root, 'fixtures/sites/junction.json'),
      truth: path.join(root, 'fixtures/truth/junction.json'),
      windowSeconds: 10,
      labelledClip,
      readTruth: (text, { recording }) => readJunctionTruth(text, recording.plan.info),
    },
  ];
}

/** A scene that is there, or what it lacks. */
export type FoundScene =
  | { readonly scene: RecordedScene }
  | { readonly id: string; readonly missing: string };

/** Opens the scenes asked for; one that lacks a file is told, not skipped in silence. */
export async function openScenes(
  places: Places,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<FoundScene[]> {
  const wanted = sceneFiles(places).filter(({ id }) => ids.includes(id));
  return await Promise.all(wanted.map((files) => openScene(files, signal)));
}

async function openScene(files: SceneFiles, signal: AbortSignal): Promise<FoundScene> {
  const clip = files.clips.find((file) => existsSync(file));
  if (clip === undefined) return { id: files.id, missing: `clip not found: ${files.clips.join(' or ')}` };
  if (!existsSync(files.truth)) return { id: files.id, missing: `truth not found: ${files.truth}` };
  const text = await readFile(files.truth, 'utf8');
  const labelled = files.labelledClip?.(text);
  if (
    labelled !== undefined &&
    labelled !==
      createHash('sha256')
        .update(await readFile(clip))
        .digest('hex')
  )
    return { id: files.id, missing: `${clip} is not the clip that was labelled (sha256 ${labelled})` };
  const recording = await openRecording({ path: clip, startUs: START_US }, signal);
  const camera = (await loadSiteFile(files.site)).cameras[0]!;
  const truth = files.readTruth(text, { recording, camera });
  const { id, title, windowSeconds, isVariant = false } = files;
  return { scene: { id, title, recording, camera, truth, windowSeconds, isVariant } };
}

/** The container's rate, which PETS09-S2L1 was not recorded at (7 frames/s) but is played and counted at. */
const PETS_FRAMES_PER_SECOND = 10;

function petsTruth(
  text: string,
  { recording, camera }: { recording: OpenedRecording; camera: SiteCamera },
  rows: MotRows,
): RecordedTruth {
  const boxes = readMotTruth(text, recording.plan.info, rows);
  return {
    framesPerSecond: PETS_FRAMES_PER_SECOND,
    frameCount: boxes.size,
    groups: ['people'],
    boxes,
    presence: presenceOfBoxes(boxes, camera.zones),
    crossings: crossingsOfBoxes(boxes, camera.lines, PETS_FRAMES_PER_SECOND),
  };
}
