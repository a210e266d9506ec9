/** Camera sources as the console may see and set them: addresses go in, only scheme and host come out. */
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { pinUrl } from '../../pipelines/adapters/decode/egress.ts';
import { AnalysisError } from '../../pipelines/errors.ts';
import type { SiteSource } from '../../pipelines/site-file.ts';
import { HIDDEN } from '../../portal/operate/operations.ts';
import type { CameraEntry } from '../cluster/cameras.ts';
import type { Secrets } from '../secrets.ts';

/** The registered source with its address; it must not leave this process. */
export function registeredSource(entry: CameraEntry, secrets: Secrets): SiteSource | undefined {
  const { sourceKind: kind, sourceSealed, recordingStart, cameraId } = entry;
  if (kind === 'none' || sourceSealed === undefined) return undefined;
  const address = secrets.open(sourceSealed, cameraId);
  if (kind !== 'recording') return { kind, url: address };
  return { kind, path: address, ...(recordingStart === undefined ? {} : { start: recordingStart }) };
}

/** The source as a site file shows it: `rtsp://10.1.2.3/***`, or a recording's name. */
export function hiddenSource(entry: CameraEntry): SiteSource | undefined {
  const { sourceKind: kind, recordingStart } = entry;
  if (kind === 'none') return undefined;
  if (kind !== 'recording') return { kind, url: shownAddress(entry) };
  return {
    kind,
    path: shownAddress(entry),
    ...(recordingStart === undefined ? {} : { start: recordingStart }),
  };
}

/** Paths and queries of cameras' addresses often hold the password, so only scheme and host are shown. */
export function shownAddress({ sourceKind, sourceShown }: CameraEntry): string {
  if (sourceKind === 'none') return '';
  if (sourceKind === 'recording') return `${HIDDEN}/${path.basename(sourceShown)}`;
  if (!URL.canParse(sourceShown)) return HIDDEN;
  const { protocol, host } = new URL(sourceShown);
  return `${protocol}//${host}/${HIDDEN}`;
}

/** True for a source that came from `hiddenSource` and says nothing new. */
export function isHidden(source: unknown): boolean {
  if (typeof source !== 'object' || source === null) return false;
  const { url, path: file } = source as { url?: unknown; path?: unknown };
  return [url, file].some((address) => typeof address === 'string' && address.includes(HIDDEN));
}

/** Where sources may lead. */
export interface SourceRules {
  readonly cameraNetworks: readonly string[];
  readonly mediaRoot: string;
}

/**
 * The source as it is to be registered: recordings by their absolute path below the media root. Names are not looked
 * up here: the worker checks every address at the moment it connects.
 * @throws AnalysisError `source-refused` naming what is allowed
 */
export async function allowedSource(source: SiteSource, rules: SourceRules): Promise<SiteSource> {
  if (source.kind === 'recording')
    return { ...source, path: await insideMediaRoot(source.path, rules.mediaRoot) };
  const policy = { allowedNetworks: rules.cameraNetworks, lookup: async () => [] };
  await pinUrl(source.url, source.kind === 'rtsp' ? 'rtsp' : 'http', policy).catch((error: unknown) => {
    if (!(error instanceof AnalysisError) || error.code !== 'source-unreachable') throw error;
  });
  return source;
}

/**
 * The absolute path of a recording below the media root, whether it is there or not.
 * @throws AnalysisError `source-refused` for a path that leaves the media root, also through links
 */
export async function insideMediaRoot(file: string, mediaRoot: string): Promise<string> {
  const absolute = path.resolve(mediaRoot, file);
  const resolved = await Promise.all(
    [mediaRoot, absolute].map((one) => realpath(one).catch(() => undefined)),
  );
  const [root = mediaRoot, real = absolute] = resolved;
  const isInside = (base: string, one: string): boolean => {
    const way = path.relative(base, one);
    return way !== '' && !way.startsWith('..') && !path.isAbsolute(way);
  };
  if (isInside(mediaRoot, absolute) && (resolved[1] === undefined || isInside(root, real))) return absolute;
  throw new AnalysisError(
    'source-refused',
    'check-source',
    'the recording lies outside the media folder; allowed are files below it (PANTAU_MEDIA_ROOT)',
  );
}
