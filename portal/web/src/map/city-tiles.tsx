/** The city in four numbers, told politely to screen readers as they change. */
import type { ComponentChildren } from 'preact';
import { LevelBadge } from '../parts/level-badge.tsx';
import type { Topic } from '../series/measures.ts';
import { useView, type View } from '../view.ts';
import { type CityTotal, type CityTotals, letterOf } from './city-state.ts';
import type { City } from './use-city.ts';

export function CityTiles({ totals }: { totals: CityTotals }) {
  const { texts, format } = useView();
  const { vehiclesPerHour, people } = totals;
  return (
    <section class="tiles" aria-live="polite" aria-label={texts.mapTitle}>
      <Tile name={texts.cameras} value={`${totals.fresh}/${totals.cameras}`}>
        {texts.camerasSeen(totals.fresh, totals.cameras)}
      </Tile>
      <Tile
        name={texts.vehiclesNow}
        value={vehiclesPerHour.cameras === 0 ? '–' : format.number(vehiclesPerHour.total, 0)}
        unit={texts.unitNames.vehiclesPerHour}
      >
        {totalNote(vehiclesPerHour, totals.fresh > 0 ? texts.noData : texts.noRecentData, texts)}
      </Tile>
      <Tile
        name={texts.peopleNow}
        value={people.cameras === 0 ? '–' : format.number(people.total, 0)}
        unit={texts.unitNames.people}
      >
        {totalNote(people, totals.fresh > 0 ? texts.noneReleased : texts.noRecentData, texts)}
      </Tile>
      <WorstTile totals={totals} />
    </section>
  );
}

/** Of how many cameras a sum is, or why there is none. */
function totalNote({ cameras, scant }: CityTotal, none: string, texts: View['texts']): string {
  if (cameras > 0) return texts.acrossCameras(cameras);
  return scant > 0 ? texts.tooLittleSeen : none;
}

function WorstTile({ totals }: { totals: CityTotals }) {
  const { texts } = useView();
  const topics: readonly Topic[] = ['traffic', 'crowd'];
  return (
    <div class="tile worst">
      {topics.map((topic) => {
        const camera = totals.worst[topic];
        return (
          <p key={topic}>
            <span class="tile-name">{topic === 'traffic' ? texts.worstService : texts.worstCrowd}</span>
            <span class="worst-line">
              <LevelBadge letter={camera === undefined ? '-' : letterOf(camera, topic)} />{' '}
              <b>{camera?.name ?? '–'}</b>
            </span>
          </p>
        );
      })}
    </div>
  );
}

function Tile(props: { name: string; value: string; unit?: string; children: ComponentChildren }) {
  return (
    <div class="tile">
      <span class="tile-name">{props.name}</span>
      <span class="tile-value">
        {props.value} {props.unit !== undefined && props.value !== '–' && <small>{props.unit}</small>}
      </span>
      <span class="tile-note">{props.children}</span>
    </div>
  );
}

/** Whether the numbers come by themselves, and when the portal last answered. */
export function LinkState({ link, heardMs }: { link: City['link']; heardMs: number | undefined }) {
  const { texts, format } = useView();
  const name = { live: texts.live, polled: texts.polled, offline: texts.offline }[link];
  return (
    <p class={`link-state ${link}`}>
      <i aria-hidden="true" /> {name}
      {heardMs !== undefined && <span> · {texts.updated(format.clock(heardMs))}</span>}
    </p>
  );
}
