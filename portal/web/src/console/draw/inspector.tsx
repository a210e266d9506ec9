/** Everything drawn as a list, and the fields of what is chosen. */
import type { CountingLine, Zone } from '../../../../../pipelines/domain/site.ts';
import type { Point } from '../../../../../pipelines/domain/types.ts';
import { useConsoleTexts } from '../context.ts';
import { Field, Pick } from '../form.tsx';
import { numberOrText } from '../numbers.ts';
import type { ConsoleError } from '../request.ts';
import { isChosen } from './board.ts';
import { CalibrationFields } from './calibration-fields.tsx';
import {
  type Drawing,
  drawingFaults,
  isSameShape,
  pointsOf,
  type ShapeFault,
  type ShapeKey,
  shapeKeys,
  turnedLine,
  withVertex,
} from './drawing.ts';
import { shapeName } from './shape-view.tsx';
import type { DrawingBoard } from './use-drawing.ts';

interface InspectorProps {
  readonly board: DrawingBoard;
  readonly fault: ConsoleError | undefined;
}

export function Inspector({ board, fault }: InspectorProps) {
  const texts = useConsoleTexts();
  const { selection, act } = board;
  const faults = drawingFaults(board.shown);
  const keys = shapeKeys(board.shown);
  return (
    <div class="op-inspector">
      <h2>{texts.shapes}</h2>
      {keys.length === 0 && <p class="rule">{texts.nothingDrawn}</p>}
      <ul class="op-shapes">
        {keys.map((key) => {
          const problem = faults.find((one) => isSameShape(one.key, key))?.fault;
          return (
            <li key={`${key.kind}-${key.index}`}>
              <button
                type="button"
                class="button"
                aria-pressed={isChosen(board, key)}
                onClick={() => act({ kind: 'select', selection: { key } })}
              >
                <small>{texts.kinds[key.kind]}</small> {shapeName(board, key, texts.calibration)}
              </button>
              {problem !== undefined && (
                <small class="op-fault">{faultText(problem, texts.shapeFaults)}</small>
              )}
            </li>
          );
        })}
      </ul>
      {selection !== undefined && <Fields {...{ board, fault }} shape={selection.key} />}
    </div>
  );
}

function faultText(fault: ShapeFault, names: Readonly<Record<Extract<ShapeFault, string>, string>>): string {
  return typeof fault === 'string' ? names[fault] : fault.text;
}

function Fields({ board, fault, shape }: InspectorProps & { shape: ShapeKey }) {
  const texts = useConsoleTexts();
  const { shown, act } = board;
  const line = shape.kind === 'line' ? shown.lines[shape.index] : undefined;
  const zone = shape.kind === 'zone' ? shown.zones[shape.index] : undefined;
  const { calibration } = shown;
  const change = (drawing: Drawing) => act({ kind: 'change', drawing });
  return (
    <fieldset class="op-fields">
      <legend>{shapeName(board, shape, texts.calibration)}</legend>
      {line !== undefined && (
        <LineFields
          {...{ line, fault }}
          path={`lines[${shape.index}]`}
          onLine={(next) => change({ ...shown, lines: shown.lines.with(shape.index, next) })}
        />
      )}
      {zone !== undefined && (
        <ZoneFields
          {...{ zone, fault }}
          path={`zones[${shape.index}]`}
          onZone={(next) => change({ ...shown, zones: shown.zones.with(shape.index, next) })}
        />
      )}
      {shape.kind === 'calibration' && calibration !== undefined && (
        <CalibrationFields
          {...{ calibration, fault }}
          onCalibration={(next) => change({ ...shown, calibration: next })}
        />
      )}
      <Coordinates board={board} shape={shape} />
      <button type="button" class="button op-danger" onClick={() => act({ kind: 'remove' })}>
        {board.selection?.vertex === undefined ? texts.removeShape : texts.removeCorner}
      </button>
    </fieldset>
  );
}

/** The object with one text field; without it when the text is empty. */
function withText<T extends object>(item: T, field: string, text: string): T {
  const { [field]: _old, ...rest } = item as Record<string, unknown>;
  return (text === '' ? rest : { ...rest, [field]: text }) as T;
}

function LineFields(props: {
  line: CountingLine;
  path: string;
  fault: ConsoleError | undefined;
  onLine: (line: CountingLine) => void;
}) {
  const texts = useConsoleTexts();
  const { line, path, fault, onLine } = props;
  const named = (field: 'in' | 'out', text: string) => {
    const { directionNames: names = {}, ...rest } = line;
    const next = withText(names, field, text);
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
        onValue={(name) => onLine(withText(line, 'name', name))}
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
    </>
  );
}

function ZoneFields(props: {
  zone: Zone;
  path: string;
  fault: ConsoleError | undefined;
  onZone: (zone: Zone) => void;
}) {
  const texts = useConsoleTexts();
  const { zone, path, fault, onZone } = props;
  const measured = (field: 'groundAreaM2' | 'groundLengthM', text: string) => {
    const { [field]: _old, ...rest } = zone;
    const value = numberOrText(text);
    // A text that is no number goes on as it is: the server says what is allowed.
    onZone(value === undefined ? rest : { ...rest, [field]: value as number });
  };
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
        onValue={(name) => onZone(withText(zone, 'name', name))}
      />
      {(['groundAreaM2', 'groundLengthM'] as const).map((field) => (
        <Field
          key={field}
          label={texts[field]}
          name={`${path}.${field}`}
          value={zone[field]?.toString() ?? ''}
          hint={texts.byCalibration}
          fault={fault}
          onValue={(text) => measured(field, text)}
        />
      ))}
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
    </>
  );
}

/** The corners as numbers, for whoever knows them or cannot point. */
function Coordinates({ board, shape }: { board: DrawingBoard; shape: ShapeKey }) {
  const texts = useConsoleTexts();
  const put = (vertex: number, point: Point) =>
    board.act({ kind: 'change', drawing: withVertex(board.shown, shape, { vertex, point }) });
  return (
    <details>
      <summary>{texts.coordinates}</summary>
      <ol class="op-points">
        {pointsOf(board.shown, shape).map((point, vertex) => (
          <li key={vertex}>
            {(['x', 'y'] as const).map((axis) => (
              <input
                key={axis}
                type="number"
                min={0}
                max={1}
                step={0.001}
                value={point[axis]}
                aria-label={`${axis} ${vertex + 1}`}
                onChange={(event) => put(vertex, { ...point, [axis]: Number(event.currentTarget.value) })}
              />
            ))}
          </li>
        ))}
      </ol>
    </details>
  );
}
