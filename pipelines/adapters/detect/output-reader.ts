/** Tensors of one inference → detections; what a card's `output.decoder` names. */
import type { ModelCard } from '../../../models/card.ts';
import { type DecodeOptions, decodeCenternet } from '../../domain/detect/decode-centernet.ts';
import { decodeYolox, yoloxRowCount } from '../../domain/detect/decode-yolox.ts';
import { leastScoreOf, worthHandingOn } from '../../domain/detect/join-vehicles.ts';
import { labelClasses } from '../../domain/detect/label-classes.ts';
import type { SizePx } from '../../domain/detect/letterbox.ts';
import { suppressOverlaps } from '../../domain/detect/nms.ts';
import type { Detection } from '../../domain/types.ts';

/** One output tensor as the runtime gives it. */
export interface OutputTensor {
  readonly dims: readonly number[];
  readonly data: ArrayLike<number | bigint>;
}

/** Outputs by name. */
export type Outputs = Readonly<Record<string, OutputTensor>>;

/** Reads one layout. */
export interface OutputReader {
  /** What is wrong with the shapes, or `undefined`; asked once, after the warm-up run. */
  fault(outputs: Outputs): string | undefined;
  /** Decoded, suppressed within classes, without what can't matter (`worthHandingOn`). */
  read(outputs: Outputs, area: SizePx): Detection[];
}

type RawReader = {
  readonly fault: OutputReader['fault'];
  readonly decode: (outputs: Outputs, options: DecodeOptions) => Detection[];
};

/** The reader for a card and an input size. */
export function createOutputReader(card: ModelCard, input: SizePx): OutputReader {
  const labels = labelClasses(card.labels);
  const { lowScore, nmsIou } = card.thresholds;
  const raw = card.output.decoder === 'yolox' ? yoloxReader(card, input) : centernetReader(card);
  return {
    fault: raw.fault,
    read(outputs, area) {
      const decoded = raw.decode(outputs, { labels, minScore: leastScoreOf(lowScore), area });
      return worthHandingOn(suppressOverlaps(decoded, nmsIou), lowScore);
    },
  };
}

function centernetReader(card: ModelCard): RawReader {
  const [scores, classes, boxes] = card.output.names;
  return {
    fault(outputs) {
      const rows = outputs[scores ?? '']?.dims.at(-1);
      if (rows === undefined) return 'names must list scores, classes and boxes';
      const isShaped =
        outputs[classes ?? '']?.data.length === rows && outputs[boxes ?? '']?.data.length === rows * 4;
      return isShaped ? undefined : `shapes are ${describe(outputs)}, expected [K], [K] and [K,4]`;
    },
    decode(outputs, options) {
      return decodeCenternet(
        {
          scores: numbers(outputs[scores!]!),
          classes: outputs[classes!]!.data,
          boxes: numbers(outputs[boxes!]!),
        },
        options,
      );
    },
  };
}

function yoloxReader(card: ModelCard, input: SizePx): RawReader {
  const name = card.output.names[0] ?? '';
  const expected = [1, yoloxRowCount(input), 5 + card.labels.length];
  return {
    fault(outputs) {
      const isShaped = outputs[name]?.dims.join() === expected.join();
      return isShaped ? undefined : `shapes are ${describe(outputs)}, expected [${expected.join()}]`;
    },
    decode: (outputs, options) => decodeYolox(numbers(outputs[name]!), input, options),
  };
}

/** Scores and boxes are float32 in every layout we read; `ort-session.ts` checked the element type. */
function numbers(tensor: OutputTensor): ArrayLike<number> {
  return tensor.data as ArrayLike<number>;
}

function describe(outputs: Outputs): string {
  return Object.entries(outputs)
    .map(([name, tensor]) => `${name} [${tensor.dims.join()}]`)
    .join(', ');
}
