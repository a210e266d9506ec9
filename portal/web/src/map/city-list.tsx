/** The cameras of the map as a list: the same numbers for keyboards, screen readers and those without a map. */
import { LevelBadge } from '../parts/level-badge.tsx';
import { hrefOf } from '../route.ts';
import type { Topic } from '../series/measures.ts';
import { useView, type View } from '../view.ts';
import { type CityCamera, figureOf, letterOf, scantCoverageOf } from './city-state.ts';

export function CityList(props: {
  cameras: readonly CityCamera[];
  topic: Topic;
  chosenId: string | undefined;
  search: string;
  isWall: boolean;
  nowMs: number;
  onSearch: (text: string) => void;
  onChoose: (id: string) => void;
}) {
  const { texts } = useView();
  const { cameras, topic, chosenId, search, isWall, nowMs, onSearch, onChoose } = props;
  const sought = search.trim().toLowerCase();
  const found = cameras.filter(({ name, place, id }) =>
    `${name} ${place} ${id}`.toLowerCase().includes(sought),
  );
  const shown = isWall ? byUrgency(found, topic) : found;
  return (
    <section class="camera-list" aria-label={texts.cameras}>
      {!isWall && (
        <label class="search">
          <span class="unseen">{texts.search}</span>
          <input
            type="search"
            value={search}
            placeholder={texts.search}
            onInput={(event) => onSearch(event.currentTarget.value)}
          />
        </label>
      )}
      <ul>
        {shown.map((camera) => (
          <CameraItem
            key={camera.id}
            {...{ camera, topic, nowMs }}
            isChosen={camera.id === chosenId}
            onChoose={onChoose}
          />
        ))}
      </ul>
    </section>
  );
}

/** Nobody scrolls a wall: the worst come first, those without data last. */
function byUrgency(cameras: readonly CityCamera[], topic: Topic): CityCamera[] {
  const rank = (camera: CityCamera) => 'FEDCBA•?-'.indexOf(letterOf(camera, topic));
  return [...cameras].sort((a, b) => rank(a) - rank(b));
}

function CameraItem(props: {
  camera: CityCamera;
  topic: Topic;
  isChosen: boolean;
  nowMs: number;
  onChoose: (id: string) => void;
}) {
  const { camera, topic, isChosen, nowMs, onChoose } = props;
  const view = useView();
  const { texts, format } = view;
  const letter = letterOf(camera, topic);
  const figure = figureOf(camera, topic);
  const scant = scantCoverageOf(camera, topic);
  const isOutdated = camera.state?.isOutdated === true;
  const unit = topic === 'traffic' ? texts.unitNames.vehiclesPerHour : texts.unitNames.people;
  const marks: Readonly<Record<string, string>> = {
    '-': isOutdated ? texts.noRecentData : texts.noData,
    '?': texts.tooLittleSeen,
    '•': texts.noLevel,
  };
  return (
    <li class={`camera-item${isChosen ? ' chosen' : ''}`}>
      <button type="button" aria-expanded={isChosen} onClick={() => onChoose(camera.id)}>
        <LevelBadge letter={letter} isStale={camera.freshness === 'stale'} />
        <span class="unseen">{marks[letter] ?? letter}</span>
        <span class="camera-name">
          <b>{camera.name}</b>
          <small>{camera.place}</small>
        </span>
        <span class="camera-figure">
          {scant !== undefined ? (
            <small class="scant">{`${texts.tooLittleSeen} · ${texts.seenOnly(format.percent(scant))}`}</small>
          ) : isOutdated && camera.freshness !== 'none' ? (
            <small class="scant">{texts.noRecentData}</small>
          ) : figure === undefined ? (
            <small>{topic === 'crowd' && camera.state?.suppressed === true ? texts.hidden : '–'}</small>
          ) : (
            <>
              {format.number(figure, 0)} <small>{unit}</small>
            </>
          )}
          <small class={camera.freshness}>{seenText(camera, nowMs, view)}</small>
        </span>
      </button>
      {isChosen && <CameraLinks camera={camera} />}
    </li>
  );
}

function CameraLinks({ camera }: { camera: CityCamera }) {
  const { texts } = useView();
  return (
    <p class="camera-links">
      <span class="camera-health">{texts.health[camera.health] ?? camera.health}</span>
      <a href={hrefOf('lalu-lintas', { camera: camera.id })}>{texts.openTraffic}</a>
      <a href={hrefOf('keramaian', { camera: camera.id })}>{texts.openCrowd}</a>
      {camera.location === undefined && <span>{texts.noLocation}</span>}
    </p>
  );
}

/** When a camera last saw something: a clock today, an age when it is stale. */
function seenText({ seenMs, freshness }: CityCamera, nowMs: number, { texts, format }: View): string {
  if (seenMs === undefined) return texts.noData;
  if (freshness === 'fresh') return format.clock(seenMs);
  const minutes = Math.round((nowMs - seenMs) / 60_000);
  if (minutes < 90) return `${texts.stale} · ${texts.ago(texts.minutes(minutes))}`;
  if (minutes < 48 * 60) return `${texts.stale} · ${texts.ago(texts.hoursLong(Math.round(minutes / 60)))}`;
  return `${texts.stale} · ${format.day(seenMs)}`;
}
