/** `pantau plan`: how many machines a city's cameras need, from a measured machine. */
import path from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Demand, planCameras } from '../../pipelines/domain/planning/plan.ts';
import { AnalysisError } from '../../pipelines/errors.ts';
import { loadSiteFile } from '../../pipelines/site-file.ts';
import { readConfig } from '../config.ts';
import {
  groupOf,
  groupsOfSite,
  MEASURES,
  type Measure,
  parseResolution,
  type Sending,
} from '../planning/demand.ts';
import { planText } from '../planning/plan-text.ts';
import { defaultProfileFile, readProfile } from '../planning/profile-file.ts';
import { parseCount, say } from './output.ts';

interface PlanOptions {
  readonly cameras?: number;
  readonly site?: string;
  readonly profile?: string;
  readonly measure?: Measure;
  readonly fps?: number;
  readonly resolution: string;
  readonly codecFps: number;
  readonly keyframeSeconds: number;
  readonly mbit?: number;
  readonly headroom: number;
  readonly linkMbit: number;
  readonly windowSeconds?: number;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  pantau bench --profile                                   measure this machine first, 2 minutes
  pantau plan --cameras 100                                density at 1 picture/s, 1080p25, keyframe each second
  pantau plan --cameras 40 --measure flow --resolution 1280x720 --codec-fps 15
  pantau plan --cameras 500 --profile server.json --link-mbit 10000 --json
  pantau plan --site situs.json                            cameras and rates of a site file

density: 1 picture/s, keyframes only, one zone. flow: 5 pictures/s, every picture decoded, one line. both: 5 pictures/s, a zone and a line.
Every number comes from the profile and these options; the link's speed is the one that is assumed (--link-mbit).
Room on disk is what the portal keeps after a year, by PANTAU_KEEP_MINUTE_DAYS (30 days of minutes) and its siblings.`;

export function addPlan(program: Command): void {
  program
    .command('plan')
    .description('rencanakan mesin untuk sejumlah kamera / cores, memory, network for a number of cameras')
    .option('--cameras <n>', 'how many', parseCount('--cameras', 1_000_000))
    .option('--site <file>', 'take the cameras and their rates from a site file')
    .option('--profile <file>', 'measured machine; default: profile.json in the data folder')
    .addOption(new Option('--measure <what>', 'what is counted (default: density)').choices(MEASURES))
    .option('--fps <n>', 'pictures analysed per second, instead of the usual', parseNumber('--fps', 60))
    .option('--resolution <WxH>', 'what the cameras send', '1920x1080')
    .option('--codec-fps <n>', 'pictures they send per second', parseNumber('--codec-fps', 120), 25)
    .option(
      '--keyframe-seconds <s>',
      'distance of their keyframes',
      parseNumber('--keyframe-seconds', 600),
      1,
    )
    .option(
      '--mbit <n>',
      'what one sends, Mbit/s; default: the profile’s clips',
      parseNumber('--mbit', 1_000),
    )
    .option('--headroom <share>', 'how much of a machine may be used, 0–1', parseNumber('--headroom', 1), 0.7)
    .option('--link-mbit <n>', 'what one machine can receive, Mbit/s', parseNumber('--link-mbit', 1e6), 1_000)
    .option(
      '--window-seconds <s>',
      'length of a window (default: the site file’s, or 60)',
      parseCount('--window-seconds', 3_600),
    )
    .option('--json', 'for machines')
    .addHelpText('after', EXAMPLES)
    .action(runPlan);
}

async function runPlan(options: PlanOptions): Promise<void> {
  const { dataDir, keepDays } = readConfig();
  const profileFile = path.resolve(options.profile ?? defaultProfileFile(dataDir));
  const demand = await demandOf(options, keepDays);
  const profile = await readProfile(profileFile);
  try {
    const plan = planCameras(profile, demand);
    if (options.json === true)
      say(JSON.stringify({ profileFile, measuredAt: profile.measuredAt, demand, plan }, null, 2));
    else say(planText({ profile, profileFile, demand, plan }));
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new AnalysisError('config-invalid', 'plan', cause.message, { cause });
  }
}

async function demandOf(options: PlanOptions, keepDays: Demand['keepDays']): Promise<Demand> {
  const sending: Sending = {
    ...parseResolution(options.resolution),
    sourceFramesPerSecond: options.codecFps,
    keyframeIntervalS: options.keyframeSeconds,
    ...(options.mbit === undefined ? {} : { mbitPerSecond: options.mbit }),
  };
  const limits = { headroom: options.headroom, linkMbitPerSecond: options.linkMbit, keepDays };
  const { cameras: count, site: siteFile, measure, fps, windowSeconds } = options;
  if ((count === undefined) === (siteFile === undefined))
    throw badOptions('give either --cameras N or --site FILE');
  if (siteFile === undefined) {
    const group = groupOf(sending, {
      count: count ?? 0,
      measure: measure ?? 'density',
      framesPerSecond: fps,
      windowSeconds,
    });
    return { ...limits, groups: [group] };
  }
  if (measure !== undefined || fps !== undefined)
    throw badOptions('--measure and --fps go with --cameras; a site file says what its cameras measure');
  const site = await loadSiteFile(siteFile);
  return { ...limits, groups: groupsOfSite(site, sending, windowSeconds) };
}

function badOptions(message: string): InvalidArgumentError {
  return new InvalidArgumentError(message);
}

/** A number above 0, at most `max`. */
function parseNumber(option: string, max: number): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (value > 0 && value <= max) return value;
    throw badOptions(`${option}: expected a number above 0, at most ${max}; found ${text}`);
  };
}
