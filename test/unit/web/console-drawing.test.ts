import { describe, expect, it } from 'vitest';
import { signedSide } from '../../../pipelines/domain/geometry.ts';
import {
  type Board,
  type BoardAction,
  beginBoard,
  boardAfter,
  type Tool,
} from '../../../portal/web/src/console/draw/board.ts';
import {
  type Drawing,
  drawingFaults,
  movedShape,
  turnedLine,
  withCornerRemoved,
} from '../../../portal/web/src/console/draw/drawing.ts';
import { inArrow, snapped } from '../../../portal/web/src/console/draw/snap.ts';

const EMPTY: Drawing = { lines: [], zones: [], ignore: [] };
const SQUARE = [
  { x: 0.2, y: 0.2 },
  { x: 0.6, y: 0.2 },
  { x: 0.6, y: 0.6 },
  { x: 0.2, y: 0.6 },
];
const ZONE = { kind: 'zone', index: 0 } as const;
const withZone = (polygon: Drawing['zones'][number]['polygon']): Drawing => ({
  lines: [],
  zones: [{ id: 'zona-1', polygon }],
  ignore: [],
});

function boardBy(drawing: Drawing, ...actions: readonly BoardAction[]): Board {
  return actions.reduce(boardAfter, beginBoard(drawing));
}

const tool = (name: Tool) => ({ kind: 'tool', tool: name }) as const;
const press = (x: number, y: number) => ({ kind: 'press', point: { x, y } }) as const;
const lift = (x: number, y: number) => ({ kind: 'lift', point: { x, y } }) as const;

describe('drawing', () => {
  it.each([
    ['one pull', [press(0.1, 0.2), lift(0.8, 0.2)]],
    ['two taps', [press(0.1, 0.2), lift(0.1, 0.2), press(0.8, 0.2), lift(0.8, 0.2)]],
  ])('makes a line by %s', (_how, actions) => {
    const { history, selection, tool: next } = boardBy(EMPTY, tool('line'), ...actions);
    expect(history.present.lines).toEqual([
      { id: 'garis-1', from: { x: 0.1, y: 0.2 }, to: { x: 0.8, y: 0.2 } },
    ]);
    expect([selection?.key.kind, next]).toEqual(['line', 'select']);
  });

  it('puts each kind of shape around the middle by one key, and calibrates by four', () => {
    const place = { kind: 'place' } as const;
    const made = (name: Tool, ...more: readonly BoardAction[]) => boardBy(EMPTY, tool(name), place, ...more);
    expect(made('line').history.present.lines).toHaveLength(1);
    expect(made('zone').history.present.zones[0]?.polygon).toHaveLength(4);
    expect(made('ignore').history.present.ignore[0]?.polygon).toHaveLength(4);
    expect(made('length').history.present.calibration?.kind).toBe('length');
    expect(made('zone').selection?.key.kind).toBe('zone');
    const { history, tool: next } = made('calibration', place, place, place);
    expect([history.present.calibration, next]).toEqual([
      expect.objectContaining({ points: Array(4).fill(expect.anything()) }),
      'select',
    ]);
    expect(made('line', { kind: 'undo' }).history.present).toEqual(EMPTY);
    expect(boardBy(EMPTY, place).history.present).toEqual(EMPTY);
  });

  it('closes a zone at its first corner, without the second tap of a double one', () => {
    const taps = [press(0.1, 0.1), press(0.5, 0.1), press(0.5, 0.5), press(0.5, 0.5), press(0.101, 0.101)];
    expect(boardBy(EMPTY, tool('zone'), ...taps).history.present.zones[0]?.polygon).toHaveLength(3);
  });

  it('draws, bends and removes an area to ignore as it does a zone', () => {
    const taps = SQUARE.map(({ x, y }) => press(x, y));
    const finish = { kind: 'finish' } as const;
    const AREA = { kind: 'ignore', index: 0 } as const;
    const bend = { kind: 'insert', key: AREA, edge: 0, point: { x: 0.4, y: 0.1 } } as const;
    const board = boardBy(EMPTY, tool('ignore'), ...taps, finish, bend);
    const [first, ...rest] = SQUARE;
    expect(board.history.present).toEqual({
      ...EMPTY,
      ignore: [{ id: 'abai-1', polygon: [first, { x: 0.4, y: 0.1 }, ...rest] }],
    });
    const gone = boardAfter(boardAfter(board, { kind: 'select', selection: { key: AREA } }), {
      kind: 'remove',
    });
    expect(gone.history.present).toEqual(EMPTY);
  });

  it('finds what an area to ignore leaves nothing of, as the server does', () => {
    const ignore = [{ id: 'abai-1', polygon: SQUARE }];
    const lines = [
      { id: 'a', from: SQUARE[0]!, to: SQUARE[2]! },
      { id: 'b', from: SQUARE[0]!, to: { x: 0.9, y: 0.9 } },
    ];
    const faults = drawingFaults({ ...withZone(SQUARE), lines, ignore });
    expect(faults).toEqual([
      { key: ZONE, fault: 'ignored' },
      { key: { kind: 'line', index: 0 }, fault: 'ignored' },
    ]);
    expect(
      drawingFaults({ ...withZone(SQUARE), lines, ignore: [{ ...ignore[0]!, classes: ['bus'] }] }),
    ).toEqual([]);
  });

  it('takes back corner by corner, then step by step, and gives back', () => {
    const board = boardBy(withZone(SQUARE), tool('zone'), press(0.1, 0.1), press(0.5, 0.1), { kind: 'undo' });
    expect(board.pending).toEqual([{ x: 0.1, y: 0.1 }]);
    const select = { kind: 'select', selection: { key: ZONE, vertex: 0 } } as const;
    const nudged = boardBy(withZone(SQUARE), select, { kind: 'nudge', by: { x: 0.1, y: 0 } });
    expect(nudged.history.present.zones[0]?.polygon[0]).toEqual({ x: 0.3, y: 0.2 });
    const undone = boardAfter(nudged, { kind: 'undo' });
    expect(undone.history.present).toEqual(withZone(SQUARE));
    expect(boardAfter(undone, { kind: 'redo' }).history.present).toEqual(nudged.history.present);
  });

  it('puts four calibration places down and lets go', () => {
    const taps = SQUARE.map(({ x, y }) => press(x, y));
    const { history, tool: next } = boardBy(EMPTY, tool('calibration'), ...taps);
    expect(history.present.calibration).toMatchObject({ kind: 'points', points: { length: 4 } });
    expect(next).toBe('select');
  });

  it('stops a moved shape at the edge with its form kept', () => {
    const moved = movedShape(withZone(SQUARE), ZONE, { x: 0.9, y: -0.1 });
    expect(moved.zones[0]?.polygon).toEqual([
      { x: 0.6, y: 0.1 },
      { x: 1, y: 0.1 },
      { x: 1, y: 0.5 },
      { x: 0.6, y: 0.5 },
    ]);
  });

  it('removes a zone with its third corner', () => {
    expect(withCornerRemoved(withZone(SQUARE), ZONE, 0).zones[0]?.polygon).toHaveLength(3);
    expect(withCornerRemoved(withZone(SQUARE.slice(0, 3)), ZONE, 0).zones).toEqual([]);
  });

  it.each([
    ['self-intersection', [SQUARE[0]!, SQUARE[2]!, SQUARE[1]!, SQUARE[3]!]],
    ['too-few-points', SQUARE.slice(0, 2)],
  ])('finds the fault the server would: %s', (fault, polygon) => {
    expect(drawingFaults(withZone(polygon)).map((one) => one.fault)).toEqual([fault]);
  });

  it('finds ids given twice', () => {
    const zones = [...withZone(SQUARE).zones, ...withZone(SQUARE).zones];
    expect(drawingFaults({ ...EMPTY, zones })).toEqual([
      { key: { kind: 'zone', index: 1 }, fault: 'id-twice' },
    ]);
  });
});

describe('the arrow of in', () => {
  it.each([
    ['top to bottom', { x: 0.5, y: 0.1 }, { x: 0.5, y: 0.9 }],
    ['slanted in a wide picture', { x: 0.2, y: 0.7 }, { x: 0.8, y: 0.4 }],
  ])('points to the right hand of who walks the line: %s', (_name, from, to) => {
    const arrow = inArrow({ from, to }, { width: 1600, height: 900 }, 40);
    expect(signedSide({ from, to }, arrow.to)).toBeGreaterThan(0);
    const px = { x: (arrow.to.x - arrow.from.x) * 1600, y: (arrow.to.y - arrow.from.y) * 900 };
    expect(Math.hypot(px.x, px.y)).toBeCloseTo(40);
    expect(px.x * (to.x - from.x) * 1600 + px.y * (to.y - from.y) * 900).toBeCloseTo(0);
  });

  it('keeps the names with the ways on the ground when a line is turned', () => {
    const line = { id: 'a', from: { x: 0, y: 0 }, to: { x: 1, y: 0 }, directionNames: { in: 'ke utara' } };
    expect(turnedLine(line)).toEqual({
      id: 'a',
      from: { x: 1, y: 0 },
      to: { x: 0, y: 0 },
      directionNames: { out: 'ke utara' },
    });
  });
});

it('snaps to the nearest corner within reach, else to the edges of the picture', () => {
  const reach = { x: 0.01, y: 0.02 };
  const targets = [
    { x: 0.5, y: 0.5 },
    { x: 0.508, y: 0.5 },
  ];
  expect(snapped({ x: 0.506, y: 0.51 }, targets, reach)).toEqual({ x: 0.508, y: 0.5 });
  expect(snapped({ x: 0.006, y: 0.99 }, targets, reach)).toEqual({ x: 0, y: 1 });
  expect(snapped({ x: 0.3, y: 0.03 }, targets, reach)).toEqual({ x: 0.3, y: 0.03 });
});
