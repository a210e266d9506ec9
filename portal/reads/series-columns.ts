/** Rows of a level as flat columns, named and labelled as the records' (`pipelines/domain/observation-columns.ts`). */
import type { BilingualText } from '../../pipelines/domain/bilingual-text.ts';
import type { PublishedObservation } from '../../pipelines/domain/observation-columns/column.ts';
import { OBSERVATION_COLUMNS } from '../../pipelines/domain/observation-columns.ts';
import type { Observation } from '../../pipelines/domain/types.ts';
import type { ColumnType } from '../datasets/columns/column.ts';
import type { CellColumn, TableColumn } from '../formats/table.ts';
import type { Method } from '../levels/series-row.ts';
import type { PublicSeriesRow } from '../privacy/public-row.ts';

/** One column of a series. */
export interface SeriesColumn extends TableColumn {
  readonly label: BilingualText;
  /** Unit symbol, empty for texts and pure numbers. */
  readonly unit: string;
  /** True for what tells rows apart; keys are in every answer. */
  readonly isKey: boolean;
}

type BoundSeriesColumn = SeriesColumn & CellColumn<PublicSeriesRow>;

const KEYS = ['camera_id', 'line_id', 'zone_id', 'direction', 'window_start'];
const INSTANTS = ['window_start', 'window_end'];
const TEXTS =
  /^(kind|camera_id|line_id|zone_id|direction|status|reasons|suppressed|emp_table|level_of_service(_table)?|fruin_(level|table)|uncertainty_basis)$/;
const WHOLE = /^(count_|entered_|left_|frames_|revision$|volume$|people_volume$|speed_samples$)|_max(_|$)/;

/** What only one kind of row has, whatever is measured. */
const ONLY_FLOW =
  /^(line_id|direction|count_|volume|flow_rate|people_volume|people_flow_rate|pcu_per_hour|degree_of|level_of)/;
const ONLY_PRESENCE =
  /^(zone_id|present_|people_present|vehicles_present|entered_|left_|time_occupancy|people_per_m2|fruin_|vehicles_per_km|pcu_per_km)/;

/** How the records were made: of a row, every distinct way of its parts. */
const METHOD_TEXTS: Readonly<Record<string, (method: Method) => string>> = {
  model_id: ({ modelId }) => modelId,
  model_sha256: ({ modelSha256 }) => modelSha256,
  site_version: ({ siteVersion }) => siteVersion,
  pipeline_version: ({ pipelineVersion }) => pipelineVersion,
  frames_per_second: ({ framesPerSecond }) => String(framesPerSecond),
};

function typeOf(name: string): ColumnType {
  if (INSTANTS.includes(name)) return 'datetime';
  if (TEXTS.test(name) || name in METHOD_TEXTS) return 'string';
  return WHOLE.test(name) && !/_(uncertainty|low|high)$/.test(name) ? 'integer' : 'number';
}

function methodText(methods: readonly Method[], text: (method: Method) => string): string {
  const [only] = methods;
  return methods.length === 1 && only !== undefined
    ? text(only)
    : [...new Set(methods.map(text))].join(' + ');
}

function columnsOf(kind: Observation['kind']): readonly BoundSeriesColumn[] {
  const other = kind === 'flow' ? ONLY_PRESENCE : ONLY_FLOW;
  return OBSERVATION_COLUMNS.filter(({ name }) => name !== 'job_id' && !other.test(name)).map((column) => {
    const { name, label, unit } = column;
    const method = METHOD_TEXTS[name];
    return {
      ...{ name, label, unit, type: typeOf(name), isKey: KEYS.includes(name) },
      value:
        method === undefined
          ? // A row of a level is an observation but for its lineage, which only the method columns read.
            (row) => column.value(row as unknown as PublishedObservation) ?? null
          : (row) => methodText(row.methods, method),
    };
  });
}

const DISCLOSURE: readonly BoundSeriesColumn[] = [
  {
    name: 'partly_hidden',
    label: { id: 'batas bawah: sebagian disembunyikan', en: 'lower bounds: parts are hidden' },
    unit: '',
    type: 'string',
    isKey: false,
    value: (row) => row.partlyHidden?.join(';') ?? '',
  },
  {
    name: 'pending',
    label: { id: 'belum dirilis', en: 'not released yet' },
    unit: '',
    type: 'boolean',
    isKey: false,
    value: (row) => row.isPending === true,
  },
];

const COLUMNS = {
  flow: [...columnsOf('flow'), ...DISCLOSURE],
  presence: [...columnsOf('presence'), ...DISCLOSURE],
} as const;

/** Every column of a kind of row, in the order in which they are written. */
export function seriesColumns(kind: Observation['kind']): readonly SeriesColumn[] {
  return COLUMNS[kind];
}

/** As `seriesColumns`, with their values: only the columns named. */
export function seriesCells(
  kind: Observation['kind'],
  names: ReadonlySet<string>,
): readonly CellColumn<PublicSeriesRow>[] {
  return COLUMNS[kind].filter(({ name }) => names.has(name));
}
