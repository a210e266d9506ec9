/** What the hand does on the drawing board, as a state and what follows from each action. Pure. */
import type { Calibration } from '../../../../../pipelines/domain/site.ts';
import type { Point } from '../../../../../pipelines/domain/types.ts';
import {
  type Drawing,
  freeId,
  isSameShape,
  MAX_CALIBRATION_POINTS,
  MAX_ZONE_POINTS,
  MIN_LINE_LENGTH,
  movedShape,
  pointsOf,
  type ShapeKey,
  tidyPoint,
  withCornerAdded,
  withCornerRemoved,
  withoutShape,
  withVertex,
} from './drawing.ts';
import { beginHistory, type History, recordStep, redoStep, undoStep } from './history.ts';

export const TOOLS = ['select', 'line', 'zone', 'ignore', 'calibration', 'length'] as const;
export type Tool = (typeof TOOLS)[number];

/** One shape, perhaps one of its corners. */
export interface Selection {
  readonly key: ShapeKey;
  readonly vertex?: number;
}

export interface Board {
  readonly history: History<Drawing>;
  readonly tool: Tool;
  readonly selection?: Selection | undefined;
  /** Corners of a shape that is not finished. */
  readonly pending: readonly Point[];
  /** Where the next corner would be. */
  readonly hover?: Point | undefined;
  /** What the drawing becomes when the hand lets go. */
  readonly dragged?: Drawing | undefined;
}

export type BoardAction =
  | { readonly kind: 'tool'; readonly tool: Tool }
  | { readonly kind: 'select'; readonly selection?: Selection }
  | { readonly kind: 'press' | 'hover' | 'lift'; readonly point: Point }
  | { readonly kind: 'drag'; readonly drawing: Drawing }
  | { readonly kind: 'drop' }
  | { readonly kind: 'change'; readonly drawing: Drawing }
  | { readonly kind: 'insert'; readonly key: ShapeKey; readonly edge: number; readonly point: Point }
  | { readonly kind: 'nudge'; readonly by: Point }
  | { readonly kind: 'finish' | 'place' | 'cancel' | 'remove' | 'undo' | 'redo' };

/** A board on which nothing was done yet; `selection` is chosen at once. */
export function beginBoard(drawing: Drawing, selection?: Selection): Board {
  return { history: beginHistory(drawing), tool: 'select', pending: [], selection };
}

/** The board after an action. */
export function boardAfter(board: Board, action: BoardAction): Board {
  switch (action.kind) {
    case 'tool':
      return { ...resting(board), tool: action.tool, selection: undefined };
    case 'select':
      return { ...board, selection: action.selection };
    case 'press':
      return pressed(board, tidyPoint(action.point));
    case 'hover':
      return board.pending.length === 0 ? board : { ...board, hover: tidyPoint(action.point) };
    case 'lift':
      return lifted(board, tidyPoint(action.point));
    case 'drag':
      return { ...board, dragged: action.drawing };
    case 'drop':
      return board.dragged === undefined ? board : changed(board, board.dragged);
    case 'change':
      return changed(board, action.drawing);
    case 'insert':
      return inserted(board, action);
    case 'nudge':
      return nudged(board, action.by);
    case 'finish':
      return finishedOutline(board);
    case 'place':
      return placed(board);
    case 'cancel':
      return board.pending.length > 0
        ? resting(board)
        : { ...resting(board), tool: 'select', selection: undefined };
    case 'remove':
      return removed(board);
    case 'undo':
      if (board.pending.length > 0)
        return { ...board, pending: board.pending.slice(0, -1), hover: undefined };
      return { ...resting(board), history: undoStep(board.history), selection: undefined };
    case 'redo':
      return { ...resting(board), history: redoStep(board.history), selection: undefined };
  }
}

function resting(board: Board): Board {
  return { ...board, pending: [], hover: undefined, dragged: undefined };
}

function changed(board: Board, drawing: Drawing): Board {
  return { ...board, dragged: undefined, history: recordStep(board.history, drawing) };
}

/** A new shape, chosen, with the hand free again. */
function drawn(board: Board, drawing: Drawing, key: ShapeKey): Board {
  return { ...changed(resting(board), drawing), tool: 'select', selection: { key } };
}

/** A finger or button down with a drawing tool. */
function pressed(board: Board, point: Point): Board {
  const { tool, pending } = board;
  const [first] = pending;
  if (tool === 'calibration') return withPlace(board, point);
  if (drawsOutline(board)) {
    const isClosing = first !== undefined && pending.length >= 3 && distance(first, point) < MIN_LINE_LENGTH;
    if (isClosing) return finishedOutline(board);
    // The second tap of a double one is no corner.
    const last = pending.at(-1);
    if (last !== undefined && distance(last, point) < MIN_LINE_LENGTH) return board;
    return pending.length >= MAX_ZONE_POINTS
      ? board
      : { ...board, pending: [...pending, point], hover: point };
  }
  if (tool !== 'line' && tool !== 'length') return board;
  return first === undefined ? { ...board, pending: [point], hover: point } : finishedSegment(board, point);
}

/** A line is drawn by one pull, or by one tap at each end. */
function lifted(board: Board, point: Point): Board {
  const isSegment = board.tool === 'line' || board.tool === 'length';
  return isSegment && board.pending.length === 1 ? finishedSegment(board, point) : board;
}

function finishedSegment(board: Board, to: Point): Board {
  const [from] = board.pending;
  if (from === undefined || distance(from, to) < MIN_LINE_LENGTH) return board;
  const { present } = board.history;
  if (board.tool === 'length') {
    const calibration: Calibration = { kind: 'length', from, to, lengthM: 10 };
    return drawn(board, { ...present, calibration }, { kind: 'calibration', index: 0 });
  }
  const id = freeId(
    'garis',
    present.lines.map((line) => line.id),
  );
  const lines = [...present.lines, { id, from, to }];
  return drawn(board, { ...present, lines }, { kind: 'line', index: lines.length - 1 });
}

/** Whether the tool in hand is one that closes an outline. */
export function drawsOutline({ tool }: Pick<Board, 'tool'>): boolean {
  return tool === 'zone' || tool === 'ignore';
}

function finishedOutline(board: Board): Board {
  if (!drawsOutline(board) || board.pending.length < 3) return board;
  return board.tool === 'zone' ? finishedZone(board) : finishedArea(board);
}

function finishedArea(board: Board): Board {
  const { present } = board.history;
  const id = freeId(
    'abai',
    present.ignore.map((area) => area.id),
  );
  const ignore = [...present.ignore, { id, polygon: board.pending }];
  return drawn(board, { ...present, ignore }, { kind: 'ignore', index: ignore.length - 1 });
}

function finishedZone(board: Board): Board {
  const { present } = board.history;
  const id = freeId(
    'zona',
    present.zones.map((zone) => zone.id),
  );
  const zones = [...present.zones, { id, polygon: board.pending }];
  return drawn(board, { ...present, zones }, { kind: 'zone', index: zones.length - 1 });
}

const MIDDLE_SQUARE: readonly Point[] = [
  { x: 0.3, y: 0.7 },
  { x: 0.7, y: 0.7 },
  { x: 0.7, y: 0.3 },
  { x: 0.3, y: 0.3 },
];
/** Where a line from top to bottom begins and ends, and one from left to right. */
const MIDDLE_DOWN: readonly Point[] = [
  { x: 0.5, y: 0.3 },
  { x: 0.5, y: 0.7 },
];
const MIDDLE_ACROSS: readonly Point[] = [
  { x: 0.3, y: 0.5 },
  { x: 0.7, y: 0.5 },
];

/** What the tool draws, put around the middle: for who has keys only, and moves it from there. */
function placed(board: Board): Board {
  const { tool } = board;
  if (tool === 'select') return board;
  const bare = resting(board);
  if (tool === 'calibration') {
    const { calibration } = board.history.present;
    const count = calibration?.kind === 'points' ? calibration.points.length : 0;
    return withPlace(bare, MIDDLE_SQUARE[count] ?? { x: 0.5, y: 0.5 });
  }
  const segment = tool === 'line' ? MIDDLE_DOWN : MIDDLE_ACROSS;
  const corners = drawsOutline(board) ? MIDDLE_SQUARE : segment;
  return finishedOutline(corners.reduce(pressed, bare));
}

/** Metres of new places, in the order a rectangle is walked around from its near left corner. */
const FIRST_PLACES_M: readonly Point[] = [
  { x: 0, y: 0 },
  { x: 5, y: 0 },
  { x: 5, y: 10 },
  { x: 0, y: 10 },
];

function withPlace(board: Board, picture: Point): Board {
  const { present } = board.history;
  const before = present.calibration?.kind === 'points' ? present.calibration.points : [];
  if (before.length >= MAX_CALIBRATION_POINTS) return board;
  const points = [...before, { picture, groundM: FIRST_PLACES_M[before.length] ?? { x: 0, y: 0 } }];
  const next = changed(board, { ...present, calibration: { kind: 'points', points } });
  const selection = { key: { kind: 'calibration', index: 0 }, vertex: points.length - 1 } as const;
  return { ...next, selection, tool: points.length === 4 ? 'select' : 'calibration' };
}

function inserted(board: Board, at: { key: ShapeKey; edge: number; point: Point }): Board {
  const next = changed(board, withCornerAdded(board.history.present, at.key, at));
  return { ...next, selection: { key: at.key, vertex: at.edge + 1 } };
}

function nudged(board: Board, by: Point): Board {
  const { selection, history } = board;
  if (selection === undefined) return board;
  const { key, vertex } = selection;
  if (vertex === undefined) return changed(board, movedShape(history.present, key, by));
  const at = pointsOf(history.present, key)[vertex];
  if (at === undefined) return board;
  const point = { x: at.x + by.x, y: at.y + by.y };
  return changed(board, withVertex(history.present, key, { vertex, point }));
}

function removed(board: Board): Board {
  const { selection, history } = board;
  if (selection === undefined) return board;
  const { key, vertex } = selection;
  const { present } = history;
  const next = vertex === undefined ? withoutShape(present, key) : withCornerRemoved(present, key, vertex);
  const isKept = vertex !== undefined && pointsOf(next, key).length === pointsOf(present, key).length - 1;
  return { ...changed(board, next), selection: isKept ? { key } : undefined };
}

/** Whether the board has exactly this shape, or this corner of it, chosen. */
export function isChosen(board: Pick<Board, 'selection'>, key: ShapeKey, vertex?: number): boolean {
  const { selection } = board;
  return isSameShape(selection?.key, key) && (vertex === undefined || selection?.vertex === vertex);
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
