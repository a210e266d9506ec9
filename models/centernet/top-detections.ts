/** CenterNet's post-processing as ONNX operations: local peaks of the heat map, the best of them, their boxes. */
import type { GraphBuilder } from '../onnx/graph-builder.ts';
import { TENSOR_TYPE } from '../onnx/proto.ts';

/** COCO indices of person, bicycle, car, motorcycle, bus and truck: the channels of the heat map that are kept. */
export const COUNTED_COCO_IDS = [0, 1, 2, 3, 5, 7] as const;

/** Peaks that leave the graph, as in the original. */
export const TOP_K = 100;

/** Input pixels per heat-map cell. */
const CELL_PX = 4;

/** Logit of everything that is no peak: its sigmoid is exactly 0 in float32. */
const NO_PEAK_LOGIT = -1e4;

/** Values the post-processing starts from, both [1, C, H/4, W/4]. */
export interface Heads {
  /** Class scores before the sigmoid, one channel per counted class. */
  readonly logits: string;
  /** Left, top, right, bottom seen from the cell's corner, in input pixels with their signs. */
  readonly offsets: string;
}

/**
 * Peaks by logit: the sigmoid grows strictly, so it is only needed for the rows that leave. (In float32 it can
 * make two different logits equal close to score 1; the original then reports both neighbours, this graph one.)
 */
function addPeaks(builder: GraphBuilder, logits: string): string {
  const highest = builder.node({
    op: 'MaxPool',
    name: 'peaks/highest',
    inputs: [logits],
    attributes: { kernel_shape: { ints: [3, 3] }, pads: { ints: [1, 1, 1, 1] }, strides: { ints: [1, 1] } },
  });
  const isPeak = builder.node({ op: 'Equal', name: 'peaks/is-peak', inputs: [logits, highest] });
  const none = builder.floats('peaks/none', [], Float32Array.of(NO_PEAK_LOGIT));
  return builder.node({ op: 'Where', name: 'peaks/logits', inputs: [isPeak, logits, none] });
}

/** Row, column and class of each flat index, as [K] int64. */
function addPositions(
  builder: GraphBuilder,
  indices: string,
  logits: string,
): { column: string; row: string; cell: string; channel: string } {
  const shape = builder.node({ op: 'Shape', name: 'grid/shape', inputs: [logits] });
  const pick = (name: string, axis: number) =>
    builder.node({
      op: 'Gather',
      name,
      inputs: [shape, builder.int64s(`${name}/axis`, [], [axis])],
    });
  const rows = pick('grid/rows', 2);
  const columns = pick('grid/columns', 3);
  const cells = builder.node({ op: 'Mul', name: 'grid/cells', inputs: [rows, columns] });
  const channel = builder.node({ op: 'Div', name: 'top/channel', inputs: [indices, cells] });
  const cell = builder.node({ op: 'Mod', name: 'top/cell', inputs: [indices, cells] });
  const row = builder.node({ op: 'Div', name: 'top/row', inputs: [cell, columns] });
  const column = builder.node({ op: 'Mod', name: 'top/column', inputs: [cell, columns] });
  return { column, row, cell, channel };
}

function addBoxes(
  builder: GraphBuilder,
  offsets: string,
  at: { column: string; row: string; cell: string },
): void {
  const flatShape = builder.int64s('boxes/flat-shape', [2], [4, -1]);
  const flat = builder.node({ op: 'Reshape', name: 'boxes/flat', inputs: [offsets, flatShape] });
  const chosen = builder.node({
    op: 'Gather',
    name: 'boxes/offsets',
    inputs: [flat, at.cell],
    attributes: { axis: { int: 1 } },
  });
  const lines = builder.int64s('boxes/axis', [1], [0]);
  const x = builder.node({ op: 'Unsqueeze', name: 'boxes/x', inputs: [at.column, lines] });
  const y = builder.node({ op: 'Unsqueeze', name: 'boxes/y', inputs: [at.row, lines] });
  const cells = builder.node({
    op: 'Concat',
    name: 'boxes/cells',
    inputs: [x, y, x, y],
    attributes: { axis: { int: 0 } },
  });
  const corners = builder.node({
    op: 'Cast',
    name: 'boxes/cells-float',
    inputs: [cells],
    attributes: { to: { int: TENSOR_TYPE.float32 } },
  });
  const cellPx = builder.floats('boxes/cell-px', [], Float32Array.of(CELL_PX));
  const cornersPx = builder.node({ op: 'Mul', name: 'boxes/corners', inputs: [corners, cellPx] });
  const sides = builder.node({ op: 'Add', name: 'boxes/sides', inputs: [cornersPx, chosen] });
  builder.node({ op: 'Transpose', name: 'boxes', inputs: [sides], attributes: { perm: { ints: [1, 0] } } });
}

/** Adds the outputs `scores`, `classes` and `boxes`, best score first. */
export function addTopDetections(builder: GraphBuilder, { logits, offsets }: Heads): void {
  const flatShape = builder.int64s('top/flat-shape', [1], [-1]);
  const peaks = addPeaks(builder, logits);
  const flat = builder.node({ op: 'Reshape', name: 'top/flat', inputs: [peaks, flatShape] });
  builder.node({
    op: 'TopK',
    name: 'top',
    inputs: [flat, builder.int64s('top/k', [1], [TOP_K])],
    outputs: ['top/logits', 'top/indices'],
    attributes: { axis: { int: 0 }, largest: { int: 1 }, sorted: { int: 1 } },
  });
  builder.node({ op: 'Sigmoid', name: 'scores', inputs: ['top/logits'] });
  const at = addPositions(builder, 'top/indices', logits);
  const cocoIds = builder.int32s('classes/coco-ids', [COUNTED_COCO_IDS.length], COUNTED_COCO_IDS);
  builder.node({ op: 'Gather', name: 'classes', inputs: [cocoIds, at.channel] });
  addBoxes(builder, offsets, at);
}
