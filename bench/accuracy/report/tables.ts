/** The figures as rows, once for the terminal and once for the report. */
import type { AccuracyResult } from '../run/accuracy-run.ts';
import { isExact } from '../run/synthetic.ts';
import type { FigureTable } from './figure-table.ts';
import { ABSENT, interval, percent, signed } from './number-format.ts';
import { studyTables } from './study-tables.ts';

/** Every table that has rows, in reading order. */
export function figureTables(result: AccuracyResult): FigureTable[] {
  return [
    targetTable(result),
    presenceTable(result),
    windowTable(result),
    crossingTable(result),
    detectorTable(result),
    trackingTable(result),
    syntheticTable(result),
    ...studyTables(result),
  ].filter(({ rows }) => rows.length > 0);
}

function targetTable({ targets }: AccuracyResult): FigureTable {
  const shown = targets.filter(({ sceneId, isMet }) => !sceneId.includes('/s') || !isMet);
  return {
    title: 'Target / Targets (issue 3, default model)',
    head: ['scene', 'what', 'wanted', 'found', '95 %', 'met'],
    rows: shown.map(({ sceneId, what, wanted, found, interval: range, isMet }) => [
      sceneId,
      what,
      wanted,
      found,
      interval(range),
      isMet ? 'yes' : 'NO',
    ]),
  };
}

function presenceTable({ runs }: AccuracyResult): FigureTable {
  return {
    title: 'Kehadiran per gambar / Presence per frame',
    head: [
      'scene',
      'model',
      'fps',
      'zone',
      'group',
      'frames',
      'mean',
      'MAE',
      '95 %',
      'bias',
      '95 %',
      'exact',
    ],
    rows: runs.flatMap((run) =>
      run.presence.map(({ zoneId, group, perFrame }) => [
        run.sceneId,
        run.modelId,
        String(run.framesPerSecond),
        zoneId,
        group,
        String(perFrame.samples),
        perFrame.meanTruth.toFixed(2),
        perFrame.mae.toFixed(2),
        interval(perFrame.maeInterval),
        signed(perFrame.bias),
        interval(perFrame.biasInterval),
        percent(perFrame.exactShare),
      ]),
    ),
  };
}

function windowTable({ runs }: AccuracyResult): FigureTable {
  return {
    title: 'Kehadiran per jendela / Presence per window (published means, whole windows)',
    head: ['scene', 'model', 'fps', 'zone', 'group', 'windows', 'mean', 'MAE', 'bias'],
    rows: runs.flatMap((run) =>
      run.presence.flatMap(({ zoneId, group, perWindow }) =>
        perWindow === undefined
          ? []
          : [
              [
                run.sceneId,
                run.modelId,
                String(run.framesPerSecond),
                zoneId,
                group,
                String(perWindow.samples),
                perWindow.meanTruth.toFixed(2),
                perWindow.mae.toFixed(2),
                signed(perWindow.bias),
              ],
            ],
      ),
    ),
  };
}

function crossingTable({ runs }: AccuracyResult): FigureTable {
  return {
    title: 'Lintasan / Crossings (missed and over-counted never cancel)',
    head: ['scene', 'model', 'fps', 'line', 'direction', 'road users', 'true', 'counted', 'missed', 'over'],
    rows: runs.flatMap((run) =>
      run.crossings
        .filter(({ truth, counted }) => truth + counted > 0)
        .map((score) => [
          run.sceneId,
          run.modelId,
          String(run.framesPerSecond),
          score.lineId,
          score.direction,
          score.roadUsers,
          String(score.truth),
          String(score.counted),
          String(score.missed),
          String(score.overCounted),
        ]),
    ),
  };
}

function detectorTable({ runs }: AccuracyResult): FigureTable {
  return {
    title: 'Detektor saja / Detector alone (people, IoU 0.5)',
    head: ['scene', 'model', 'fps', 'score', 'precision', 'recall', 'count MAE', 'count bias'],
    rows: runs.flatMap(({ sceneId, modelId, framesPerSecond, detector }) =>
      detector === undefined
        ? []
        : [
            [
              sceneId,
              modelId,
              String(framesPerSecond),
              detector.score.toFixed(2),
              detector.precision.toFixed(3),
              detector.recall.toFixed(3),
              detector.count.mae.toFixed(2),
              signed(detector.count.bias),
            ],
          ],
    ),
  };
}

function trackingTable({ runs }: AccuracyResult): FigureTable {
  return {
    title: 'Pelacakan / Tracking (confirmed and seen tracks, IoU 0.5; HOTA over 19 overlaps)',
    head: ['scene', 'model', 'fps', 'MOTA', 'MOTP', 'IDF1', 'HOTA', 'DetA', 'AssA', 'ID switches'],
    rows: runs.flatMap(({ sceneId, modelId, framesPerSecond, tracking }) =>
      tracking === undefined
        ? []
        : [
            [
              sceneId,
              modelId,
              String(framesPerSecond),
              ...[
                tracking.mota,
                tracking.motp,
                tracking.idf1,
                tracking.hota,
                tracking.detA,
                tracking.assA,
              ].map((value) => value.toFixed(3)),
              String(tracking.idSwitches),
            ],
          ],
    ),
  };
}

function syntheticTable({ synthetic }: AccuracyResult): FigureTable {
  return {
    title: 'Adegan buatan / Synthetic scenes',
    head: ['scene', 'fps', 'true events', 'missed', 'over', 'presence error', 'GEH', 'exact'],
    rows: synthetic.map((one) => [
      one.name,
      String(one.framesPerSecond),
      String(one.truthEvents),
      String(one.missed),
      String(one.overCounted),
      String(one.presenceError),
      one.geh === undefined ? ABSENT : one.geh.toFixed(2),
      isExact(one) ? 'yes' : 'NO',
    ]),
  };
}
