/** A text in both languages of the portal. */
export interface BilingualText {
  readonly id: string;
  readonly en: string;
}

/** A number for the Indonesian text: with a decimal comma. */
export function decimalComma(value: number): string {
  return String(value).replace('.', ',');
}
