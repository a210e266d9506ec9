/** What a chart draws. */
import type { LevelTable } from '../../../../pipelines/domain/tables/level-of-service.ts';
import type { Reading, Slot } from '../series/slots.ts';
import type { Format } from '../text/format.ts';

/** One row of values, one per slot. `colour` names a CSS variable without its dashes. */
export interface Layer {
  readonly colour: string;
  /** `pale`: columns with a thin edge, for a maximum behind a mean; `dashed`: a line, for a comparison. */
  readonly style: 'column' | 'pale' | 'stacked' | 'dashed';
  /** Undefined where there is nothing to draw. */
  readonly values: readonly (number | undefined)[];
  readonly intervals?: readonly (Reading['interval'] | undefined)[];
}

/** What a chart draws. Slots and layers must keep their identity while they do not change. */
export interface ChartProps {
  readonly slots: readonly Slot[];
  /** From back to front. */
  readonly layers: readonly Layer[];
  /** State of each slot's value, for the marks of what is withheld. */
  readonly states?: readonly Reading['state'][];
  /** Edges of levels, drawn as lines with their letters. */
  readonly limits?: LevelTable | undefined;
  readonly label: string;
  /** Index of the window under the pointer. */
  readonly chosen: number | undefined;
  readonly onChoose: (index: number | undefined) => void;
  readonly heightPx?: number;
}

/** What drawing reads: the latest props, never those of the first draw. */
export interface Drawn extends ChartProps {
  readonly format: Format;
}
