/** Crossings by class of vehicle, stacked. */
import { useMemo, useState } from 'preact/hooks';
import { Chart } from '../chart/chart.tsx';
import type { Layer } from '../chart/drawn.ts';
import { useView } from '../view.ts';
import { slotTime } from './readout.tsx';
import { type Slot, VEHICLE_CLASSES, type VehicleClass } from './slots.ts';

export function ClassSplit({ slots }: { slots: readonly Slot[] }) {
  const view = useView();
  const { texts, format } = view;
  const [chosen, setChosen] = useState<number>();
  const layers = useMemo(() => stackedLayers(slots), [slots]);
  const slot = chosen === undefined ? undefined : slots[chosen];
  const counts = slot === undefined ? totalsOf(slots) : slot.classes;
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return (
    <section class="card">
      <header>
        <h2>{texts.classSplit}</h2>
        <span class="when">{slot === undefined ? texts.inRange : slotTime(slot, view)}</span>
      </header>
      <Chart
        {...{ slots, layers, chosen }}
        label={`${texts.classSplit}, ${texts.keys}`}
        onChoose={setChosen}
        heightPx={200}
      />
      <ul class="class-legend">
        {VEHICLE_CLASSES.map((name) => (
          <li key={name}>
            <i class={`swatch class-${name}`} aria-hidden="true" /> {texts.classes[name]}{' '}
            <b>{format.number(counts[name], 0)}</b>
            <small>
              {total > 0 && counts[name] !== undefined ? format.percent(counts[name] / total) : ''}
            </small>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The tallest stack first, so that each covers the part of it that is not its own. */
function stackedLayers(slots: readonly Slot[]): Layer[] {
  return VEHICLE_CLASSES.map((name, index): Layer => {
    const upTo = VEHICLE_CLASSES.slice(0, index + 1);
    return {
      colour: `class-${name}`,
      style: 'stacked',
      values: slots.map(({ classes }) =>
        upTo.some((other) => classes[other] !== undefined)
          ? upTo.reduce((sum, other) => sum + (classes[other] ?? 0), 0)
          : undefined,
      ),
    };
  }).reverse();
}

function totalsOf(slots: readonly Slot[]): Partial<Record<VehicleClass, number>> {
  const totals: Partial<Record<VehicleClass, number>> = {};
  for (const { classes } of slots) {
    for (const [name, count] of Object.entries(classes)) {
      totals[name as VehicleClass] = (totals[name as VehicleClass] ?? 0) + count;
    }
  }
  return totals;
}
