/** A run as aligned tables for the terminal and as Markdown; both say the same. */
import { formatTable } from '../../workers/cli/output.ts';
import { machineLine, softwareLine } from '../measure/machine.ts';
import { type Estimate, median } from '../measure/statistics.ts';
import type { BenchResult, ScenarioResult, StageResult, SubjectResult, TimedScenario } from '../result.ts';
import type { CountQuality, CrossingQuality } from '../subjects/subject.ts';

type Cell = string | number | undefined;

/** One table; a cell that is undefined is shown as a dash. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** For stdout. */
export function resultText(result: BenchResult): string {
  return render(
    result,
    ({ head, rows }) => formatTable(head, rows),
    (title) => `\n── ${title}`,
  );
}

/** For a file or an issue. */
export function resultMarkdown(result: BenchResult): string {
  return render(result, markdownTable, (title) => `\n### ${title}`);
}

function render(
  result: BenchResult,
  table: (content: Table) => string,
  heading: (title: string) => string,
): string {
  const lines = headLines(result);
  const scenarios = result.scenarios.flatMap((scenario) => [
    `${heading(scenarioTitle(scenario))}\n`,
    ...tablesOf(scenario).map((content) => `${table(content)}\n`),
    ...scenario.remarks,
  ]);
  const skipped = result.skipped.map((what) => `${NOT_MEASURED}: ${what}`);
  return [...lines.map((line) => `${line}  `), ...scenarios, ...skipped, ''].join('\n');
}

const NOT_MEASURED = '!! TIDAK DIUKUR / NOT MEASURED';

/** What the run was made on and by, one fact per line. */
export function headLines({ machine, command, loadAfter, seconds }: BenchResult): string[] {
  return [
    `${machine.at}  commit ${machine.commit}`,
    machineLine(machine),
    softwareLine(machine),
    `load before ${machine.loadBefore.join(' ')}, after ${loadAfter.join(' ')}; ${seconds.toFixed(0)} s`,
    command,
  ];
}

/** Name, input and load of a scenario. */
function scenarioTitle({ name, input, loadBefore, seconds }: TimedScenario): string {
  return `${name}: ${input} (load before ${loadBefore.toFixed(2)}, ${seconds.toFixed(0)} s)`;
}

/** Everything a scenario says in numbers. */
export function tablesOf(scenario: ScenarioResult): Table[] {
  const tables: Table[] = [];
  if (scenario.subjects.length > 0) tables.push(subjectTable(scenario.subjects));
  if (scenario.ratios.length > 0) {
    tables.push({
      head: ['ratio', 'median', 'range', 'rounds', 'target'],
      rows: scenario.ratios.map((one) => [one.name, fixed(one.median, 3), range(one, 3), one.n, one.target]),
    });
  }
  if (scenario.figures.length > 0) {
    tables.push({
      head: ['figure', 'value', 'unit', 'target'],
      rows: scenario.figures.map((one) => [one.name, significant(one.value), one.unit, one.target]),
    });
  }
  if (scenario.stages !== undefined) tables.push(stageTable(scenario.stages));
  return tables;
}

function stageTable(stages: readonly StageResult[]): Table {
  return {
    head: ['stage', 'ns/operation', 'range', 'bytes/operation', 'speed', 'what'],
    rows: stages.map(({ name, what, nsPerOperation, bytesPerOperation, speedRounds }) => [
      name,
      significant(nsPerOperation.median),
      `${significant(nsPerOperation.low)}–${significant(nsPerOperation.high)}`,
      bytesPerOperation,
      significant(median(speedRounds)),
      what,
    ]),
  };
}

function subjectTable(subjects: readonly SubjectResult[]): Table {
  return {
    head: [
      'subject',
      'frames/s',
      'range',
      'CPU ms/frame',
      'decode',
      'detect',
      'rest',
      'start ms',
      'count error',
    ],
    rows: subjects.map(({ name, framesPerSecond, cpu, startMs, quality }) => [
      name,
      fixed(framesPerSecond.median, 1),
      range(framesPerSecond, 1),
      fixed(cpu?.total, 2),
      fixed(cpu?.decode, 2),
      fixed(cpu?.detect, 2),
      fixed(cpu?.rest, 2),
      fixed(startMs, 0),
      quality === undefined ? undefined : qualityText(quality),
    ]),
  };
}

/** Presence MAE and bias, crossings against truth. */
function qualityText({ of, presenceMae, presenceBias, crossings }: CountQuality): string {
  const sign = presenceBias >= 0 ? '+' : '−';
  const presence = `MAE ${presenceMae.toFixed(2)} bias ${sign}${Math.abs(presenceBias).toFixed(2)} per ${of}`;
  if (crossings === undefined) return presence;
  const { in: into, out } = crossings;
  return `${presence}, in ${crossingText(into)}, out ${crossingText(out)}`;
}

function crossingText({ counted, truth, missed, overCounted }: CrossingQuality): string {
  return `${counted} of ${truth} (missed ${missed}, over ${overCounted})`;
}

function range({ low, high }: Estimate, digits: number): string {
  return `${fixed(low, digits)}–${fixed(high, digits)}`;
}

function fixed(value: number | undefined, digits: number): string | undefined {
  return value === undefined || Number.isNaN(value) ? undefined : value.toFixed(digits);
}

function significant(value: number): string {
  if (!Number.isFinite(value)) return '–';
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

function markdownTable({ head, rows }: Table): string {
  const line = (cells: readonly Cell[]): string => `| ${cells.map((cell) => cell ?? '–').join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
