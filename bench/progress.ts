/** The line that says what is measured and how long it still takes. */
import { remark } from '../workers/cli/output.ts';
import { expectedSeconds, type Scenario } from './scenarios/registry.ts';

/** Progress of a run. */
export interface BenchProgress {
  /** A scenario begins. */
  begin(scenario: Scenario): void;
  show(text: string): void;
  end(): void;
}

/** On a terminal one line that is written over, else one line per step. */
export function createProgress(scenarios: readonly Scenario[], rounds: number): BenchProgress {
  const isTerminal = process.stderr.isTTY === true;
  let current = 0;
  let begunMs = performance.now();
  const leftS = (): number => {
    const expected = scenarios.map((scenario) => expectedSeconds(scenario, rounds));
    const ofCurrent = (expected[current] ?? 0) - (performance.now() - begunMs) / 1_000;
    return Math.max(0, ofCurrent) + expected.slice(current + 1).reduce((sum, seconds) => sum + seconds, 0);
  };
  return {
    begin(scenario) {
      current = scenarios.indexOf(scenario);
      begunMs = performance.now();
      this.show(scenario.question);
    },
    show(text) {
      const at = `[${current + 1}/${scenarios.length}] ${scenarios[current]?.name}: ${text}`;
      const line = `${at} · ± ${leftText(leftS())}`;
      if (isTerminal)
        process.stderr.write(`\r\u001b[2K${line.slice(0, (process.stderr.columns ?? 100) - 1)}`);
      else remark(line);
    },
    end() {
      if (isTerminal) process.stderr.write('\r\u001b[2K');
    },
  };
}

/** Half minutes: more would promise what nobody knows. */
function leftText(seconds: number): string {
  if (seconds < 15) return 'hampir selesai / nearly done';
  const minutes = (Math.round(seconds / 30) / 2).toString();
  return `sisa ${minutes} menit / ${minutes} min left`;
}
