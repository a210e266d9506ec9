/** Quality in public: what of the period was observed, why not, and the city's indicators, as one document. */

import type { DataSetId } from '../data-set.ts';
import { countedGroup, DATA_SETS } from '../data-sets.ts';
import type { PublicCamera } from '../public-camera.ts';
import { type Downtime, meanDowntimes, streetsMonitoredPercent, visitsPer100k } from './city-indicators.ts';
import { type FilledShare, joinedShare, shareOf } from './filled-share.ts';
import { type Gap, gapsIn, observedSpans, type Period, type WindowQuality } from './gaps.ts';

/** One camera judged for its part of the report's period. */
export interface CameraQuality {
  readonly camera: PublicCamera;
  readonly filled: FilledShare;
  readonly gaps: readonly Gap[];
}

/** Judges a camera by its windows in the period in which it owes records. */
export function cameraQuality(
  camera: PublicCamera,
  windows: readonly WindowQuality[],
  period: Period,
): CameraQuality {
  const spans = observedSpans(windows, period);
  return { camera, filled: shareOf(spans, period), gaps: gapsIn(spans) };
}

/** Facts of the portal and the city; an indicator without its facts is absent. */
export interface ServiceFacts {
  readonly population?: number;
  /** Visits of the last twelve months. */
  readonly annualVisits?: number;
  /** Downtimes of the portal in the last twelve months, planned ones marked. */
  readonly downtimes?: readonly Downtime[];
  readonly majorStreetsKm?: number;
}

/** The public quality document. Indicators are rounded to two decimals. */
export interface QualityReport {
  readonly period: Period;
  readonly cameras: readonly {
    readonly id: string;
    readonly filled: FilledShare;
    readonly gaps: readonly Gap[];
  }[];
  /** Only of the data sets that hold measurements, over the cameras that count for them. */
  readonly dataSets: Readonly<Partial<Record<DataSetId, FilledShare>>>;
  readonly indicators: {
    readonly 'ISO 37122 10.1'?: number;
    /** Of the portal, from incidents that nobody planned. */
    readonly 'ISO 37122 10.4'?: number;
    /** Planned stops of the portal, by the same formula. */
    readonly 'ISO 37122 10.4 (terencana)'?: number;
    /** The same formula over the cameras' incidents that nobody planned. */
    readonly 'ISO 37122 10.4 (kamera)'?: number;
    /** Planned stops of cameras: operating hours, pauses, edges of recordings. */
    readonly 'ISO 37122 10.4 (kamera, terencana)'?: number;
    readonly 'U4SSC EC:ICT:T:2C'?: number;
  };
}

/** The report of a period. */
export function qualityReport(
  period: Period,
  judged: readonly CameraQuality[],
  facts: ServiceFacts,
): QualityReport {
  const series = DATA_SETS.filter(({ resources }) => resources[0]?.level !== undefined).map(({ id }) => {
    const group = countedGroup({ dataSetId: id });
    const counting = judged.filter(({ camera }) => camera.groups.includes(group));
    return [id, joinedShare(counting.map(({ filled }) => filled))] as const;
  });
  const cameraDowntimes = judged.flatMap(({ gaps }) =>
    gaps.map(({ lostSeconds, isPlanned }) => ({ hours: lostSeconds / 3600, isPlanned })),
  );
  return {
    period,
    cameras: judged.map(({ camera, filled, gaps }) => ({ id: camera.id, filled, gaps })),
    dataSets: Object.fromEntries(series),
    indicators: indicators(
      judged.map(({ camera }) => camera),
      facts,
      cameraDowntimes,
    ),
  };
}

function indicators(
  cameras: readonly PublicCamera[],
  { population, annualVisits, downtimes = [], majorStreetsKm }: ServiceFacts,
  cameraDowntimes: readonly Downtime[],
): QualityReport['indicators'] {
  const watched = cameras.flatMap(({ location, roadLengthM }) =>
    location?.road === undefined || roadLengthM === undefined
      ? []
      : [{ road: location.road, lengthM: roadLengthM }],
  );
  const portal = meanDowntimes(downtimes);
  const kamera = meanDowntimes(cameraDowntimes);
  const all = {
    'ISO 37122 10.1':
      population === undefined || annualVisits === undefined
        ? undefined
        : visitsPer100k(annualVisits, population),
    'ISO 37122 10.4': portal.unplanned,
    'ISO 37122 10.4 (terencana)': portal.planned,
    'ISO 37122 10.4 (kamera)': kamera.unplanned,
    'ISO 37122 10.4 (kamera, terencana)': kamera.planned,
    'U4SSC EC:ICT:T:2C':
      majorStreetsKm === undefined ? undefined : streetsMonitoredPercent(watched, majorStreetsKm),
  };
  const known = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Math.round(value * 100) / 100] as const],
  );
  return Object.fromEntries(known);
}
