/** Both coordinates of a point of the drawing, to be typed instead of dragged. */
import type { Point } from '../../../../../pipelines/domain/types.ts';

/** Two number fields, normalised picture coordinates (0..1, y down); `onPoint` gets the whole point. */
export function PointInputs({
  point,
  labelOf,
  onPoint,
}: {
  readonly point: Point;
  readonly labelOf: (axis: 'x' | 'y') => string;
  readonly onPoint: (point: Point) => void;
}) {
  return (['x', 'y'] as const).map((axis) => (
    <input
      key={axis}
      type="number"
      min={0}
      max={1}
      step={0.001}
      value={point[axis]}
      aria-label={labelOf(axis)}
      onChange={(event) => onPoint({ ...point, [axis]: Number(event.currentTarget.value) })}
    />
  ));
}
