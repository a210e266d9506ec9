/** The register as a site file, out and in, with a look at what an import would do. */
import type { SiteImport } from '../../portal/operate/operations.ts';
import type { Publishing } from '../../portal/reads/camera-register.ts';
import type { CameraEntry } from '../cluster/cameras.ts';
import type { Register } from '../register/register.ts';
import { cameraOf, DEFAULT_WINDOW_SECONDS } from './camera-edits.ts';
import {
  allowedCamera,
  type EditOptions,
  fieldsOf,
  parseCameras,
  parseEdited,
  type SentCamera,
  type WindowedCamera,
} from './checked-cameras.ts';
import { changedPublishing, publishingOf } from './site-publishing.ts';
import { isHidden } from './sources.ts';

/** See `Operations`, whose methods these are. */
export function createSiteTransfer(options: EditOptions) {
  return {
    importSite: (request: { site: unknown; isDryRun: boolean; isReplacing: boolean }) =>
      importSite(options, request),
    site: async () => siteOf(options.register),
  };
}

/** What a file would change of the register. */
interface Plan {
  readonly added: readonly WindowedCamera[];
  readonly changed: readonly (WindowedCamera & { readonly fields: readonly string[] })[];
  readonly unchanged: readonly string[];
  readonly removed: readonly string[];
  /** Absent where the threshold stays. */
  readonly threshold?: { readonly from?: number; readonly to: number };
  readonly publishing: Publishing;
  readonly publishingFields: readonly string[];
}

async function importSite(
  options: EditOptions,
  { site, isDryRun, isReplacing }: { site: unknown; isDryRun: boolean; isReplacing: boolean },
): Promise<SiteImport> {
  const plan = await planOf(options, site, isReplacing);
  if (!isDryRun) apply(options, plan);
  const { unchanged, removed, threshold, publishingFields } = plan;
  const effect = options.isThresholdOverruled ? 'overruled' : 'next-start';
  return {
    added: plan.added.map(({ camera }) => camera.id),
    changed: plan.changed.map(({ camera, fields }) => ({ cameraId: camera.id, fields })),
    ...{ unchanged, removed, publishing: publishingFields },
    ...(threshold === undefined ? {} : { smallCountBelow: { ...threshold, effect } }),
  };
}

async function planOf(options: EditOptions, site: unknown, isReplacing: boolean): Promise<Plan> {
  const { register } = options;
  const { cameras, smallCountBelow, publishing } = await readSite(options, site);
  const compared = cameras.map((one) => {
    const before = register.get(one.camera.id);
    return { ...one, isNew: before === undefined, fields: fieldsOf(options, before, one) };
  });
  const named = new Set(cameras.map(({ camera }) => camera.id));
  const absent = register.list().flatMap(({ cameraId }) => (named.has(cameraId) ? [] : [cameraId]));
  const from = register.smallCountBelow();
  return {
    added: compared.filter(({ isNew }) => isNew),
    changed: compared.filter(({ isNew, fields }) => !isNew && fields.length > 0),
    unchanged: compared.flatMap(({ isNew, fields, camera }) =>
      !isNew && fields.length === 0 ? [camera.id] : [],
    ),
    removed: isReplacing ? absent : [],
    ...(smallCountBelow === undefined || smallCountBelow === from
      ? {}
      : { threshold: { ...(from === undefined ? {} : { from }), to: smallCountBelow } }),
    publishing,
    publishingFields: changedPublishing(register.publishing(), publishing),
  };
}

function apply({ register, onChange }: EditOptions, plan: Plan): void {
  register.atOnce(() => {
    for (const { camera, windowSeconds } of [...plan.added, ...plan.changed])
      register.put(camera, windowSeconds);
    for (const cameraId of plan.removed) register.remove(cameraId);
    if (plan.threshold !== undefined) register.setSmallCountBelow(plan.threshold.to);
    if (plan.publishingFields.length > 0) register.setPublishing(plan.publishing);
  });
  onChange();
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
  const allowed: WindowedCamera[] = [];
  for (const { camera, windowSeconds } of full) {
    const before = options.register.get(camera.id);
    allowed.push({ camera: await allowedCamera(options, camera, before), windowSeconds });
  }
  const saysThreshold = given.privacy !== undefined;
  return {
    cameras: allowed,
    smallCountBelow: saysThreshold ? parsed.privacy.smallCountBelow : undefined,
    publishing: publishingOf(parsed),
  };
}

/** Everything the register holds but addresses, and whether a camera is paused: a file says what is, not what runs. */
function siteOf(register: Register): unknown {
  const entries = register.list();
  const windowSeconds = mostFrequentWindow(entries);
  const smallCountBelow = register.smallCountBelow();
  return {
    version: 1,
    windowSeconds,
    ...(smallCountBelow === undefined ? {} : { privacy: { smallCountBelow } }),
    ...register.publishing(),
    cameras: entries.map((entry) => ({
      ...cameraOf(entry),
      ...(entry.windowSeconds === windowSeconds ? {} : { windowSeconds: entry.windowSeconds }),
    })),
  };
}

function mostFrequentWindow(entries: readonly CameraEntry[]): number {
  const counts = new Map<number, number>();
  for (const { windowSeconds } of entries) counts.set(windowSeconds, (counts.get(windowSeconds) ?? 0) + 1);
  const [most] = [...counts].sort((a, b) => b[1] - a[1]);
  return most?.[0] ?? DEFAULT_WINDOW_SECONDS;
}
