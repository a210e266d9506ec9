/** Instants as texts, kept: cameras and clients ask for the same windows again and again. */
import { formatIsoUs } from '../../pipelines/domain/time.ts';

/** The quarter hours of four months; a text takes about 100 bytes. */
const MOST_INSTANTS = 12_000;

const texts = new Map<number, string>();

/** `formatIsoUs`, computed once for each instant in use. */
export function instantText(us: number): string {
  const known = texts.get(us);
  if (known !== undefined) return known;
  if (texts.size >= MOST_INSTANTS) texts.clear();
  const text = formatIsoUs(us);
  texts.set(us, text);
  return text;
}
