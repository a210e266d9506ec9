/** What the catalogue says of the content: rows, first and last window, last change, quality. Kept while nothing changes. */
import type { AccuracyFigures } from '../../pipelines/domain/accuracy/figures.ts';
import { accuracyStatement } from '../../pipelines/domain/accuracy/statement.ts';
import type { BilingualText } from '../../pipelines/domain/bilingual-text.ts';
import { formatIsoUs, parseIsoUs, US_PER_SECOND } from '../../pipelines/domain/time.ts';
import type { CatalogueContext, Organisation, QualityFigures, ResourceState } from '../catalogue/context.ts';
import type { DataSetId, Resource } from '../datasets/data-set.ts';
import { countedGroup, RESOURCES } from '../datasets/data-sets.ts';
import type { PublicCamera } from '../datasets/public-camera.ts';
import { AVAILABILITY_TABLE } from '../datasets/tables.ts';
import { LEVEL_SECONDS, levelWindowStartUs } from '../levels/level.ts';
import { publicCameras } from './camera-list.ts';
import { registerVersion } from './camera-register.ts';
import { dataSetPages } from './data-set-rows.ts';
import { defaultRange, type QualityReads, rangeText, readQuality } from './quality.ts';

/** Figures change with every window; who reads the catalogue does not need the last minute's. */
const KEEP_MS = 60_000;

/** What a site file without a publisher is published under. */
const DEFAULT_PUBLISHER: Organisation = {
  id: 'dinas-perhubungan',
  name: 'Dinas Perhubungan Kota Semarang',
};

/** What the catalogue's content is told from. */
export interface CatalogueReads extends QualityReads {
  readonly figures: readonly AccuracyFigures[];
  /** When records last changed, milliseconds since 1970; undefined while nobody knows. */
  readonly changedAtMs: () => number | undefined;
}

/** Everything of a `CatalogueContext` but the address it is read under. */
export type CatalogueState = Omit<CatalogueContext, 'baseUrl'>;

/** Answers the state, computed anew when something changed and a minute is over. */
export function createCatalogueState(reads: CatalogueReads): () => Promise<CatalogueState> {
  let kept: { readonly version: string; readonly atMs: number; readonly state: Promise<CatalogueState> };
  return async () => {
    const version = `${await reads.reader.version()} ${registerVersion(reads.register)}`;
    const nowMs = reads.clock();
    const isFresh = kept !== undefined && (kept.version === version || nowMs - kept.atMs < KEEP_MS);
    if (!isFresh) {
      const state = readState(reads);
      kept = { version, atMs: nowMs, state };
      // A failure is told to who asked, and not kept.
      state.catch(() => {
        kept = { ...kept, version: '', atMs: Number.NEGATIVE_INFINITY };
      });
    }
    return kept.state;
  };
}

async function readState(reads: CatalogueReads): Promise<CatalogueState> {
  const { reader, register } = reads;
  const cameras = [...(await publicCameras({ store: reader, register })).values()];
  const registered = new Set(register.cameras().map(({ definition }) => definition.id));
  const state: Record<string, ResourceState> = {};
  for (const resource of RESOURCES) state[resource.id] = await resourceState(reads, resource, cameras);
  const publishing = register.publishing?.() ?? {};
  const { publisher = DEFAULT_PUBLISHER, contact, dataSteward, activityCode, issued } = publishing;
  return {
    publisher,
    contact: contact ?? { name: publisher.name, email: publisher.email ?? 'data@localhost.invalid' },
    ...(dataSteward === undefined ? {} : { dataSteward }),
    ...(activityCode === undefined ? {} : { activityCode }),
    ...(issued === undefined ? {} : { issued }),
    cameras: cameras.filter(({ id }) => registered.has(id)),
    state,
    quality: await qualityFigures(reads),
    accuracy: accuracyText(reads.figures),
  };
}

async function resourceState(
  reads: CatalogueReads,
  resource: Resource,
  cameras: readonly PublicCamera[],
): Promise<ResourceState> {
  if (resource.level === undefined) return countedState(reads, resource);
  const { level } = resource;
  const group = countedGroup(resource);
  const cameraIds = cameras.filter(({ groups }) => groups.includes(group)).map(({ id }) => id);
  const summaries = (await reads.reader.cameras()).filter(({ cameraId }) => cameraIds.includes(cameraId));
  if (summaries.length === 0) return { rows: 0 };
  const counts = await Promise.all(
    (['flow', 'presence'] as const).map((kind) => reads.reader.countSeries({ level, kind, cameraIds })),
  );
  const firstUs = Math.min(...summaries.map(({ firstWindowStart }) => parseIsoUs(firstWindowStart)));
  const lastUs = Math.max(...summaries.map(({ lastWindowEnd }) => parseIsoUs(lastWindowEnd)));
  const lastStartUs = levelWindowStartUs(level, lastUs - 1);
  return {
    rows: counts.reduce((sum, count) => sum + count, 0),
    first: formatIsoUs(levelWindowStartUs(level, firstUs)),
    last: formatIsoUs(lastStartUs + LEVEL_SECONDS[level] * US_PER_SECOND),
    ...modified(reads),
  };
}

/** Of the small tables: their rows are read and counted. Days and incidents are of the time that cameras are judged for. */
async function countedState(reads: CatalogueReads, resource: Resource): Promise<ResourceState> {
  let rows = 0;
  for await (const page of dataSetPages(reads, resource)) rows += page.length;
  const isJudged = resource.dataSetId === AVAILABILITY_TABLE.dataSetId;
  const judged = isJudged ? await defaultRange(reads, Number.POSITIVE_INFINITY) : undefined;
  const period =
    judged === undefined ? {} : { first: formatIsoUs(judged.fromUs), last: formatIsoUs(judged.toUs) };
  return { rows, ...period, ...modified(reads) };
}

function modified({ changedAtMs }: CatalogueReads): Pick<ResourceState, 'modified'> {
  const atMs = changedAtMs();
  return atMs === undefined ? {} : { modified: new Date(atMs).toISOString() };
}

async function qualityFigures(
  reads: CatalogueReads,
): Promise<Readonly<Partial<Record<DataSetId, QualityFigures>>>> {
  const range = await defaultRange(reads);
  if (range === undefined) return {};
  const { from, to } = rangeText(range);
  const { report } = await readQuality(reads, range);
  return Object.fromEntries(
    Object.entries(report.dataSets).map(([id, filled]) => [
      id,
      { filled, period: { start: from, end: to } } satisfies QualityFigures,
    ]),
  );
}

/** What was measured, or that nothing was. */
export function accuracyText(figures: readonly AccuracyFigures[]): BilingualText {
  if (figures.length === 0) {
    return {
      id: 'Ketepatan hitungan belum diukur untuk model yang dipakai.',
      en: 'The accuracy of the counts was not measured for the model in use.',
    };
  }
  // Figures of several models contradict each other unless each says whose it is.
  const sentences = figures.map((one) => ({ modelId: one.modelId, ...accuracyStatement(one).summary }));
  return {
    id: sentences.map(({ modelId, id }) => `Model ${modelId}: ${id}`).join(' '),
    en: sentences.map(({ modelId, en }) => `Model ${modelId}: ${en}`).join(' '),
  };
}
