/** Instants as texts, kept: cameras and clients ask for the same windows again and again. */
import { formatIsoUs } from '../../pipelines/domain/time.ts';

/** The quarter hours of four months; a text takes about 100 bytes. */
const MOST_INSTANTS = 12_000;

const texts = new Map<number, string>();

let lastWindow = { startUs: Number.NaN, lengthUs: 0, start: '', end: '' };

/** Start and end of a window as texts. Rows come window by window: the last one is kept. */
export function windowTexts(
  startUs: number,
  lengthUs: number,
): { readonly start: string; readonly end: string } {
  if (lastWindow.startUs !== startUs || lastWindow.lengthUs !== lengthUs) {
    lastWindow = { startUs, lengthUs, start: instantText(startUs), end: instantText(startUs + lengthUs) };
  }
  return lastWindow;
}

/** `formatIsoUs`, computed once for each instant in use. */
export function instantText(us: number): string {
  const known = texts.get(us);
  if (known !== undefined) return known;
  if (texts.size >= MOST_INSTANTS) texts.clear();
  const text = formatIsoUs(us);
  texts.set(us, text);
  return text;
}
