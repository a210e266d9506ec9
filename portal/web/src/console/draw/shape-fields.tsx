/** The fields of a line or zone beside its points. */
import type { CountingLine, Zone } from '../../../../../pipelines/domain/site.ts';
import { useConsoleTexts, useTexts } from '../context.ts';
import { Check, Field, NumberField, Pick } from '../form.tsx';
import type { ConsoleError } from '../request.ts';
import { turnedLine } from './drawing.ts';
import { PointInputs } from './point-inputs.tsx';
import { RoadFields } from './road-fields.tsx';
import { ROAD_TEXTS } from './road-texts.ts';
import { withField } from './with-field.ts';

export function LineFields(props: {
  line: CountingLine;
  path: string;
  fault: ConsoleError | undefined;
  onLine: (line: CountingLine) => void;
}) {
  const texts = useConsoleTexts();
  const { line, path, fault, onLine } = props;
  const named = (field: 'in' | 'out', text: string) => {
    const { directionNames: names = {}, ...rest } = line;
    const next = withField(names, field, text);
    onLine(Object.keys(next).length === 0 ? rest : { ...rest, directionNames: next });
  };
  return (
    <>
      <Field
        label="id"
        name={`${path}.id`}
        value={line.id}
        fault={fault}
        onValue={(id) => onLine({ ...line, id })}
      />
      <Field
        label={texts.name}
        name={`${path}.name`}
        value={line.name ?? ''}
        fault={fault}
        onValue={(name) => onLine(withField(line, 'name', name))}
      />
      <Field
        label={texts.inName}
        name={`${path}.directionNames.in`}
        value={line.directionNames?.in ?? ''}
        hint={texts.directionHint}
        fault={fault}
        onValue={(text) => named('in', text)}
      />
      <Field
        label={texts.outName}
        name={`${path}.directionNames.out`}
        value={line.directionNames?.out ?? ''}
        fault={fault}
        onValue={(text) => named('out', text)}
      />
      <button type="button" class="button" onClick={() => onLine(turnedLine(line))}>
        {texts.turn}
      </button>
      <RoadFields
        road={line.road}
        path={`${path}.road`}
        fault={fault}
        onRoad={(road) => onLine(withField(line, 'road', road))}
      />
    </>
  );
}

export function ZoneFields(props: {
  zone: Zone;
  path: string;
  fault: ConsoleError | undefined;
  onZone: (zone: Zone) => void;
}) {
  const texts = useConsoleTexts();
  const road = useTexts(ROAD_TEXTS);
  const { zone, path, fault, onZone } = props;
  return (
    <>
      <Field
        label="id"
        name={`${path}.id`}
        value={zone.id}
        fault={fault}
        onValue={(id) => onZone({ ...zone, id })}
      />
      <Field
        label={texts.name}
        name={`${path}.name`}
        value={zone.name ?? ''}
        fault={fault}
        onValue={(name) => onZone(withField(zone, 'name', name))}
      />
      {(['groundAreaM2', 'groundLengthM'] as const).map((field) => (
        <NumberField
          key={field}
          label={texts[field]}
          name={`${path}.${field}`}
          value={zone[field]}
          hint={texts.byCalibration}
          fault={fault}
          onNumber={(value) => onZone(withField(zone, field, value))}
        />
      ))}
      <NumberField
        label={road.zoneLanes}
        name={`${path}.lanes`}
        value={zone.lanes}
        fault={fault}
        onNumber={(lanes) => onZone(withField(zone, 'lanes', lanes))}
      />
      <Pick
        label={texts.fruinTable}
        name={`${path}.fruinTable`}
        value={zone.fruinTable ?? 'walkway'}
        options={[
          ['walkway', texts.walkway],
          ['queue', texts.queue],
        ]}
        fault={fault}
        onValue={(fruinTable) => onZone({ ...zone, fruinTable })}
      />
      <RoadFields
        road={zone.road}
        path={`${path}.road`}
        fault={fault}
        onRoad={(next) => onZone(withField(zone, 'road', next))}
      />
      <RoadAxis zone={zone} onZone={onZone} />
    </>
  );
}

/** From the middle of the picture's lower edge upwards, until somebody says better. */
const FIRST_AXIS = { from: { x: 0.5, y: 0.9 }, to: { x: 0.5, y: 0.1 } };

function RoadAxis({ zone, onZone }: { zone: Zone; onZone: (zone: Zone) => void }) {
  const texts = useTexts(ROAD_TEXTS);
  const { roadAxis: axis } = zone;
  return (
    <details open={axis !== undefined}>
      <summary>{texts.axis}</summary>
      <div class="op-fields">
        <p class="rule">{texts.axisHint}</p>
        <Check
          label={texts.hasAxis}
          value={axis !== undefined}
          onValue={(hasAxis) => onZone(withField(zone, 'roadAxis', hasAxis ? FIRST_AXIS : undefined))}
        />
        {axis !== undefined &&
          (['from', 'to'] as const).map((end) => (
            <div key={end} class="op-points">
              <span class="rule">{end === 'from' ? texts.axisFrom : texts.axisTo}</span>
              <PointInputs
                point={axis[end]}
                labelOf={(along) => texts.axisPoint(end === 'from' ? texts.axisFrom : texts.axisTo, along)}
                onPoint={(point) => onZone({ ...zone, roadAxis: { ...axis, [end]: point } })}
              />
            </div>
          ))}
      </div>
    </details>
  );
}
