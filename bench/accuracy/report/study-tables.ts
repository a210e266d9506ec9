/** Tables of the studies: rates, held-out thresholds, levers. */
import { chooseSamplingRate, type SamplingNeed } from '../../../pipelines/domain/sampling-rule.ts';
import type { AccuracyResult } from '../run/accuracy-run.ts';
import { type SceneLoss, totalLoss } from '../study/held-out.ts';
import type { FigureTable } from './figure-table.ts';
import { ABSENT, percent, shortNumber, signed } from './number-format.ts';

/** Every study that was made. */
export function studyTables(result: AccuracyResult): FigureTable[] {
  const rule = result.curves.length > 0 ? [ruleTable()] : [];
  return [...curveTables(result), ...rule, heldOutTable(result), leverTable(result)];
}

function curveTables({ curves }: AccuracyResult): FigureTable[] {
  return curves.map(({ sceneId, modelId, points }) => ({
    title: `Galat terhadap laju / Error against sampling rate: ${sceneId}, ${modelId}`,
    head: [
      'fps',
      'runs',
      'MAE/frame',
      'bias/frame',
      'MAE/window',
      'bias/window',
      'crossings',
      'missed',
      'over',
    ],
    rows: points.map((point) => [
      String(point.framesPerSecond),
      String(point.runs),
      point.presenceMae.toFixed(2),
      signed(point.presenceBias),
      point.windowMae?.toFixed(2) ?? ABSENT,
      point.windowBias === undefined ? ABSENT : signed(point.windowBias),
      point.crossings.toFixed(1),
      point.missed.toFixed(1),
      point.overCounted.toFixed(1),
    ]),
  }));
}

/** What cameras commonly measure. */
const NEEDS: readonly (readonly [what: string, need: SamplingNeed])[] = [
  ['presence only', { presence: true, crossings: false }],
  ['presence of who is in view for half a second', { presence: true, crossings: false, secondsInView: 0.5 }],
  ['crossings, speed unknown (walkers)', { presence: true, crossings: true }],
  ['crossings of cars at 50 km/h', { presence: true, crossings: true, speedSizesPerSecond: 3 }],
  ['crossings of who is in view for one second', { presence: true, crossings: true, secondsInView: 1 }],
];

function ruleTable(): FigureTable {
  return {
    title: 'Laju yang dipilih aturan / The rate that the rule takes (`pantau analyze --fps auto --explain`)',
    head: ['what is measured', 'pictures/s', 'why'],
    rows: NEEDS.map(([what, need]) => {
      const { framesPerSecond, why } = chooseSamplingRate(need);
      return [what, String(framesPerSecond), why.en.replace(/^.*?: /, '')];
    }),
  };
}

function heldOutTable({ heldOut }: AccuracyResult): FigureTable {
  return {
    title: 'Ambang, satu adegan disisihkan / Thresholds, leaving one scene out (presence + crossing error)',
    head: [
      'threshold',
      'held-out scene',
      'default',
      'chosen elsewhere',
      'error with default',
      'error with chosen',
      'verdict',
    ],
    rows: heldOut.map((row) => [
      row.threshold,
      row.sceneId,
      shortNumber(row.defaultValue),
      shortNumber(row.chosenValue),
      loss(row.defaultLoss),
      loss(row.chosenLoss),
      verdict(totalLoss(row.defaultLoss), totalLoss(row.chosenLoss)),
    ]),
  };
}

function leverTable({ levers }: AccuracyResult): FigureTable {
  return {
    title: 'Tuas / Levers, one change at a time (presence over all zones)',
    head: ['scene', 'model', 'fps', 'change', 'MAE', 'bias', 'missed', 'over', 'MOTA', 'IDF1'],
    rows: [...levers]
      .sort((a, b) => key(a).localeCompare(key(b), 'en') || b.framesPerSecond - a.framesPerSecond)
      .map((row) => [
        row.sceneId,
        row.modelId,
        String(row.framesPerSecond),
        row.lever,
        row.presenceMae.toFixed(2),
        signed(row.presenceBias),
        row.missed.toFixed(1),
        row.overCounted.toFixed(1),
        row.mota?.toFixed(3) ?? ABSENT,
        row.idf1?.toFixed(3) ?? ABSENT,
      ]),
  };
}

function key({ sceneId, modelId }: AccuracyResult['levers'][number]): string {
  return `${sceneId} ${modelId}`;
}

/** Differences below one per cent of the truth are no reason to prefer either. */
const LOSS_STEP = 0.01;

function verdict(withDefault: number, withChosen: number): string {
  if (Math.abs(withDefault - withChosen) < LOSS_STEP) return 'same';
  return withDefault < withChosen ? 'default better' : 'default WORSE';
}

function loss(value: SceneLoss): string {
  const share = (part: number | undefined) => (part === undefined ? ABSENT : percent(part));
  return `${share(value.presence)} + ${share(value.crossings)}`;
}
