/** Numbers as they are typed. Pure. */

/**
 * The number a text says, with comma or point before the decimals; the text itself where it says none, so that the
 * server can name the fault at its field; undefined for an empty one.
 */
export function numberOrText(text: string): number | string | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  const value = Number(trimmed.replace(',', '.'));
  return Number.isFinite(value) ? value : trimmed;
}

/** "3,4 MB"-like size in a language's own digits. */
export function sizeText(bytes: number, locale: string): string {
  const steps = ['B', 'kB', 'MB', 'GB', 'TB'];
  const step = Math.min(steps.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1000 ** step;
  const digits = new Intl.NumberFormat(locale, { maximumFractionDigits: value < 10 && step > 0 ? 1 : 0 });
  return `${digits.format(value)} ${steps[step]}`;
}
