/** Letter grades A to F by upper edges, as data. A value belongs to the first band whose edge it does not exceed. */

/** A named table of six levels. */
export interface LevelTable {
  readonly name: string;
  readonly source: string;
  /** What the edges are compared with. */
  readonly measure: 'degreeOfSaturation' | 'peoplePerM2';
  /** Inclusive upper edges of A to E; above the last is F. */
  readonly upperEdges: readonly [A: number, B: number, C: number, D: number, E: number];
}

/** V/C bands most used in Indonesia; sources disagree, so the name travels with every record. */
export const VC_INDONESIA = {
  name: 'VC-Indonesia',
  source: 'V/C bands of Indonesian practice, as coded in a public PKJI 2023 application and many theses',
  measure: 'degreeOfSaturation',
  upperEdges: [0.19, 0.44, 0.69, 0.84, 1.0],
} as const satisfies LevelTable;

/** V/C bands of the revoked ministerial regulation, for roads whose series began under it. */
export const KM_14_2006 = {
  name: 'KM-14-2006',
  source: 'KM 14/2006 (revoked), V/C',
  measure: 'degreeOfSaturation',
  upperEdges: [0.6, 0.7, 0.8, 0.9, 1.0],
} as const satisfies LevelTable;

/** The tables a road may be graded by; the first unless its road data name another. */
export const SERVICE_TABLES = [VC_INDONESIA, KM_14_2006] as const;

/** Moving crowds. Fruin's edges are areas of 35, 25, 15, 10 and 5 ft² per person. */
export const FRUIN_WALKWAY: LevelTable = {
  name: 'Fruin-1971-walkway',
  source: 'J. J. Fruin, Pedestrian Planning and Design, 1971: walkways; 1 ft² = 0.0929 m²',
  measure: 'peoplePerM2',
  upperEdges: [0.31, 0.43, 0.72, 1.08, 2.15],
};

/** Standing crowds. Fruin's edges are areas of 13, 10, 7, 3 and 2 ft² per person. */
export const FRUIN_QUEUE: LevelTable = {
  name: 'Fruin-1971-queue',
  source: 'J. J. Fruin, Pedestrian Planning and Design, 1971: queuing; 1 ft² = 0.0929 m²',
  measure: 'peoplePerM2',
  upperEdges: [0.83, 1.08, 1.54, 3.59, 5.38],
};
