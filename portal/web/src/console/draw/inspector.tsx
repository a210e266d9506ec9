/** Everything drawn as a list, and the fields of what is chosen. */
import type { Point } from '../../../../../pipelines/domain/types.ts';
import { useConsoleTexts } from '../context.ts';
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
  withVertex,
} from './drawing.ts';
import { IgnoreFields } from './ignore-fields.tsx';
import { PointInputs } from './point-inputs.tsx';
import { LineFields, ZoneFields } from './shape-fields.tsx';
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
  const area = shape.kind === 'ignore' ? shown.ignore[shape.index] : undefined;
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
      {area !== undefined && (
        <IgnoreFields
          {...{ area, fault }}
          path={`ignore[${shape.index}]`}
          onArea={(next) => change({ ...shown, ignore: shown.ignore.with(shape.index, next) })}
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
            <PointInputs
              point={point}
              labelOf={(axis) => `${axis} ${vertex + 1}`}
              onPoint={(moved) => put(vertex, moved)}
            />
          </li>
        ))}
      </ol>
    </details>
  );
}
