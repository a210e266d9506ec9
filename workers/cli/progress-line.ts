/** Progress on stderr: one line that is rewritten on a terminal, a line now and then elsewhere. */
import type { TimelineEvent } from '../../pipelines/domain/types.ts';

const TERMINAL_EVERY_MS = 200;
const PLAIN_EVERY_MS = 10_000;
const BAR_CELLS = 24;

/** A bar such as `████████░░░░`. */
export function bar(share: number, cells = BAR_CELLS): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * cells);
  return '█'.repeat(full) + '░'.repeat(cells - full);
}

/** Follows a recording's time line; `end` prints the summary, of a whole recording when `isDone`. */
export function createProgressLine(options: {
  startUs: number;
  endUs: number | undefined;
  isQuiet: boolean;
}): {
  event(event: TimelineEvent): void;
  end(isDone: boolean): void;
} {
  const { startUs, endUs, isQuiet } = options;
  const isTerminal = process.stderr.isTTY === true;
  const startedAtMs = performance.now();
  let shownAtMs = startedAtMs;
  let frames = 0;
  let reachedUs = startUs;
  const show = (): void => {
    const seconds = (performance.now() - startedAtMs) / 1_000;
    const share = endUs === undefined ? undefined : (reachedUs - startUs) / (endUs - startUs);
    const done = share === undefined ? '' : `${bar(share)} ${Math.floor(share * 100)} %  `;
    const text = `${done}${frames} gambar/pictures  ${(frames / seconds).toFixed(1)}/s`;
    process.stderr.write(isTerminal ? `\r\u001b[2K${text}` : `${text}\n`);
  };
  return {
    event(event) {
      if (event.kind === 'frame') frames += 1;
      reachedUs = event.kind === 'frame' ? event.capturedAtUs : event.toUs;
      const nowMs = performance.now();
      if (isQuiet || nowMs - shownAtMs < (isTerminal ? TERMINAL_EVERY_MS : PLAIN_EVERY_MS)) return;
      shownAtMs = nowMs;
      show();
    },
    end(isDone) {
      if (isQuiet) return;
      // The last picture lies before the recording's end.
      if (isDone && endUs !== undefined) reachedUs = endUs;
      show();
      if (isTerminal) process.stderr.write('\n');
    },
  };
}
