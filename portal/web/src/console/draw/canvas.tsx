/** The picture with everything drawn on it. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Point } from '../../../../../pipelines/domain/types.ts';
import { useConsoleTexts } from '../context.ts';
import { movedShape, type ShapeKey, shapeKeys, withVertex } from './drawing.ts';
import { type Hand, ShapeView } from './shape-view.tsx';
import { type PictureSize, snapped, snapTargets } from './snap.ts';
import { type DrawingBoard, stepOf } from './use-drawing.ts';

/** How near a hand has to be to be put on a corner or an edge, in pixels of the screen. */
const SNAP_PX = 9;
/** Of the picture per press of an arrow key; with Shift five times that. */
const NUDGE = 0.002;

const NUDGES: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -NUDGE, y: 0 },
  ArrowRight: { x: NUDGE, y: 0 },
  ArrowUp: { x: 0, y: -NUDGE },
  ArrowDown: { x: 0, y: NUDGE },
};

interface Grip {
  readonly key: ShapeKey;
  readonly vertex?: number;
  readonly start: Point;
}

export function Canvas(props: {
  board: DrawingBoard;
  picture: string | undefined;
  size: PictureSize;
  zoom: number;
}) {
  const { board, picture, size, zoom } = props;
  const { act, tool } = board;
  const texts = useConsoleTexts();
  const svg = useRef<SVGSVGElement>(null);
  const grip = useRef<Grip | undefined>(undefined);
  const shownPx = useShownWidth(svg);
  const unit = size.width / shownPx;

  const pointAt = (event: PointerEvent, own?: { key: ShapeKey; vertex: number }): Point => {
    const { left, top, width, height } = svg.current!.getBoundingClientRect();
    const point = { x: (event.clientX - left) / width, y: (event.clientY - top) / height };
    if (event.altKey) return point;
    const targets = [...snapTargets(board.history.present, own), ...board.pending.slice(0, 1)];
    return snapped(point, targets, { x: SNAP_PX / width, y: SNAP_PX / height });
  };
  const hold = (event: PointerEvent) => svg.current!.setPointerCapture(event.pointerId);

  const hand: Hand = {
    grab(event, key, vertex) {
      if (tool !== 'select') return;
      event.stopPropagation();
      hold(event);
      const start = pointAt(event, { key, vertex: vertex ?? -1 });
      grip.current = { key, start, ...(vertex === undefined ? {} : { vertex }) };
      act({ kind: 'select', selection: vertex === undefined ? { key } : { key, vertex } });
    },
    split(event, key, edge) {
      if (tool !== 'select') return;
      event.stopPropagation();
      hold(event);
      const point = pointAt(event);
      grip.current = { key, vertex: edge + 1, start: point };
      act({ kind: 'insert', key, edge, point });
    },
    choose: (key, vertex) =>
      act({ kind: 'select', selection: vertex === undefined ? { key } : { key, vertex } }),
  };

  const onPointerMove = (event: PointerEvent) => {
    const held = grip.current;
    if (held === undefined) return act({ kind: 'hover', point: pointAt(event) });
    const { key, vertex, start } = held;
    const now = pointAt(event, { key, vertex: vertex ?? -1 });
    const { present } = board.history;
    const drawing =
      vertex === undefined
        ? movedShape(present, key, stepOf(start, now))
        : withVertex(present, key, { vertex, point: now });
    act({ kind: 'drag', drawing });
  };
  const onPointerUp = (event: PointerEvent) => {
    const wasHeld = grip.current !== undefined;
    grip.current = undefined;
    act(wasHeld ? { kind: 'drop' } : { kind: 'lift', point: pointAt(event) });
  };
  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0) return;
    if (tool === 'select') return act({ kind: 'select' });
    hold(event);
    act({ kind: 'press', point: pointAt(event) });
  };

  return (
    <div class="op-canvas">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset has no place in a picture */}
      <svg
        ref={svg}
        class={`op-picture tool-${tool}`}
        style={{ width: `${zoom * 100}%`, aspectRatio: `${size.width} / ${size.height}` }}
        viewBox={`0 0 ${size.width} ${size.height}`}
        preserveAspectRatio="none"
        role="group"
        // Arrows move what is chosen. Lower case, as SVG has it: `tabIndex` would be an attribute that nobody knows.
        tabindex={0}
        aria-label={texts.canvasLabel}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerCancel={onPointerUp}
        onDblClick={() => act({ kind: 'finish' })}
        onKeyDown={(event) => onKey(event, board)}
      >
        {picture === undefined ? (
          <rect class="op-no-picture" width={size.width} height={size.height} />
        ) : (
          <image href={picture} width={size.width} height={size.height} preserveAspectRatio="none" />
        )}
        {shapeKeys(board.shown).map((key) => (
          <ShapeView key={`${key.kind}-${key.index}`} {...{ board, hand, size, unit }} shape={key} />
        ))}
        <Pending board={board} size={size} unit={unit} />
      </svg>
    </div>
  );
}

/** Keys of the board; arrows move what is chosen. */
export function onKey(event: KeyboardEvent, { act, selection, pending }: DrawingBoard): void {
  const step = NUDGES[event.key];
  const isCommand = event.ctrlKey || event.metaKey;
  if (step !== undefined && selection !== undefined) {
    const times = event.shiftKey ? 5 : 1;
    act({ kind: 'nudge', by: { x: step.x * times, y: step.y * times } });
  } else if (isCommand && event.key.toLowerCase() === 'z') act({ kind: event.shiftKey ? 'redo' : 'undo' });
  else if (isCommand && event.key.toLowerCase() === 'y') act({ kind: 'redo' });
  else if (event.key === 'Delete' || event.key === 'Backspace') act({ kind: 'remove' });
  else if (event.key === 'Escape') act({ kind: 'cancel' });
  else if (event.key === 'Enter') act({ kind: pending.length > 0 ? 'finish' : 'place' });
  else return;
  event.preventDefault();
}

/** The shape that is being drawn. */
function Pending({ board, size, unit }: { board: DrawingBoard; size: PictureSize; unit: number }) {
  const { pending, hover } = board;
  if (pending.length === 0) return null;
  const points = hover === undefined ? pending : [...pending, hover];
  const text = points.map(({ x, y }) => `${x * size.width},${y * size.height}`).join(' ');
  return (
    <g class="op-pending">
      <polyline points={text} />
      {pending.map(({ x, y }) => (
        <circle key={`${x} ${y}`} cx={x * size.width} cy={y * size.height} r={5 * unit} />
      ))}
    </g>
  );
}

function useShownWidth(svg: { current: SVGSVGElement | null }): number {
  const [widthPx, setWidthPx] = useState(800);
  useEffect(() => {
    const shown = svg.current;
    if (shown === null) return;
    const observer = new ResizeObserver(() => setWidthPx(shown.getBoundingClientRect().width || 800));
    observer.observe(shown);
    return () => observer.disconnect();
  }, [svg]);
  return widthPx;
}
