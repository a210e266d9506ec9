/** Home: the city now, as a map and as a list that holds the same. */
import { useMemo, useState } from 'preact/hooks';
import { CityList } from '../map/city-list.tsx';
import { CityMap } from '../map/city-map.tsx';
import {
  type CityCamera,
  cityCameras,
  cityTotals,
  figureOf,
  letterOf,
  scantCoverageOf,
} from '../map/city-state.ts';
import { CityTiles, LinkState } from '../map/city-tiles.tsx';
import type { MapContent } from '../map/leaflet-map.ts';
import { LevelLegend } from '../map/level-legend.tsx';
import type { MapLabel } from '../map/map-labels.ts';
import { useCity, useNow } from '../map/use-city.ts';
import { EmptyState } from '../parts/empty-state.tsx';
import { Segments } from '../parts/segments.tsx';
import type { Topic } from '../series/measures.ts';
import { useView, type View } from '../view.ts';
import type { PageProps } from './page-props.ts';

export function MapPage({ route, change, isWall }: PageProps) {
  const view = useView();
  const { texts } = view;
  const city = useCity();
  const nowMs = useNow();
  const [search, setSearch] = useState('');
  const cameras = useMemo(
    () =>
      cityCameras(city.cameras ?? [], city.states ?? { features: [] }, Math.max(nowMs, city.heardMs ?? 0)),
    [city.cameras, city.states, city.heardMs, nowMs],
  );
  const topic = topicOf(route.choices['warna'], cameras);
  const chosenId = route.choices['camera'];
  const content = useMemo(
    () => contentOf({ cameras, topic, chosenId, view }),
    [cameras, topic, chosenId, view],
  );
  if (city.cameras === undefined) {
    return <p class="loading">{city.link === 'offline' ? texts.failed : texts.loading}</p>;
  }
  if (cameras.length === 0) return <EmptyState />;
  const choose = (camera: string) => change({ camera });
  return (
    <div class="city">
      <header class="city-head">
        <h1>{texts.mapTitle}</h1>
        <LinkState link={city.link} heardMs={city.heardMs} />
        <Segments<Topic>
          name={texts.colourBy}
          value={topic}
          segments={[
            { value: 'traffic', name: texts.traffic },
            { value: 'crowd', name: texts.crowd },
          ]}
          onChoose={(warna) => change({ warna })}
        />
      </header>
      {city.link === 'offline' && (
        <p class="notice" role="status">
          {texts.failed}
        </p>
      )}
      <CityTiles totals={cityTotals(cameras)} />
      <div class="city-body">
        <div class="map-frame">
          <CityMap content={content} label={texts.mapLabel} onChoose={choose} />
          <LevelLegend topic={topic} />
        </div>
        <CityList
          {...{ cameras, topic, chosenId, search, isWall, nowMs }}
          onSearch={setSearch}
          onChoose={(camera) => change({ camera: camera === chosenId ? undefined : camera })}
        />
      </div>
    </div>
  );
}

/** What is asked for; else traffic, but crowds where only those have levels. */
function topicOf(asked: string | undefined, cameras: readonly CityCamera[]): Topic {
  if (asked === 'traffic' || asked === 'crowd') return asked;
  const has = (topic: Topic) => cameras.some((camera) => /^[A-F]$/.test(letterOf(camera, topic)));
  return !has('traffic') && has('crowd') ? 'crowd' : 'traffic';
}

function contentOf(options: {
  cameras: readonly CityCamera[];
  topic: Topic;
  chosenId: string | undefined;
  view: View;
}): MapContent {
  const { cameras, topic, chosenId, view } = options;
  return {
    points: cameras.flatMap((camera) =>
      camera.location === undefined
        ? []
        : [
            {
              id: camera.id,
              at: camera.location,
              letter: letterOf(camera, topic),
              isStale: camera.freshness === 'stale',
              label: labelOf(camera, topic, view),
            },
          ],
    ),
    labels: regionLabels(cameras),
    chosenId,
    isIndonesian: view.language === 'id',
    buttons: { zoomIn: view.texts.zoomIn, zoomOut: view.texts.zoomOut },
  };
}

/** "Simpang Lima: level of service D, 1,240 vehicles/h". */
function labelOf(camera: CityCamera, topic: Topic, { texts, format }: View): string {
  const letter = letterOf(camera, topic);
  if (letter === '-') {
    return `${camera.name}: ${camera.state?.isOutdated === true ? texts.noRecentData : texts.noData}`;
  }
  const scant = scantCoverageOf(camera, topic);
  if (scant !== undefined) {
    const stale = camera.freshness === 'stale' ? `, ${texts.stale}` : '';
    return `${camera.name}: ${texts.tooLittleSeen}, ${texts.seenOnly(format.percent(scant))}${stale}`;
  }
  const level =
    letter === '•'
      ? texts.noLevel
      : `${topic === 'traffic' ? texts.serviceLevel : texts.crowdLevel} ${letter}`;
  const figure = figureOf(camera, topic);
  const unit = topic === 'traffic' ? texts.unitNames.vehiclesPerHour : texts.unitNames.people;
  return [
    `${camera.name}: ${level}`,
    ...(figure === undefined ? [] : [`${format.number(figure, 0)} ${unit}`]),
    ...(camera.freshness === 'stale' ? [texts.stale] : []),
  ].join(', ');
}

/** Each kecamatan's name in the middle of its cameras: where they are, not where its border is. */
function regionLabels(cameras: readonly CityCamera[]): MapLabel[] {
  const regions = new Map<string, { lat: number; lon: number; count: number }>();
  for (const { kecamatan, location } of cameras) {
    if (kecamatan === undefined || location === undefined) continue;
    const sum = regions.get(kecamatan) ?? { lat: 0, lon: 0, count: 0 };
    regions.set(kecamatan, { lat: sum.lat + location[0], lon: sum.lon + location[1], count: sum.count + 1 });
  }
  return [...regions].map(([text, { lat, lon, count }]) => ({ text, at: [lat / count, lon / count] }));
}
