/** The main chart: one measure over time, with coverage, intervals, levels and a comparison. */
import { useMemo, useState } from 'preact/hooks';
import {
  FRUIN_QUEUE,
  FRUIN_WALKWAY,
  SERVICE_TABLES,
} from '../../../../pipelines/domain/tables/level-of-service.ts';
import { Chart } from '../chart/chart.tsx';
import type { Layer } from '../chart/drawn.ts';
import { Segments } from '../parts/segments.tsx';
import type { ChangeChoices } from '../use-route.ts';
import { useView } from '../view.ts';
import { ChartLegend } from './chart-legend.tsx';
import { comparedValues } from './comparison.ts';
import { ComparisonNote } from './comparison-note.tsx';
import type { Measure, MeasureId } from './measures.ts';
import { Readout } from './readout.tsx';
import type { Selection } from './selection.ts';
import type { Slot } from './slots.ts';
import type { PlaceSeries } from './use-series.ts';

export function MeasureCard(props: {
  series: PlaceSeries;
  selection: Selection;
  slots: readonly Slot[];
  measure: Measure;
  offered: readonly Measure[];
  change: ChangeChoices;
}) {
  const { series, selection, slots, measure, offered, change } = props;
  const { texts } = useView();
  const [chosen, setChosen] = useState<number>();
  const { earlier } = series;
  const { comparison, topic } = selection;
  const compared = useMemo(
    () =>
      comparison === 'none' || earlier === undefined
        ? undefined
        : comparedValues({ slots, earlier, comparison, measure: measure.id }),
    [slots, earlier, comparison, measure.id],
  );
  const layers = useMemo(() => layersOf(slots, measure, topic, compared), [slots, measure, topic, compared]);
  const states = useMemo(
    () => slots.map(({ readings }) => readings[measure.id]?.state ?? 'none'),
    [slots, measure],
  );
  const limits = limitsOf(measure, selection, slots);
  const unit = texts.unitNames[measure.unit];
  const label = `${texts.measures[measure.id]}${unit === '' ? '' : ` (${unit})`}, ${texts.keys}`;
  return (
    <section class="card main-card">
      <header>
        <h2 class="unseen">{texts.measures[measure.id]}</h2>
        <Segments<MeasureId>
          name={texts.measure}
          value={measure.id}
          segments={offered.map(({ id }) => ({ value: id, name: texts.measures[id] }))}
          onChoose={(id) => change({ measure: id })}
        />
      </header>
      <Readout {...{ slots, measure, compared }} chosen={chosen} />
      <Chart {...{ slots, layers, states, limits, label, chosen }} onChoose={setChosen} heightPx={280} />
      <ChartLegend
        {...{ measure, states }}
        hasInterval={layers.some(({ intervals }) => intervals !== undefined)}
      />
      {comparison !== 'none' && compared !== undefined && (
        <ComparisonNote {...{ slots, compared, comparison }} measure={measure.id} />
      )}
    </section>
  );
}

function layersOf(
  slots: readonly Slot[],
  measure: Measure,
  topic: Selection['topic'],
  compared: readonly (number | undefined)[] | undefined,
): Layer[] {
  const colour = topic === 'traffic' ? 'vehicles' : 'people';
  const values = (id: MeasureId) => slots.map(({ readings }) => readings[id]?.value);
  const intervals = slots.map(({ readings }) => readings[measure.id]?.interval);
  const { behind } = measure;
  return [
    ...(behind === undefined ? [] : [{ colour, style: 'pale', values: values(behind) } as const]),
    {
      colour,
      style: 'column',
      values: values(measure.id),
      ...(intervals.some((interval) => interval !== undefined) ? { intervals } : {}),
    },
    ...(compared === undefined ? [] : [{ colour: 'compared', style: 'dashed', values: compared } as const]),
  ];
}

/** The table whose edges grade the measure: of a road that of the newest rows, of a zone the one of Fruin's it follows. */
function limitsOf(measure: Measure, { camera, place }: Selection, slots: readonly Slot[]) {
  if (measure.levels === undefined) return undefined;
  if (measure.levels === 'service') {
    const used = slots.findLast(({ serviceTable }) => serviceTable !== undefined)?.serviceTable;
    return SERVICE_TABLES.find(({ name }) => name === used);
  }
  const zone = camera.zones.find(({ id }) => id === place.id);
  if (zone?.fruinTable === undefined) return undefined;
  return zone.fruinTable === 'queue' ? FRUIN_QUEUE : FRUIN_WALKWAY;
}
