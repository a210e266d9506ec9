/** Traffic and crowds over time, at one place: two pages of one kind. */
import { fetchCameras, fetchLatest } from '../api/client.ts';
import { useLoaded } from '../api/use-loaded.ts';
import { EmptyState } from '../parts/empty-state.tsx';
import { ClassSplit } from '../series/class-split.tsx';
import { SeriesControls } from '../series/controls.tsx';
import { CoverageStrip } from '../series/coverage-strip.tsx';
import { Downloads } from '../series/downloads.tsx';
import { LatestTiles } from '../series/latest-tiles.tsx';
import { MeasureCard } from '../series/measure-card.tsx';
import type { Topic } from '../series/measures.ts';
import { lacksPlaces, withObservedPlaces } from '../series/observed-places.ts';
import { type Selection, selectionOf } from '../series/selection.ts';
import { SlotTable } from '../series/slot-table.tsx';
import { presentMeasures } from '../series/summary.ts';
import { usePlaceSeries } from '../series/use-series.ts';
import { WeeklyPattern } from '../series/weekly-pattern.tsx';
import { useView } from '../view.ts';
import type { PageProps } from './page-props.ts';

export function TrafficPage(props: PageProps) {
  return <SeriesPage {...props} topic="traffic" />;
}

export function CrowdPage(props: PageProps) {
  return <SeriesPage {...props} topic="crowd" />;
}

async function loadCameras(signal: AbortSignal) {
  const cameras = await fetchCameras(signal);
  return cameras.some(lacksPlaces) ? withObservedPlaces(cameras, await fetchLatest(signal)) : cameras;
}

function SeriesPage(props: PageProps & { topic: Topic }) {
  const { texts } = useView();
  const cameras = useLoaded({ key: 'cameras', load: loadCameras, refreshMs: 30_000 });
  if (cameras.value === undefined) {
    return <p class="loading">{cameras.failure === undefined ? texts.loading : texts.failed}</p>;
  }
  if (cameras.value.length === 0) return <EmptyState />;
  const selection = selectionOf(cameras.value, props.route.choices, props.topic);
  if (selection === undefined) return <p class="nothing">{texts.noPlace}</p>;
  const asked = props.route.choices['camera'] ?? selection.camera.cameraId;
  return (
    <>
      {cameras.failure !== undefined && <p class="notice">{texts.failed}</p>}
      {asked !== selection.camera.cameraId && <p class="notice">{texts.unknownCamera(asked)}</p>}
      <SeriesControls cameras={cameras.value} selection={selection} change={props.change} />
      <PlaceView {...props} selection={selection} />
    </>
  );
}

function PlaceView({ selection, route, change }: PageProps & { selection: Selection }) {
  const { texts } = useView();
  const series = usePlaceSeries(selection);
  const { slots, failure, smallCountBelow } = series;
  if (slots === undefined) {
    if (failure === undefined) return <p class="loading">{texts.loading}</p>;
    return <p class="notice">{failure === '' ? texts.failed : `${texts.refused} ${failure}`}</p>;
  }
  const offered = presentMeasures(slots, series.measures).filter(({ isCompanion }) => isCompanion !== true);
  const measure = offered.find(({ id }) => id === route.choices['measure']) ?? offered[0];
  if (!slots.some(({ isRecorded }) => isRecorded)) return <p class="nothing">{texts.nothingInRange}</p>;
  return (
    <>
      {failure !== undefined && <p class="notice">{texts.failed}</p>}
      <CoverageStrip slots={slots} />
      {measure === undefined ? (
        <p class="nothing">
          {slots.some(({ coverage }) => coverage > 0) ? texts.notAvailable : texts.onlyGaps}
        </p>
      ) : (
        <>
          <LatestTiles slots={slots} measures={offered} smallCountBelow={smallCountBelow} />
          <MeasureCard {...{ series, selection, slots, measure, offered, change }} />
          <div class="pair">
            {selection.topic === 'traffic' && selection.place.kind !== 'zone' && <ClassSplit slots={slots} />}
            <WeeklyPattern pattern={series.pattern} measure={measure} />
          </div>
        </>
      )}
      {selection.topic === 'crowd' && (
        <p class="rule">{smallCountBelow > 1 ? texts.suppressedHint(smallCountBelow) : texts.rawHint}</p>
      )}
      <SlotTable slots={slots} measures={presentMeasures(slots, series.measures)} />
      <Downloads query={series.query} selection={selection} />
    </>
  );
}
