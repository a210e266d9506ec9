/** The road of a line or zone: what smp, capacity and level of service are computed from. */
import { capacityPcuPerHour } from '../../../../../pipelines/domain/aggregate/indicators.ts';
import type { RoadData } from '../../../../../pipelines/domain/site.ts';
import { EMP_TABLE_IN_USE } from '../../../../../pipelines/domain/tables/emp.ts';
import { SERVICE_TABLES, VC_INDONESIA } from '../../../../../pipelines/domain/tables/level-of-service.ts';
import { useView } from '../../view.ts';
import { useTexts } from '../context.ts';
import { Check, NumberField, Pick } from '../form.tsx';
import type { ConsoleError } from '../request.ts';
import { ROAD_TEXTS } from './road-texts.ts';
import { withField } from './with-field.ts';

const TYPES = ['2/2-TT', '4/2-TT', '4/2-T', '6/2-T', '2/1', '3/1'] as const;
const FRICTIONS = ['SR', 'R', 'S', 'T', 'ST'] as const;
const EDGES = ['kerb', 'shoulder'] as const;
/** A street of most kampungs; one click away from any other. */
const FIRST_ROAD: RoadData = { type: '2/2-TT', lanes: 1 };

interface RoadProps {
  readonly road: RoadData | undefined;
  /** Path of the road in the camera, as the server names it. */
  readonly path: string;
  readonly fault: ConsoleError | undefined;
  readonly onRoad: (road: RoadData | undefined) => void;
}

export function RoadFields({ road, path, fault, onRoad }: RoadProps) {
  const texts = useTexts(ROAD_TEXTS);
  return (
    <details open={road !== undefined}>
      <summary>{texts.road}</summary>
      <div class="op-fields">
        <Check
          label={texts.hasRoad}
          value={road !== undefined}
          onValue={(hasRoad) => onRoad(hasRoad ? FIRST_ROAD : undefined)}
        />
        {road !== undefined && <Inputs {...{ road, path, fault, onRoad }} />}
      </div>
    </details>
  );
}

function Inputs({ road, path, fault, onRoad }: RoadProps & { readonly road: RoadData }) {
  const texts = useTexts(ROAD_TEXTS);
  const put = (field: keyof RoadData, value: unknown) => onRoad(withField(road, field, value));
  const isTwoWay = road.type === '2/2-TT';
  const number = (field: NumberOfRoad) => (
    <NumberField
      key={field}
      label={texts[field]}
      name={`${path}.${field}`}
      value={road[field]}
      fault={fault}
      onNumber={(value) => put(field, value)}
    />
  );
  return (
    <>
      <Pick
        label={texts.type}
        name={`${path}.type`}
        value={road.type}
        options={TYPES.map((type) => [type, texts.types[type]] as const)}
        fault={fault}
        onValue={(type) => put('type', type)}
      />
      {number('lanes')}
      {/* The tables of one kind of road do not read the width of the other; what was filled in stays to be seen. */}
      {(isTwoWay || road.carriagewayWidthM !== undefined) && number('carriagewayWidthM')}
      {(!isTwoWay || road.laneWidthM !== undefined) && number('laneWidthM')}
      {(isTwoWay || road.directionalSplitPercent !== undefined) && number('directionalSplitPercent')}
      <Pick
        label={texts.sideFriction}
        name={`${path}.sideFriction`}
        value={road.sideFriction ?? ''}
        options={[['', texts.notSaid], ...FRICTIONS.map((one) => [one, texts.frictions[one]] as const)]}
        fault={fault}
        onValue={(friction) => put('sideFriction', friction)}
      />
      <Pick
        label={texts.edge}
        name={`${path}.edge`}
        value={road.edge ?? ''}
        options={[['', texts.notSaid], ...EDGES.map((one) => [one, texts.edges[one]] as const)]}
        fault={fault}
        onValue={(edge) => put('edge', edge)}
      />
      {number('edgeDistanceM')}
      {number('cityPopulationMillions')}
      <Pick
        label={texts.levelOfServiceTable}
        name={`${path}.levelOfServiceTable`}
        value={road.levelOfServiceTable ?? VC_INDONESIA.name}
        options={SERVICE_TABLES.map(({ name }) => [name, texts.serviceTables[name]] as const)}
        fault={fault}
        onValue={(table) => put('levelOfServiceTable', table === VC_INDONESIA.name ? undefined : table)}
      />
      <Outcome road={road} />
    </>
  );
}

type NumberOfRoad =
  | 'lanes'
  | 'laneWidthM'
  | 'carriagewayWidthM'
  | 'directionalSplitPercent'
  | 'edgeDistanceM'
  | 'cityPopulationMillions';

/** The capacity that the fields give, or what is missing for one. */
function Outcome({ road }: { road: RoadData }) {
  const texts = useTexts(ROAD_TEXTS);
  const { format } = useView();
  // A field whose text is no number goes to the server as it is; it gives no capacity here.
  const isNumeric = Object.entries(road).every(
    ([field, value]) => TEXT_FIELDS.includes(field) || typeof value === 'number',
  );
  const capacity = isNumeric ? capacityPcuPerHour(road) : undefined;
  const missing = road.type === '4/2-TT' ? texts.noTable : texts.notEnough;
  return (
    <dl class="op-facts">
      <div>
        <dt>{texts.capacity}</dt>
        <dd>{capacity === undefined ? missing : texts.capacityText(format.number(capacity, 0))}</dd>
      </div>
      <div>
        <dt>{texts.empTable}</dt>
        <dd>{EMP_TABLE_IN_USE.name}</dd>
      </div>
    </dl>
  );
}

const TEXT_FIELDS: readonly string[] = ['type', 'sideFriction', 'edge', 'levelOfServiceTable'];
