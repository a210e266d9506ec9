/** A text in both languages of the portal. */
export interface BilingualText {
  readonly id: string;
  readonly en: string;
}
