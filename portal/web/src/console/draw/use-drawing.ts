/** State of the drawing board: what is drawn, what is chosen, what the hand is doing. */
import { useReducer } from 'preact/hooks';
import type { Point } from '../../../../../pipelines/domain/types.ts';
import { type Board, type BoardAction, beginBoard, boardAfter, type Selection } from './board.ts';
import type { Drawing } from './drawing.ts';

export interface DrawingBoard extends Board {
  /** What is to be shown: the drawing, or what it becomes when the hand lets go. */
  readonly shown: Drawing;
  readonly act: (action: BoardAction) => void;
}

/** A board that begins with `drawing`. */
export function useDrawing(drawing: Drawing, selection?: Selection): DrawingBoard {
  const [board, act] = useReducer<Board, BoardAction, Drawing>(boardAfter, drawing, (first) =>
    beginBoard(first, selection),
  );
  return { ...board, shown: board.dragged ?? board.history.present, act };
}

/** A way from one point to another. */
export function stepOf(from: Point, to: Point): Point {
  return { x: to.x - from.x, y: to.y - from.y };
}
