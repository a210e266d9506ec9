/**
 * The one door to the store for everything that leaves the house: API, data sets, CKAN, catalogue, publishers, page. What
 * comes out went through the disclosure rule and is marked so; what needs raw rows stays inside (roll-up, checks).
 */
import { createHash } from 'node:crypto';
import type { AccuracyFigures } from '../../pipelines/domain/accuracy/figures.ts';
import type { RolledLevel } from '../levels/level.ts';
import { rowWithUncertainty } from '../levels/row-uncertainty.ts';
import type { SeriesRow } from '../levels/series-row.ts';
import type {
  LatestSeriesQuery,
  ObservationFilter,
  ObservationPosition,
  ObservationStore,
  PageRequest,
  PublishingStore,
  SeriesPageRequest,
  SeriesPosition,
  SeriesQuery,
  SeriesStore,
  StoreUpkeep,
} from '../store/store.ts';
import { thresholdOf } from './count-release.ts';
import type { PublicObservation, PublicSeriesRow } from './public-row.ts';
import { type DisclosureRule, publicObservation, publicRow, SETTLE_US } from './publish-rows.ts';
import { type Narrowed, siblingsOf } from './siblings.ts';

/** Public records in the stable order. */
export interface PublicObservationPage {
  readonly observations: readonly PublicObservation[];
  /** Position of the last record, absent when the page is empty. */
  readonly last?: ObservationPosition;
}

/** Public rows in the stable order. */
export interface PublicSeriesPage {
  readonly rows: readonly PublicSeriesRow[];
  /** Position of the last row when rows follow it, else absent. */
  readonly next?: SeriesPosition;
}

/** How rows were counted, in the stable order. */
export interface MethodPage {
  readonly traces: readonly Pick<SeriesRow, 'cameraId' | 'windowStart' | 'methods'>[];
  /** Position of the last row when rows follow it, else absent. */
  readonly next?: SeriesPosition;
}

/** As `SeriesChange`, with public rows. */
export interface PublicSeriesChange {
  readonly sequence: number;
  readonly level: RolledLevel;
  readonly kind: PublicSeriesRow['kind'];
  readonly cameraId: string;
  readonly windowStartUs: number;
  readonly rows: readonly PublicSeriesRow[];
}

/** What every output reads; methods as in the store's ports. */
export interface PublicReader
  extends Pick<ObservationStore, 'endOfPage' | 'cameras' | 'version'>,
    Pick<SeriesStore, 'countSeries' | 'coverage' | 'dayChanges'>,
    Pick<PublishingStore, 'cursor' | 'setCursor'> {
  /** Lowest people count that is shown; 0 where the rule is off. */
  readonly smallCountBelow: number;
  observations(filter: ObservationFilter, page: PageRequest): Promise<PublicObservationPage>;
  latest(cameraId?: string): Promise<readonly PublicObservation[]>;
  series(query: SeriesQuery, page: SeriesPageRequest): Promise<PublicSeriesPage>;
  /** How rows were counted, without what was counted: the rule has nothing to withhold of it. */
  methods(query: SeriesQuery, page: SeriesPageRequest): Promise<MethodPage>;
  latestSeries(query: LatestSeriesQuery): Promise<readonly PublicSeriesRow[]>;
  /** Where retention removed days: when those begin that are kept, µs UTC. Nothing can be told of the time before. */
  daysKeptSinceUs(): Promise<number | undefined>;
  /**
   * Changes up to the first one with people measures that are not released yet: it, and what comes after it, follows
   * later, at most half an hour, so that every change is sent once and in order.
   */
  changesSince(
    sequence: number,
    options: Parameters<PublishingStore['changesSince']>[1],
  ): Promise<readonly PublicSeriesChange[]>;
}

/** What the reader stands on. */
export interface PublicReaderOptions {
  readonly store: ObservationStore & SeriesStore & PublishingStore & Pick<StoreUpkeep, 'retentionRuns'>;
  /** As in the site file; 0 or 1 shows raw numbers: right on an operator's own loopback page alone. */
  readonly smallCountBelow: number;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** What was measured of each model; rows get their uncertainty from it. */
  readonly figures?: readonly AccuracyFigures[];
}

/** More runs than retention makes in half a century. */
const ALL_RUNS = 100_000;

/** Throws as the store does. */
export function createPublicReader({
  store,
  smallCountBelow,
  clock,
  figures = [],
}: PublicReaderOptions): PublicReader {
  const threshold = thresholdOf(smallCountBelow);
  const edition = editionOf(figures);
  const ruleNow = (): DisclosureRule => ({ threshold, nowUs: clock() * 1000 });
  const publish = async (rows: readonly SeriesRow[], narrowed: Narrowed) => {
    const rule = ruleNow();
    const siblings = threshold === 0 ? [] : await siblingsOf(store, rows, narrowed);
    return rows.map((row, i) => publicRow(rowWithUncertainty(row, figures), siblings[i], rule));
  };
  return {
    smallCountBelow: threshold,
    endOfPage: (filter, page) => store.endOfPage(filter, page),
    cameras: () => store.cameras(),
    countSeries: (query) => store.countSeries(query),
    coverage: (query) => store.coverage(query),
    dayChanges: (query) => store.dayChanges(query),
    cursor: (publisherId) => store.cursor(publisherId),
    setCursor: (publisherId, sequence) => store.setCursor(publisherId, sequence),
    async version() {
      const version = `${await store.version()}-${edition}`;
      // Time alone releases measures, at quarter hours: see `SETTLE_US` and `PAIR_US`.
      return threshold === 0
        ? version
        : `${version}-${threshold}-${Math.floor((clock() * 1000) / SETTLE_US)}`;
    },
    async observations(filter, page) {
      const { observations, ...rest } = await store.observations(filter, page);
      return { ...rest, observations: observations.map((record) => publicObservation(record, threshold)) };
    },
    async latest(cameraId) {
      return (await store.latest(cameraId)).map((record) => publicObservation(record, threshold));
    },
    async series(query, page) {
      const { rows, ...rest } = await store.series(query, page);
      return { ...rest, rows: await publish(rows, query) };
    },
    async methods(query, page) {
      const { rows, ...rest } = await store.series(query, page);
      const traces = rows.map(({ cameraId, windowStart, methods }) => ({ cameraId, windowStart, methods }));
      return { ...rest, traces };
    },
    async latestSeries(query) {
      return publish(await store.latestSeries(query), {});
    },
    async daysKeptSinceUs() {
      const runs = (await store.retentionRuns(ALL_RUNS)).filter(({ level }) => level === 'day');
      return runs.length === 0 ? undefined : Math.max(...runs.map(({ beforeUs }) => beforeUs));
    },
    async changesSince(sequence, options) {
      const changes = await store.changesSince(sequence, options);
      const rows = await publish(
        changes.flatMap((change) => change.rows),
        {},
      );
      return releasedChanges(changes, rows);
    },
  };
}

/** The same records are other rows with other figures. */
function editionOf(figures: readonly AccuracyFigures[]): string {
  return createHash('sha256').update(JSON.stringify(figures)).digest('base64url').slice(0, 8);
}

function releasedChanges(
  changes: Awaited<ReturnType<PublishingStore['changesSince']>>,
  rows: readonly PublicSeriesRow[],
): PublicSeriesChange[] {
  const released: PublicSeriesChange[] = [];
  let taken = 0;
  for (const change of changes) {
    const own = rows.slice(taken, taken + change.rows.length);
    taken += own.length;
    if (own.some(({ isPending }) => isPending === true)) break;
    released.push({ ...change, rows: own });
  }
  return released;
}
