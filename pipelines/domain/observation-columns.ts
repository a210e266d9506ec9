/** The one home of the flat columns of a record: CSV files, the portal's CSV and the page's tooltips read it. */
import type { BilingualText } from './bilingual-text.ts';
import { column, flow, type ObservationColumn, presence } from './observation-columns/column.ts';
import { FLOW_COLUMNS, SPEED_COLUMNS } from './observation-columns/flow.ts';
import { PRESENCE_COLUMNS } from './observation-columns/presence.ts';
import { UNCERTAINTY_COLUMNS } from './observation-columns/uncertainty.ts';

const KEY_COLUMNS: readonly ObservationColumn[] = [
  column('kind', ['jenis catatan', 'kind of record'], '', (record) => record.kind),
  column('camera_id', ['kamera', 'camera'], '', (record) => record.cameraId),
  flow('line_id', ['garis hitung', 'counting line'], '', (record) => record.lineId),
  presence('zone_id', ['zona', 'zone'], '', (record) => record.zoneId),
  flow('direction', ['arah', 'direction'], '', (record) => record.direction),
  column('window_start', ['awal jendela (UTC)', 'window start (UTC)'], '', (record) => record.windowStart),
  column(
    'window_end',
    ['akhir jendela, eksklusif (UTC)', 'window end, exclusive (UTC)'],
    '',
    (record) => record.windowEnd,
  ),
];

const QUALITY_COLUMNS: readonly ObservationColumn[] = [
  column(
    'coverage',
    ['cakupan: bagian jendela yang dianalisis', 'coverage: share of the window analysed'],
    '',
    (record) => record.coverage,
  ),
  column('status', ['status', 'status'], '', (record) => record.status),
  column('reasons', ['alasan celah', 'reasons of the gap'], '', (record) => record.reasons.join(';')),
  column(
    'frames_expected',
    ['bingkai yang diharapkan', 'frames expected'],
    '',
    (record) => record.framesExpected,
  ),
  column(
    'frames_analysed',
    ['bingkai yang dianalisis', 'frames analysed'],
    '',
    (record) => record.framesAnalysed,
  ),
  column('revision', ['revisi', 'revision'], '', (record) => record.revision),
];

const LINEAGE_COLUMNS: readonly ObservationColumn[] = [
  column('model_id', ['model', 'model'], '', (record) => record.lineage.modelId),
  column('model_sha256', ['sha256 model', 'model sha256'], '', (record) => record.lineage.modelSha256),
  column(
    'site_version',
    ['versi definisi kamera', 'version of the camera definition'],
    '',
    (record) => record.lineage.siteVersion,
  ),
  column(
    'pipeline_version',
    ['versi pipeline', 'pipeline version'],
    '',
    (record) => record.lineage.pipelineVersion,
  ),
  column(
    'frames_per_second',
    ['laju sampel', 'sampling rate'],
    '1/s',
    (record) => record.lineage.framesPerSecond,
  ),
  column('job_id', ['pekerjaan', 'job'], '', (record) => record.lineage.jobId),
  column(
    'suppressed',
    ['disembunyikan: jumlah kecil', 'suppressed: small counts'],
    '',
    (record) => record.suppressed?.join(';') ?? '',
  ),
];

/** Every column of every record kind, in the order in which they are always written. */
export const OBSERVATION_COLUMNS: readonly ObservationColumn[] = [
  ...KEY_COLUMNS,
  ...QUALITY_COLUMNS,
  ...FLOW_COLUMNS,
  ...PRESENCE_COLUMNS,
  ...LINEAGE_COLUMNS,
  ...SPEED_COLUMNS,
  ...UNCERTAINTY_COLUMNS,
];

/** The label of one column by its name; throws on a name that is no column. */
export function columnLabel(name: string): BilingualText {
  const found = OBSERVATION_COLUMNS.find((candidate) => candidate.name === name);
  if (found === undefined) throw new RangeError(`no observation column is named ${name}`);
  return found.label;
}
