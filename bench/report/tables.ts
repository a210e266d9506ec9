/** A run as aligned tables for the terminal and as Markdown; both say the same. */
import { formatTable } from '../../workers/cli/output.ts';
import { machineLine } from '../measure/machine.ts';
import type { Estimate } from '../measure/statistics.ts';
import type { BenchResult, ScenarioResult, SubjectResult } from '../result.ts';
import type { CountQuality } from '../subjects/subject.ts';

type Cell = string | number | undefined;
interface Table {
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
  const { machine } = result;
  const lines = [
    `${machine.at}  commit ${machine.commit}`,
    machineLine(machine),
    `Node ${machine.node}, ONNX Runtime ${machine.onnxruntime}, ffmpeg ${machine.ffmpeg}, Linux ${machine.kernel}`,
    `load before: ${machine.loadBefore.join(' ')}   command: ${result.command}`,
  ];
  const scenarios = result.scenarios.flatMap((scenario) => [
    `${heading(`${scenario.name}: ${scenario.input} (load before ${scenario.loadBefore.toFixed(2)})`)}\n`,
    ...tablesOf(scenario).map((content) => `${table(content)}\n`),
    ...scenario.remarks,
  ]);
  const skipped = result.skipped.map((what) => `!! TIDAK DIUKUR / NOT MEASURED: ${what}`);
  return [...lines.map((line) => `${line}  `), ...scenarios, ...skipped, ''].join('\n');
}

function tablesOf(scenario: ScenarioResult): Table[] {
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
  return tables;
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
export function qualityText({ of, presenceMae, presenceBias, crossings }: CountQuality): string {
  const sign = presenceBias >= 0 ? '+' : '−';
  const presence = `MAE ${presenceMae.toFixed(2)} bias ${sign}${Math.abs(presenceBias).toFixed(2)} per ${of}`;
  if (crossings === undefined) return presence;
  const { in: into, out } = crossings;
  return `${presence}, in ${into.counted} (truth ${into.truth}) out ${out.counted} (truth ${out.truth})`;
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
