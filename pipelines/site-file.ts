/** The one JSON site file: cameras, sources, zones and lines. Reads without trust and tells every error at once. */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { CountingSite } from './domain/site.ts';
import { AnalysisError } from './errors.ts';
import { hostileKeys, schemaFaults, structureFaults, syntaxFaultText } from './site-faults.ts';
import { syntaxFault } from './site-file-syntax.ts';
import { type Site, type SiteCamera, siteSchema } from './site-schema/site.ts';

export type { Site, SiteCamera, SiteSource } from './site-schema/site.ts';

/** A city's whole register is far below a megabyte; anything larger is the wrong file. */
export const MAX_SITE_FILE_BYTES = 10_000_000;

const OPERATION = 'load-site';

/**
 * Reads a site file. Throws `AnalysisError` `site-invalid` that lists every problem with its JSON path, what was
 * found and what is allowed.
 */
export async function loadSiteFile(path: string): Promise<Site> {
  const info = await stat(path).catch((cause: unknown) => {
    throw new AnalysisError(
      'site-invalid',
      OPERATION,
      `${path}: the site file can't be opened (${errorCode(cause)})`,
      {
        cause,
      },
    );
  });
  if (!info.isFile()) {
    throw new AnalysisError('site-invalid', OPERATION, `${path}: not a file; give the path of a JSON file`);
  }
  checkSize(info.size, path);
  return parseSite(decodeUtf8(await readFile(path), path), path);
}

/** Checks the text of a site file; `fileName` is only for messages. Throws as `loadSiteFile` does. */
export function parseSite(text: string, fileName: string): Site {
  checkSize(text.length, fileName);
  const json = parseJson(text.startsWith('\uFEFF') ? text.slice(1) : text, fileName);
  const hostile = hostileKeys(json);
  if (hostile.length > 0) refuse(fileName, hostile);
  const result = siteSchema.safeParse(json);
  const faults = [
    ...(result.success ? [] : schemaFaults(result.error.issues, json)),
    ...structureFaults(json),
  ];
  if (!result.success || faults.length > 0) return refuse(fileName, faults);
  return result.data;
}

/** Names would be published with marks for what could not be read. */
function decodeUtf8(bytes: Uint8Array, fileName: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return refuse(fileName, ['found bytes that are no UTF-8; allowed is a file saved as UTF-8']);
  }
}

function checkSize(size: number, fileName: string): void {
  if (size > MAX_SITE_FILE_BYTES) {
    const found = `${(size / 1e6).toFixed(1)} MB`;
    throw new AnalysisError(
      'site-invalid',
      OPERATION,
      `${fileName}: found ${found}, a site file may have at most ${MAX_SITE_FILE_BYTES / 1e6} MB`,
    );
  }
}

function parseJson(text: string, fileName: string): unknown {
  const fault = syntaxFault(text);
  if (fault !== undefined) return refuse(fileName, [syntaxFaultText(fault, text)]);
  return JSON.parse(text);
}

function refuse(fileName: string, faults: readonly string[]): never {
  const heading = faults.length === 1 ? '1 problem' : `${faults.length} problems`;
  const shown = faults.slice(0, 50);
  const more = faults.length > shown.length ? [`… and ${faults.length - shown.length} more`] : [];
  throw new AnalysisError(
    'site-invalid',
    OPERATION,
    [`${fileName}: ${heading}`, ...shown, ...more].join('\n  '),
  );
}

function errorCode(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
}

/** What the domain needs of a camera. */
export function countingSite(camera: SiteCamera, windowSeconds: number): CountingSite {
  return {
    cameraId: camera.id,
    lines: camera.lines,
    zones: camera.zones,
    groups: camera.groups,
    windowSeconds,
    ...(camera.ignore === undefined ? {} : { ignore: camera.ignore }),
    ...(camera.calibration === undefined ? {} : { calibration: camera.calibration }),
  };
}

/**
 * Digest of everything that changes a camera's records: zones, lines, areas to ignore, road and calibration data,
 * sampling, model, groups, window length, scene reference. Names, location, operating hours and source don't count, nor do
 * the order of keys and the ids of areas to ignore.
 * The first 16 hex digits of sha256 over canonical JSON.
 */
export function siteVersion(camera: SiteCamera, windowSeconds: number): string {
  const { sampling, model, groups, calibration, sceneReference } = camera;
  const zones = camera.zones.map(({ name: _name, ...zone }) => zone);
  const lines = camera.lines.map(({ name: _name, directionNames: _names, ...line }) => line);
  // Absent when there are none, so that cameras without areas keep their version.
  const ignore = camera.ignore?.length ? camera.ignore.map(ignored) : undefined;
  const counted = {
    ...{ windowSeconds, sampling, model, groups: [...groups].sort(), zones, lines, ignore, calibration },
    sceneReference,
  };
  return createHash('sha256').update(canonicalJson(counted)).digest('hex').slice(0, 16);
}

function ignored({ polygon, classes }: NonNullable<SiteCamera['ignore']>[number]) {
  return { polygon, classes: classes === undefined ? undefined : [...classes].sort() };
}

/** JSON with sorted keys and without absent values. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
