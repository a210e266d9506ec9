/** A run as `--json` writes it, made by hand. */
import type { Machine } from '../../../bench/measure/machine.ts';
import { estimate, pairedRatio } from '../../../bench/measure/statistics.ts';
import { type BenchResult, RESULT_VERSION, type TimedScenario } from '../../../bench/result.ts';

const MACHINE: Machine = {
  at: '2026-11-22T00:00:00.000Z',
  processor: 'A processor',
  flags: ['avx2'],
  cores: 2,
  isVirtual: false,
  memoryMiB: 24_064,
  kernel: 'Linux 6',
  loadBefore: [0, 0, 0],
  node: 'v20.20.2',
  onnxruntime: '1.30.0',
  ffmpeg: '5.1.9',
  commit: 'abc1234',
};

/** Rates of a subject and of the ceiling of the same rounds. */
export interface Rates {
  readonly subject?: string;
  readonly rates: readonly number[];
  readonly ceiling: readonly number[];
  readonly mae?: number;
}

/** One scenario `analyze` with a ceiling and one subject. */
export function runResult(
  { subject = 'analyze-2', rates, ceiling, mae = 0.3 }: Rates,
  change: { machine?: Partial<Machine>; scenario?: Partial<TimedScenario>; skipped?: readonly string[] } = {},
): BenchResult {
  const subjectOf = (name: string, values: readonly number[]) => ({
    name,
    what: name,
    framesPerSecond: estimate(values),
    slices: values.map((framesPerSecond) => ({ frames: 100, framesPerSecond })),
  });
  const quality = { of: 'frame', samples: 795, presenceMae: mae, presenceBias: 0 } as const;
  const scenario: TimedScenario = {
    name: 'analyze',
    input: 'footage <script>alert(1)</script>',
    loadBefore: 0,
    seconds: 10,
    subjects: [subjectOf('ceiling', ceiling), { ...subjectOf(subject, rates), quality }],
    ratios: [{ name: `${subject} / ceiling`, ...pairedRatio(rates, ceiling), target: '≥ 0.92' }],
    figures: [],
    remarks: [],
    ...change.scenario,
  };
  return {
    version: RESULT_VERSION,
    command: 'npm run bench',
    machine: { ...MACHINE, ...change.machine },
    loadAfter: [1, 1, 1],
    seconds: 10,
    scenarios: [scenario],
    skipped: change.skipped ?? [],
  };
}
