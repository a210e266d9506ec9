/** Travels with every record. Raise it whenever the same pictures may give other numbers than before. */
export const PIPELINE_VERSION = '1.4.0';
