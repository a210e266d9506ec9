/** Which camera, place, time and window: every choice of a series. */
import type { Camera, SeriesLevel } from '../api/answers.ts';
import { placeText } from '../map/city-state.ts';
import { Choice, Segments } from '../parts/segments.tsx';
import { periodText } from '../text/format.ts';
import type { ChangeChoices } from '../use-route.ts';
import { useView, type View } from '../view.ts';
import { COMPARISONS, type Comparison } from './comparison.ts';
import { DAY_MS, gridOf, RANGES, type RangeId, stepOf } from './ranges.ts';
import type { Place, Selection } from './selection.ts';

interface ControlsProps {
  readonly cameras: readonly Camera[];
  readonly selection: Selection;
  readonly change: ChangeChoices;
}

export function SeriesControls(props: ControlsProps) {
  const { selection } = props;
  const { texts, format } = useView();
  const { camera, range, level, endMs, firstMs } = selection;
  const grid = gridOf({ endMs, lengthMs: range.lengthMs, stepMs: stepOf(level), firstMs });
  const place = placeText(camera);
  return (
    <header class="controls">
      <div class="title">
        <h1>{camera.name ?? camera.cameraId}</h1>
        <p>
          {place !== '' && <span>{place} · </span>}
          <span class="period">{periodText(format, grid.fromMs, grid.toMs, grid.stepMs >= DAY_MS)}</span>
        </p>
      </div>
      <div class="controls-row">
        <PlaceChoices {...props} />
        <Choice<Comparison>
          name={texts.compare}
          value={selection.comparison}
          groups={[{ options: COMPARISONS.map((value) => ({ value, name: texts.comparisons[value] })) }]}
          onChoose={(compare) => props.change({ compare: compare === 'none' ? undefined : compare })}
        />
      </div>
      <div class="controls-row">
        <TimeChoices {...props} />
      </div>
    </header>
  );
}

function PlaceChoices({ cameras, selection, change }: ControlsProps) {
  const view = useView();
  const { texts } = view;
  const { camera, places, place, direction } = selection;
  return (
    <>
      <Choice
        name={texts.camera}
        value={camera.cameraId}
        groups={[
          { options: cameras.map(({ cameraId, name }) => ({ value: cameraId, name: name ?? cameraId })) },
        ]}
        onChoose={(id) => change({ camera: id, place: undefined, dir: undefined, end: undefined })}
      />
      <Choice
        name={texts.place}
        value={place.key}
        groups={placeGroups(places, view)}
        onChoose={(key) => change({ place: key, dir: undefined, measure: undefined })}
      />
      {place.kind !== 'zone' && (
        <Choice
          name={texts.direction}
          value={direction ?? ''}
          groups={[
            {
              options: [
                { value: '', name: texts.bothDirections },
                { value: 'in', name: place.directionNames?.in ?? texts.in },
                { value: 'out', name: place.directionNames?.out ?? texts.out },
              ],
            },
          ]}
          onChoose={(dir) => change({ dir: dir === '' ? undefined : dir })}
        />
      )}
    </>
  );
}

function placeGroups(places: readonly Place[], { texts }: View) {
  const kinds = [...new Set(places.map(({ kind }) => kind))];
  return kinds.map((kind) => ({
    name: texts.places[kind],
    options: places.filter((place) => place.kind === kind).map(({ key, name }) => ({ value: key, name })),
  }));
}

function TimeChoices({ selection, change }: ControlsProps) {
  const { texts } = useView();
  const { range, level, endMs, newestMs, firstMs } = selection;
  const isNewest = endMs === newestMs;
  const later = endMs + range.lengthMs;
  return (
    <>
      <Segments<RangeId>
        name={texts.range}
        value={range.id}
        segments={RANGES.map(({ id }) => ({ value: id, name: texts.ranges[id] }))}
        onChoose={(id) => change({ range: id, level: undefined })}
      />
      <Segments<SeriesLevel>
        name={texts.level}
        value={level}
        segments={range.levels.map((value) => ({ value, name: texts.levels[value] }))}
        onChoose={(value) => change({ level: value })}
      />
      <div class="segments steps">
        <button
          type="button"
          aria-label={texts.earlier}
          title={texts.earlier}
          disabled={endMs - range.lengthMs <= firstMs}
          onClick={() => change({ end: String(endMs - range.lengthMs) })}
        >
          ‹
        </button>
        <button type="button" disabled={isNewest} onClick={() => change({ end: undefined })}>
          {texts.newest}
        </button>
        <button
          type="button"
          aria-label={texts.later}
          title={texts.later}
          disabled={isNewest}
          onClick={() => change({ end: later >= newestMs ? undefined : String(later) })}
        >
          ›
        </button>
      </div>
    </>
  );
}
