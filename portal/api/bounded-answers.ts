/** Finished answers by their keys, as many as may be kept: the one that was not asked for the longest goes first. */
import type { FinishedAnswer } from './finished-answer.ts';

/** Answers up to a sum of their costs; a `Map` keeps them in the order of their last use. */
export function boundedAnswers(most: number, costOf: (answer: FinishedAnswer) => number) {
  const answers = new Map<string, FinishedAnswer>();
  let cost = 0;
  const drop = (key: string) => {
    const answer = answers.get(key);
    if (answer === undefined) return;
    answers.delete(key);
    cost -= costOf(answer);
    answer.release();
  };
  return {
    get(key: string): FinishedAnswer | undefined {
      const answer = answers.get(key);
      if (answer === undefined) return undefined;
      answers.delete(key);
      answers.set(key, answer);
      return answer;
    },
    put(key: string, answer: FinishedAnswer): void {
      drop(key);
      answers.set(key, answer);
      cost += costOf(answer);
      for (const oldest of answers.keys()) {
        if (cost <= most) break;
        drop(oldest);
      }
    },
    clear(): void {
      for (const key of [...answers.keys()]) drop(key);
    },
  };
}
