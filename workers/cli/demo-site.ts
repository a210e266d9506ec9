/** What the demo counts: PETS 2009 out of set-up's footage or a recording of the user's, and what fills its charts. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { AnalysisError } from '../../pipelines/errors.ts';
import { loadSiteFile, parseSite, type Site, type SiteCamera } from '../../pipelines/site-file.ts';
import { PACKAGE_ROOT } from '../config.ts';
import { wholePicture } from './camera.ts';

const SITE = path.join('fixtures', 'sites', 'pets09.json');
/** The clip lasts 79.5 s: at the usual 60 s the series would be two points. */
const DEMO_WINDOW_SECONDS = 10;
/** The footage is from Reading; map and data sets need a place in the portal's city, so the names say it is made up. */
const MADE_UP_PLACE = {
  lat: -6.9816,
  lon: 110.4133,
  road: 'Ruas contoh · sample road',
  kecamatan: '33.74.01',
} as const;

/** Real traffic, hand-labelled; not part of the repository, so the demo does without where it is missing. */
const TRAFFIC_CLIP = path.join(PACKAGE_ROOT, '..', 'shared', 'clips', 'junction.mp4');
const TRAFFIC_SITE = path.join('fixtures', 'sites', 'junction.json');
/** A keyframe each second, decoded two of its 15 pictures a second ahead; 27 × 33 s + 9 s are the quarter hour. */
const TRAFFIC_CUT: FootageCut = { seconds: 33, leadSeconds: 0.15 };
/** Three lanes a direction as in the picture; the rest is a plausible city street, and made up like its place. */
const MADE_UP_ROAD = {
  type: '6/2-T',
  lanes: 3,
  laneWidthM: 3.5,
  sideFriction: 'R',
  edge: 'kerb',
  edgeDistanceM: 1,
  cityPopulationMillions: 1.7,
} as const;

/** What the catalogue says instead of naming an agency that never published this. */
export const DEMO_PUBLISHER = { id: 'pantau-demo', name: 'Peragaan Pantau · Pantau demo' } as const;

/** The site of the demo: the user's file, the whole picture of the user's recording, or PETS 2009 at a made-up place. */
export async function demoSite(options: {
  readonly video?: string;
  readonly site?: string;
  readonly start?: string;
}): Promise<Site> {
  const { video, site, start } = options;
  if (site !== undefined) return await loadSiteFile(site);
  if (video !== undefined) {
    const camera = {
      id: 'demo',
      source: { kind: 'recording', path: video, ...(start === undefined ? {} : { start }) },
      ...wholePicture,
    };
    return parseSite(
      JSON.stringify({ version: 1, windowSeconds: DEMO_WINDOW_SECONDS, cameras: [camera] }),
      'demo site',
    );
  }
  const pets = await loadSiteFile(path.join(PACKAGE_ROOT, SITE));
  return {
    ...pets,
    windowSeconds: DEMO_WINDOW_SECONDS,
    cameras: pets.cameras.map((camera) => ({ ...camera, location: MADE_UP_PLACE })),
  };
}

/** The camera as the console shows it: with its recording, so that there is a picture to draw zones and lines on. */
export function withRecording(camera: SiteCamera, file: string): SiteCamera {
  return camera.source === undefined ? { ...camera, source: { kind: 'recording', path: file } } : camera;
}

/** A recording that is counted again and again up to now, and the camera it is counted for. */
export interface RepeatedFootage {
  readonly camera: SiteCamera;
  readonly video: string;
  /** Absent: the whole recording is repeated, and its packets are stored in the order of their pictures. */
  readonly cut?: FootageCut;
}

/**
 * Where a recording whose pictures are stored out of order is cut without decoding it: a packet belongs to the pictures
 * before the cut only where a keyframe follows.
 */
export interface FootageCut {
  /** The part that is repeated; here, and where the quarter hour ends in a repetition, lies a keyframe. */
  readonly seconds: number;
  /** ffmpeg cuts copied packets by the time of decoding, which lies this much before the keyframe's own. */
  readonly leadSeconds: number;
}

/**
 * What fills the charts: the demo's own footage, and the junction's when the project's shared clips lie beside the clone.
 * The cameras' names are such that nobody takes the series for a real day.
 */
export async function repeatedFootage(
  camera: SiteCamera,
  video: string,
): Promise<readonly RepeatedFootage[]> {
  const people = { camera: repeatedCrowd(camera), video };
  if (!existsSync(TRAFFIC_CLIP)) return [people];
  return [people, { camera: await repeatedTraffic(), video: TRAFFIC_CLIP, cut: TRAFFIC_CUT }];
}

/**
 * 2 frames/s cost a fifth of the demo's 10 and measured 5.61 people present and 13 + 11 crossings, where the truth is 5.85
 * and 15 + 13.
 */
function repeatedCrowd(camera: SiteCamera): SiteCamera {
  return {
    ...camera,
    id: `${camera.id}-diulang`,
    name: 'Rekaman diulang · footage repeated (PETS 2009)',
    location: { ...MADE_UP_PLACE, lat: MADE_UP_PLACE.lat + 0.002 },
    sampling: { ...camera.sampling, framesPerSecond: 2 },
  };
}

/** 5 frames/s: 4 of 51 crossings off, where 15 frames/s have 3 (docs/accuracy.md). */
async function repeatedTraffic(): Promise<SiteCamera> {
  const site = await loadSiteFile(path.join(PACKAGE_ROOT, TRAFFIC_SITE));
  const [camera] = site.cameras;
  if (camera === undefined) throw new AnalysisError('site-invalid', 'demo', `${TRAFFIC_SITE} has no camera`);
  return {
    ...camera,
    id: `${camera.id}-diulang`,
    name: 'Rekaman diulang · footage repeated (OpenDataCam)',
    location: { ...MADE_UP_PLACE, lat: -6.9742, lon: 110.4218, road: 'Jalan contoh · sample avenue' },
    sampling: { ...camera.sampling, framesPerSecond: 5 },
    lines: camera.lines.map((line) => ({ ...line, road: MADE_UP_ROAD })),
    zones: camera.zones.map((zone) => ({ ...zone, road: MADE_UP_ROAD })),
  };
}
