/** Which engines the portal's store is measured on, and what becomes of their data. */

/** Names that `--engine` takes. */
export const ENGINES = ['sqlite', 'postgres', 'both'] as const;

/** As the command line says it. */
export interface StoreSelection {
  readonly engine: (typeof ENGINES)[number];
  /** Fill this folder and measure nothing but that. */
  readonly keep?: string;
  /** Measure what this folder was filled with. */
  readonly reuse?: string;
}
