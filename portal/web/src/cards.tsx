/** The charts of one camera, each in a card with its numbers. */
import type { ComponentChildren } from 'preact';
import { Chart, type ChartProps, type Measure } from './chart.tsx';
import type { RangeSummary, WindowRow } from './series.ts';
import type { Format, Language, Texts } from './text.ts';

export interface CardsProps {
  readonly rows: readonly WindowRow[];
  readonly summary: RangeSummary;
  readonly hasZone: boolean;
  readonly hasLine: boolean;
  readonly texts: Texts;
  readonly format: Format;
  readonly language: Language;
  readonly theme: string;
  readonly chosen: number | undefined;
  readonly onChoose: (index: number | undefined) => void;
}

type Group = 'people' | 'vehicles';

const PRESENT: Readonly<Record<Group, readonly Measure[]>> = {
  people: [
    { colour: 'people', isPale: true, value: (row) => row.people?.max },
    { colour: 'people', value: (row) => row.people?.mean },
  ],
  vehicles: [
    { colour: 'vehicles', isPale: true, value: (row) => row.vehicles?.max },
    { colour: 'vehicles', value: (row) => row.vehicles?.mean },
  ],
};

const negative = (value: number | undefined) => (value === undefined ? undefined : -value);

const CROSSINGS: Readonly<Record<Group, readonly Measure[]>> = {
  people: [
    { colour: 'people', value: (row) => row.crossings.in?.people },
    { colour: 'people-2', value: (row) => negative(row.crossings.out?.people) },
  ],
  vehicles: [
    { colour: 'vehicles', value: (row) => row.crossings.in?.vehicles },
    { colour: 'vehicles-2', value: (row) => negative(row.crossings.out?.vehicles) },
  ],
};

export function Cards(props: CardsProps) {
  const { texts, hasZone, hasLine } = props;
  return (
    <div class="cards">
      <PresentCard
        {...props}
        group="people"
        title={texts.peoplePresent}
        missing={hasZone ? '' : texts.noZone}
      />
      <PresentCard
        {...props}
        group="vehicles"
        title={texts.vehiclesPresent}
        missing={hasZone ? '' : texts.noZone}
      />
      <CrossingCard
        {...props}
        group="people"
        title={texts.peopleCrossings}
        missing={hasLine ? '' : texts.noLine}
      />
      <CrossingCard
        {...props}
        group="vehicles"
        title={texts.vehicleCrossings}
        missing={hasLine ? '' : texts.noLine}
      />
    </div>
  );
}

interface CardProps extends CardsProps {
  readonly group: Group;
  readonly title: string;
  /** Why there is nothing to draw, or empty. */
  readonly missing: string;
}

function PresentCard(props: CardProps) {
  const { group, texts, format, summary } = props;
  const row = chosenRow(props);
  const present = row === undefined ? summary[group] : row[group];
  return (
    <Card {...props} measures={PRESENT[group]}>
      <Figure colour={group} name={texts.mean} value={format.mean(present?.mean)} />
      <Figure colour={`${group}-pale`} name={texts.max} value={format.count(present?.max)} />
    </Card>
  );
}

function CrossingCard(props: CardProps) {
  const { group, texts, format, summary } = props;
  const crossings = chosenRow(props)?.crossings ?? summary.crossings;
  return (
    <Card {...props} measures={CROSSINGS[group]} unit={windowText(props)}>
      <Figure colour={group} name={`▲ ${texts.in}`} value={format.count(crossings.in?.[group])} />
      <Figure colour={`${group}-2`} name={`▼ ${texts.out}`} value={format.count(crossings.out?.[group])} />
    </Card>
  );
}

/** How long the columns of crossings are counted over. */
function windowText({ rows, texts }: CardsProps): string {
  const seconds = (rows[0]!.endMs - rows[0]!.startMs) / 1000;
  return seconds === 60 ? texts.perMinute : texts.perWindow(seconds);
}

function chosenRow({ rows, chosen }: CardsProps): WindowRow | undefined {
  return chosen === undefined ? undefined : rows[chosen];
}

function Card(
  props: CardProps & { measures: ChartProps['measures']; unit?: string; children: ComponentChildren },
) {
  const { title, texts, format, missing, unit, children, ...rest } = props;
  const row = chosenRow(props);
  const when =
    row === undefined
      ? texts.inRange
      : `${format.clock(row.startMs)}–${format.clock(row.endMs)}, ${
          row.coverage === 0 ? texts.gap : `${texts.coverage.toLowerCase()} ${format.percent(row.coverage)}`
        }`;
  return (
    <section class="card" data-card={`${title}`}>
      <header>
        <h3>
          {title} {unit !== undefined && <small>{unit}</small>}
        </h3>
        <span class="when">{missing === '' ? when : ''}</span>
      </header>
      {missing === '' ? (
        <>
          <div class="figures">{children}</div>
          <Chart {...rest} label={`${title}, ${texts.keys}`} />
        </>
      ) : (
        <p class="missing">{missing}</p>
      )}
    </section>
  );
}

function Figure({ colour, name, value }: { colour: string; name: string; value: string }) {
  return (
    <span class="figure">
      <i class={`swatch ${colour}`} />
      <b>{value}</b> {name}
    </span>
  );
}
