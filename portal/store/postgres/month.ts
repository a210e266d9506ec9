/** Months of UTC: PostgreSQL's partitions. Pure. */

/** A month of UTC, `[fromUs, toUs)`. */
export interface Month {
  /** `y2026m01`. */
  readonly name: string;
  readonly fromUs: number;
  readonly toUs: number;
}

/** The month that holds an instant. */
export function monthOf(instantUs: number): Month {
  const at = new Date(Math.floor(instantUs / 1000));
  const year = at.getUTCFullYear();
  const month = at.getUTCMonth();
  return {
    name: `y${String(year).padStart(4, '0')}m${String(month + 1).padStart(2, '0')}`,
    fromUs: Date.UTC(year, month) * 1000,
    toUs: Date.UTC(year, month + 1) * 1000,
  };
}
