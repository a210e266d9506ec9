/** What the catalogue's documents are made from. Everything else in them is fixed in `portal/datasets`. */
import type { BilingualText } from '../../pipelines/domain/bilingual-text.ts';
import type { DataSet, DataSetId } from '../datasets/data-set.ts';
import type { PublicCamera } from '../datasets/public-camera.ts';
import type { FilledShare } from '../datasets/quality/filled-share.ts';
import type { Period } from '../datasets/quality/gaps.ts';
import { type CityRegion, KOTA_SEMARANG } from '../datasets/regions.ts';

/** Who produces the data (Produsen Data): usually Dinas Perhubungan. */
export interface Organisation {
  /** `[a-z0-9-]`, also the CKAN organization's name. */
  readonly id: string;
  readonly name: string;
  /** The organisation's own site. */
  readonly url?: string;
  readonly email?: string;
  readonly telephone?: string;
  readonly fax?: string;
  readonly address?: string;
  /** Unit eselon 1 and 2 above, and who answers for the matter (eselon 3), for MS-Kegiatan. */
  readonly echelon1?: string;
  readonly echelon2?: string;
  readonly responsible?: string;
}

/** Whom users ask. */
export interface Contact {
  readonly name: string;
  readonly email: string;
}

/** What of a resource's content the catalogue tells. */
export interface ResourceState {
  readonly rows: number;
  /** Start of the first window or event, ISO 8601; absent while there is none. */
  readonly first?: string;
  /** Exclusive end of the last window or event. */
  readonly last?: string;
  /** When anything of it last changed, ISO 8601. */
  readonly modified?: string;
}

/** A data set's quality as it is published. */
export interface QualityFigures {
  readonly filled: FilledShare;
  readonly period: Period;
}

/** Everything a document may say. */
export interface CatalogueContext {
  /** Address of the portal without a slash at the end. It must never change: harvesters match on it. */
  readonly baseUrl: string;
  readonly publisher: Organisation;
  readonly contact: Contact;
  /** Walidata: who checks and publishes, usually Diskominfo. */
  readonly dataSteward?: string;
  readonly cameras: readonly PublicCamera[];
  /** By resource id. */
  readonly state: Readonly<Record<string, ResourceState>>;
  /** By data set. */
  readonly quality: Readonly<Partial<Record<DataSetId, QualityFigures>>>;
  /** How right the counts are, measured; one or two sentences. */
  readonly accuracy: BilingualText;
  /** When the portal was first published, ISO 8601. */
  readonly issued?: string;
  /** Kota Semarang unless said. */
  readonly city?: CityRegion;
  /** BPS' number of the activity, once BPS gave one. */
  readonly activityCode?: string;
}

/** CC-BY 4.0: what CKAN calls `cc-by`. */
export const LICENCE = {
  id: 'cc-by',
  openDefinitionId: 'CC-BY-4.0',
  title: 'Creative Commons Attribution 4.0',
  url: 'https://creativecommons.org/licenses/by/4.0/',
} as const;

/** Version of the tables' structure: the first number grows when a column changes its meaning or goes. */
export const STRUCTURE_VERSION = '1.0.0';

/** The city that the catalogue is about. */
export function cityOf({ city }: Pick<CatalogueContext, 'city'>): CityRegion {
  return city ?? KOTA_SEMARANG;
}

/** The state of a resource; an empty one when nobody told. */
export function stateOf({ state }: Pick<CatalogueContext, 'state'>, resourceId: string): ResourceState {
  return state[resourceId] ?? { rows: 0 };
}

/** First, last and newest change over a data set's resources. */
export function dataSetState(context: Pick<CatalogueContext, 'state'>, dataSet: DataSet): ResourceState {
  const states = dataSet.resources.map(({ id }) => stateOf(context, id));
  const first = earliest(states.map((state) => state.first));
  const last = latest(states.map((state) => state.last));
  const modified = latest(states.map((state) => state.modified));
  return {
    rows: states.reduce((sum, { rows }) => sum + rows, 0),
    ...(first === undefined ? {} : { first }),
    ...(last === undefined ? {} : { last }),
    ...(modified === undefined ? {} : { modified }),
  };
}

function sorted(instants: readonly (string | undefined)[]): string[] {
  return instants.filter((instant) => instant !== undefined).sort((a, b) => Date.parse(a) - Date.parse(b));
}

function earliest(instants: readonly (string | undefined)[]): string | undefined {
  return sorted(instants)[0];
}

/** The newest of some instants; undefined when none is known. */
export function latest(instants: readonly (string | undefined)[]): string | undefined {
  return sorted(instants).at(-1);
}

/** The description as Indonesian portals word it: what, by whom, how often. */
export function descriptionOf(context: Pick<CatalogueContext, 'publisher'>, dataSet: DataSet): BilingualText {
  const period = {
    '15MIN': ['setiap 15 menit', 'every 15 minutes'],
    DAILY: ['setiap hari', 'every day'],
    IRREG: ['setiap ada perubahan', 'whenever something changes'],
  }[dataSet.frequency];
  const { name } = context.publisher;
  return {
    id: `Dataset ini berisi ${dataSet.description.id}, dihasilkan oleh ${name}, dikeluarkan ${period[0]}.`,
    en: `This data set holds ${dataSet.description.en}, produced by ${name}, issued ${period[1]}.`,
  };
}
