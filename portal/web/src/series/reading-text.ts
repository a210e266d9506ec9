/** A reading in words: what is withheld says so, what leaves a part out says that too. */
import type { View } from '../view.ts';
import type { Measure } from './measures.ts';
import type { Reading } from './slots.ts';

/** The value without its unit. */
export function readingText(
  reading: Reading | undefined,
  measure: Pick<Measure, 'decimals'>,
  { texts, format }: View,
): string {
  if (reading === undefined || reading.state === 'none') return '–';
  if (reading.state === 'hidden') return texts.hidden;
  if (reading.state === 'pending') return texts.pending;
  const text = format.number(reading.value, measure.decimals);
  return reading.state === 'at-least' ? texts.atLeast(text) : text;
}
