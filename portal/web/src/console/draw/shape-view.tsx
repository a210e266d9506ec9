/** One shape on the picture: outline, corners, name, direction. */
import type { Point } from '../../../../../pipelines/domain/types.ts';
import { useConsoleTexts } from '../context.ts';
import { isChosen } from './board.ts';
import { isOutline, pointsOf, type ShapeKey } from './drawing.ts';
import { edgeMiddles, inArrow, type PictureSize } from './snap.ts';
import type { DrawingBoard } from './use-drawing.ts';

/** What a hand can do to a shape. */
export interface Hand {
  grab(event: PointerEvent, key: ShapeKey, vertex?: number): void;
  /** Pulls a new corner out of the edge after corner `edge`. */
  split(event: PointerEvent, key: ShapeKey, edge: number): void;
  choose(key: ShapeKey, vertex?: number): void;
}

interface ShapeProps {
  readonly board: DrawingBoard;
  readonly hand: Hand;
  readonly size: PictureSize;
  /** Units of the picture in one pixel of the screen. */
  readonly unit: number;
  readonly shape: ShapeKey;
}

const CORNER_PX = 6;
const TOUCH_PX = 16;
const ARROW_PX = 44;

export function ShapeView(props: ShapeProps) {
  const { board, hand, size, shape } = props;
  const points = pointsOf(board.shown, shape).map(({ x, y }) => ({ x: x * size.width, y: y * size.height }));
  const text = points.map(({ x, y }) => `${x},${y}`).join(' ');
  const isOpen = shape.kind === 'line' || board.shown.calibration?.kind === 'length';
  const isClosed = isOutline(shape) || !isOpen;
  const chosen = isChosen(board, shape);
  return (
    <g class={`op-shape op-${shape.kind}${chosen ? ' chosen' : ''}`}>
      {isClosed ? (
        <polygon class="body" points={text} onPointerDown={(event) => hand.grab(event, shape)} />
      ) : (
        <>
          <polyline class="halo" points={text} />
          <polyline class="body" points={text} />
          <polyline class="touch" points={text} onPointerDown={(event) => hand.grab(event, shape)} />
        </>
      )}
      {shape.kind === 'line' && <Direction {...props} />}
      {chosen && isOutline(shape) && <Splits {...props} />}
      <Name {...props} points={points} />
      {(chosen || shape.kind === 'line') && <Corners {...props} points={points} />}
    </g>
  );
}

function Corners({ board, hand, unit, shape, points }: ShapeProps & { points: readonly Point[] }) {
  const texts = useConsoleTexts();
  const name = shapeName(board, shape, texts.calibration);
  return (
    <>
      {points.map(({ x, y }, vertex) => (
        // biome-ignore lint/a11y/useSemanticElements: there is no button in a picture
        <g
          // Corners have no name of their own but their place.
          key={vertex}
          class={`corner${isChosen(board, shape, vertex) ? ' chosen' : ''}`}
          // Lower case as in `Canvas`.
          tabindex={0}
          role="button"
          aria-label={texts.corner(vertex + 1, name)}
          onFocus={() => hand.choose(shape, vertex)}
          onPointerDown={(event) => hand.grab(event, shape, vertex)}
        >
          <circle class="reach" cx={x} cy={y} r={TOUCH_PX * unit} />
          <circle class="dot" cx={x} cy={y} r={CORNER_PX * unit} />
          {shape.kind === 'calibration' && (
            <text x={x + 9 * unit} y={y - 9 * unit} font-size={13 * unit}>
              {vertex + 1}
            </text>
          )}
        </g>
      ))}
    </>
  );
}

/** Points in the middle of edges from which a new corner is pulled. */
function Splits({ board, hand, size, unit, shape }: ShapeProps) {
  const points = pointsOf(board.shown, shape);
  return (
    <>
      {edgeMiddles(points).map(({ x, y }, edge) => (
        <circle
          key={edge}
          class="split"
          cx={x * size.width}
          cy={y * size.height}
          r={4.5 * unit}
          onPointerDown={(event) => hand.split(event, shape, edge)}
        />
      ))}
    </>
  );
}

/** Which way is `in`. */
function Direction({ board, size, unit, shape }: ShapeProps) {
  const texts = useConsoleTexts();
  const line = board.shown.lines[shape.index];
  if (line === undefined) return null;
  const { from, to } = inArrow(line, size, ARROW_PX * unit);
  const [x1, y1, x2, y2] = [from.x * size.width, from.y * size.height, to.x * size.width, to.y * size.height];
  const head = arrowHead({ x: x1, y: y1 }, { x: x2, y: y2 }, 9 * unit);
  return (
    <g class="direction">
      <line class="halo" x1={x1} y1={y1} x2={x2} y2={y2} />
      <line x1={x1} y1={y1} x2={x2} y2={y2} />
      <polygon points={head} />
      <text x={x2 + 5 * unit} y={y2} font-size={12 * unit}>
        {line.directionNames?.in ?? texts.in}
      </text>
    </g>
  );
}

function arrowHead(from: Point, tip: Point, length: number): string {
  const norm = Math.hypot(tip.x - from.x, tip.y - from.y) || 1;
  const along = { x: ((tip.x - from.x) / norm) * length, y: ((tip.y - from.y) / norm) * length };
  const corner = (side: number) =>
    `${tip.x - along.x - side * along.y * 0.6},${tip.y - along.y + side * along.x * 0.6}`;
  return `${tip.x},${tip.y} ${corner(1)} ${corner(-1)}`;
}

function Name({ board, unit, shape, points }: ShapeProps & { points: readonly Point[] }) {
  const texts = useConsoleTexts();
  const [first] = points;
  if (first === undefined || shape.kind === 'calibration') return null;
  return (
    <text
      class="name"
      x={first.x + 9 * unit}
      y={Math.max(14 * unit, first.y - 9 * unit)}
      font-size={13 * unit}
    >
      {shapeName(board, shape, texts.calibration)}
    </text>
  );
}

/** What a shape is called. */
export function shapeName(board: DrawingBoard, shape: ShapeKey, calibration: string): string {
  if (shape.kind === 'calibration') return calibration;
  const { lines, zones, ignore } = board.shown;
  const item = { line: lines, zone: zones, ignore }[shape.kind][shape.index];
  return item?.name ?? item?.id ?? '';
}
