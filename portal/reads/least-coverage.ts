/**
 * The share of a window, 0 to 1, from which on what was seen stands for the whole of it on map, tiles and weekly pattern.
 * Below it a rate per hour, a mean or a level is told of nine seconds of a quarter hour as readily as of fifteen minutes; so
 * they say "not enough data" and the coverage. Half, because with less the greater part is unseen. The bound is our own: we
 * found none for traffic density in PKJI or in the peers' documents (Telraam gives an `uptime` beside each hour, as we give
 * coverage). Series and data sets keep every value with its coverage beside it, for whoever draws the line elsewhere.
 */
export const LEAST_COVERAGE = 0.5;
