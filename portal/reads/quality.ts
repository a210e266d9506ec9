/** Quality in public, read from the store: filled shares, gaps, indicators. */
import { formatIsoUs } from '../../pipelines/domain/time.ts';
import type { GapReason } from '../../pipelines/domain/types.ts';
import { REASON_CODES } from '../datasets/columns/code-lists.ts';
import type { PublicCamera } from '../datasets/public-camera.ts';
import { type Gap, gapsOf, type Period } from '../datasets/quality/gaps.ts';
import {
  type CameraQuality,
  cameraQuality,
  type QualityReport,
  qualityReport,
} from '../datasets/quality/quality-report.ts';
import { KOTA_SEMARANG } from '../datasets/regions.ts';
import { wibDay } from '../datasets/wib.ts';
import { compareText } from '../store/merge-window.ts';
import type { Incident, ServiceStore } from '../store/store.ts';
import { breathe } from './breathe.ts';
import { publicCameras } from './camera-list.ts';
import { type DataSetReads, judgedCameras } from './data-set-rows.ts';
import { DAY_US } from './observed-windows.ts';
import { settledDays } from './settled-days.ts';

const YEAR_DAYS = 365;

/** Days that are judged when nobody says which. */
export const DEFAULT_QUALITY_DAYS = 30;

/** Whom the incidents of the portal itself are noted under, see `portal/maintenance.ts`. */
export const PORTAL_SUBJECT = 'portal';

/** A half-open range of time, µs UTC. */
export interface TimeRange {
  readonly fromUs: number;
  readonly toUs: number;
}

/** What quality is read from. */
export interface QualityReads extends DataSetReads {
  readonly service: Pick<ServiceStore, 'visits' | 'incidents'>;
}

/** Why a part of a gap is missing: the records' reasons, and `no-record`. */
export type GapCode = GapReason | 'no-record';

const CODES = new Map(Object.entries(REASON_CODES).map(([reason, code]) => [code, reason as GapReason]));

/** One gap of the API, which speaks the records' words. */
export interface ListedGap {
  readonly cameraId: string;
  readonly from: string;
  readonly to: string;
  /** Seconds within the gap that were not analysed. */
  readonly lostSeconds: number;
  readonly reasons: readonly GapCode[];
  readonly isPlanned: boolean;
}

/** The last days up to now, or up to the last record where no live camera owes any. Undefined without data. */
export async function defaultRange(
  reads: DataSetReads,
  days = DEFAULT_QUALITY_DAYS,
): Promise<TimeRange | undefined> {
  const periods = (await judgedCameras(reads)).map(({ period }) => period);
  if (periods.length === 0) return undefined;
  const firstUs = Math.min(...periods.map(({ fromUs }) => fromUs));
  const toUs = Math.max(...periods.map((period) => period.toUs));
  return { fromUs: Math.max(firstUs, toUs - days * DAY_US), toUs };
}

/** Every gap by camera and time. A camera is judged from its first window on, or from the first day that is kept. */
export async function readGaps(reads: DataSetReads, range: TimeRange): Promise<ListedGap[]> {
  const gaps: ListedGap[] = [];
  for await (const found of gapsByCamera(reads, range)) gaps.push(...found);
  return gaps;
}

/** The same, camera by camera in the order of their ids; only those wanted are read. */
export async function* gapsByCamera(
  reads: DataSetReads,
  range: TimeRange,
  isWanted: (cameraId: string) => boolean = () => true,
): AsyncGenerator<readonly ListedGap[]> {
  const settled = await settledDays(reads.reader);
  const judged = (await judgedCameras(reads)).sort((a, b) => compareText(a.cameraId, b.cameraId));
  for (const { cameraId, period, recorded } of judged) {
    const owed = owedWithin(range, period);
    if (owed === undefined || !isWanted(cameraId)) continue;
    const windows = await settled.observed({ cameraId, ...owed, recorded });
    yield gapsOf(windows, isoPeriod(owed)).map((gap) => listedGap(cameraId, gap));
    await breathe();
  }
}

/** The part of a range in which a camera owes records; undefined where it owes none. */
function owedWithin(range: TimeRange, judged: TimeRange): TimeRange | undefined {
  const fromUs = Math.max(range.fromUs, judged.fromUs);
  const toUs = Math.min(range.toUs, judged.toUs);
  return fromUs < toUs ? { fromUs, toUs } : undefined;
}

/** Words of the records for the published codes of reasons. */
export function gapCodes(codes: readonly string[]): GapCode[] {
  return codes.map((code) => CODES.get(code) ?? 'no-record');
}

function listedGap(cameraId: string, { start, end, lostSeconds, reasons, isPlanned }: Gap): ListedGap {
  return { cameraId, from: start, to: end, lostSeconds, reasons: gapCodes(reasons), isPlanned };
}

/** Facts behind the indicators, beside their values. */
export interface IndicatorFacts {
  readonly population: { readonly people: number; readonly asOf: string; readonly source: string };
  /** Page loads and catalogue reads of the last 365 local days. */
  readonly annualVisits: number;
  /** Times the portal was not available in the range. */
  readonly incidents: readonly { readonly from: string; readonly to: string; readonly isPlanned: boolean }[];
  readonly majorStreetsKm?: number;
}

/** The public quality report of a range with the facts its indicators were computed from. */
export async function readQuality(
  reads: QualityReads,
  range: TimeRange,
): Promise<{ readonly report: QualityReport; readonly facts: IndicatorFacts }> {
  const cameras = await publicCameras({ store: reads.reader, register: reads.register });
  const settled = await settledDays(reads.reader);
  const judged: CameraQuality[] = [];
  for (const { cameraId, period, recorded } of await judgedCameras(reads)) {
    const camera: PublicCamera | undefined = cameras.get(cameraId);
    const owed = owedWithin(range, period);
    if (camera === undefined || owed === undefined) continue;
    const windows = await settled.observed({ cameraId: camera.id, ...owed, recorded });
    judged.push(cameraQuality(camera, windows, isoPeriod(owed)));
    await breathe();
  }
  const facts = await readFacts(reads);
  const report = qualityReport(isoPeriod(range), judged, {
    population: facts.population.people,
    annualVisits: facts.annualVisits,
    downtimes: facts.incidents.map(({ from, to, isPlanned }) => ({
      hours: (Date.parse(to) - Date.parse(from)) / 3_600_000,
      isPlanned,
    })),
    ...(facts.majorStreetsKm === undefined ? {} : { majorStreetsKm: facts.majorStreetsKm }),
  });
  return { report, facts };
}

async function readFacts({ service, register, clock }: QualityReads): Promise<IndicatorFacts> {
  const nowUs = clock() * 1000;
  const yearAgoUs = nowUs - YEAR_DAYS * DAY_US;
  const visits = await service.visits(wibDay(formatIsoUs(yearAgoUs + DAY_US)), wibDay(formatIsoUs(nowUs)));
  const incidents = await service.incidents(yearAgoUs, nowUs);
  const majorStreetsKm = register.publishing?.().majorStreetsKm;
  return {
    population: KOTA_SEMARANG.population,
    annualVisits: visits.reduce((sum, day) => sum + day.visits, 0),
    incidents: incidents.filter(({ subject }) => subject === PORTAL_SUBJECT).map((one) => lasted(one, nowUs)),
    ...(majorStreetsKm === undefined ? {} : { majorStreetsKm }),
  };
}

function lasted({ startedAtUs, endedAtUs, isPlanned }: Incident, nowUs: number) {
  return { from: formatIsoUs(startedAtUs), to: formatIsoUs(endedAtUs ?? nowUs), isPlanned };
}

function isoPeriod({ fromUs, toUs }: TimeRange): Period {
  return { start: formatIsoUs(fromUs), end: formatIsoUs(toUs) };
}

/** The first and last instant as ISO 8601 texts. */
export function rangeText({ fromUs, toUs }: TimeRange): { readonly from: string; readonly to: string } {
  return { from: formatIsoUs(fromUs), to: formatIsoUs(toUs) };
}

/** Range from what a query gave, filled up from a default one; undefined where nothing tells. */
export function rangeWithin(
  wanted: { readonly fromUs?: number; readonly toUs?: number },
  standard: TimeRange | undefined,
): TimeRange | undefined {
  const fromUs = wanted.fromUs ?? standard?.fromUs;
  const toUs = wanted.toUs ?? standard?.toUs;
  return fromUs === undefined || toUs === undefined || fromUs >= toUs ? undefined : { fromUs, toUs };
}
