/** From a model's class index to the classes Pantau counts. */
import { isRoadUserClass, type RoadUserClass } from '../classes.ts';

/** The class of each output index, `undefined` where Pantau does not count the label. */
export type LabelClasses = readonly (RoadUserClass | undefined)[];

/** Looks a card's labels up once, so that decoding a row costs one index. */
export function labelClasses(labels: readonly string[]): LabelClasses {
  return labels.map((label) => (isRoadUserClass(label) ? label : undefined));
}
