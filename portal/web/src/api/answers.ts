/** The portal's answers as the page reads them: types alone, of what the portal answers with. */
import type { z } from 'zod';
import type {
  gapsAnswer,
  indicatorsAnswer,
  methodBreaksAnswer,
  qualityAnswer,
} from '../../../api/answer-schemas.ts';
import type { DictionaryEntry } from '../../../catalogue/dictionary.ts';
import type { CameraHealth } from '../../../reads/camera-health.ts';
import type { ListedCamera, ListedLine, ListedZone } from '../../../reads/camera-list.ts';
import type { CameraFeature, CameraState } from '../../../reads/city-state.ts';

export type { CameraState, DictionaryEntry };

/** Length of the windows of a series; `1m` are the windows as they were counted. */
export type SeriesLevel = '1m' | '15m' | '1h' | '1d';

/** A camera as the public sees it: what the page reads of `GET cameras`. */
export type Camera = Pick<
  ListedCamera,
  | 'cameraId'
  | 'name'
  | 'road'
  | 'kecamatan'
  | 'location'
  | 'groups'
  | 'firstWindowStart'
  | 'lastWindowEnd'
  | 'lastAnalysedWindowEnd'
> & {
  readonly lines: readonly Pick<ListedLine, 'id' | 'name' | 'directionNames'>[];
  readonly zones: readonly Pick<ListedZone, 'id' | 'name' | 'fruinTable'>[];
  readonly health?: Pick<CameraHealth, 'state' | 'reason' | 'lastWindowEnd'>;
};

/** The state of the city: what the page reads of `GET state.geojson`. */
export interface StateCollection {
  readonly features: readonly Pick<CameraFeature, 'geometry' | 'properties'>[];
}

/** One row of a series: flat columns by name. */
export type FlatRow = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** Rows of a range and the rule they were published under. */
export interface SeriesAnswer {
  readonly rows: readonly FlatRow[];
  readonly smallCountBelow: number;
}

/** One run of time that was not wholly seen. */
export type GapEntry = z.infer<typeof gapsAnswer>['gaps'][number];

/** Filled shares of cameras and data sets. */
export type QualityAnswer = z.infer<typeof qualityAnswer>;

/** One smart-city indicator; null where a fact is missing or nothing happened. */
export type IndicatorEntry = z.infer<typeof indicatorsAnswer>['indicators'][number];

/** One change of the way of counting. */
export type MethodBreakEntry = z.infer<typeof methodBreaksAnswer>['breaks'][number];
