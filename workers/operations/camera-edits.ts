/** Changes of the register from the console: one camera, or a whole site file with a look at what it would do. */
import { AnalysisError } from '../../pipelines/errors.ts';
import { parseSite, type SiteCamera } from '../../pipelines/site-file.ts';
import type { CameraChange, CameraEdit, SiteImport } from '../../portal/operate/operations.ts';
import type { CameraEntry } from '../cluster/cameras.ts';
import { type Register, unknownCamera } from '../register/register.ts';
import type { Secrets } from '../secrets.ts';
import { changedFields } from './camera-fields.ts';
import { allowedSource, hiddenSource, isHidden, registeredSource, type SourceRules } from './sources.ts';

const DEFAULT_WINDOW_SECONDS = 60;

/** A camera as it was sent, not checked yet. */
interface SentCamera {
  readonly id?: unknown;
  readonly source?: unknown;
  readonly [key: string]: unknown;
}

/** What edits stand on. */
export interface EditOptions {
  readonly register: Register;
  readonly secrets: Secrets;
  readonly rules: SourceRules;
  /** Called after a change, so that workers need not wait for the reconciler's next pass. */
  readonly onChange: () => void;
}

/** See `Operations`, whose methods these are. */
export function createCameraEdits(options: EditOptions) {
  const { register, onChange } = options;
  return {
    putCamera: (edit: CameraEdit) => putCamera(options, edit),
    importSite: (request: { site: unknown; isDryRun: boolean; isReplacing: boolean }) =>
      importSite(options, request),
    site: async () => siteOf(register),
    async removeCamera(cameraId: string): Promise<void> {
      if (!register.remove(cameraId)) throw noCamera(register, cameraId);
      onChange();
    },
    async setEnabled(cameraId: string, enabled: boolean): Promise<{ revision: number }> {
      const { revision } = register.setEnabled(cameraId, enabled);
      onChange();
      return { revision };
    },
  };
}

/** The error that names the cameras there are. */
export function noCamera(register: Register, cameraId: string): AnalysisError {
  return unknownCamera(
    cameraId,
    register.list().map((entry) => entry.cameraId),
  );
}

async function putCamera(options: EditOptions, edit: CameraEdit): Promise<CameraChange> {
  const { register } = options;
  const { cameraId, revision } = edit;
  const before = register.get(cameraId);
  const isOld = (now: CameraEntry | undefined): boolean =>
    revision !== undefined && now?.revision !== revision;
  if (isOld(before)) return { outcome: 'conflict', revision: before?.revision ?? 0 };
  const windowSeconds = edit.windowSeconds ?? before?.windowSeconds ?? DEFAULT_WINDOW_SECONDS;
  const [camera] = parseCameras(options, [withId(edit)], { windowSeconds, path: 'camera' });
  const allowed = await withAllowedSource(options, camera!, before);
  // Again, as checking the source took its time.
  const now = register.get(cameraId);
  if (isOld(now)) return { outcome: 'conflict', revision: now?.revision ?? 0 };
  const fields = fieldsOf(options, now, { camera: allowed, windowSeconds });
  if (now !== undefined && fields.length === 0)
    return { outcome: 'unchanged', revision: now.revision, fields };
  const { entry } = register.put(allowed, windowSeconds);
  options.onChange();
  return { outcome: now === undefined ? 'added' : 'changed', revision: entry.revision, fields };
}

function withId({ camera, cameraId }: CameraEdit): SentCamera {
  const given = camera as SentCamera;
  if (given.id === undefined || given.id === cameraId) return { ...given, id: cameraId };
  throw new AnalysisError(
    'site-invalid',
    'edit-camera',
    `id: found ${JSON.stringify(given.id).slice(0, 80)}; allowed is "${cameraId}": add another camera under its own id`,
  );
}

/**
 * Checks cameras by the site file's own rules; a hidden source becomes the registered one.
 * @throws AnalysisError `site-invalid` with every problem's path
 */
function parseCameras(
  { register, secrets }: EditOptions,
  cameras: readonly SentCamera[],
  how: { windowSeconds: number; path: 'camera' | 'cameras' },
): readonly SiteCamera[] {
  const kept = cameras.map((camera, index) => {
    const entry = register.get(String(camera.id));
    const isKept = camera.source === undefined || isHidden(camera.source);
    const source = isKept && entry !== undefined ? registeredSource(entry, secrets) : undefined;
    if (!isHidden(camera.source)) return source;
    const { kind } = camera.source as { kind?: unknown };
    if (source?.kind === kind) return source;
    throw new AnalysisError(
      'site-invalid',
      'edit-camera',
      `${how.path === 'camera' ? '' : `cameras[${index}].`}source: found a hidden address; allowed is the full address, or the hidden one of a registered camera of this kind`,
    );
  });
  const bare = cameras.map((camera) => {
    const { source, ...rest } = camera;
    return source === undefined || isHidden(source) ? rest : camera;
  });
  const site = parseEdited({ version: 1, windowSeconds: how.windowSeconds, cameras: bare }, how.path);
  return site.cameras.map((camera, index) => {
    const source = kept[index];
    return source === undefined ? camera : { ...camera, source };
  });
}

/** Paths as the sender wrote them: of one camera, without `cameras[0]`. */
function parseEdited(site: unknown, path: 'camera' | 'cameras') {
  try {
    return parseSite(JSON.stringify(site), path);
  } catch (error) {
    if (path === 'cameras' || !(error instanceof AnalysisError)) throw error;
    const message = error.message.replaceAll('cameras[0].', '').replaceAll('cameras[0]', 'camera');
    throw new AnalysisError(error.code, error.operation, message, { cause: error });
  }
}

/** New addresses are checked; one that is registered already was, or is the operator's own word on the machine. */
async function withAllowedSource(
  { rules, secrets }: EditOptions,
  camera: SiteCamera,
  before: CameraEntry | undefined,
): Promise<SiteCamera> {
  const { source } = camera;
  if (source === undefined) return camera;
  const known = before === undefined ? undefined : registeredSource(before, secrets);
  if (JSON.stringify(known) === JSON.stringify(source)) return camera;
  return { ...camera, source: await allowedSource(source, rules) };
}

function fieldsOf(
  { secrets }: EditOptions,
  before: CameraEntry | undefined,
  after: { camera: SiteCamera; windowSeconds: number },
): readonly string[] {
  const { source, ...definition } = after.camera;
  const old =
    before === undefined
      ? undefined
      : {
          definition: before.definition,
          windowSeconds: before.windowSeconds,
          source: registeredSource(before, secrets),
        };
  return changedFields(old, { definition, windowSeconds: after.windowSeconds, source });
}

async function importSite(
  options: EditOptions,
  { site, isDryRun, isReplacing }: { site: unknown; isDryRun: boolean; isReplacing: boolean },
): Promise<SiteImport> {
  const { register } = options;
  const { cameras, windowSeconds, smallCountBelow } = await readSite(options, site);
  const added: SiteCamera[] = [];
  const changed: { camera: SiteCamera; fields: readonly string[] }[] = [];
  const unchanged: string[] = [];
  for (const camera of cameras) {
    const before = register.get(camera.id);
    const fields = fieldsOf(options, before, { camera, windowSeconds });
    if (before === undefined) added.push(camera);
    else if (fields.length > 0) changed.push({ camera, fields });
    else unchanged.push(camera.id);
  }
  const named = new Set(cameras.map(({ id }) => id));
  const absent = register.list().flatMap(({ cameraId }) => (named.has(cameraId) ? [] : [cameraId]));
  const removed = isReplacing ? absent : [];
  const from = register.smallCountBelow();
  const isNewThreshold = smallCountBelow !== undefined && smallCountBelow !== from;
  if (!isDryRun) {
    for (const camera of [...added, ...changed.map((one) => one.camera)]) register.put(camera, windowSeconds);
    for (const cameraId of removed) register.remove(cameraId);
    if (isNewThreshold) register.setSmallCountBelow(smallCountBelow);
    options.onChange();
  }
  return {
    added: added.map(({ id }) => id),
    changed: changed.map(({ camera, fields }) => ({ cameraId: camera.id, fields })),
    ...{ unchanged, removed },
    ...(isNewThreshold
      ? { smallCountBelow: { ...(from === undefined ? {} : { from }), to: smallCountBelow } }
      : {}),
  };
}

/** Checked twice: the file as it came, which names its own faults, then its cameras with hidden sources filled in. */
async function readSite(options: EditOptions, site: unknown) {
  const given = (site as { cameras?: unknown; privacy?: unknown } | null) ?? {};
  const cameras = Array.isArray(given.cameras) ? (given.cameras as SentCamera[]) : [];
  const withoutHidden = cameras.map((camera) => {
    if (!isHidden(camera?.source)) return camera;
    const { source: _hidden, ...rest } = camera;
    return rest;
  });
  const shape = Array.isArray(given.cameras) ? { ...given, cameras: withoutHidden } : site;
  const parsed = parseEdited(shape, 'cameras');
  const full = parseCameras(options, cameras, { windowSeconds: parsed.windowSeconds, path: 'cameras' });
  const allowed: SiteCamera[] = [];
  for (const camera of full) {
    allowed.push(await withAllowedSource(options, camera, options.register.get(camera.id)));
  }
  const saysThreshold = given.privacy !== undefined;
  return {
    cameras: allowed,
    windowSeconds: parsed.windowSeconds,
    smallCountBelow: saysThreshold ? parsed.privacy.smallCountBelow : undefined,
  };
}

/** The register as a site file. Cameras may differ in their window, a file has one: the most frequent. */
function siteOf(register: Register): unknown {
  const entries = register.list();
  const counts = new Map<number, number>();
  for (const { windowSeconds } of entries) counts.set(windowSeconds, (counts.get(windowSeconds) ?? 0) + 1);
  const [windowSeconds = DEFAULT_WINDOW_SECONDS] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [];
  const smallCountBelow = register.smallCountBelow();
  return {
    version: 1,
    windowSeconds,
    ...(smallCountBelow === undefined ? {} : { privacy: { smallCountBelow } }),
    cameras: entries.map(cameraOf),
  };
}

/** A camera as a site file writes it, its address hidden. */
export function cameraOf(entry: CameraEntry): Record<string, unknown> {
  const { id, name, ...rest } = entry.definition;
  const source = hiddenSource(entry);
  return {
    id,
    ...(name === undefined ? {} : { name }),
    ...(source === undefined ? {} : { source }),
    ...rest,
  };
}
