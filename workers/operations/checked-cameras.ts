/** Cameras as the console sends them, checked by the site file's own rules and joined with what is registered. */
import { AnalysisError } from '../../pipelines/errors.ts';
import { parseSite, type SiteCamera, type SiteSource } from '../../pipelines/site-file.ts';
import { requireKnownModels } from '../camera-models.ts';
import type { CameraEntry } from '../cluster/cameras.ts';
import type { Config } from '../config.ts';
import type { Register } from '../register/register.ts';
import type { Secrets } from '../secrets.ts';
import { changedFields } from './camera-fields.ts';
import { allowedSource, isHidden, registeredSource, type SourceRules } from './sources.ts';

/** A camera as it was sent, not checked yet. */
export interface SentCamera {
  readonly id?: unknown;
  /** Left out or hidden: the registered one stays; null: none. */
  readonly source?: unknown;
  readonly windowSeconds?: unknown;
  readonly [key: string]: unknown;
}

/** A checked camera and the length of its windows. */
export interface WindowedCamera {
  /** Without a window length of its own. */
  readonly camera: SiteCamera;
  readonly windowSeconds: number;
}

/** What edits stand on. */
export interface EditOptions {
  readonly register: Register;
  readonly secrets: Secrets;
  readonly rules: SourceRules & Pick<Config, 'modelDir'>;
  /** True where this process takes the disclosure threshold from somewhere else than the register. */
  readonly isThresholdOverruled: boolean;
  /** Called after a change, so that workers need not wait for the reconciler's next pass. */
  readonly onChange: () => void;
}

/**
 * Checks cameras by the site file's own rules; a hidden source becomes the registered one, a recording's with the
 * start that came with it.
 * @throws AnalysisError `site-invalid` with every problem's path
 */
export function parseCameras(
  { register, secrets }: EditOptions,
  cameras: readonly SentCamera[],
  how: { windowSeconds: number; path: 'camera' | 'cameras' },
): readonly WindowedCamera[] {
  const kept = cameras.map((camera, index) => {
    const entry = register.get(String(camera.id));
    const isKept = camera.source === undefined || isHidden(camera.source);
    const source = isKept && entry !== undefined ? registeredSource(entry, secrets) : undefined;
    if (!isHidden(camera.source)) return source;
    const { kind } = camera.source as { kind?: unknown };
    if (source !== undefined && source.kind === kind) return withStart(source, camera.source);
    throw new AnalysisError(
      'site-invalid',
      'edit-camera',
      `${how.path === 'camera' ? '' : `cameras[${index}].`}source: found a hidden address; allowed is the full address, or the hidden one of a registered camera of this kind`,
    );
  });
  const bare = cameras.map((camera) => {
    const { source, ...rest } = camera;
    return source === null || (isHidden(source) && !isRecording(source)) ? rest : camera;
  });
  const site = parseEdited({ version: 1, windowSeconds: how.windowSeconds, cameras: bare }, how.path);
  return site.cameras.map(({ windowSeconds = site.windowSeconds, ...camera }, index) => {
    const source = kept[index];
    return { camera: source === undefined ? camera : { ...camera, source }, windowSeconds };
  });
}

function isRecording(source: unknown): boolean {
  return (source as { kind?: unknown }).kind === 'recording';
}

function withStart(source: SiteSource, sent: unknown): SiteSource {
  if (source.kind !== 'recording') return source;
  const { start } = sent as { start?: unknown };
  const { start: _old, ...rest } = source;
  return typeof start === 'string' ? { ...rest, start } : rest;
}

/** Paths as the sender wrote them: of one camera, without `cameras[0]`. */
export function parseEdited(site: unknown, path: 'camera' | 'cameras') {
  try {
    return parseSite(JSON.stringify(site), path);
  } catch (error) {
    // A body may be nested deeper than any site file, and than what can be written out again.
    if (error instanceof RangeError)
      throw new AnalysisError(
        'site-invalid',
        'edit-camera',
        `${path}: found lists nested too deep; allowed is a site file`,
        { cause: error },
      );
    if (path === 'cameras' || !(error instanceof AnalysisError)) throw error;
    const message = error.message.replaceAll('cameras[0].', '').replaceAll('cameras[0]', 'camera');
    throw new AnalysisError(error.code, error.operation, message, { cause: error });
  }
}

/**
 * A new model and a new address are checked; one that is registered already was, or is the operator's own word on the
 * machine.
 * @throws AnalysisError `model-unknown`, `source-refused`
 */
export async function allowedCamera(
  { rules, secrets }: EditOptions,
  camera: SiteCamera,
  before: CameraEntry | undefined,
): Promise<SiteCamera> {
  const { source, model } = camera;
  if (model !== undefined && model !== before?.definition.model) await checkModel(model, rules);
  if (source === undefined) return camera;
  const known = before === undefined ? undefined : registeredSource(before, secrets);
  if (known !== undefined && addressOf(known) === addressOf(source)) return camera;
  return { ...camera, source: await allowedSource(source, rules) };
}

/** Where a file lies is for those to say who have a shell on the machine: the console takes ids only. */
async function checkModel(model: string, rules: Pick<Config, 'modelDir'>): Promise<void> {
  if (!/[/\\]|\.(onnx|json)$/i.test(model)) return await requireKnownModels([{ model }], rules);
  throw new AnalysisError(
    'model-unknown',
    'edit-camera',
    `model: found a path, ${JSON.stringify(model)}; allowed is the id of a model (a path with "pantau camera add" on the machine)`,
  );
}

function addressOf(source: SiteSource): string {
  return `${source.kind} ${source.kind === 'recording' ? source.path : source.url}`;
}

/** Names of what a checked camera changes of the registered one; everything it has where there was none. */
export function fieldsOf(
  { secrets }: EditOptions,
  before: CameraEntry | undefined,
  { camera, windowSeconds }: WindowedCamera,
): readonly string[] {
  const { source, ...definition } = camera;
  const old =
    before === undefined
      ? undefined
      : {
          definition: before.definition,
          windowSeconds: before.windowSeconds,
          source: registeredSource(before, secrets),
        };
  return changedFields(old, { definition, windowSeconds, source });
}
